"""Are the optima of the seeds the same: one line per winner through its sizes, numbers and choices."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from designopt.report.data.comparison import Section
from designopt.report.figures.palette import FAINT, Palette, drawn, tip

MOST = 24
"""Axes beyond these would not be told apart: long series are then cut into fewer parts."""


def coordinates(designs: list[dict[str, Any]]) -> tuple[list[str], np.ndarray]:
    """Labels and one row of numbers per design; a long series counts as the means of equal parts of it."""
    sizes = {name: int(np.size(value)) for name, value in designs[0].items()}
    parts = max(1, MOST // max(1, len(sizes)))
    labels, columns = [], []
    for name, size in sizes.items():
        values = np.array([np.asarray(design[name], dtype=float).reshape(size) for design in designs])
        pieces = np.array_split(values, min(parts, size), axis=1)
        labels += [name if len(pieces) == 1 else f"{name} {place + 1}/{len(pieces)}" for place in range(len(pieces))]
        columns += [piece.mean(axis=1) for piece in pieces]
    return labels, np.array(columns).T


def same_optima(section: Section, palette: Palette, ranges: Mapping[str, Sequence[float]]) -> Figure | None:
    """Parallel coordinates of the winners of all seeds, each axis along what the search was allowed.

    `ranges` by variable: least and most. A variable without one runs from the least to the most of all winners. None
    where fewer than two runs ended well.
    """
    winners = [(e.name, run.winner["design"]) for e in section.searchers for run in e.completed if run.winner]
    if len(winners) < 2:
        return None
    labels, table = coordinates([design for _, design in winners])
    allowed = np.array([ranges.get(re.sub(r" \d+/\d+$", "", label), (np.nan, np.nan)) for label in labels]).T
    low, high = (np.where(np.isnan(end), own, end) for end, own in
                 zip(allowed, (table.min(axis=0), table.max(axis=0)), strict=True))  # fmt: skip
    scaled = np.where(high > low, (table - low) / np.where(high > low, high - low, 1.0), 0.5)
    with drawn(3.8) as (figure, axes):
        for (name, _), row in zip(winners, scaled, strict=True):
            (line,) = axes.plot(
                row, color=palette.colour(name), linestyle=palette.dashes(name), linewidth=0.9, alpha=0.7
            )
            tip(line, name)
        upright = axes.get_xaxis_transform()
        axes.vlines(range(len(labels)), 0, 1, FAINT, linewidth=0.5, zorder=0, transform=upright)
        names = dict.fromkeys(name for name, _ in winners)
        handles = [axes.plot([], [], color=palette.colour(n), linestyle=palette.dashes(n), label=n)[0] for n in names]
        figure.legend(
            handles=handles, loc="outside upper center", ncols=4, frameon=False, fontsize=8, labelcolor="linecolor"
        )
        axes.set_xticks(range(len(labels)), labels, rotation=90, fontsize=7)
        axes.set_yticks([0, 1], ["least", "most"])
        axes.set_ylim(-0.04, 1.04)
        axes.set_xlim(-0.3, len(labels) - 0.7)
    return figure
