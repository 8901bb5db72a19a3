"""Figures as files: nothing hangs out of them, letters stay letters, one place of the figure per name."""

import io
import json
import re
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

import designopt as do
from designopt.analysis.drawing import draw_design
from designopt.report.figures.palette import STYLE, drawn, label_curves, logarithmic, tip
from designopt.report.figures.saving import _Svg, fit, save, vector
from designopt.report.figures.winners import drawing, money

LONG = "a reference of the longest name"


def charts():
    """A chart with names beside its rows, a curve with its name, and a key above the axes."""
    with drawn(2.4) as (rows, axes):
        axes.set_yticks([0, 1], [LONG, "b"])
        axes.set_xlabel("a score of which much is to be said")
    with drawn(3.0) as (curve, axes):
        axes.plot([1, 50], [0, 1])
        logarithmic(axes)
        label_curves(axes, [(LONG, 50, 1.0, "red"), ("b", 50, 0.99, "blue")])
        axes.set_ylabel("share")
    with drawn(3.0) as (keyed, axes):
        line = axes.plot([0, 1], [0, 1])[0]
        keyed.legend(handles=[line], labels=["key"], loc="outside upper center")
    return rows, curve, keyed


@pytest.mark.parametrize("place", range(3), ids=["rows", "curve", "key"])
def test_what_hangs_on_the_axes_is_inside_the_figure(place):
    figure = charts()[place]
    fit(figure)
    with matplotlib.rc_context(STYLE):
        around, (width, height) = figure.get_tightbbox(_Svg(1, 1, io.StringIO())), figure.get_size_inches()
        assert (around.min >= 0).all()
        assert (around.max <= (width, height)).all()
        assert np.ptp(around.intervalx) > 0.95 * width  # and it uses the room
        if figure.legends:
            key = figure.legends[0].get_window_extent(_Svg(1, 1, io.StringIO()))
            assert key.y0 >= figure.axes[0].bbox.y1


def test_names_of_curves_stand_apart():
    figure = charts()[1]
    fit(figure)
    upper, lower = sorted((text.get_window_extent(_Svg(1, 1, io.StringIO())) for text in figure.axes[0].texts),
                          key=lambda box: -box.y0)  # fmt: skip
    assert lower.y1 <= upper.y0 + 1
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()][1:3] == ["10⁰", "10¹"]


def test_a_figure_grows_with_axes_that_hang_below_its_own(tmp_path):
    with drawn(3.0) as (figure, axes):
        axes.inset_axes((0, -0.92, 1, 0.7)).set_xlabel("z (m)")
    before = axes.get_position().bounds
    save(figure, tmp_path / "shield.png", whole=True)
    assert axes.get_position().bounds == before
    with Image.open(tmp_path / "shield.png") as picture:
        assert picture.height > 180 * 3.0 * 1.92 * before[3]


def test_letters_of_a_figure_are_letters_and_its_tips_are_titles():
    with drawn(2.0) as (figure, axes):
        tip(axes.plot([0, 1], [0, 1])[0], "Adam <x>: 3")
        axes.set_xlabel("score <x/γ> (%)")
    text = vector(figure, "one")
    assert "score &lt;x/γ&gt; (%)</text>" in text
    assert "<title>Adam &lt;x&gt;: 3</title>" in text
    ElementTree.fromstring(text)
    ids = set(re.findall(r' id="([^"]+)"', text))
    assert {reference for reference in re.findall(r'(?:url\(#|href="#)([^")]+)', text)} <= ids
    assert all(re.match(r"[0-9a-f]{8}-", one) for one in ids)


def test_bars_of_money_are_as_long_as_it_is_and_stay_inside():
    text = money({"silicon <γ>": 300.0, LONG * 3: 100.0}, 0.0, "#0072B2")
    drawing = ElementTree.fromstring(text)
    width = float(drawing.get("viewBox").split()[2])
    bars = [(float(bar.get("x")), float(bar.get("width"))) for bar in drawing.iter("rect")]
    assert [length for _, length in bars] == pytest.approx([bars[0][1], bars[0][1] / 3, 0.0], abs=0.1)
    assert max(left + length for left, length in bars) < width
    words = [one.text for one in drawing.iter("text")]
    assert words[:2] == ["silicon <γ>", "300 kCHF  75.0 %"]


@pytest.mark.parametrize("name", ["tracker-layout-v2", "muon-tomography-v1", "calorimeter-segmentation-v2"])
def test_panels_of_a_drawing_do_not_cover_each_others_words(name):
    """Names of the axes of one panel stood over the picture of the next."""
    problem = do.make(name)
    reference = problem.references[problem.compare_with or next(iter(problem.references))]
    design = {key: np.asarray(value) for key, value in reference.items()}
    figure: Figure = drawing(json.loads(json.dumps(problem.card())), design, draw_design)
    figure.set_layout_engine(None)
    writer = _Svg(1, 1, io.StringIO())
    panels = [*figure.axes[:1], *figure.axes[0].child_axes]
    figure.axes[0].get_tightbbox(writer)
    for panel in panels:
        for axis in (panel.xaxis, panel.yaxis):
            words = axis.label.get_window_extent(writer)
            assert not any(words.overlaps(other.bbox) for other in panels if other is not panel)
