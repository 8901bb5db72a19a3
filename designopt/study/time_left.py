"""How long a study will still take: from the pace of runs that ended, and that of the present ones; it falls."""

import heapq
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

import numpy as np

SETTLES = 10.0
"""Seconds in which what is shown follows a smaller estimate."""
SLACK = 1.3
"""An estimate so many times larger than what is shown is believed ..."""
PATIENCE = 15.0
"""... when it has been that for so many seconds."""
EARLY = 0.02
"""Share of a run before which its own pace says nothing."""


@dataclass
class Pace:
    """What the time left needs to know of one run.

    Attributes:
        kind: runs of one kind take about as long: problem, optimiser and allowance.
        state: "waiting", "in hand" or "ended".
        fraction: of the allowance that is used.
        seconds: of simulating and thinking so far, compilation left out.
        passed: seconds by the clock since it was taken in hand, None for one that ended before this command.
        curve: (fraction, seconds) on the way.
    """

    kind: Hashable
    state: str
    fraction: float
    seconds: float
    passed: float | None = None
    curve: Sequence[tuple[float, float]] = field(default_factory=list)


@dataclass(frozen=True)
class Left:
    """Seconds of the study and of each run in hand, by its number; None where nothing is known to tell them from.

    `untimed` are the kinds of run whose time is a guess, because none of them has got anywhere yet.
    """

    study: float | None
    runs: dict[int, float]
    untimed: int


def time_left(runs: Sequence[Pace], workers: int) -> Left:
    """How long so many workers take for the rest, run after run in their order."""
    ended: dict[Hashable, list[Pace]] = {}
    for run in runs:
        if run.state == "ended":
            ended.setdefault(run.kind, []).append(run)
    overhead = _overheads(runs)
    own = {n: _rest(run, ended.get(run.kind, [])) for n, run in enumerate(runs) if run.state == "in hand"}
    whole = {kind: float(np.mean([one.seconds for one in known])) for kind, known in ended.items()}
    for number, rest in own.items():
        if rest is not None:
            whole.setdefault(runs[number].kind, runs[number].seconds + rest)
    long = [whole[run.kind] for run in runs if run.kind in whole]
    if not any(run.state != "ended" for run in runs):
        return Left(0.0, {}, 0)
    if not long:
        return Left(None, {}, len({run.kind for run in runs}))
    usual = float(np.mean([seconds for seconds in whole.values()]))
    free = [0.0] * workers
    for number, rest in own.items():
        if rest is None:
            rest = max(whole.get(kind := runs[number].kind, usual) + overhead(kind) - (runs[number].passed or 0.0), 0.0)
        heapq.heapreplace(free, free[0] + rest)
    for run in runs:
        if run.state == "waiting":
            heapq.heapreplace(free, free[0] + (1.0 - run.fraction) * whole.get(run.kind, usual) + overhead(run.kind))
    untimed = len({run.kind for run in runs if run.state != "ended" and run.kind not in whole})
    return Left(max(free), {number: rest for number, rest in own.items() if rest is not None}, untimed)


def _overheads(runs: Sequence[Pace]) -> Callable[[Hashable], float]:
    """Seconds that a run of some kind takes besides: starting, compiling, scoring the winner again.

    What one of its kind has compiled is kept, so the shortest of the kind counts; for other kinds the median of all.
    Before any has ended, what those in hand have taken is less than that, and better than nothing.
    """
    known = [run for run in runs if run.state == "ended" and run.passed is not None]
    known = known or [run for run in runs if run.state == "in hand" and run.fraction >= EARLY]
    extras: dict[Hashable, list[float]] = {}
    for run in known:
        extras.setdefault(run.kind, []).append(max((run.passed or 0.0) - run.seconds, 0.0))
    usual = float(np.median([min(mine) for mine in extras.values()])) if extras else 0.0
    return lambda kind: min(extras.get(kind, [usual]))


def _rest(run: Pace, ended: Sequence[Pace]) -> float | None:
    """Seconds that a run in hand still needs; None where it has not got anywhere."""
    known = [one for one in ended if one.seconds > 0 and one.fraction > 0]
    if known:
        shares = [_at(one, run.fraction) / one.seconds for one in known]
        share, usual = float(np.mean(shares)), float(np.mean([one.seconds for one in known]))
        if run.fraction < EARLY or share <= 0:
            return usual - min(run.seconds, usual)
        whole = run.seconds + (1.0 - share) * usual  # its own pace counts the more, the further it is
        return (1.0 - share) * whole
    if run.fraction < EARLY:
        return None
    return _extrapolated(run) - run.seconds


def _at(run: Pace, fraction: float) -> float:
    """Seconds at which a run had used a fraction of its allowance."""
    curve = np.array([(0.0, 0.0), *run.curve, (run.fraction, run.seconds)])
    return float(np.interp(fraction, curve[:, 0], curve[:, 1]))


def _extrapolated(run: Pace) -> float:
    r"""Seconds of the whole run from its own pace: the parabola $at + bt^2$, $b \ge 0$, through its middle and end."""
    bend = max(run.seconds - 2.0 * _at(run, run.fraction / 2), 0.0) * 2.0 / run.fraction**2
    return run.seconds / run.fraction + bend * (1.0 - run.fraction)


class Countdown:
    """The time left as it is shown: it falls, and it waits rather than rise for what may be chance."""

    def __init__(self) -> None:
        self.shown: float | None = None
        self._at = 0.0
        self._short_since: float | None = None

    def show(self, estimate: float | None, now: float) -> float | None:
        """Seconds to show at the time `now` for an estimate; None while there is none.

        It follows a smaller estimate within seconds, stands still for a larger one, and takes it over only where it is
        larger by a third for a quarter of a minute.
        """
        if estimate is None or self.shown is None:
            self.shown, self._at = estimate, now
            return self.shown
        passed, self._at = now - self._at, now
        fallen = max(self.shown - passed, 0.0)
        if estimate <= fallen:
            self.shown = fallen + (estimate - fallen) * min(1.0, passed / SETTLES)
        else:
            self.shown = min(self.shown, estimate)
        if estimate < SLACK * self.shown + SETTLES:
            self._short_since = None
        elif self._short_since is None:
            self._short_since = now
        elif now - self._short_since > PATIENCE:
            self.shown, self._short_since = estimate, None
        return self.shown


def about(seconds: float) -> str:
    """A duration as precisely as it can be known: "40 s", "7 min", "2 h 10 min"."""
    if seconds < 55:
        return f"{max(5, 5 * round(seconds / 5))} s"
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return f"{minutes} min"
    minutes = 10 * round(minutes / 10)
    return f"{minutes // 60} h" + (f" {minutes % 60} min" if minutes % 60 else "")
