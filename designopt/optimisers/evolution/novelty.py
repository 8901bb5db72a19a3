"""What else is as good? CMA-ES cloud after cloud, each away from the designs that the ones before it ended at."""

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

import numpy as np

from designopt.design.declared import Count, NotNegative, Positive, Range
from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.base import AbstractAskTell
from designopt.optimisers.common.different import Differences, Shape
from designopt.optimisers.common.initial_designs import smooth_random_points
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.records.trial import Trial, sort_key


@dataclass
class _Clouds:
    """State of a run."""

    evaluator: Evaluator
    differences: Differences
    cloud: Any
    random: np.random.Generator
    initial: list[tuple[Trial, Shape]] = field(default_factory=list)
    scored: list[tuple[Trial, Shape]] = field(default_factory=list)
    """Feasible designs of the present cloud, away from all ends."""
    ends: list[Shape] = field(default_factory=list)
    until: int = 0
    """Events at which the present cloud ends."""


@dataclass(frozen=True)
class NoveltyCmaEs(AbstractAskTell):
    """A set of different designs that are nearly as good as the best, at the same money: "what else is as good?"

    The allowance is shared among `designs` clouds of `CmaEs`; what a converged cloud leaves goes to more. A design
    nearer than `apart` to the end of an earlier cloud ranks behind every allowed one, by how near it is. A cloud begins
    at the best initial design that is away from all ends, or at a smooth random one. Distances are root mean squares
    over the coordinates of what is built, 0 to 1 (`designopt.optimisers.common.different`). The set is read from the
    run: in the report, and by `designopt.different_designs(folder)`.

    Args:
        within: how much worse than the best a score of the set may be, in the score's own unit; None: a twentieth of
            the way from the median of the first 16 designs to the best.
        apart: smallest distance of two designs of the set.
        knots, sigma, screened: as of `CmaEs`.
    """

    designs: Count = 4
    within: NotNegative | None = None
    apart: Annotated[float, Range(0.0, 1.0, open=True)] = 0.1
    knots: Count | None = 10
    sigma: Positive = 0.2
    screened: Count = 16
    library: ClassVar[str] = "cma"

    @property
    def _cma(self) -> CmaEs:
        return CmaEs(self.knots, self.sigma, self.screened)

    def start(self, evaluator: Evaluator, seed: int) -> _Clouds:
        """The initial designs are the first to be asked, as of `CmaEs`."""
        cloud = self._cma.start(evaluator, seed)
        return _Clouds(evaluator, Differences(evaluator.problem), cloud, np.random.default_rng([seed, 10]))

    def ask(self, state: _Clouds) -> np.ndarray:
        """The initial designs, then generations of one cloud after the other."""
        cloud, spent = state.cloud, state.evaluator.spent
        begun = cloud.strategy is not None
        if begun and (cloud.strategy.stop() or spent >= state.until):
            if state.scored:
                state.ends.append(min(state.scored, key=lambda pair: sort_key(pair[0]))[1])
            state.scored, cloud.strategy, cloud.restarts, cloud.starts = [], None, 0, [self._start(state)]
        if cloud.starts and cloud.strategy is None:
            left = max(self.designs - len(state.ends), 1)
            state.until = spent + state.evaluator.remaining // left
        return self._cma.ask(cloud)

    def _start(self, state: _Clouds) -> np.ndarray:
        """The best initial design away from all ends, once; where none is left, a smooth random one."""
        while state.initial:
            trial, shape = state.initial.pop(0)
            if self._lack(state, shape) == 0.0:
                return trial.u
        return np.asarray(smooth_random_points(state.evaluator.problem, state.random, 1)[0])

    def _lack(self, state: _Clouds, shape: Shape) -> float:
        """How much of `apart` is missing to the nearest end, 0 to 1."""
        nearest = min((state.differences.apart(shape, end) for end in state.ends), default=np.inf)
        return max(0.0, 1.0 - nearest / self.apart)

    def tell(self, state: _Clouds, trials: list[Trial]) -> None:
        """Rank a generation, what is near an earlier end behind what is allowed."""
        cloud = state.cloud
        shapes = [state.differences.shape(trial.u, trial.sharpness) for trial in trials]
        if not cloud.starts:
            self._cma.tell(cloud, trials)
            state.initial = sorted(zip(trials, shapes, strict=True), key=lambda pair: sort_key(pair[0]))[1:]
            return
        cloud.ranking.see(trials)
        lacks = [self._lack(state, shape) for shape in shapes]
        values = [cloud.ranking.value(trial, lack) for trial, lack in zip(trials, lacks, strict=True)]
        cloud.strategy.tell(cloud.points, values)
        found = zip(trials, shapes, lacks, strict=True)
        state.scored += [(trial, shape) for trial, shape, lack in found if trial.feasible and lack == 0.0]
