"""Figures of one winning design: its drawing, and the money each of its components takes."""

import html
from collections.abc import Callable
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from designopt.report.figures.palette import FAINT, INK, WIDTH, drawn
from designopt.report.figures.saving import ALIKE, PAD, POINTS, length
from designopt.report.tables.table import number

ROUNDING = 1e-9
"""Share of the money below which what is left over is rounding."""
ROW, BAR, LETTERS = 19.0, 12.0, 8.5
"""Points from one bar to the next, height of a bar, size of the letters."""
SHORTEST = 0.25
"""Share of the figure's width that the longest bar has at least; beside long names the figure is wider."""
Draw = Callable[[dict[str, Any], dict[str, Any], Axes], None]
"""Draws a design on axes: the problem's entry of the header, the design as built, the axes."""


def drawing(problem: dict[str, Any], design: dict[str, Any], draw: Draw) -> Figure:
    """The design as its detector draws it."""
    with drawn(2.7) as (figure, axes):
        draw(problem, design, axes)
    return figure


def money(items: dict[str, float], unspent: float, colour: str) -> str:
    """Cost of each component in kCHF, dearest first, and what is left over, as SVG: a bar and its numbers a row."""
    rows = sorted(items.items(), key=lambda item: (-item[1], item[0]))
    total = sum(items.values()) + unspent or 1.0
    rows.append(("unspent", unspent if abs(unspent) > ROUNDING * total else 0.0))
    said = [f"{number(value, 3)} kCHF  {100 * value / total:.1f} %" for _, value in rows]
    left = max(length(name, LETTERS) for name, _ in rows) + 2 * PAD
    right = max(length(words, LETTERS) for words in said) + 2 * PAD
    longest = max(WIDTH * POINTS - left - right, SHORTEST * WIDTH * POINTS)
    most = max(value for _, value in rows) or 1.0
    pieces = []
    for row, ((name, value), words) in enumerate(zip(rows, said, strict=True)):
        end, base = left + longest * max(value, 0.0) / most, ROW * row + 0.5 * BAR + 0.35 * LETTERS
        face = f'fill="{FAINT}"' if row == len(rows) - 1 else f'fill="{colour}" fill-opacity=".75"'
        pieces += [
            f'<text x="{left - PAD:.1f}" y="{base:.1f}" text-anchor="end">{html.escape(name)}</text>',
            f'<rect x="{left:.1f}" y="{ROW * row:.1f}" width="{end - left:.1f}" height="{BAR:g}" {face}/>',
            f'<text x="{end + PAD:.1f}" y="{base:.1f}">{html.escape(words)}</text>',
        ]
    size = f'viewBox="0 0 {left + longest + right:.1f} {ROW * len(rows):g}"'
    return f'<svg {size} style="{ALIKE}; font-size: {LETTERS}px; fill: {INK}">{"".join(pieces)}</svg>'
