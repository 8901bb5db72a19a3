"""What a figure of a detector's page is, and how they look: the report's style; open points were never fitted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from numpy.typing import ArrayLike

from designopt.report.figures.palette import GREY, INK, STYLE, WIDTH
from designopt.report.figures.saving import save

DATA = Path(__file__).parents[2] / "tests" / "data"
FITTED: dict[str, Any] = {"marker": "o", "linestyle": "none", "markersize": 4.2, "elinewidth": 0.9}
PREDICTED: dict[str, Any] = {**FITTED, "markerfacecolor": "white", "markeredgewidth": 1.1}


@dataclass(frozen=True)
class Claim:
    """A bound that a caption gives in these words, with the bound in the place of `{}`, and what was found."""

    words: str
    bound: float
    found: float

    @property
    def said(self) -> str:
        """As it stands in the caption."""
        return self.words.format(f"{self.bound:g}")


@dataclass(frozen=True)
class Validation:
    """A figure; what its caption counts, word by word; and the bounds that it gives."""

    figure: Figure
    counts: tuple[str, ...]
    claims: tuple[Claim, ...]


@contextmanager
def panels(
    count: int, height: float, ratios: tuple[float, ...] | None = None, share: bool = True
) -> Iterator[tuple[Figure, list[Axes]]]:
    """A figure with panels one above the other.

    Args:
        count: of panels.
        height: of the figure, inches.
        ratios: of the heights of the panels; equal if left out.
        share: whether they have one horizontal axis.
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        rows = figure.subplots(count, 1, sharex=share, squeeze=False, height_ratios=ratios)
        yield figure, list(rows[:, 0])


def level(axes: Axes, at: float = 0.0, band: float = 0.0) -> None:
    """A line where model and truth agree, and a grey band around it."""
    axes.axhline(at, color=INK, linewidth=0.8, zorder=0)
    if band:
        axes.axhspan(at - band, at + band, color=GREY, alpha=0.15, linewidth=0, zorder=0)


def named(axes: Axes, colour: str, label: str) -> None:
    """Say in the key that a line is the model and open points on it are the truth, in one entry."""
    axes.plot([], [], "o-", color=colour, markerfacecolor="white", markersize=4.2, label=label)


def key(figure: Figure, axes: Axes, columns: int = 2) -> None:
    """A key above the panels, from the labels of one of them."""
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside upper left", ncols=columns, frameon=False, fontsize=8.5, handlelength=1.6
    )


def plain(axes: Axes, x: ArrayLike = (), y: ArrayLike = ()) -> None:
    """Ticks of a logarithmic axis as plain numbers; an axis without ticks stays as it is.

    Args:
        axes: the panel.
        x, y: ticks of its two axes.
    """
    for ticks, axis in ((np.asarray(x), axes.xaxis), (np.asarray(y), axes.yaxis)):
        if ticks.size:
            axis.set_ticks(ticks.tolist(), [f"{tick:g}" for tick in ticks])
            axis.set_minor_locator(NullLocator())


def worst(values: ArrayLike) -> float:
    """The largest size among the values."""
    return float(np.max(np.abs(np.asarray(values))))


def write(figure: Figure, path: Path) -> None:
    """The figure as PNG; a file that holds it already is left alone, so that no page is built again for nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    save(figure, half)
    if path.exists() and path.read_bytes() == half.read_bytes():
        half.unlink()
    else:
        half.replace(path)
