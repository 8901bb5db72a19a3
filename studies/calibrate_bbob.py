"""Are our continuous optimisers as good as the libraries they stand on, where nothing is a detector and nothing costs?

All 24 functions of COCO's suite `bbob` in 5 and 10 dimensions, ten instances each (one seed per instance), 100
evaluations per dimension; a gradient is taken by central differences and charged as 2 d + 1. Printed: median of
f - f_opt and the probability that a run of ours ends lower than one of the bare library, with 95 % intervals, and in
how many functions that keeps clear of one half. Griewank-Rosenbrock tells nothing: ours begin in the middle, which is
nearly the best.
`python studies/calibrate_bbob.py [instances] [numbers of functions]`; needs coco-experiment.
"""

from designopt import prepare

prepare()

import sys

import jax
import numpy as np

from designopt import Allowance, Evaluator
from designopt.benchmarks.accuracy import median_and_interval
from designopt.benchmarks.bare_libraries import BareCma, BareDescent, BareDifferentialEvolution
from designopt.benchmarks.bbob import FUNCTIONS, bbob
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.evolution.differential_evolution import DifferentialEvolution
from designopt.optimisers.gradient.methods import Lbfgs, Slsqp
from designopt.problem.problem import Problem
from designopt.report.data.statistics import superiority

PAIRS = [(CmaEs(), BareCma()), (DifferentialEvolution(), BareDifferentialEvolution()),
         (Lbfgs(), BareDescent("L-BFGS-B")), (Slsqp(), BareDescent("SLSQP"))]  # fmt: skip
CLOSE = 1e-8  # the suite's own precision: what is closer counts as equal


def gap(problem: Problem, optimiser: AbstractOptimiser) -> float:
    """How far above the optimum a run ends."""
    evaluator = Evaluator(problem, Allowance(100 * problem.size))
    optimiser.run(evaluator, problem.options["instance"])
    return max(evaluator.best.score - problem.detector.best(1.0)[1], CLOSE)


def main(instances: int = 10, *numbers: int) -> None:
    """Print a line a function, dimension and pair, then a line a pair and dimension."""
    chances: dict[str, list[tuple[float, float, float]]] = {}
    for number, axes in [(number, axes) for number in numbers or FUNCTIONS for axes in (5, 10)]:
        problems = [bbob(number, axes, instance) for instance in range(1, instances + 1)]
        for pair in PAIRS:
            ours, bare = ([gap(problem, one) for problem in problems] for one in pair)
            chance, (low, high) = superiority(ours, bare, np.random.default_rng(0))
            chances.setdefault(f"{pair[0].name:21s} {axes:2d}-D", []).append((chance, low, high))
            gaps = ["{:.1e} [{:.0e}, {:.0e}]".format(*median_and_interval(some)) for some in (ours, bare)]
            print(f"{FUNCTIONS[number]:19s} {axes:2d} {pair[0].name:21s} {gaps[0]:25s} bare {gaps[1]:25s} "
                  f"ours lower: {chance:.2f} [{low:.2f}, {high:.2f}]", flush=True)  # fmt: skip
        jax.clear_caches()
    for label, rows in chances.items():
        chance, low, high = np.array(rows).T
        print(f"{label}: lower in {np.sum(low > 0.5)}, higher in {np.sum(high < 0.5)} of {len(rows)} functions beyond "
              f"the interval, mean probability {chance.mean():.2f}")  # fmt: skip


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
