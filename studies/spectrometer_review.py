"""Where should the stations of SHiP's spectrometer stand, and how fine should they be, if a review board has to agree?

`spectrometer-layout-v2`: stations move, miss tracks and die, are as large as they must be, and have room between the
decay volume and the timing detector. The best equal stations that an exhaustive search found are the design to beat.
Half a minute of computing for each seed.

    designopt run studies/spectrometer_review.py [--quick]
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.detectors.spectrometer.problem_v2 import NAME
from designopt.optimisers.auto import Auto
from designopt.optimisers.baselines import RandomSearch
from designopt.optimisers.evolution.annealing import SimulatedAnnealing
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.gradient.methods import Slsqp


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick`: one seed and a small allowance."""
    problem = make(NAME)
    return Study(
        name="spectrometer-review",
        problems=[problem],
        optimisers=[Slsqp(), Auto()] if quick else [RandomSearch(), Slsqp(), Auto(), CmaEs(), SimulatedAnnealing()],
        seeds=range(1 if quick else 10),
        allowance=Allowance(events=(300 if quick else 4000) * problem.events),
    )


if __name__ == "__main__":
    study().run("runs/spectrometer-review")
