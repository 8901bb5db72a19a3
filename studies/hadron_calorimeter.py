"""Where should thin sensors stand in a steel block, and how thick should they be, to measure pions?

The problem of the reinforcement-learning study arXiv 2412.10237 at the money of 42 of its thinnest sensors, as many as
its layout gamma has. Every family places as many sensors as the money buys, of three thicknesses; training reads Geant4
showers in soft windows, the final score held-out showers in hard ones. Seed by seed, so that it may be stopped.

    designopt run studies/hadron_calorimeter.py [--quick]
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.detectors.hadron.problem import NAME
from designopt.optimisers.lineup import default_lineup


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick`: few seeds and half the allowance."""
    problem = make(NAME)
    return Study(
        name="hadron-calorimeter",
        problems=[problem],
        optimisers=default_lineup(quick),
        seeds=range(2 if quick else 10),
        allowance=Allowance(events=(300 if quick else 600) * problem.events),
    )


if __name__ == "__main__":
    study().run("runs/hadron-calorimeter")
