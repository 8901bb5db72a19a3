"""How far each optimiser ends from a known optimum: median over seeds with a bootstrap interval, from the ledgers."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from designopt.benchmarks.problems import distance
from designopt.problem.problem import Problem
from designopt.records.study_record import load
from designopt.report.data.statistics import RESAMPLES, bootstrap, percentile_interval

Cell = dict[str, list[float]]


def distances(problems: Iterable[Problem], run_dir: Path | str) -> dict[str, Cell]:
    """Distance of every run's winner, by problem and optimiser; infinite where nothing feasible was found."""
    known = {problem.name: problem for problem in problems}
    found: dict[str, Cell] = {name: {} for name in known}
    for run in load(run_dir).runs:
        problem = run.header["problem"]["name"]
        if problem in known and run.complete and run.role != "reference":
            found[problem].setdefault(run.entrant, []).append(distance(known[problem], run.best))
    return found


def median_and_interval(values: list[float]) -> tuple[float, float, float]:
    """Median with its central 95 % bootstrap interval; infinity counts as worst."""
    finite = np.where(np.isfinite(values), values, 1e300)
    spread = bootstrap(finite, np.random.default_rng(0), lambda drawn: np.median(drawn, axis=-1), RESAMPLES)
    numbers = (float(np.median(finite)), *percentile_interval(spread))
    return tuple(np.inf if number > 1e200 else number for number in numbers)  # type: ignore[return-value]


def table(found: dict[str, Cell]) -> str:
    """A Markdown table: a row an optimiser, a column a problem, `median (low - high)`; best median first."""
    problems = list(found)
    entrants = sorted({entrant for cell in found.values() for entrant in cell})

    def mean_rank(entrant: str) -> float:
        medians = [{e: median_and_interval(v)[0] for e, v in cell.items()} for cell in found.values()]
        places = [1 + sum(v < m[entrant] for v in m.values()) for m in medians if entrant in m]
        return float(np.mean(places))

    lines = [f"| optimiser | {' | '.join(problems)} |", "|---" * (len(problems) + 1) + "|"]
    for entrant in sorted(entrants, key=mean_rank):
        cells = []
        for problem in problems:
            values = found[problem].get(entrant)
            cells.append("-" if values is None else "{:.1e} ({:.0e} - {:.0e})".format(*median_and_interval(values)))
        lines.append(f"| {entrant} | {' | '.join(cells)} |")
    return "\n".join(lines)
