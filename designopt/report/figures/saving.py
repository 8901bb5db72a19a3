"""Figures as files that never change: SVG for the page, PNG, PDF; room is found once for what hangs on the axes."""

import io
import re
import zlib
from functools import lru_cache
from pathlib import Path

import matplotlib
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

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

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: bool) -> tuple[float, float, float]:
        return _measured(s, prop, ismath)


@lru_cache(8192)
def _measured(text: str, letters: FontProperties, formula: bool) -> tuple[float, float, float]:
    width, height, descent = text_to_path.get_text_width_height_descent(text, letters, formula)
    return float(width), float(height), float(descent)


def fit(figure: Figure, passes: int = 1) -> None:
    """Make room inside the figure for all that hangs on its axes, and for its legend above them.

    What has axes beside each other is laid out by matplotlib. `passes`: two where what hangs on the axes becomes
    smaller with them.
    """
    engine = figure.get_layout_engine()
    if engine is None:
        return
    figure.set_layout_engine(None)
    if len(figure.axes) != 1:
        engine.execute(figure)
        return
    figure.dpi = POINTS
    (axes,) = figure.axes
    writer = _Svg(1, 1, io.StringIO())
    width, height = figure.get_size_inches() * POINTS
    top = min([height, *(legend.get_window_extent(writer).y0 for legend in figure.legends)])
    for _ in range(passes):
        around, inside = axes.get_tightbbox(writer), axes.bbox
        if around is None:
            return
        left, below = inside.x0 - around.x0 + PAD, inside.y0 - around.y0 + PAD
        right, above = around.x1 - inside.x1 + PAD, around.y1 - inside.y1 + PAD
        across, up = width - left - right, top - below - above
        if min(across, up) <= 0:
            return
        axes.set_position((left / width, below / height, across / width, up / height))


def save(figure: Figure, path: Path, whole: bool = False) -> None:
    """Write the figure as PNG, without a date, so that the same figure is the same file.

    `whole`: the picture grows to what was drawn outside the figure, as a detector's own drawing may do.
    """
    with matplotlib.rc_context(STYLE):
        fit(figure, 2 if whole else 1)
        box = figure.get_tightbbox(_Svg(1, 1, io.StringIO())).padded(PAD / POINTS) if whole else None
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
        writer = _Svg(*(figure.get_size_inches() * POINTS), drawing, metadata={"Date": None, "Creator": None})
        figure.draw(writer)
        writer.finalize()
    text = re.sub(r"^.*?(?=<svg)|<metadata>.*?</metadata>", "", drawing.getvalue(), flags=re.DOTALL)
    own = f"{zlib.crc32((name + text).encode()):08x}-"
    text = re.sub(r' xmlns(:xlink)?="[^"]*"', "", text).replace("xlink:href=", "href=").replace(LETTERS, ALIKE)
    text = re.sub(rf'<g id="{TIP}([^"]*)">', r"<g><title>\1</title>", text)
    return re.sub(r'( id="|url\(#|href="#)', rf"\g<1>{own}", text)


def on_page(figure: Figure, path: Path, title: str, caption: str) -> str:
    """Write the figure as SVG, and return it as HTML."""
    drawing = vector(figure, path.stem)
    path.write_text(drawing.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1), encoding="utf-8")
    return picture(drawing, title, caption, described(figure))
