"""How deterministic descents share an allowance: screen, scout, harden, fix what is whole, polish, next start."""

import abc
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.design.declared import Count, NotNegative, Positive
from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.common.augmented_lagrangian import Penalty
from designopt.optimisers.common.initial_designs import screened_points, smooth_random_points
from designopt.optimisers.gradient.walk import Point, Walk
from designopt.optimisers.stop import Stop
from designopt.problem.problem import Problem
from designopt.problem.rounding import HARD, built_point
from designopt.records.trial import Needs, Trial, sort_key

NUDGE = 0.05
"""How far a single descent from a reference begins from it, as a share of the way to a random design."""

ROUND = 4
"""Initial designs that are scored at a time."""

SAME = 1e-6
"""Relative difference of scores below which two descents have ended at the same optimum."""

WEIGHT = 10.0
"""Of the augmented Lagrangian of the side limits."""

TOLERANCE = 1e-9
"""At which the library calls a descent converged."""


def smooth(problem: Problem) -> bool:
    """Whether all variables of a problem are continuous: no whole numbers and no choices."""
    return bool(np.all(problem.space.continuous))


def screened(evaluator: Evaluator, seed: int, count: int, alone: bool) -> list[Float[ndarray, " coordinate"]]:
    """The initial designs, scored as built, best first; at most a fifth of the allowance goes there.

    Where all coordinates are sizes, they are scored `ROUND` at a time, as long as a round brings a better one: there
    are few local optima to tell apart. The references are the same for every seed. A single descent, `alone`, from one
    of them begins `NUDGE` of the way to a smooth random stack of its sizes, so that seeds say how much its end depends
    on where it began.
    """
    problem, random = evaluator.problem, np.random.default_rng([seed, 6])
    points, better = screened_points(evaluator, seed, count), True
    size = ROUND if smooth(problem) else len(points)
    trials: list[Trial] = []
    while better and len(trials) < len(points):
        more = evaluator.evaluate(points[len(trials) : len(trials) + size], Needs.SCORE)
        better = not trials or min(map(sort_key, more)) < min(map(sort_key, trials))
        trials += more
    points = np.stack([trial.u for trial in trials])
    common = 0 if evaluator.starts or not alone else min(len(trials), len(problem.references))
    elsewhere = smooth_random_points(problem, random, common)
    points[:common] += NUDGE * problem.space.continuous * (elsewhere - points[:common])
    return [points[row] for row in sorted(range(len(trials)), key=lambda row: sort_key(trials[row]))]


def fresh(evaluator: Evaluator, seed: int, number: int, count: int) -> list[Float[ndarray, " coordinate"]]:
    """Smooth random designs of a later round, every second one half-way to the best so far; scored, best first."""
    points = smooth_random_points(evaluator.problem, np.random.default_rng([seed, 6, number]), count)
    if evaluator.best_scored is not None:
        points[1::2] = 0.5 * (points[1::2] + evaluator.best_scored.u)
    trials = evaluator.evaluate(np.clip(points, 0.0, 1.0), Needs.SCORE)
    return [trial.u for trial in sorted(trials, key=sort_key)]


def _differ(ends: list[Trial]) -> bool:
    """Whether descents ended at different scores, or outside the limits."""
    scores = [float(end.score or 0.0) for end in ends]
    return not all(end.feasible for end in ends) or max(scores) - min(scores) > SAME * (1.0 + abs(min(scores)))


@dataclass(frozen=True)
class AbstractDescent(AbstractOptimiser):
    """A schedule of descents with exact gradients, start after start.

    Where there are whole numbers or choices, the best `starts` of the `screened` initial designs descend `scouted`
    gradients each (fewer of them, if a quarter of the allowance does not pay for all). The best as built goes on
    through the sharpnesses `hardening`, `stage` gradients each, but at most half of what is left in all (the first
    sharpnesses alone, if that pays for less than `scouted` gradients each). Then its whole numbers and choices stay as
    built (those of the best design so far, if it breaks a limit that sizes do not mend with all that is left but
    twice `scouted` gradients) and its sizes descend to convergence, at most four stages long, in `rounds` rounds if
    there are side limits. What is left of the allowance goes to the next start, to the other initial designs, then
    to `fresh` ones, in rounds, until all ends of a round agree. Every `scored_every`th step is scored as built.
    Side limits are kept by `margin`, so that the built design, rounded, keeps them too; a last descent tries
    `last_margin`.
    """

    starts: Count = 4
    screened: Count = 16
    scouted: Count = 6
    stage: Count = 25
    hardening: tuple[Positive, ...] = (1.0, 3.0, 8.0)
    scored_every: Count = 5
    margin: NotNegative = 0.002
    needs: ClassVar[Needs] = Needs.GRADIENT | Needs.SCORE
    library: ClassVar[str] = "scipy"
    tried: ClassVar[int] = 25
    exact_limits: ClassVar[bool] = False
    """The library keeps the limits by itself; only rounding needs a margin then."""

    @property
    def rounds(self) -> int:
        """Of multipliers of the side limits; a library that keeps limits by itself has none."""
        return 1 if self.exact_limits else 3

    @property
    def last_margin(self) -> float:
        """By which the last descent keeps the side limits."""
        return 1e-7 if self.exact_limits else 1e-4

    @abc.abstractmethod
    def descend(self, walk: Walk, penalty: Penalty) -> Point:
        """The end of one descent; calls `walk.trial` for values and `walk.accepted` at every step."""

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Rounds of descents from ever new starts, until all of a round end at the same score."""
        alone = evaluator.affordable(Needs.GRADIENT) < 8 * self.scouted
        ends, number = self._round(evaluator, screened(evaluator, seed, self.screened, alone)), 0
        while _differ(ends):
            number += 1
            ends = self._round(evaluator, fresh(evaluator, seed, number, self.screened))
        return Stop.CONVERGED

    def _round(self, evaluator: Evaluator, chosen: list[np.ndarray]) -> list[Trial]:
        """Scout, then harden and polish the starts, the most promising first; returns where they end."""
        starts = min(self.starts, evaluator.affordable(Needs.GRADIENT) // (4 * self.scouted))
        if starts < 2 or len(chosen) < 2 or smooth(evaluator.problem):
            starts = 0  # one start alone needs no comparison
        scouted = []
        for u in chosen[:starts]:
            penalty = self.penalty(evaluator)
            scouted.append((*self.walk(evaluator, u, self.hardening[0], penalty, self.scouted), penalty))
        ends = []
        for _, u, penalty in sorted(scouted, key=lambda entry: sort_key(entry[0])):
            ends.append(self._finish(evaluator, u, penalty))
        for u in chosen[starts:]:
            ends.append(self._finish(evaluator, u, self.penalty(evaluator)))
        return ends

    def penalty(self, evaluator: Evaluator) -> Penalty:
        """What side limits add to the loss, for one start."""
        problem, space = evaluator.problem, evaluator.problem.space
        rounded = bool(np.any(~space.continuous | space.stepped))
        margin = self.margin if rounded or not self.exact_limits else self.last_margin
        return Penalty.of(problem, WEIGHT, margin)

    def _finish(self, evaluator: Evaluator, u: np.ndarray, penalty: Penalty) -> Trial:
        fixed, repairs = not smooth(evaluator.problem), self.rounds
        if fixed:
            half = evaluator.affordable(Needs.GRADIENT) // 2
            stages = self.hardening[: max(1, half // self.scouted)]
            for sharpness in stages:
                end, u = self.walk(evaluator, u, sharpness, penalty, min(self.stage, half // len(stages)))
            u = built_point(evaluator.problem, end.u, end.sharpness)
            kept = min(2 * self.scouted, evaluator.affordable(Needs.GRADIENT) // 2)
            while not end.feasible and (left := evaluator.affordable(Needs.GRADIENT) - kept) > 0 and repairs:
                end, u = self.walk(evaluator, u, HARD, penalty, min(4 * self.stage, left), fixed)
                repairs -= 1
            best = evaluator.best_scored
            if not end.feasible and best is not None:  # what whole numbers break, sizes do not always mend
                u = built_point(evaluator.problem, best.u, best.sharpness)
        for left in range(self.rounds if penalty.count else 1, 0, -1):
            share = 4 * self.stage  # of a library that keeps limits itself, one round is all
            if penalty.count and not self.exact_limits:  # multipliers come in rounds, none needs its last digit
                share = min(share, max(self.scouted, evaluator.affordable(Needs.GRADIENT) // (2 * left)))
            end, u = self.walk(evaluator, u, HARD, penalty, share, fixed)
        if penalty.count:
            penalty.margin = self.last_margin
            end, _ = self.walk(evaluator, u, HARD, penalty, 4 * self.stage, fixed)
        return end

    def walk(
        self,
        evaluator: Evaluator,
        u: np.ndarray,
        sharpness: float,
        penalty: Penalty,
        gradients: int,
        fixed: bool = False,
    ) -> tuple[Trial, np.ndarray]:
        """One descent; its end is scored as built and renews the multipliers. Returns that trial and the point."""
        free = evaluator.problem.space.continuous if fixed else np.ones(evaluator.size, bool)
        walk = Walk(evaluator, u, free, sharpness, gradients, self.scored_every)
        end = walk.end(lambda: self.descend(walk, penalty)) if np.any(free) else walk.start
        trial = walk.score(end)
        penalty.update(trial)
        if trial.violation and (back := walk.within(end, penalty.margin)) is not None:
            trial = min(trial, walk.score(back), key=sort_key)
        return trial, trial.u
