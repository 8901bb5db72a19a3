"""Where a search ends: the best score as built that each of its seeds found."""

import numpy as np
from jaxtyping import Float

from designopt.evaluation.allowance import Allowance
from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.base import AbstractOptimiser
from designopt.problem.problem import Problem


def ends_of_seeds(problem: Problem, search: AbstractOptimiser, calls: int, seeds: int) -> Float[np.ndarray, " seed"]:
    """Best score as built of each seed, shape (seed,); not a number where one found no design within the limits.

    Nothing is written: for the records of a study, run a `Study`.

    Args:
        problem: what is searched.
        search: by what.
        calls: evaluations' worth of events for each seed.
        seeds: how many, from 0.
    """
    found = []
    for seed in range(seeds):
        evaluator = Evaluator(problem, Allowance(calls * problem.events))
        search.run(evaluator, seed)
        found.append(np.nan if evaluator.best is None else evaluator.best.score)
    return np.array(found, dtype=float)
