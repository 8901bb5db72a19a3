"""How far the runs of a study are: what their ledgers hold, what is being done, how long it will take."""

import math
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from designopt.evaluation.doing import Doing
from designopt.problem.constraints import MET
from designopt.records.labels import labels
from designopt.records.trial import Trial
from designopt.records.watch import RunWatch
from designopt.study.plan import RunPlan
from designopt.study.time_left import Countdown, Left, Pace, time_left

SAMPLES = 8
"""Last looks at what a run does, of which the most frequent is shown: simulating and thinking may change many times a
second."""


ROUNDING = 1e-9
"""A standard error so small against its score is none: nothing is random."""


class Row:
    """One run: `doing` is what it does if it is in hand, and empty otherwise."""

    def __init__(self, plan: RunPlan, label: str, watch: RunWatch):
        self.plan, self.label, self.watch = plan, label, watch
        self.doing = ""
        self.passed: float | None = None
        self._taken: float | None = None
        self._seen: deque[Doing] = deque(maxlen=SAMPLES)

    def look(self, doing: Doing | None, now: float) -> None:
        """Note what the run does at this moment; None if it is not in hand."""
        if doing is None:
            if self._taken is not None:
                self.passed = now - self._taken
            self._seen.clear()
            self.doing, self._taken = "", None
            return
        self._taken = self._taken or now
        self._seen.append(doing)
        self.doing = Counter(self._seen).most_common(1)[0][0].word
        self.passed = now - self._taken

    @property
    def ended(self) -> bool:
        """Done, or failed and not tried again at this moment."""
        return self.watch.state == "done" or (self.watch.state == "failed" and not self.doing)

    @property
    def state(self) -> str:
        """What to call its state: what it does, done, failed, or waiting."""
        if self.ended:
            return self.watch.state
        return self.doing or "waiting"

    @property
    def fraction(self) -> float:
        """Share of the allowance that is used; 1 where it is done."""
        return 1.0 if self.watch.state == "done" else min(1.0, self.watch.spent / self.plan.allowance.events)

    @property
    def is_reference(self) -> bool:
        """Whether it scores a design of people."""
        return self.plan.optimiser.role == "reference"

    @property
    def score(self) -> str:
        """The best score as built: after the run that on fresh events, with its error. Or what the closest breaks."""
        winner, best, closest = self.watch.winner, self.watch.best, self.watch.closest
        if winner is not None and winner.get("score_error", 0.0) > ROUNDING * abs(winner["score"]):
            return f"{winner['score']:.5g} ± {winner['score_error']:.2g}"
        if winner is not None or best is not None:
            return f"{winner['score'] if winner is not None else best.score:.5g}"  # type: ignore[union-attr]
        return "-" if closest is None else broken(closest)

    @property
    def money(self) -> str:
        """What the best design costs, of what it may."""
        shown = self.watch.best or self.watch.closest
        budget = self.plan.problem.budget
        if shown is None or shown.built_cost is None:
            return f"- of {budget:,.1f} kCHF"
        return f"{shown.built_cost:,.1f} of {budget:,.1f} kCHF"


def broken(trial: Trial) -> str:
    """Which side limits a design breaks, and by how much."""
    if trial.failed:
        return "no finite number"
    over = sorted(((g, name) for name, g in trial.built_violations.items() if g > MET), reverse=True)
    return "breaks " + ", ".join(f"{name} by {100 * g:.3g} %" for g, name in over) if over else "-"


class Progress:
    """All runs of a study. `sample` a few times a second, `look` for what is new.

    `doing` is what every run in hand does, by its number, as `carry_out` keeps it.
    """

    def __init__(self, plans: Sequence[RunPlan], run_dir: Path, workers: int, doing: Mapping[int, Doing]):
        names = labels([plan.configuration for plan in plans])
        self.rows = [Row(plan, name, RunWatch(plan.path(run_dir))) for plan, name in zip(plans, names, strict=True)]
        self.workers, self._doing = workers, doing
        self.begun = time.monotonic()
        self.left = Left(None, {}, 0)
        self._countdown = Countdown()
        self._kinds: dict[int, Any] = {
            number: (repr(plan.configuration["problem"]), repr(plan.configuration["optimiser"]), plan.allowance)
            for number, plan in enumerate(plans)
        }

    def sample(self) -> None:
        """Note what every run does at this moment."""
        now = time.monotonic()
        doing = dict(self._doing)
        for number, row in enumerate(self.rows):
            row.look(doing.get(number), now)

    def look(self, seconds: float = math.inf) -> None:
        """Read what the ledgers have got since the last look, and estimate again.

        Args:
            seconds: after which what is left waits for the next look; every ledger has its share.
        """
        growing = [row.watch for row in self.rows if row.watch.state != "done"]
        for watch in growing:
            watch.look(time.monotonic() + seconds / len(growing))
        left = time_left([self._pace(number, row) for number, row in enumerate(self.rows)], self.workers)
        self.left = Left(self._countdown.show(left.study, time.monotonic()), left.runs, left.untimed)

    @property
    def passed(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.begun

    def count(self, state: str) -> int:
        """How many rows are in a state."""
        return sum(row.state == state for row in self.rows)

    @property
    def ended(self) -> int:
        """How many runs have ended, failed ones among them."""
        return sum(row.ended for row in self.rows)

    def _pace(self, number: int, row: Row) -> Pace:
        watch, allowance = row.watch, row.plan.allowance.events
        state = "ended" if row.ended else "in hand" if row.doing else "waiting"
        curve = [(spent / allowance, seconds) for spent, seconds in watch.pace]
        fraction = min(1.0, watch.spent / allowance)
        return Pace(self._kinds[number], state, fraction, watch.seconds, row.passed, curve)
