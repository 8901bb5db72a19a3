"""What the command line shows while a study runs: one bar per run, or plain lines where there is no terminal."""

import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from designopt.records.watch import RunWatch
from designopt.study.plan import RunPlan

EVERY = 60.0
"""Seconds between two lines about runs that have not ended, where there is no terminal."""


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


class ProgressTable:
    """A live table of runs: allowance used, best score as built, money of the best design, time left.

    On a terminal it is redrawn in place; elsewhere a line is printed whenever a run ends, and once a minute one that
    says how far the others are. Names are shown as they are, brackets and all.
    """

    def __init__(self, plans: Sequence[RunPlan], run_dir: Path, console: Console):
        self.plans, self.console = plans, console
        self.watches = [RunWatch(plan.path(run_dir)) for plan in plans]
        self._begun, self._shown = time.monotonic(), 0.0
        self._last_line = self._begun
        self._told: set[Path] = set()
        self._live = Live(console=console, auto_refresh=False, transient=False)

    def __enter__(self) -> "ProgressTable":
        for sentence in dict.fromkeys(f"{p.optimiser.name} is {p.reason}" for p in self.plans if p.reason):
            self._say(sentence)
        if self.console.is_terminal:
            self._live.start()
        self.tick(now=True)
        return self

    def __exit__(self, *error: object) -> None:
        self.tick(now=True)
        if self.console.is_terminal:
            self._live.stop()

    def tick(self, now: bool = False) -> None:
        """Look at the ledgers and show what is new, at most twice a second."""
        if not now and time.monotonic() - self._shown < 0.5:
            return
        for watch in self.watches:
            if watch.state != "done":
                watch.look()
        self._shown = time.monotonic()
        if self.console.is_terminal:
            self._live.update(self._table(), refresh=True)
        else:
            self._lines()

    def _lines(self) -> None:
        for plan, watch in zip(self.plans, self.watches, strict=True):
            if watch.state in ("done", "failed") and watch.path not in self._told:
                self._told.add(watch.path)
                score, money = self._best(plan, watch)
                self._say(
                    f"[{len(self._told)}/{len(self.plans)}] {plan.label}: {watch.state}, best as built {score}, {money}"
                )
        if time.monotonic() - self._last_line > EVERY:
            self._say(self._summary())

    def _say(self, line: str) -> None:
        self.console.print(line, markup=False, emoji=False, highlight=False, soft_wrap=True)
        self._last_line = time.monotonic()

    def _summary(self) -> str:
        rows = zip(self.plans, self.watches, strict=True)
        under_way = [f"{p.label} {100 * self._fraction(p, w):.0f} %" for p, w in rows if w.state == "running"]
        ended = sum(watch.state in ("done", "failed") for watch in self.watches)
        return (
            f"{ended} of {len(self.plans)} runs ended; {', '.join(under_way) or 'none'} under way; {self._remaining()}."
        )

    def _best(self, plan: RunPlan, watch: RunWatch) -> tuple[str, str]:
        if watch.best is None:
            return "-", f"- of {plan.problem.budget:,.0f} kCHF"
        return f"{watch.best.score:.4f}", f"{watch.best.built_cost:,.1f} of {plan.problem.budget:,.1f} kCHF"

    def _fraction(self, plan: RunPlan, watch: RunWatch) -> float:
        return 1.0 if watch.state == "done" else min(1.0, watch.spent / plan.allowance.events)

    def _remaining(self) -> str:
        done = sum(self._fraction(p, w) for p, w in zip(self.plans, self.watches, strict=True))
        passed = time.monotonic() - self._begun
        if done < 0.02 * len(self.plans):
            return f"{_clock(passed)} passed"
        return f"{_clock(passed)} passed, about {_clock(passed / done * (len(self.plans) - done))} left"

    def _table(self) -> Group:
        table = Table(box=None, pad_edge=False, expand=False)
        for heading in ("run", "allowance", "best as built", "money", ""):
            table.add_column(heading, no_wrap=True)
        rows = list(zip(self.plans, self.watches, strict=True))
        hidden = max(0, len(rows) - max(4, self.console.height - 6))
        finished = [row for row in rows if row[1].state == "done"][:hidden]
        for plan, watch in (row for row in rows if row not in finished):
            score, money = self._best(plan, watch)
            bar = ProgressBar(total=1.0, completed=self._fraction(plan, watch), width=24)
            table.add_row(Text(plan.label), bar, score, money, self._eta(plan, watch))
        note = f"{len(finished)} more runs are done. " if finished else ""
        return Group(table, Text(note + self._remaining(), style="dim"))

    def _eta(self, plan: RunPlan, watch: RunWatch) -> str:
        if watch.state != "running" or not watch.spent:
            return watch.state
        return f"{_clock(watch.seconds * (plan.allowance.events / watch.spent - 1.0))} left"
