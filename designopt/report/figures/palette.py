"""How every figure looks: one colour per entrant, quiet axes, labels beside the curves."""

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator

from designopt.report.data.names import FAMILIES, family

TIP = "tip:"
IN_TABLES = "Its numbers are in the tables."
BELOW = 36
"""Points that the numbers and the name of a horizontal axis take."""
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
INK, GREY, FAINT = "#222222", "#6b6b6b", "#dddddd"
WIDTH = 4.3  # inches; shown 345 to 450 pixels wide, so that 9-point letters are 10 pixels high on a phone
# Okabe and Ito's palette without yellow and black, then two of Paul Tol's: distinct in all common colour-blindness
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#999933", "#882255")
HUES = dict(zip(FAMILIES, COLOURS, strict=True))
Dashes = str | tuple[Any, ...]
DASHES: tuple[Dashes, ...] = ("-", (0, (5, 1.5)), (0, (1, 1.2)))

STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9,
    "axes.grid": False,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "lines.linewidth": 1.6,
    "svg.fonttype": "none",
    "svg.hashsalt": "designopt",
    "figure.dpi": 72,
    "savefig.dpi": 180,
}


class Palette:
    """Colour and dashes of every entrant, the same in every report: a colour for each family of optimisers.

    Who belongs to no family (an optimiser made elsewhere) has one of the colours that no family of the report takes.
    """

    def __init__(self, searchers: Iterable[str]):
        names = sorted(set(searchers))
        taken = {found[0] for name in names if (found := family(name))}
        free = [colour for one, colour in HUES.items() if one not in taken] or list(HUES.values())
        strange = [name for name in names if family(name) is None]
        self.looks: dict[str, tuple[str, Dashes]] = {}
        for name in names:
            if found := family(name):
                twins = sorted(other for other in names if family(other) == found)
                place = found[1] + twins.index(name)
                self.looks[name] = (shaded(HUES[found[0]], place % 3), DASHES[(place + place // 3) % 3])
            else:
                place = strange.index(name)
                self.looks[name] = (free[place % len(free)], DASHES[(place // len(free)) % 3])

    def colour(self, name: str) -> str:
        """Baselines, which are not in the list, are drawn in ink."""
        return self.looks[name][0] if name in self.looks else INK

    def dashes(self, name: str) -> Dashes:
        """Solid for the first of a family, then dashed, then dotted; baselines are dashed."""
        return self.looks[name][1] if name in self.looks else (0, (4, 2))

    def letters(self, name: str) -> tuple[float, ...]:
        """The colour darkened, so that letters in it can be read on white."""
        return tuple(0.7 * channel for channel in to_rgb(self.colour(name)))

    def legend(self, figure: Figure, axes: Axes, names: Iterable[str]) -> None:
        """Names in their colours, above the axes."""
        handles = [
            axes.plot([], [], "o-", markersize=3.8, linewidth=1.2, color=self.colour(name), label=name)[0]
            for name in names
        ]
        figure.legend(
            handles=handles, loc="outside upper center", ncols=3, frameon=False, fontsize=8, labelcolor="linecolor"
        )


def shaded(colour: str, step: int) -> str:
    """A colour itself (0), darker (1) or lighter (2): members of one family."""
    towards, share = ((0.0, 0.0), (0.0, 0.4), (1.0, 0.35))[step]
    red, green, blue = (channel + share * (towards - channel) for channel in to_rgb(colour))
    return to_hex((red, green, blue))


@contextmanager
def drawn(height: float, width: float = WIDTH) -> Iterator[tuple[Figure, Axes]]:
    """A figure and its axes in the report's style; sizes in inches."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        yield figure, figure.add_subplot()


def logarithmic(axes: Axes) -> None:
    """Make the horizontal axis logarithmic; where it spans little more than a decade, 2 and 5 have numbers too."""

    def decades(value: float, _: int | None = None) -> str:
        return "10" + f"{math.log10(value):.0f}".translate(RAISED) if value > 0 else ""

    def words(value: float, _: int | None = None) -> str:
        low, high = axes.get_xlim()
        mantissa = round(value / 10 ** np.floor(np.log10(value) + 1e-9), 6)
        return f"{value:g}" if high < 20 * low and mantissa in (2, 5) else ""

    axes.set_xscale("log")
    axes.xaxis.set_minor_locator(LogLocator(subs=(2.0, 5.0)))
    axes.xaxis.set_major_formatter(FuncFormatter(decades))
    axes.xaxis.set_minor_formatter(FuncFormatter(words))


def tip(artist: Artist, text: str) -> None:
    """What a browser shows where the pointer rests on the artist."""
    artist.set_gid(TIP + text)


def described(figure: Figure) -> str:
    """What is drawn, for those who cannot see it: rows, axes and their ranges. Values are in the tables."""
    axes = figure.axes[0]
    rows = [label.get_text().replace("\n", " ") for label in axes.get_yticklabels()]
    named = axes.get_ylabel() or ("one row for each of " + ", ".join(rows) if rows else "")
    across = axes.get_xlabel() or ", ".join(label.get_text() for label in axes.get_xticklabels())
    return f"Chart. Vertical: {named}. Horizontal: {across}. {IN_TABLES}"


def label_curves(axes: Axes, labels: Sequence[tuple[str, float, float, object]], size: float = 8.5) -> None:
    """Names (text, x, y, colour) beside the ends of curves, moved apart where they would overlap.

    The limits of the axes must be final. A thin line leads from the end of a curve to a label that had to move.
    """
    if not labels:
        return
    figure = axes.get_figure(root=True)
    if figure is None:
        return
    axes.get_xlim(), axes.get_ylim()  # found when they are asked for
    gap = 1.25 * size / (72 * figure.get_figheight() - BELOW)  # height of a line, as a share of the axes
    to_axes = axes.transData + axes.transAxes.inverted()
    ends = [(to_axes.transform((x, y)), text, colour) for text, x, y, colour in labels]
    ends.sort(key=lambda end: end[0][1])
    wanted = np.clip([end[0][1] for end in ends], 0, 1)
    for (end, text, colour), beside, height in zip(ends, wanted, spread(wanted, gap), strict=True):
        kind: dict[str, Any] = {"transform": axes.transAxes, "color": colour, "clip_on": False}
        axes.add_line(Line2D((end[0], 1.02), (beside, height), linewidth=0.5, alpha=0.6, **kind))
        axes.text(1.03, height, text, fontsize=size, va="center", ha="left", **kind)


def spread(wanted: Sequence[float] | np.ndarray, gap: float) -> np.ndarray:
    """Places nearest to the wanted ascending ones, in least squares, that are at least a gap apart."""
    blocks: list[list[float]] = []  # pool adjacent violators on wanted - gap * place: [sum, count]
    for place, value in enumerate(wanted):
        blocks.append([value - gap * place, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, count = blocks.pop()
            blocks[-1] = [blocks[-1][0] + total, blocks[-1][1] + count]
    pooled = np.concatenate([np.full(int(count), total / count) for total, count in blocks])
    return pooled + gap * np.arange(len(wanted))


def named_rows(axes: Axes, names: Sequence[str]) -> None:
    """One row per name from the top down, without an axis line on the left."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.45, -0.55)
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.spines["left"].set_visible(False)
