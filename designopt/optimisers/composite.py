"""One search after another, from its best: a family for the choices, another for the sizes, neighbours at the end."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.design.declared import Count, Share
from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.common.initial_designs import best_screened
from designopt.optimisers.stop import Stop
from designopt.problem.problem import Problem
from designopt.problem.rounding import HARD, built_point
from designopt.records.trial import Needs, Trial, sort_key


@dataclass(frozen=True)
class Then(AbstractOptimiser):
    """`first` for the fraction `share` of what the run may spend, then `second` from the `handed` best it built.

    What is left when `second` has converged goes to `second` from the usual initial designs.
    """

    first: AbstractOptimiser
    second: AbstractOptimiser
    share: Share = 0.5
    handed: Count = 1

    @property
    def name(self) -> str:
        """Both names."""
        return f"{self.first.name}-then-{self.second.name}"

    @property
    def library(self) -> str:  # type: ignore[override]
        """The first one's; the settings hold both."""
        return self.first.library

    def settings(self) -> dict[str, Any]:
        """Settings of both."""
        return {
            "first": {"name": self.first.name, **self.first.settings()},
            "second": {"name": self.second.name, **self.second.settings()},
            "share": self.share,
            "handed": self.handed,
        }

    def cannot_search(self, problem: Problem) -> str:
        """What hinders the first one or the second."""
        return self.first.cannot_search(problem) or self.second.cannot_search(problem)

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Search, hand over, search."""
        before = len(evaluator.trials)
        with evaluator.stage(int(self.share * evaluator.remaining)):
            self.first.run(evaluator, seed)
        found = sorted((t for t in evaluator.trials[before:] if t.score is not None), key=sort_key)
        starts = [built_point(evaluator.problem, trial.u, trial.sharpness) for trial in found[: self.handed]]
        with evaluator.stage(evaluator.remaining, starts):
            self.second.run(evaluator, seed)
        return self.second.search(evaluator, seed)


@dataclass(frozen=True)
class Neighbours(AbstractOptimiser):
    """Local search over the whole numbers and choices of the best initial design, `batch` neighbours at a time.

    A neighbour differs by one in a whole number, or in one choice; money that it frees or needs is spread by the
    map to the budget. The best of a batch is moved to if it is better; the search ends where no neighbour is.

    Args:
        screened: initial designs that are scored before the search begins.
    """

    screened: Count = 16
    batch: Count = 16

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Screen, build, move from neighbour to neighbour."""
        problem, random = evaluator.problem, np.random.default_rng([seed, 4])
        here = best_screened(evaluator, seed, self.screened)
        u = built_point(problem, here.u, here.sharpness)
        here = evaluator.evaluate(u[None], Needs.SCORE, HARD)[0]
        while True:
            better = self._better(evaluator, here, random)
            if better is None:
                return Stop.CONVERGED
            here = better

    def _better(self, evaluator: Evaluator, here: Trial, random: np.random.Generator) -> Trial | None:
        others = neighbours(evaluator.problem, here.u)
        others = others[random.permutation(len(others))]
        for first in range(0, len(others), self.batch):
            best = min(evaluator.evaluate(others[first : first + self.batch], Needs.SCORE, HARD), key=sort_key)
            if sort_key(best) < sort_key(here):
                return best
        return None


def neighbours(problem: Problem, u: Float[ndarray, " coordinate"]) -> Float[ndarray, "neighbour coordinate"]:
    """The points that differ from a built one in one whole number, by one, or in one choice, in coordinate order."""
    step, blocks = problem.space.integer_step, {int(block[0]): block for block in problem.space.choice_blocks}
    found = []
    for place in sorted({*np.flatnonzero(step).tolist(), *blocks}):
        if place in blocks:
            block = blocks[place]
            corners = np.delete(np.eye(len(block)), np.argmax(u[block]), axis=0)
            found += [_with(u, block, corner) for corner in corners]
        else:
            values = np.array([u[place] - step[place], u[place] + step[place]])
            inside = values[(values >= -1e-9) & (values <= 1.0 + 1e-9)]
            found += [_with(u, place, value) for value in np.clip(inside, 0.0, 1.0)]
    return np.array(found).reshape(-1, len(u))


def _with(u: np.ndarray, places: int | np.ndarray, values: float | np.ndarray) -> np.ndarray:
    other = u.copy()
    other[places] = values
    return other
