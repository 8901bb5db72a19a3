"""Are our continuous optimisers as good as the libraries they stand on, where nothing is a detector and nothing costs?

Functions of COCO's suite `bbob` in 5 and 10 dimensions, ten instances each (a seed an instance), 100 evaluations a
dimension; a gradient is taken by central differences and charged as 2 d + 1. Printed: median of f - f_opt with its 95 %
interval, and the probability that a run of ours ends lower than one of the bare library, with its interval.
`python studies/calibrate_bbob.py [instances]`; needs coco-experiment.
"""

import sys

import numpy as np

from designopt import Allowance, Evaluator
from designopt.optimisers.evolution import CmaEs, DifferentialEvolution
from designopt.optimisers.gradient import Lbfgs, Slsqp
from designopt.report.statistics import superiority
from designopt.testing.accuracy import median_and_interval
from designopt.testing.bare import BareCma, BareDescent, BareDifferentialEvolution
from designopt.testing.bbob import bbob

FUNCTIONS = {1: "sphere", 8: "Rosenbrock", 10: "rotated ellipsoid", 15: "rotated Rastrigin"}
PAIRS = [
    (CmaEs(), BareCma()),
    (DifferentialEvolution(), BareDifferentialEvolution()),
    (Lbfgs(), BareDescent("L-BFGS-B")),
    (Slsqp(), BareDescent("SLSQP")),
]
CLOSE = 1e-8
"""The suite's own precision: what is closer counts as equal."""


def gap(problem, optimiser, seed: int, calls: int) -> float:
    """How far above the optimum a run ends."""
    evaluator = Evaluator(problem, Allowance(calls))
    optimiser.run(evaluator, seed)
    return max(evaluator.best.score - problem.detector.best(1.0)[1], CLOSE)


def main(instances: int = 10) -> None:
    """Print a line a function, dimension and pair."""
    for axes in (5, 10):
        for function, name in FUNCTIONS.items():
            found: dict[str, list[float]] = {one.name: [] for pair in PAIRS for one in pair}
            for instance in range(1, instances + 1):
                problem = bbob(function, axes, instance)
                for one in (one for pair in PAIRS for one in pair):
                    found[one.name].append(gap(problem, one, instance, 100 * axes))
            for ours, bare in PAIRS:
                chance, (low, high) = superiority(found[ours.name], found[bare.name], np.random.default_rng(0))
                cells = ["{:.1e} [{:.0e}, {:.0e}]".format(*median_and_interval(found[o.name])) for o in (ours, bare)]
                print(f"{name:18s} {axes:2d}  {ours.name:22s} {cells[0]:28s} bare {cells[1]:28s} "
                      f"ours lower: {chance:.2f} [{low:.2f}, {high:.2f}]", flush=True)  # fmt: skip


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
