"""Where should silicon or tiles stand in a steel block, and how deep is it, if a review board has to agree?

`hadron-calorimeter-v2`: depth is paid, silicon has to be depleted, the response to pions is linear and little leaks.
The best equal layout that an exhaustive search found is the design to beat. Minutes for each seed.

    designopt run studies/hadron_review.py [--quick]
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.detectors.hadron.problem_v2 import NAME
from designopt.optimisers.auto import Auto
from designopt.optimisers.baselines import RandomSearch
from designopt.optimisers.evolution.annealing import SimulatedAnnealing
from designopt.optimisers.gradient.methods import Lbfgs, Slsqp


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick`: one seed and a small allowance."""
    problem = make(NAME)
    return Study(
        name="hadron-review",
        problems=[problem],
        optimisers=[Slsqp(), Auto()] if quick else [RandomSearch(), Lbfgs(), Slsqp(), Auto(), SimulatedAnnealing()],
        seeds=range(1 if quick else 10),
        allowance=Allowance(events=(100 if quick else 600) * problem.events),
    )


if __name__ == "__main__":
    study().run("runs/hadron-review")
