"""How much better can a tracker be for the money of CLD's barrel, and of CMS phase 0's?

Gradient searches from ten seeds at both sites; `designopt verify` afterwards holds the best of them against tracks that
are simulated and fitted one by one. `--quick` has two seeds and half the allowance.
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.optimisers.gradient.methods import Lbfgs


def study(quick: bool = False) -> Study:
    """L-BFGS at the sites of CLD and CMS."""
    problems = [make("tracker-layout-v1", place=place) for place in ("CLD", "CMS")]
    calls = 1000 if quick else 2000
    return Study(
        name="tracker-gain",
        problems=problems,
        optimisers=[Lbfgs()],
        seeds=range(2 if quick else 10),
        allowance=Allowance(events=calls * problems[0].events),
    )


if __name__ == "__main__":
    study().run("runs/tracker-gain")
