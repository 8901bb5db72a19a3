"""Where should the layers of a tracker stand, and how fine should they be, for the price of a real one?

Every optimiser family lays out a tracker of up to 12 barrel layers and 7 pairs of disks (radii, lengths, pitches,
sensors, technologies) at the site of CLD and, in the full study, of CMS phase 0, for the money that their own barrel
trackers cost in the price book. The score is the mean logarithm of the errors of pT, d0 and z0 for 1-100 GeV and
|cos(theta)| < 0.7. The full study takes a night on two cores, `--quick` ten minutes.
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.optimisers.lineup import default_lineup


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick` has one site, two seeds and a small allowance."""
    problems = [make("tracker-layout-v1", place=place) for place in (("CLD",) if quick else ("CLD", "CMS"))]
    calls = 400 if quick else 4000
    return Study(
        name="tracker-layout",
        problems=problems,
        optimisers=default_lineup(quick),
        seeds=range(2 if quick else 10),
        allowance=Allowance(events=calls * problems[0].events),
    )


if __name__ == "__main__":
    study().run("runs/tracker-layout")
