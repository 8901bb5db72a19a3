"""Figures of one winning design: its drawing, and the money each of its components takes."""

from collections.abc import Callable
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from designopt.report.figures.palette import FAINT, GREY, INK, drawn
from designopt.report.tables.table import number

ROUNDING = 1e-9
"""Share of the money below which what is left over is rounding."""
Draw = Callable[[dict[str, Any], dict[str, Any], Axes], None]
"""Draws a design on axes: the problem's entry of the header, the design as built, the axes."""


def drawing(problem: dict[str, Any], design: dict[str, Any], draw: Draw) -> Figure:
    """The design as its detector draws it."""
    with drawn(3.2) as (figure, axes):
        draw(problem, design, axes)
    return figure


def money(items: dict[str, float], unspent: float, colour: str) -> Figure:
    """Cost of each component in kCHF, dearest first, and what is left over."""
    rows = sorted(items.items(), key=lambda item: (-item[1], item[0]))
    total = sum(items.values()) + unspent or 1.0
    rows.append(("unspent", unspent if abs(unspent) > ROUNDING * total else 0.0))
    with drawn(0.75 + 0.27 * len(rows)) as (figure, axes):
        for row, (name, value) in enumerate(rows):
            left_over = name == "unspent"
            axes.barh(row, value, height=0.62, color=FAINT if left_over else colour, alpha=1 if left_over else 0.75)
            axes.annotate(
                f"{number(value, 3)} kCHF  {100 * value / total:.1f} %", (max(value, 0), row), xytext=(4, 0),
                textcoords="offset points", va="center", fontsize=8, color=INK,
            )  # fmt: skip
        axes.set_yticks(range(len(rows)), [name for name, _ in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(0, 1.35 * max(value for _, value in rows) or 1.0)
        axes.tick_params(axis="y", length=0, labelcolor=INK)
        axes.tick_params(axis="x", labelcolor=GREY)
        axes.set_xlabel("cost (kCHF)")
    return figure
