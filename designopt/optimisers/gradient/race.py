"""A race of built designs: whole numbers and choices at random, sizes by descents, the best third goes on each time."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.design.declared import Count
from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.common.augmented_lagrangian import Penalty
from designopt.optimisers.gradient.look_around import look_around
from designopt.optimisers.gradient.methods import Lbfgs
from designopt.optimisers.stop import Stop
from designopt.problem.problem import Problem
from designopt.problem.rounding import HARD, built_point
from designopt.records.trial import Needs, Trial, sort_key


@dataclass
class _Runner:
    """A design in the race: the best it was, where it is, and the multipliers of its side limits."""

    best: Trial
    u: Float[ndarray, " coordinate"]
    penalty: Penalty


def drawn_points(problem: Problem, random: np.random.Generator, count: int) -> Float[ndarray, "start coordinate"]:
    """Random points as built, shape (start, coordinate): sizes uniform, whole numbers and choices equally likely."""
    space, points = problem.space, random.random((count, problem.size))
    whole = space.integer_levels > 0
    points[:, whole] = np.floor(points[:, whole] * (space.integer_levels[whole] + 1)) * space.integer_step[whole]
    return np.stack([built_point(problem, point, HARD) for point in points])


@dataclass(frozen=True)
class Race(AbstractOptimiser):
    """Where a relaxed design says little of the built one and slots are few: many choices, each tried with its sizes.

    `drawn` random built designs are scored, at most a fifth of the allowance, and the best `kept` of them begin: whole
    numbers and choices stay as they are, sizes descend by L-BFGS, `gradients` each. The best third goes on with three
    times as many, until one is left, or the allowance; its neighbours in whole numbers and choices are tried, and
    descend where they are better. What is left goes to the next race. Where the allowance is small, fewer are drawn and
    kept, so that two stages are paid.
    """

    drawn: Count = 64
    kept: Count = 16
    gradients: Count = 6
    needs: ClassVar[Needs] = Needs.GRADIENT | Needs.SCORE
    library: ClassVar[str] = "scipy"
    tried: ClassVar[int] = 2

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Race after race; where nothing is a size, there is nothing to descend."""
        random = np.random.default_rng([seed, 8])
        while evaluator.problem.space.continuous.any():
            self._race(evaluator, random)
            look_around(evaluator, Lbfgs())
        return Stop.EXHAUSTED

    def _race(self, evaluator: Evaluator, random: np.random.Generator) -> None:
        count = int(np.clip(evaluator.affordable(Needs.SCORE) // 5, 2, self.drawn))
        points = np.stack([*evaluator.starts, *drawn_points(evaluator.problem, random, count)])[:count]
        trials = sorted(evaluator.evaluate(points, Needs.SCORE, HARD), key=sort_key)
        kept = int(np.clip(evaluator.affordable(Needs.GRADIENT) // (3 * self.gradients), 1, self.kept))
        descent, gradients = Lbfgs(), self.gradients
        runners = [_Runner(trial, trial.u, descent.penalty(evaluator)) for trial in trials[:kept]]
        while True:
            for runner in runners:
                end, runner.u = descent.walk(evaluator, runner.u, HARD, runner.penalty, gradients, fixed=True)
                runner.best = min(runner.best, end, key=sort_key)
            if len(runners) == 1:
                return
            runners.sort(key=lambda runner: sort_key(runner.best))
            runners, gradients = runners[: -(-len(runners) // 3)], 3 * gradients
