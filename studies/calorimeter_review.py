"""How should a fixed amount of money be spent on a calorimeter that a review board would let be built?

`calorimeter-segmentation-v2`: at most four kinds of layer, boards, noise, tolerances, low energies as well as the mass
of two photons. The best equal stack that an exhaustive search found is the design to beat. Half an hour for each seed.

    designopt run studies/calorimeter_review.py [--quick]
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.optimisers.auto import Auto
from designopt.optimisers.baselines import RandomSearch
from designopt.optimisers.evolution.annealing import SimulatedAnnealing
from designopt.optimisers.gradient.methods import Lbfgs, Slsqp


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick`: one seed and a small allowance."""
    problem = make("calorimeter-segmentation-v2")
    return Study(
        name="calorimeter-review",
        problems=[problem],
        optimisers=[SimulatedAnnealing(), *([] if quick else [RandomSearch(), Lbfgs(), Slsqp(), Auto()])],
        seeds=range(1 if quick else 3),
        allowance=Allowance(events=(60 if quick else 1000) * problem.events),
    )


if __name__ == "__main__":
    study().run("runs/calorimeter-review")
