"""Score against money where money may be kept: what each search found for any sum, beside searches at a fixed cost."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.figure import Figure

from designopt.report.data import statistics
from designopt.report.data.comparison import Entrant, Section
from designopt.report.figures.curves import SCORE
from designopt.report.figures.palette import INK, Palette, drawn, label_curves
from designopt.report.tables.table import Column, Table, number

SUFFIX = "-front"
"""Ends the name of a problem whose designs may keep money."""
STEPS = 100


def is_front(section: Section) -> bool:
    """Whether the designs of this problem may keep money."""
    return str(section.problem["name"]).endswith(SUFFIX)


def attained(entrant: Entrant, money: Float[np.ndarray, " sum"]) -> Float[np.ndarray, "seed sum"]:
    """Lowest feasible score as built that costs at most so much, by run; infinite where there is none."""
    rows = []
    for run in entrant.runs:
        order = np.argsort(run.paid[run.feasible], kind="stable")
        prices, scores = run.paid[run.feasible][order], np.minimum.accumulate(run.score[run.feasible][order])
        place = np.searchsorted(prices, money * (1 + 1e-9), side="right") - 1
        rows.append(np.where(place >= 0, scores[np.maximum(place, 0)] if len(scores) else np.inf, np.inf))
    return np.array(rows)


def cuts(section: Section, found: Sequence[Section]) -> list[Section]:
    """The same problem at fixed costs, where it was studied in the same folder."""
    name = str(section.problem["name"]).removesuffix(SUFFIX)
    return sorted((s for s in found if s.problem["name"] == name), key=lambda cut: cut.problem["budget"])


def front_figure(section: Section, fixed: Sequence[Section], palette: Palette) -> Figure:
    """Median over seeds with quartiles, as steps; fixed-cost searches as points with their quartiles."""
    money = np.linspace(section.problem["options"]["least"], section.problem["budget"], STEPS)
    with drawn(3.8) as (figure, axes):
        labels: list[tuple[str, float, float, object]] = []
        for entrant in section.searchers:
            low, middle, high = statistics.middle_and_quartiles(attained(entrant, money))
            shown = np.isfinite(middle)
            if not shown.any():
                continue
            colour = palette.colour(entrant.name)
            axes.step(money[shown], middle[shown], where="post", color=colour, linestyle=palette.dashes(entrant.name))
            band = shown & np.isfinite(high)
            axes.fill_between(money[band], low[band], high[band], step="post", color=colour, alpha=0.13, linewidth=0)
            labels.append((entrant.name, money[shown][-1], middle[shown][-1], palette.letters(entrant.name)))
        for name in dict.fromkeys(e.name for cut in fixed for e in cut.searchers):
            points = [(cut, e) for cut in fixed for e in cut.searchers if e.name == name and e.completed]
            where = [cut.problem["budget"] for cut, _ in points]
            quartiles = np.array([np.quantile(_recorded(cut, e), (0.25, 0.5, 0.75)) for cut, e in points]).T
            axes.errorbar(
                where, quartiles[1], yerr=np.abs(quartiles[[0, 2]] - quartiles[1]), linestyle="none", marker="o",
                markersize=4, elinewidth=0.9, color=palette.colour(name),
            )  # fmt: skip
            labels.append((f"{name}, fixed cost", where[-1], quartiles[1][-1], palette.letters(name)))
        for baseline in (e for cut in fixed for e in cut.entrants if e.is_baseline and e.completed):
            axes.plot(baseline.runs[0].header["problem"]["budget"], baseline.mean, "x", markersize=4, color=INK)
        axes.set_xlabel("money of the detector (kCHF)")
        axes.set_ylabel(SCORE)
        label_curves(axes, labels)
    return figure


def front_table(section: Section, fixed: Sequence[Section]) -> Table:
    """Median score of each search for a few sums of money, fixed-cost searches among them."""
    least, most = section.problem["options"]["least"], section.problem["budget"]
    sums = sorted({*np.linspace(least, most, 5).tolist(), *(cut.problem["budget"] for cut in fixed)})
    rows = []
    for money in sums:
        row = {"money": money} | {
            e.name: statistics.median_with_misses(attained(e, np.array([money]))[:, 0]) for e in section.searchers
        }
        for cut in (cut for cut in fixed if cut.problem["budget"] == money):
            row |= {f"{e.name}, fixed cost": float(np.median(_recorded(cut, e))) for e in cut.searchers if e.completed}
        rows.append(row)
    names = list(dict.fromkeys(name for row in rows for name in row if name != "money"))
    columns = [Column(("money",), "at most, kCHF"), *(Column((name,), name, _score(name)) for name in names)]
    caption = "Lowest score as built, as recorded, for at most so much money: median over seeds."
    return Table("front", caption, columns, rows)


def _recorded(section: Section, entrant: Entrant) -> list[float]:
    places = [(run, run.best_trial(section.allowance)) for run in entrant.completed]
    return [float(run.best[place]) for run, place in places if place is not None]


def _score(name: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda row: number(row.get(name))
