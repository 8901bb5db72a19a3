"""Where should the strings of a neutrino telescope stand, how long should they be, with how many modules?

Every optimiser family hangs up to nine strings for the price of seven of KM3NeT/ARCA's, in the full study also of
IceCube's and ORCA's, each judged on events of its own energies. The reward is the mean logarithm of the error of the
direction, 0.3 of that of the energy, less half of that of the effective volume, which is the sensitivity to a point
source. Hand-made layouts of the same money take part. `--quick` has ARCA's strings alone, fewer seeds and evaluations.
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.optimisers.lineup import default_lineup


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick` has few seeds and a small allowance."""
    sites = ("arca",) if quick else ("arca", "icecube", "orca")
    problems = [make("neutrino-telescope-v1", site=site) for site in sites]
    return Study(
        name="neutrino-telescope",
        problems=problems,
        optimisers=default_lineup(quick),
        seeds=range(2 if quick else 10),
        allowance=Allowance(events=(200 if quick else 1000) * problems[0].events),
    )


if __name__ == "__main__":
    study().run("runs/neutrino-telescope")
