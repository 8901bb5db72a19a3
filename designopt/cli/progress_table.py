"""What the command line shows while a study runs: one bar per run, or plain lines where there is no terminal."""

import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from designopt.cli.progress import Progress, Row
from designopt.cli.progress_log import ProgressLog
from designopt.evaluation.doing import Doing
from designopt.records.event_log import EventLog
from designopt.records.watch import RunWatch
from designopt.study.plan import RunPlan
from designopt.study.time_left import about

EVERY = 60.0
"""Seconds between two lines about runs that have not ended, where there is no terminal."""
OFTEN = 0.5
"""Seconds between two looks at the ledgers, unless these take long."""
LOOKING = 0.05
"""Share of the time that looks may take: each goes through all runs of the study."""
LONGEST = 0.25
"""Seconds that one look may take: runs are handed out between two, and a ledger may grow faster than it is read."""
BESIDES = 6
"""Lines of the screen that are left for what stands around the table."""
WIDE = 110
"""Characters of a line from which on the bars are long."""
LAST = 3
"""Runs that ended last and stay in the table where not all have room."""


class ProgressTable:
    """A live table of runs: allowance used, best score as built, money of the best design, what is done, time left.

    On a terminal it is redrawn in place; elsewhere a line is printed whenever a run ends, and once a minute one that
    says how far the others are. Names are shown as they are, brackets and all.

    Args:
        plans: every run of the study.
        run_dir: its folder.
        console: to print to.
        workers: processes that carry out runs side by side.
        doing: what runs in hand do, kept by `carry_out`.
        log: gets the events too.
        quiet: nothing is printed.
    """

    def __init__(
        self,
        plans: Sequence[RunPlan],
        run_dir: Path,
        console: Console,
        workers: int = 1,
        doing: Mapping[int, Doing] | None = None,
        log: EventLog | None = None,
        quiet: bool = False,
    ):
        self.progress = Progress(plans, run_dir, workers, {} if doing is None else doing)
        self.console, self._quiet = console, quiet
        self._log = None if log is None else ProgressLog(log, self.progress, run_dir)
        self._next, self._last_line = 0.0, time.monotonic()
        self._told = {row.watch.path for row in self.progress.rows if row.watch.state == "done"}
        self._in_place = console.is_terminal and not console.is_dumb_terminal and not quiet
        self._live = Live(console=console, auto_refresh=False, transient=False)

    @property
    def watches(self) -> list[RunWatch]:
        """One for each run."""
        return [row.watch for row in self.progress.rows]

    def __enter__(self) -> "ProgressTable":
        rows = self.progress.rows
        for sentence in dict.fromkeys(f"{r.plan.optimiser.name} is {r.plan.reason}" for r in rows if r.plan.reason):
            self._say(sentence)
        self.progress.look()
        self._told |= {row.watch.path for row in rows if row.watch.state == "done"}
        if self._log is not None:
            self._log.begin()
        if self._in_place:
            self._live.start()
        self.tick(now=True)
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.tick(now=True)
        if self._log is not None:
            self._log.end(error)
        if self._in_place:
            self._live.stop()

    def tick(self, now: bool = False) -> None:
        """Look at the ledgers and show what is new, at most twice a second and in a twentieth of the time."""
        self.progress.sample()
        begun = time.monotonic()
        if not now and begun < self._next:
            return
        self._show(math.inf if now else LONGEST)
        ended = time.monotonic()
        self._next = ended + max(OFTEN, (ended - begun) * (1.0 / LOOKING - 1.0))

    def _show(self, seconds: float) -> None:
        self.progress.look(seconds)
        if self._log is not None:
            self._log.tick()
        if self._in_place:
            self._live.update(self._table(), refresh=True)
        elif not self._quiet:
            self._lines()

    def _lines(self) -> None:
        new = [row for row in self.progress.rows if row.ended and row.watch.path not in self._told]
        before = self.progress.ended - len(new)
        for number, row in enumerate(new, start=before + 1):
            self._told.add(row.watch.path)
            self._say(f"[{number}/{len(self.progress.rows)}] {row.label}: {_outcome(row)}")
        if time.monotonic() - self._last_line > EVERY:
            self._say(self._summary())

    def _say(self, line: str) -> None:
        if not self._quiet:
            self.console.print(line, markup=False, emoji=False, highlight=False, soft_wrap=True)
        self._last_line = time.monotonic()

    def _summary(self) -> str:
        rows = self.progress.rows
        under_way = [f"{row.label} {100 * row.fraction:.0f} % ({row.doing})" for row in rows if row.doing]
        return (
            f"{self.progress.ended} of {len(rows)} runs ended; {', '.join(under_way) or 'none'} under way; "
            f"{self._remaining()}."
        )

    def _remaining(self) -> str:
        left, passed = self.progress.left, f"{about(self.progress.passed)} passed"
        if self.progress.ended == len(self.progress.rows):
            return passed
        if left.study is None:
            return f"{passed}, time left not known yet"
        kinds = "kind" if left.untimed == 1 else f"{left.untimed} kinds"
        guess = f" if the {kinds} of run not seen yet took as long as the others" if left.untimed else ""
        return f"{passed}, about {about(left.study)} left{guess}"

    def _table(self) -> Group:
        rows = list(self.progress.rows)
        shown = chosen(rows, max(4, self.console.height - BESIDES))
        said = [(row.score, row.money, self._state(row)) for row in shown]
        columns = list(zip(("best as built", "money", ""), *said, strict=True))
        widths, long = [max(map(len, column)) for column in columns], 24 if self.console.width >= WIDE else 9
        table = Table(box=None, pad_edge=False, expand=False)
        table.add_column("run", no_wrap=True, max_width=max(9, self.console.width - long - sum(widths) - 8))
        table.add_column("allowance", no_wrap=True)
        for (heading, *_), width in zip(columns, widths, strict=True):  # not to be cut
            table.add_column(heading, no_wrap=True, min_width=width)
        for row, texts in zip(shown, said, strict=True):
            bar = ProgressBar(total=1.0, completed=row.fraction, width=long)
            table.add_row(Text(row.label), bar, *map(Text, texts))
        hidden = [row.state for row in rows if row not in shown]
        counts = [f"{hidden.count(state)} {state}" for state in dict.fromkeys(hidden)]
        note = f"Not shown: {', '.join(counts)}. " if hidden else ""
        return Group(table, Text(note + self._remaining() + ".", style="dim"))

    def _state(self, row: Row) -> str:
        rest = self.progress.left.runs.get(self.progress.rows.index(row))
        return f"{row.state}, {about(rest)} left" if rest is not None else row.state


def _outcome(row: Row) -> str:
    watch = row.watch
    if watch.state == "failed":
        return f"failed after {watch.evaluations} evaluations: {watch.why}"
    if watch.best is None:
        none = (
            "its design" if row.is_reference else f"none of {watch.evaluations} designs keeps the side limits; the best"
        )
        return f"done, {none} {row.score}, {row.money}"
    return f"done, {row.score} as built, {row.money}"


def chosen(rows: Sequence[Row], room: int) -> list[Row]:
    """The rows that a screen with so many lines shows, in their order.

    Runs in hand come first, then references, which the others are compared with, failed runs, those that ended last,
    and those that wait.
    """
    if len(rows) <= room:
        return list(rows)
    done = [row for row in rows if row.ended]
    wanted = [
        *(row for row in rows if row.doing),
        *(row for row in rows if row.is_reference),
        *(row for row in rows if row.state == "failed"),
        *done[-LAST:],
        *(row for row in rows if not row.ended),
        *reversed(done),
    ]
    first = list(dict.fromkeys(wanted))[:room]
    return [row for row in rows if row in first]
