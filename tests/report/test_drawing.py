"""What a report draws of a design whose detector draws nothing of its own."""

from itertools import pairwise

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import designopt as do
from designopt.analysis.drawing import draw_design
from designopt.design.bars import draw_bars
from designopt.problem.registry import known_too
from designopt.units import mm


class Plane(do.AbstractDetector):
    """Has the methods that must be written, and no more."""

    def response(self, design, key=None):
        """Resolution."""
        return {"resolution": design["pitch"]}

    def cost(self, design):
        """Channels."""
        return {"channels": 40 * mm / design["pitch"] + design["planes"]}


def drawn(budget: float) -> do.Problem:
    """A pitch and a number of planes."""
    space = do.DesignSpace([do.Real("pitch", 1 * mm, 9 * mm, unit=mm, label="mm"), do.Integer("planes", 1, 20)])
    return do.Problem("drawn-v1", Plane(), space, lambda response: response["resolution"], budget=budget)


def test_long_names_of_variables_do_not_run_into_each_other():
    figure = Figure(figsize=(4.7, 3.3))
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    names = ("flight path", "length of a bar", "planes", "kind of sensor", "thickness", "width of a bar")
    draw_bars(axes, dict.fromkeys(names, 1.0))
    figure.canvas.draw()
    for left, right in pairwise(axes.get_xticklabels()):
        if left.get_rotation() == 0:
            assert left.get_window_extent().x1 < right.get_window_extent().x0
        else:  # beside each other at an angle: ends at the ticks, which are a letter's height apart
            gap = right.get_window_extent().x1 - left.get_window_extent().x1
            assert gap > 1.2 * left.get_fontsize() * figure.dpi / 72


def test_a_lone_value_is_drawn_between_its_bounds():
    card, heights = drawn(20.0).card(), []
    with known_too(lambda: [drawn(20.0)]):
        for pitch in (3.0, 7.0):
            figure = Figure()
            FigureCanvasAgg(figure)
            axes = figure.add_subplot()
            draw_design(card, {"pitch": pitch, "planes": 4.0}, axes)
            heights.append(axes.patches[0].get_height())
            assert [label.get_text() for label in axes.get_xticklabels()] == ["pitch (mm)", "planes"]
    assert heights == [0.25, 0.75]
