"""What one run achieved: its ledger reduced to a few arrays over trials and the numbers quoted about it."""

import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from designopt.records.entrant import Role, is_compared_with, role_of
from designopt.records.ledger import Run
from designopt.report.data.names import called

COMPLETE, FAILED, INTERRUPTED, INFEASIBLE = "complete", "failed", "interrupted", "never feasible"


@dataclass(frozen=True)
class Extreme:
    """The largest value of something in a run, and the trial that had it."""

    value: float
    file: str
    trial: int | None


@dataclass(frozen=True)
class RunMetrics:
    """One run, one entry per trial in the arrays. `best` is infinite until the first feasible built design."""

    file: str
    header: dict[str, Any]
    status: str
    why: str
    short: str  # why there is no result, in a few words
    number: Int[np.ndarray, " trial"]
    events: Float[np.ndarray, " trial"]  # simulated so far, this trial included
    at: Float[np.ndarray, " trial"]  # wall seconds so far, thinking included
    score: Float[np.ndarray, " trial"]  # as built; NaN where not asked
    paid: Float[np.ndarray, " trial"]  # money of the built detector, kCHF, without what was kept
    best: Float[np.ndarray, " trial"]  # lowest feasible as-built score so far
    scored: Bool[np.ndarray, " trial"]  # the trial was built and scored
    feasible: Bool[np.ndarray, " trial"]
    needs: dict[str, int]  # kind of evaluation -> how many
    simulating: float  # seconds in the simulation, all trials
    cost_miss: Extreme  # |cost - budget| / budget as relaxed; only the excess where money may be left over
    over_budget: Extreme  # (built cost - budget) / budget, 0 if never over
    winner: dict[str, Any] | None
    sealed: bool = True  # a changed line of its ledger would be noticed
    variant: str = ""  # settings that tell it from other entrants of the same name

    @property
    def name(self) -> str:
        """What the entrant is called, with the settings that differ where one name has several."""
        name = called(self.header["optimiser"]["name"])
        return f"{name} ({self.variant})" if self.variant else name

    @property
    def role(self) -> Role:
        """Role of the optimiser: search, baseline or reference."""
        return role_of(self.header)

    @property
    def is_compared_with(self) -> bool:
        """Whether it is the reference design that gains on this problem are quoted against."""
        return is_compared_with(self.header)

    @property
    def seed(self) -> int:
        """Seed of the run."""
        return int(self.header["seed"])

    @property
    def spent(self) -> float:
        """Events simulated in all."""
        return float(self.events[-1]) if len(self.events) else 0.0

    @property
    def thinking(self) -> float:
        """Wall seconds outside the simulation: the optimiser's own work, compilation and the ledger."""
        return max(0.0, float(self.at[-1]) - self.simulating) if len(self.at) else 0.0

    def best_trial(self, allowance: float = math.inf) -> int | None:
        """Position of the best feasible trial within an allowance of events, or None."""
        end = int(np.searchsorted(self.events, allowance * (1 + 1e-12), side="right"))
        if end == 0 or not np.isfinite(self.best[end - 1]):
            return None
        return int(np.searchsorted(-self.best[:end], -self.best[end - 1], side="left"))

    def reached(self, target: float) -> float:
        """Events spent when the score first was at or below the target; infinity if it never was or the run broke."""
        hits = np.flatnonzero(self.best <= target)
        return float(self.events[hits[0]]) if len(hits) and self.status == COMPLETE else math.inf

    def best_on(
        self, axis: Float[np.ndarray, " trial"], grid: Float[np.ndarray, " point"]
    ) -> Float[np.ndarray, " point"]:
        """Best score at each grid point of events or seconds; a run that broke off counts as infinite from there on."""
        if not len(axis):
            return np.full(len(grid), np.inf)
        place = np.searchsorted(axis, grid, side="right") - 1
        values = np.where(place >= 0, self.best[np.maximum(place, 0)], np.inf)
        broken = self.status in (FAILED, INTERRUPTED)
        return np.where(broken & (grid > axis[-1]), np.inf, values)

    @property
    def improvements(self) -> Int[np.ndarray, " improvement"]:
        """Positions of the trials that lowered the best score."""
        before = np.concatenate([[np.inf], self.best[:-1]])
        return np.flatnonzero(self.best < before)


def measure(run: Run, folder: Path) -> RunMetrics:
    """Reduce one run of a ledger. `folder` is the study's folder, which file names are given relative to."""
    header, trials = run.header, run.trials
    file = str(Path(run.path).relative_to(folder))
    budget = float(header["problem"]["budget"])
    number = np.array([trial.number for trial in trials], dtype=int)
    score = np.array([_number(trial.score) for trial in trials])
    scored = np.array([trial.built and trial.sample is None for trial in trials], dtype=bool)
    feasible = np.array([trial.feasible for trial in trials], dtype=bool)
    best = np.minimum.accumulate(np.where(feasible, score, np.inf))
    miss = np.array([_number(trial.cost) for trial in trials]) / budget - 1
    miss = np.maximum(miss, 0) if header["problem"]["spend"] == "at most" else np.abs(miss)
    over = np.maximum(np.array([_number(trial.built_cost) for trial in trials]) / budget - 1, 0)
    status, why, short = _ending(run, bool(feasible.any()))
    return RunMetrics(
        file=file,
        header=header,
        status=status,
        why=why,
        short=short,
        number=number,
        events=np.cumsum([float(trial.events) for trial in trials]),
        at=np.maximum.accumulate(np.array([float(trial.at) for trial in trials])),
        score=score,
        paid=np.array([_number(trial.paid) for trial in trials]),
        best=best,
        scored=scored,
        feasible=feasible,
        needs=dict(Counter(trial.needs.label for trial in trials)),
        simulating=float(sum(trial.seconds for trial in trials)),
        cost_miss=_extreme(miss, number, file),
        over_budget=_extreme(over, number, file),
        winner=run.winner,
        sealed=run.sealed,
    )


def largest(extremes: list[Extreme]) -> Extreme:
    """The largest of several; NaN never wins."""
    return max(extremes, key=lambda extreme: -math.inf if math.isnan(extreme.value) else extreme.value)


def _ending(run: Run, feasible: bool) -> tuple[str, str, str]:
    broke = str(run.failure.get("why", "The run crashed.")) if run.failure else ""
    if run.end is None and broke:
        return FAILED, broke, "failed"
    if run.end is None:
        return INTERRUPTED, "The ledger has no end line: the run was stopped from outside or is still going.", "no end"
    why = str(run.end.get("why", run.end.get("stop", "")))
    if run.end.get("stop") == "FAILED":
        return FAILED, broke or why, "failed"
    if feasible:
        return COMPLETE, why, ""
    over = _exceeded(run)
    nearest = f" The nearest exceeds {over}." if over else ""
    return INFEASIBLE, f"{why} No built design met every constraint.{nearest}", f"over {over}" if over else "no design"


def _exceeded(run: Run) -> str:
    """The side limits that the built design nearest to keeping them all exceeds, each with its excess."""
    built = [trial for trial in run.trials if trial.built and trial.built_violations]
    if not built:
        return ""
    nearest = min(built, key=lambda trial: trial.violation)
    return ", ".join(f"{limit} by {by:.2g}" for limit, by in nearest.exceeded.items())


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _extreme(values: Float[np.ndarray, " trial"], number: Int[np.ndarray, " trial"], file: str) -> Extreme:
    if not np.isfinite(values).any():
        return Extreme(math.nan, file, None)
    place = int(np.nanargmax(values))
    return Extreme(float(values[place]), file, int(number[place]))
