"""The metered door: scores proposals, charges for them, records them, and refuses when the allowance is spent."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from designopt.design.numbers import whole
from designopt.evaluation.allowance import Allowance as Allowance
from designopt.evaluation.doing import Doing, Tell, nobody
from designopt.evaluation.replay import check_replay
from designopt.evaluation.rows import Rows
from designopt.evaluation.simulator import compiled, fresh_key
from designopt.problem.problem import Problem
from designopt.programs import make_room
from designopt.records.trial import Needs, Trial


class AllowanceSpent(Exception):
    """The run has no simulated events left; the loop ends the run when it sees this."""

    def __init__(self, sentence: str = "The allowance of simulated events is spent. Give a larger one to go on."):
        super().__init__(sentence)


class Evaluator:
    """Scores designs of one problem for one run.

    `recorded` trials are replayed: the proposal is checked against the record, charged as recorded, and not
    simulated again. `record` is called with every new trial, `tell` with what the run begins to do. A search begins
    from `starts`, if an earlier stage found some (see `stage`), and from `given` (see `begin_with`). `best_scored` is
    the best trial that may be ranked; `beside` a path without its ending where what was learned is kept, if any.

    Args:
        problem: what is scored.
        allowance: simulated events that the run may use.
    """

    def __init__(
        self,
        problem: Problem,
        allowance: Allowance,
        recorded: Sequence[Trial] = (),
        record: Callable[[Trial], None] | None = None,
        tell: Tell = nobody,
    ):
        if not isinstance(allowance, Allowance):
            raise ValueError(f"The allowance of a run is {allowance!r}. Write Allowance(events=...).")
        self.problem, self.allowance = problem, allowance
        self.spent = 0
        self.trials: list[Trial] = []
        self.best_scored: Trial | None = None
        self.given: tuple[np.ndarray, ...] = ()
        self._best_loss: Trial | None = None
        self.starts: tuple[np.ndarray, ...] = ()
        self.beside: Path | None = None
        self._recorded, self._record, self._tell = list(recorded), record, tell
        self._worst: float | None = None
        self._started = time.perf_counter()  # moved on by the time that compiling takes
        self._offset = self._recorded[-1].at if self._recorded else 0.0
        tell(self._pause)

    @property
    def size(self) -> int:
        """Coordinates of the unit cube."""
        return self.problem.size

    @property
    def best(self) -> Trial | None:
        """The best trial within the side limits: by score as built; where none was scored, by the loss."""
        return self._best_loss if self.best_scored is None else self.best_scored

    def begin_with(self, points: Sequence[np.ndarray], charged: int = 0) -> None:
        """Score the `points` that a search begins from as its first trials; finding them is `charged`, in events.

        Raises AllowanceSpent where that leaves no events for all of them.
        """
        self.spent += charged
        self.given = tuple(np.asarray(point, dtype=float) for point in points)
        self.evaluate(np.stack(self.given), Needs.SCORE)

    @property
    def remaining(self) -> int:
        """Simulated events left."""
        return self.allowance.events - self.spent

    @property
    def _pause(self) -> Doing:
        """What the run does between two evaluations."""
        return Doing.REPLAYING if len(self.trials) < len(self._recorded) else Doing.THINKING

    def price(self, needs: Needs) -> int:
        """Simulated events that one proposal costs. Raises ValueError for a gradient where there is none.

        Args:
            needs: what is wanted of the proposal: score, loss, gradient.
        """
        share = float(Needs.SCORE in needs)
        if Needs.GRADIENT not in needs:
            share += float(Needs.LOSS in needs)
        elif self.problem.gradient_price is None:
            raise ValueError(
                f"A gradient was asked for, but the simulator of '{self.problem.name}' has none. "
                "Choose an optimiser that needs scores only, such as CmaEs or LocalSurrogate."
            )
        else:
            share += self.problem.gradient_price
        return math.ceil(share * self.problem.events)

    def affordable(self, needs: Needs) -> int:
        """How many proposals the remaining events pay for; none with gradients where the simulator has no gradient.

        Args:
            needs: what is wanted of each proposal.
        """
        if Needs.GRADIENT in needs and self.problem.gradient_price is None:
            return 0
        return self.remaining // self.price(needs)

    @contextmanager
    def stage(self, events: int, starts: Sequence[np.ndarray] = ()) -> Iterator[None]:
        """Lend at most `events` of what is left to a search inside a search, with points to begin from.

        Args:
            events: simulated events, of which the search may use no more.
            starts: points, shape (coordinate,) each.
        """
        whole, before = self.allowance, self.starts
        self.allowance = Allowance(min(whole.events, max(self.spent + events, 1)))
        self.starts = tuple(starts)
        try:
            yield
        finally:
            self.allowance, self.starts = whole, before

    def evaluate(
        self, points: np.ndarray, needs: Needs = Needs.SCORE, sharpness: float = 1.0, sample: int | None = None
    ) -> list[Trial]:
        """Score points, shape (proposal, coordinate), all in the unit cube. Returns one trial each, in order.

        `sample` None: on the events that all designs of the problem are ranked on. A number: all of these points on
        the fresh events of that number, as many and at the same price (`problem.events` each); such a trial is never
        the best of the run, since one sample may flatter it. Numbers: `designopt.optimisers.common.fresh_events`.
        Raises AllowanceSpent when the events left cannot pay for all of them, after recording those they could;
        ValueError for points of the wrong shape, outside the cube or not finite, or for gradients where there are none.

        Args:
            points: shape (proposal, coordinate), 0 to 1.
            needs: what is wanted: score, loss, gradient; each is charged for.
            sharpness: how hard gates and mixtures are, from 1.
            sample: a number of fresh events, or None.
        """
        points, sharpness = self._checked(points), float(sharpness)
        sample = None if sample is None else whole(sample, "The number of a sample of events")
        count = min(len(points), self.remaining // self.price(needs))
        first = len(self.trials)
        known = self._recorded[first : first + count]
        for recorded, u in zip(known, points, strict=False):
            check_replay(recorded, u, needs, sharpness, sample)
            self._keep(recorded)
            self._started = time.perf_counter()  # the clock goes on from the record, without the time of the replay
        if len(known) < count:
            make_room()
            for trial in self._simulate(points[:count], needs, sharpness, sample, skip=len(known)):
                self._keep(trial)
                if self._record is not None:
                    self._record(trial)
        self._tell(self._pause)
        if count < len(points):
            raise AllowanceSpent
        return self.trials[first:]

    def _checked(self, points: np.ndarray) -> np.ndarray:
        points = np.array(points, dtype=float, ndmin=2)
        if points.ndim != 2 or points.shape[1] != self.size:
            raise ValueError(f"Points have the shape {points.shape}; (proposals, {self.size}) is needed.")
        if not np.all((points >= 0.0) & (points <= 1.0)):
            raise ValueError("A point lies outside the unit cube or is not finite. Clip points to [0, 1].")
        return points

    def _keep(self, trial: Trial) -> None:
        self.trials.append(trial)
        self.spent += trial.events
        for value in (trial.score, trial.loss):
            if value is not None and not trial.failed:
                self._worst = value if self._worst is None else max(self._worst, value)
        best = None if self.best_scored is None else self.best_scored.score
        if trial.score is not None and (best is None or trial.score < best) and trial.feasible:
            self.best_scored = trial
        counts = trial.loss is not None and not (trial.failed or trial.built or trial.violation or trial.sample)
        if counts and (self._best_loss is None or trial.loss < self._best_loss.loss):  # type: ignore[operator]
            self._best_loss = trial

    def _simulate(
        self, points: np.ndarray, needs: Needs, sharpness: float, sample: int | None, skip: int
    ) -> Iterator[Trial]:
        """Trials of a batch but for the first `skip`, one at a time: each is numbered after those kept before it.

        A batch that is partly recorded is simulated in its full shape, so that results repeat to the bit.
        """
        arrived = time.perf_counter()
        self._tell(Doing.COMPILING)
        simulate = compiled(self.problem, needs, len(points), sample is not None)
        events = () if sample is None else (fresh_key(sample),)
        begun = time.perf_counter()
        self._started += begun - arrived  # compiling is neither simulating nor thinking
        self._tell(Doing.SIMULATING)
        rows = Rows(simulate(points, sharpness, *events))
        now = time.perf_counter()
        seconds = (now - begun) / len(points)
        at = self._offset + now - self._started
        price = self.price(needs)
        for row in range(skip, len(points)):
            loss, score = rows.number("loss", row), rows.number("score", row)
            if failed := rows.failed(row):
                worse = None if self._worst is None else self._worst + 1.0
                loss, score = (None if v is None else worse for v in (loss, score))
            built_cost, cost = rows.number("built_cost", row), rows.number("cost", row)
            assert cost is not None
            yield Trial(
                number=len(self.trials), u=points[row], sharpness=sharpness, needs=needs, loss=loss,
                gradient=rows.gradient(row), jacobian=rows.jacobian(row), score=score, cost=cost, built_cost=built_cost,
                paid=None if built_cost is None else built_cost - (rows.number("kept", row) or 0.0),
                violations=rows.limits("violations", row), built_violations=rows.limits("built_violations", row),
                failed=failed, events=price, seconds=seconds, at=at, sample=sample,
            )  # fmt: skip
