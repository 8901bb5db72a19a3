"""The comparison itself: entrants on one problem at one budget, with values, intervals, ranks and pairs."""

import json
import math
import zlib
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
from jaxtyping import Float

from designopt.records.files.file_names import slugs
from designopt.report.data import statistics
from designopt.report.data.metrics import COMPLETE, RunMetrics

TARGETS = 51
CLOSEST = 0.01  # the last target leaves this share of the gap open


def generator(*purpose: object) -> np.random.Generator:
    """Random numbers for one purpose, always the same: a report of the same ledger is the same report."""
    return np.random.default_rng(zlib.crc32("|".join(map(str, purpose)).encode()))


def card_text(problem: dict[str, Any]) -> str:
    """A problem's card as text that tells it from any other."""
    return json.dumps(problem, sort_keys=True)


@dataclass(frozen=True)
class Entrant:
    """One optimiser on one problem: its runs by seed, and the final score of each."""

    name: str
    runs: list[RunMetrics]
    values: Float[np.ndarray, " seed"]  # final scores; the worst seen stands in for a run without a result

    @property
    def is_baseline(self) -> bool:
        """Whether it searches nothing: searches are held against it. The ledgers say so."""
        return all(run.role != "search" for run in self.runs)

    @cached_property
    def by_seed(self) -> dict[int, float]:
        """Final score of each seed."""
        return {run.seed: float(value) for run, value in zip(self.runs, self.values, strict=True)}

    @cached_property
    def mean(self) -> float:
        """Interquartile mean of the final scores."""
        return float(statistics.interquartile_mean(self.values))

    @cached_property
    def resampled(self) -> Float[np.ndarray, " resample"]:
        """Bootstrap distribution of the interquartile mean."""
        return statistics.bootstrap(self.values, generator("mean", self.name))

    @cached_property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the interquartile mean; nothing can be said from one run, so NaN then."""
        return statistics.percentile_interval(self.resampled) if len(self.values) > 1 else (math.nan, math.nan)

    @property
    def completed(self) -> list[RunMetrics]:
        """Runs that ended well, with a feasible design."""
        return [run for run in self.runs if run.status == COMPLETE]

    @cached_property
    def winner(self) -> RunMetrics | None:
        """The run of the best seed, among those that ended well."""
        pairs = [(value, run.seed) for value, run in zip(self.values, self.runs, strict=True) if run.status == COMPLETE]
        return next(run for run in self.runs if run.seed == min(pairs)[1]) if pairs else None

    def overlaps(self, other: "Entrant") -> bool:
        """Whether the 95 % intervals overlap. A single run is a point: it is a fixed value, or all that is known."""
        low, high = (self.mean, self.mean) if math.isnan(self.interval[0]) else self.interval
        other_low, other_high = (other.mean, other.mean) if math.isnan(other.interval[0]) else other.interval
        return low <= other_high and other_low <= high


@dataclass(frozen=True)
class Pair:
    """Two entrants: how often the first scores lower, and whether that may be chance."""

    first: str
    second: str
    superiority: float
    interval: tuple[float, float]
    p: float | None
    corrected: float | None
    test: str


@dataclass(frozen=True, eq=False)
class Section:
    """One problem at one budget: the entrants in the order of their rank, compared at the smallest allowance of all."""

    problem: dict[str, Any]
    entrants: list[Entrant]
    allowance: float
    rescored: bool  # final scores are those re-scored on fresh events; otherwise those recorded during the search
    worst: float  # the score that stands in for a run without a result
    variant: str = ""  # entries that tell the problem from others of the same name and budget

    @property
    def title(self) -> str:
        """Problem and budget in words, with what tells it from others of that name and budget."""
        return self.place + (f" ({self.variant})" if self.variant else "")

    @property
    def place(self) -> str:
        """Problem and budget in words."""
        return f"{self.problem['name']} at {self.problem['budget']:g} kCHF"

    @property
    def runs(self) -> list[RunMetrics]:
        """Every run of every entrant."""
        return [run for entrant in self.entrants for run in entrant.runs]

    @property
    def searchers(self) -> list[Entrant]:
        """The entrants that search: all but the baselines."""
        return [entrant for entrant in self.entrants if not entrant.is_baseline]

    @property
    def baseline(self) -> Entrant | None:
        """What gains are quoted against: the reference that the problem names, otherwise the best one."""
        held = [entrant for entrant in self.entrants if entrant.is_baseline and entrant.completed]
        return next((entrant for entrant in held if entrant.runs[0].is_compared_with), held[0] if held else None)

    @property
    def mark(self) -> str:
        """A few letters that tell this problem from any other of the same name."""
        return f"{zlib.crc32(card_text(self.problem).encode()):08x}"

    @cached_property
    def marks(self) -> dict[str, str]:
        """What the files of each entrant are called after it, by its name."""
        return slugs(entrant.name for entrant in self.entrants)

    @property
    def fewest_seeds(self) -> int:
        """Seeds of the entrant that has the fewest; baselines search nothing and do not count."""
        return min(len(entrant.runs) for entrant in self.searchers or self.entrants)

    @cached_property
    def rank(self) -> dict[str, int]:
        """Place of each entrant by interquartile mean; ties share the better one."""
        return {e.name: 1 + sum(other.mean < e.mean for other in self.entrants) for e in self.entrants}

    @cached_property
    def rank_interval(self) -> dict[str, tuple[int, int]]:
        """95 % interval of the rank when the seeds of every entrant are resampled."""
        ranks = statistics.ranks(np.array([entrant.resampled for entrant in self.entrants]))
        bounds = [statistics.percentile_interval(row.astype(float)) for row in ranks]
        return {
            e.name: (math.floor(low), math.ceil(high)) for e, (low, high) in zip(self.entrants, bounds, strict=True)
        }

    @cached_property
    def pairs(self) -> list[Pair]:
        """Every pair of searches, then every search against every baseline, the better ranked first.

        Holm's correction covers each of the two questions: which search is better, and is a search better than a
        baseline. Baselines are not compared with one another.
        """
        both = list(combinations(self.entrants, 2))
        searches = [pair for pair in both if not (pair[0].is_baseline or pair[1].is_baseline)]
        against = [pair for pair in both if pair[0].is_baseline != pair[1].is_baseline]
        return [*_tested(searches), *_tested(against)]

    @cached_property
    def start(self) -> float:
        """Median score of the first feasible design of each search: where the gap to the best begins."""
        first = [
            run.best[np.isfinite(run.best)][0] for e in self.searchers for run in e.runs if np.isfinite(run.best).any()
        ]
        return float(np.median(first)) if first else math.nan

    @cached_property
    def best(self) -> float:
        """Best recorded score of any search within the allowance: where the gap ends."""
        found = [
            run.best[place]
            for e in self.searchers
            for run in e.runs
            if (place := run.best_trial(self.allowance)) is not None
        ]
        return float(min(found)) if found else math.nan

    def target(self, closed: float) -> float:
        """Score at which a share of the gap between a first feasible design and the best of all is closed."""
        return self.best + (1 - closed) * max(0.0, self.start - self.best)

    @cached_property
    def targets(self) -> Float[np.ndarray, " target"]:
        """Targets spaced evenly in the logarithm of what is left of the gap, as in COCO (arXiv:1603.08776)."""
        return np.array([self.target(1 - left) for left in np.geomspace(1, CLOSEST, TARGETS)])

    def runtimes(self, entrant: Entrant, target: float) -> list[float]:
        """Events each run needed for the target; infinity beyond the common allowance."""
        needed = [run.reached(target) for run in entrant.runs]
        return [events if events <= self.allowance * (1 + 1e-12) else math.inf for events in needed]


def _tested(pairs: list[tuple[Entrant, Entrant]]) -> list[Pair]:
    """One family of pairs, corrected together."""
    tests = [statistics.compare(first.by_seed, second.by_seed) for first, second in pairs]
    corrected = statistics.holm([p for p, _ in tests])
    rows = []
    for (first, second), (p, test), better in zip(pairs, tests, corrected, strict=True):
        purpose = generator("pair", first.name, second.name)
        chance, interval = statistics.superiority(first.values, second.values, purpose)
        rows.append(Pair(first.name, second.name, chance, interval, p, better, test))
    return rows
