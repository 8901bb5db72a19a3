"""Figures as files that never change: SVG for the page, PNG, PDF; room is found once for what hangs on the axes."""

import io
import re
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Bbox

from designopt.report.figures.palette import STYLE, TIP, described
from designopt.report.layout import picture

POINTS = 72.0
"""Dots an inch in which figures are measured, as in SVG."""
PAD = 3.0
"""Points between what is drawn and the edge of the figure."""
LETTERS = "font-family: 'DejaVu Sans'"
ALIKE = "font-family: 'DejaVu Sans', Verdana, sans-serif"
"""Letters of a figure on a page: as wide as those that it was measured with, nearly wherever it is read."""


class _Svg(RendererSVG):
    """Measures a text once for all figures."""

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        return _measured(s, prop, ismath)


def _writer(width: float = 1.0, height: float = 1.0, file: io.StringIO | None = None, **about: Any) -> Any:
    """What draws SVG, of so many points; its constructor has no types."""
    make: Any = _Svg
    return make(width, height, file or io.StringIO(), **about)


@lru_cache(8192)
def _measured(text: str, letters: FontProperties, formula: bool) -> tuple[float, float, float]:
    width, height, descent = text_to_path.get_text_width_height_descent(text, letters, formula)
    return float(width), float(height), float(descent)


def fit(figure: Figure) -> None:
    """Make room inside the figure for all that hangs on its axes, and for its legend above them.

    Axes beside each other are laid out by matplotlib.
    """
    engine = figure.get_layout_engine()
    if engine is None:
        return
    figure.set_layout_engine(None)
    if not _at_one_place(figure):
        engine.execute(figure)
        return
    figure.dpi = POINTS
    writer = _writer()
    size = np.asarray(figure.get_size_inches()) * POINTS
    key = size[1] - min([size[1], *(legend.get_window_extent(writer).y0 for legend in figure.legends)])
    for _ in range(2):
        found = [box for axes in figure.axes if (box := axes.get_tightbbox(writer)) is not None]
        inside = figure.axes[0].bbox.frozen()
        around = Bbox.union([inside, *found]).padded(PAD)
        room = size - (0, key) - (np.asarray(around.size) - np.asarray(inside.size))
        if min(room) <= 0:
            return
        for axes in figure.axes:
            axes.set_position((*((np.asarray(inside.min) - np.asarray(around.min)) / size), *(room / size)))
        across = max(axes.xaxis.label.get_window_extent(writer).width for axes in figure.axes)
        if across <= room[0]:  # else the name of an axis has become longer than the axis
            return


def _at_one_place(figure: Figure) -> bool:
    """Whether all axes of the figure are one, with its twins."""
    return len({axes.get_position(original=True).bounds for axes in figure.axes}) == 1


def save(figure: Figure, path: Path, whole: bool = False) -> None:
    """Write the figure as PNG, without a date, so that the same figure is the same file.

    `whole`: the axes keep their size, and the picture grows to what hangs on them, as a detector's own drawing may do.
    """
    with matplotlib.rc_context(STYLE):
        if whole and _at_one_place(figure):
            figure.set_layout_engine(None)
        fit(figure)
        box = figure.get_tightbbox(_writer()).padded(PAD / POINTS) if whole else None
        figure.savefig(path, format="png", metadata={"Software": None}, bbox_inches=box)


def save_pdf(figure: Figure, path: Path) -> None:
    """Write the figure as PDF, for a paper, without a date."""
    with matplotlib.rc_context({**STYLE, "pdf.fonttype": 42}):
        fit(figure)
        figure.savefig(path, format="pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None})


def vector(figure: Figure, name: str) -> str:
    """The figure as SVG that can stand within a page: no date, tips as titles, no paper behind it, and ids of its own.

    Args:
        figure: what is drawn.
        name: other than that of any figure of the page: two may be drawn alike.
    """
    with matplotlib.rc_context(STYLE):
        fit(figure)
        for patch in (figure.patch, *(axes.patch for axes in figure.axes)):
            patch.set_visible(False)
        drawing = io.StringIO()
        width, height = figure.get_size_inches()
        writer = _writer(width * POINTS, height * POINTS, drawing, metadata={"Date": None, "Creator": None})
        figure.draw(writer)
        writer.finalize()
    text = re.sub(r"^.*?(?=<svg)|<metadata>.*?</metadata>", "", drawing.getvalue(), flags=re.DOTALL)
    own = f"{zlib.crc32((name + text).encode()):08x}-"
    text = re.sub(r' xmlns(:xlink)?="[^"]*"| transform="rotate\(-0 [^"]*"', "", text).replace("xlink:href=", "href=")
    text = text.replace(f" {LETTERS};", "").replace("<svg ", f'<svg style="{ALIKE}" ', 1)
    text = re.sub(rf'<g id="{TIP}([^"]*)">', r"<g><title>\1</title>", text)
    return re.sub(r'( id="|url\(#|href="#)', rf"\g<1>{own}", text)


def length(text: str, size: float) -> float:
    """How long a line of text is in points, in letters of a size."""
    return _measured(text, FontProperties(family=STYLE["font.family"], size=size), False)[0]


def on_page(figure: Figure, path: Path, title: str, caption: str) -> str:
    """Write the figure as SVG, and return it as HTML."""
    return placed(vector(figure, path.stem), path, title, caption, described(figure))


def placed(drawing: str, path: Path, title: str, caption: str, alt: str) -> str:
    """Write the text of an SVG as a file, and return it as HTML; `alt` says what is drawn."""
    path.with_suffix(".png").unlink(missing_ok=True)  # as reports were written once
    path.write_text(drawing.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1), encoding="utf-8")
    return picture(drawing, title, caption, alt)
