"""What a real optimiser has to beat: the reference design of people, random points, Sobol points."""

from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np

from designopt.design.declared import Count
from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.base import AbstractAskTell, AbstractOptimiser
from designopt.optimisers.stop import Stop
from designopt.problem.problem import Problem
from designopt.records.entrant import Role
from designopt.records.trial import Needs, Trial
from designopt.suggestion import suggestion


@dataclass(frozen=True)
class Reference(AbstractOptimiser):
    """Score one reference design of the problem: projected to the budget, or as drawn where references are `whole`."""

    design: str
    role: ClassVar[Role] = "reference"

    @property
    def name(self) -> str:
        """The reference's own name."""
        return f"Reference-{self.design}"

    def cannot_search(self, problem: Problem) -> str:
        """That the problem has no such design."""
        if self.design in problem.references:
            return ""
        return f"'{problem.name}' has no reference design '{self.design}'.{suggestion(self.design, problem.references)}"

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """One trial. Raises ValueError where the problem has no such design."""
        if why := self.cannot_search(evaluator.problem):
            raise ValueError(why)
        point = np.asarray(evaluator.problem.space.encode(evaluator.problem.references[self.design]))
        evaluator.evaluate(point[None], Needs.SCORE)
        return Stop.EXHAUSTED


@dataclass(frozen=True)
class RandomSearch(AbstractAskTell):
    """Independent uniform points of the cube.

    Args:
        batch: points that are scored at a time.
    """

    batch: Count = 16

    def start(self, evaluator: Evaluator, seed: int) -> Any:
        """A source of random points."""
        return partial(np.random.default_rng(seed).random, (self.batch, evaluator.size))

    def ask(self, state: Any) -> np.ndarray:
        """The next random points."""
        return state()

    def tell(self, state: Any, trials: list[Trial]) -> None:
        """Random points learn nothing."""


@dataclass(frozen=True)
class SobolSearch(AbstractAskTell):
    """Scrambled Sobol points: random search without clumps. Joe and Kuo, SIAM J. Sci. Comput. 30 (2008) 2635.

    Args:
        batch: points that are scored at a time.
    """

    batch: Count = 16
    library: ClassVar[str] = "scipy"

    def start(self, evaluator: Evaluator, seed: int) -> Any:
        """A scrambled sequence."""
        from scipy.stats import qmc

        return qmc.Sobol(evaluator.size, scramble=True, rng=np.random.default_rng(seed))

    def ask(self, state: Any) -> np.ndarray:
        """The next points of the sequence."""
        return np.asarray(state.random(self.batch))

    def tell(self, state: Any, trials: list[Trial]) -> None:
        """Sobol points learn nothing."""
