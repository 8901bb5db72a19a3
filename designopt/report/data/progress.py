"""What curves and bars are made of: best score along an axis, runtimes, seconds, gains over the baseline."""

import math
from dataclasses import dataclass
from typing import Literal, TypeGuard
from weakref import WeakKeyDictionary

import numpy as np
from jaxtyping import Float

from designopt.report.data import statistics
from designopt.report.data.comparison import Entrant, Section, generator

POINTS = 200
ALIKE = 0.05  # per cent: a smaller change is none
Axis = Literal["events", "seconds"]


@dataclass(frozen=True)
class Progress:
    """Best feasible as-built score of an entrant along events or seconds: median and quartiles over its seeds."""

    grid: Float[np.ndarray, " point"]
    low: Float[np.ndarray, " point"]
    middle: Float[np.ndarray, " point"]
    high: Float[np.ndarray, " point"]


def progress(section: Section, entrant: Entrant, axis: Axis) -> Progress | None:
    """The curve up to the common allowance, or to the end of its longest run in seconds; None without trials."""
    along = [(run.events if axis == "events" else run.at) for run in entrant.runs]
    filled = [values for values in along if len(values)]
    if not filled:
        return None
    start = min(values[0] for values in filled)
    end = section.allowance if axis == "events" else float(max(values[-1] for values in filled))
    grid = np.geomspace(max(start, 1e-3), max(end, start, 1e-3) * (1 + 1e-12), POINTS)
    curves = np.array([run.best_on(values, grid) for run, values in zip(entrant.runs, along, strict=True)])
    return Progress(grid, *statistics.middle_and_quartiles(curves))


def runtime_share(section: Section, entrant: Entrant, grid: Float[np.ndarray, " point"]) -> Float[np.ndarray, " point"]:
    """Share of all (target, seed) pairs reached within so many events (ECDF)."""
    runtimes = np.sort([events for target in section.targets for events in section.runtimes(entrant, target)])
    return np.searchsorted(runtimes, grid, side="right") / max(1, len(runtimes))


@dataclass(frozen=True)
class Seconds:
    """Wall seconds per evaluation, over all runs of an entrant."""

    thinking: float
    simulating: float


def seconds(entrant: Entrant) -> Seconds:
    """Thinking and simulating of an entrant; NaN if it never evaluated anything."""
    count = sum(len(run.number) for run in entrant.runs)
    if not count:
        return Seconds(math.nan, math.nan)
    total = sum(run.thinking for run in entrant.runs), sum(run.simulating for run in entrant.runs)
    return Seconds(total[0] / count, total[1] / count)


@dataclass(frozen=True)
class Gain:
    """Change of one physics figure of an entrant's winners against the baseline's, in per cent, over its seeds."""

    metric: str
    entrant: str
    mean: float  # interquartile mean
    interval: tuple[float, float]
    seeds: int
    better: int = 0  # +1: more is better, -1: less; 0: neither, or not recorded

    @property
    def verdict(self) -> int:
        """+1 better than the baseline, -1 worse; 0 where there is no change, no direction or no certainty."""
        low, high = self.interval
        sure = math.isnan(low) or low * high > 0
        return int(np.sign(self.better * self.mean)) if sure and abs(self.mean) > ALIKE else 0


def metric(entrant: Entrant | None, label: str) -> float:
    """A physics figure of the best seed's re-scored winner; NaN if it has none."""
    run = entrant.winner if entrant else None
    value = (run.winner or {}).get("metrics", {}).get(label) if run else None
    return float(value) if _is_number(value) else math.nan


def better(entrant: Entrant, label: str) -> int:
    """Which way a physics figure is better, as the winners' records say; 0 where they say neither."""
    directions = [run.winner.get("better", {}).get(label, 0) for run in entrant.completed if run.winner]
    return int(directions[0]) if directions else 0


def metrics(section: Section) -> list[str]:
    """Labels of all physics figures that are numbers, in the order in which the winners give them."""
    winners = [run.winner for entrant in section.entrants for run in entrant.completed if run.winner]
    labels = [label for winner in winners for label, value in winner.get("metrics", {}).items() if _is_number(value)]
    return list(dict.fromkeys(labels))


def gains(section: Section) -> list[Gain]:
    """Every metric of every search against the baseline; metrics that are zero or change sign have no percentage."""
    if section not in _gains:
        _gains[section] = _found(section)
    return _gains[section]


_gains: WeakKeyDictionary[Section, list[Gain]] = WeakKeyDictionary()
"""Found once for the summary, the figure and the table."""


def _found(section: Section) -> list[Gain]:
    found = []
    for label in metrics(section) if section.baseline else []:
        reference = metric(section.baseline, label)
        for entrant in section.searchers:
            values = [run.winner.get("metrics", {}).get(label) for run in entrant.completed if run.winner]
            ratios = [float(value) / reference for value in values if _is_number(value) and reference]
            if not ratios or min(ratios) <= 0:
                continue
            change = 100 * (np.array(ratios) - 1)
            spread = statistics.bootstrap(change, generator("gain", label, entrant.name))
            interval = statistics.percentile_interval(spread) if len(change) > 1 else (math.nan, math.nan)
            mean = float(statistics.interquartile_mean(change))
            found.append(Gain(label, entrant.name, mean, interval, len(change), better(entrant, label)))
    return found


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
