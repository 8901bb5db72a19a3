r"""Formulas between dollar signs, set by matplotlib: an image within the line, with its TeX as what is read aloud."""

import base64
import html
import io
import re
from collections.abc import Callable

import matplotlib
from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser, math_to_image

from designopt.report.figures.palette import STYLE
from designopt.report.layout import typeset

POINTS = 12.0
"""Size of the letters; the page shows them as high as its own."""


def with_formulas(text: str) -> str:
    """Text as HTML in which every `$...$` is an image; one that cannot be set stays as it was written."""
    return around_formulas(text, typeset, _set)


def around_formulas(text: str, words: Callable[[str], str], formula: Callable[[str], str] = str) -> str:
    """Text whose words went through one function, and its formulas, with their dollar signs, through another."""
    parts = re.split(r"(\$[^$]+\$)", text)
    return "".join(formula(part) if part.startswith("$") and len(part) > 2 else words(part) for part in parts)


def braced(tex: str) -> str:
    r"""TeX with braces around what fractions and roots have: matplotlib reads `\frac{1}{2}`, not `\frac12`."""
    above = re.sub(r"\\(frac|sqrt)(\d|\s+[A-Za-z]|\s*\\[A-Za-z]+)", r"\\\1{\2}", " ".join(tex.split()))
    return re.sub(r"(\\frac\{[^{}]*\})\s*(\d|[A-Za-z]|\\[A-Za-z]+)", r"\1{\2}", above)


def readable(tex: str) -> bool:
    """Whether a formula, with its dollar signs, is one that can be set."""
    try:
        MathTextParser("path").parse(braced(tex))
    except ValueError:
        return False
    return True


def _set(tex: str) -> str:
    try:
        with matplotlib.rc_context({**STYLE, "savefig.transparent": True}):
            drawing = io.BytesIO()
            math_to_image(braced(tex), drawing, FontProperties(size=POINTS), format="svg")
    except ValueError:
        return html.escape(tex)
    picture = re.sub(r"<metadata>.*?</metadata>", "", drawing.getvalue().decode(), flags=re.DOTALL)
    height = float(re.search(r'height="([\d.]+)pt"', picture)[1]) / POINTS  # type: ignore[index]
    code = base64.b64encode(picture.encode()).decode()
    return (
        f'<img class="formula" style="height:{height:.2f}em" alt="{html.escape(tex.strip("$"))}" '
        f'src="data:image/svg+xml;base64,{code}">'
    )
