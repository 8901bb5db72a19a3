"""Figures that follow a search: best score against events and seconds, targets reached, score against money."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from designopt.report.data.comparison import Section
from designopt.report.data.progress import Axis, progress, runtime_share
from designopt.report.figures.palette import FAINT, GREY, INK, Palette, drawn, label_curves, logarithmic, tip
from designopt.report.tables.table import number

SCORE = "score as built (lower is better)"
LEVEL = 1e-3
"""Share of the best score by which scores differ that are level in a figure."""
AXES = {"events": "simulated events", "seconds": "wall seconds, thinking included"}


def score_against(section: Section, axis: Axis, palette: Palette) -> Figure:
    """Median of the best feasible as-built score over the seeds, with the interquartile band, on a logarithmic axis."""
    with drawn(3.6) as (figure, axes):
        curves = {e.name: curve for e in section.searchers if (curve := progress(section, e, axis)) is not None}
        labels: list[tuple[str, float, float, object]] = []
        bands: list[tuple[np.ndarray, np.ndarray, np.ndarray, str]] = []
        for name, curve in curves.items():
            shown = np.isfinite(curve.middle)
            if not shown.any():
                continue
            colour = palette.colour(name)
            x, y = curve.grid[shown], curve.middle[shown]
            (line,) = axes.plot(x, y, color=colour, linestyle=palette.dashes(name))
            tip(line, f"{name}: {number(float(y[0]))} to begin with, {number(float(y[-1]))} in the end")
            band = shown & np.isfinite(curve.low)
            bands.append((curve.grid[band], curve.low[band], curve.high[band], colour))
            labels.append((name, curve.grid[shown][-1], curve.middle[shown][-1], palette.letters(name)))
        logarithmic(axes)
        _limits(axes, section, labels)
        for grid, low, high, colour in bands:  # a quartile that has nothing feasible ends at the edge of the figure
            top = np.where(np.isfinite(high), high, max(axes.get_ylim()))
            axes.fill_between(grid, low, top, color=colour, alpha=0.13, linewidth=0)
        for baseline in (e for e in section.entrants if e.is_baseline and e.completed):
            axes.axhline(baseline.mean, color=INK, linewidth=0.8, linestyle=(0, (4, 2)), zorder=1)
            labels.append((baseline.name, axes.get_xlim()[1], baseline.mean, INK))
        axes.set_xlabel(AXES[axis])
        axes.set_ylabel(SCORE)
        label_curves(axes, labels)
    return figure


def targets_reached(section: Section, palette: Palette) -> Figure:
    """ECDF: share of all targets and seeds reached within so many events."""
    with drawn(3.6) as (figure, axes):
        first = min((run.events[0] for run in section.runs if len(run.events)), default=1.0)
        grid = np.geomspace(first, max(section.allowance, first * 1.01), 300)
        labels: list[tuple[str, float, float, object]] = []
        for entrant in section.searchers:
            share = runtime_share(section, entrant, grid)
            (line,) = axes.step(
                grid, share, where="post", color=palette.colour(entrant.name), linestyle=palette.dashes(entrant.name)
            )
            tip(line, f"{entrant.name}: {100 * share[-1]:.0f} % in the end")
            labels.append((entrant.name, grid[-1], share[-1], palette.letters(entrant.name)))
        logarithmic(axes)
        axes.set_xlim(grid[0], grid[-1])
        axes.set_ylim(0, 1.02)
        axes.set_xlabel("simulated events")
        axes.set_ylabel("share of targets and seeds reached")
        axes.grid(axis="y", color=FAINT, linewidth=0.5)
        label_curves(axes, labels)
    return figure


def score_against_money(cuts: Sequence[Section], palette: Palette) -> Figure:
    """Final score against the budget, where a problem was studied at several."""
    with drawn(3.6) as (figure, axes):
        labels: list[tuple[str, float, float, object]] = []
        for name in sorted({entrant.name for section in cuts for entrant in section.entrants}):
            found = [(s.problem["budget"], e) for s in cuts for e in s.entrants if e.name == name and e.completed]
            if not found:
                continue
            budgets, means = [budget for budget, _ in found], [entrant.mean for _, entrant in found]
            bounds = [entrant.interval if len(entrant.runs) > 1 else (entrant.mean,) * 2 for _, entrant in found]
            reach = np.abs(np.array(bounds).T - means)
            line = axes.errorbar(
                budgets, means, yerr=reach, color=palette.colour(name), linestyle=palette.dashes(name),
                marker="o", markersize=4, elinewidth=0.9,
            )  # fmt: skip
            told = (f"{number(mean)} for {number(budget)} kCHF" for budget, mean in zip(budgets, means, strict=True))
            tip(line.lines[0], f"{name}: {', '.join(told)}")
            labels.append((name, budgets[-1], means[-1], palette.letters(name)))
        for section in cuts:
            axes.axvline(section.problem["budget"], color=FAINT, linewidth=0.6, zorder=0)
        axes.set_xlabel("budget (kCHF)")
        axes.set_ylabel(SCORE)
        label_curves(axes, labels)
    return figure


def _limits(axes: Axes, section: Section, labels: Sequence[tuple[Any, ...]]) -> None:
    """Cut the score's axis where the searches have barely begun: their first designs are worse by decades."""
    means = [e.mean for e in section.entrants if math.isfinite(e.mean)]
    ends = [y for _, _, y, _ in labels] + means + [section.best]
    ends = [y for y in ends if math.isfinite(y)]
    axes.autoscale(axis="x", tight=True)
    if not ends:
        axes.text(0.5, 0.5, "no feasible design", transform=axes.transAxes, ha="center", color=GREY)
        return
    low, high = min(ends), max(ends)
    reach = high - low
    if len(section.entrants) == 1 or reach <= LEVEL * abs(low):  # nobody to be told from: the descent is to be seen
        reach = max(min(section.start - low, abs(low)) if math.isfinite(section.start) else abs(low), LEVEL * abs(low))
    reach = max(reach, 1e-12)
    top = min(section.start, high + 1.2 * reach) if math.isfinite(section.start) else high + 1.2 * reach
    axes.set_ylim(low - 0.08 * reach, max(top, high + 0.08 * reach))
