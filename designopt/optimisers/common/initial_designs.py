"""The initial designs: the same for every optimiser that takes some, for one problem and seed."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.design.padding import next_power_of_two
from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.common.subspace import Subspace
from designopt.problem.problem import Problem
from designopt.records.trial import Needs, Trial, sort_key

KNOTS = 3
"""Values that a random initial series is drawn through."""


def initial_points(evaluator: Evaluator, seed: int, count: int) -> Float[ndarray, "start coordinate"]:
    """The first `count` of one sequence: given designs, the reference designs, then smooth random stacks.

    A random point of a long stack's cube is noise that all stacks share after averaging; a smooth one (three knots
    per series, scrambled Sobol points) differs from its neighbours in what matters. Every second one lies half-way to
    a reference, in turn. Inside a hybrid the starts are what the search before it found, and nothing else.
    """
    from scipy.stats import qmc

    if evaluator.starts:
        return np.asarray(evaluator.starts[:count])
    problem = evaluator.problem
    experts = [*evaluator.given, *(np.asarray(problem.space.encode(one)) for one in problem.references.values())]
    matrix = Subspace(problem, KNOTS).matrix
    sequence = qmc.Sobol(matrix.shape[1], scramble=True, rng=np.random.default_rng(seed))
    smooth = np.asarray(sequence.random(next_power_of_two(count))) @ matrix.T
    for row in range(1, len(smooth), 2):
        if experts:
            smooth[row] = 0.5 * (smooth[row] + experts[(row // 2) % len(experts)])
    return np.clip(np.concatenate([*(expert[None] for expert in experts), smooth])[:count], 0.0, 1.0)


def screened_points(
    evaluator: Evaluator, seed: int, most: int, needs: Needs = Needs.SCORE, least: int = 1, part: int = 5
) -> Float[ndarray, "start coordinate"]:
    """At most `most` initial designs (`initial_points`) that cost one `part`-th of what is left of the allowance.

    `needs` is what each of them will be asked for, which sets its price. At least `least` are returned, whatever they
    cost.
    """
    return initial_points(evaluator, seed, max(least, min(most, evaluator.affordable(needs) // part)))


def best_screened(evaluator: Evaluator, seed: int, most: int) -> Trial:
    """Score the `screened_points` and return the best trial. AllowanceSpent may pass through."""
    return min(evaluator.evaluate(screened_points(evaluator, seed, most), Needs.SCORE), key=sort_key)


def smooth_random_points(
    problem: Problem, random: np.random.Generator, count: int
) -> Float[ndarray, "start coordinate"]:
    """Independent random points of the cube whose long series are smooth, drawn through three knots."""
    matrix = Subspace(problem, KNOTS).matrix
    return random.random((count, matrix.shape[1])) @ matrix.T
