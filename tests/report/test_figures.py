"""Figures stay legible: a hopeless entrant does not squeeze the others into a line."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from synthetic import write_study

from designopt.report.content import read
from designopt.report.data.progress import Gain
from designopt.report.figures.curves import score_against
from designopt.report.figures.entrants import final_scores, physics_gains
from designopt.report.figures.palette import Palette, drawn, logarithmic
from designopt.report.sections.summary import summary


@pytest.mark.parametrize("worst", [20.0, 7000.0])
def test_small_changes_are_told_apart_beside_a_hopeless_one(worst):
    changes = [
        Gain("resolution", "Adam", -20.0, (-25.0, -15.0), 3),
        Gain("resolution", "RandomSearch", worst, (worst, worst), 3),
    ]
    figure = physics_gains(changes, "uniform", Palette(["Adam", "RandomSearch"]))
    axes = figure.axes[0]
    figure.canvas.draw()
    low, high = axes.transAxes.inverted().transform(axes.transData.transform([(-25.0, 0.0), (-15.0, 0.0)]))[:, 0]
    assert high - low > 0.03
    assert np.isfinite(axes.get_xlim()).all()
    plt.close(figure)


def test_one_run_alone_is_seen_to_descend(tmp_path):
    """Cut as between entrants the axis held a thousandth of its score, and the curve was an upright line."""
    content = read(write_study(tmp_path, seeds=1, names=("adam",), broken=False))
    (section,) = content.sections
    figure = score_against(section, "events", Palette(["adam"]))
    low, high = figure.axes[0].get_ylim()
    assert low < section.best < section.best + 0.5 * min(section.start - section.best, abs(section.best)) < high
    assert high < 3 * (abs(section.best) + section.start)
    plt.close(figure)


@pytest.mark.parametrize(("ends", "numbers"), [((20.0, 70.0), ["20", "50"]), ((100.0, 1e5), [])])
def test_numbers_between_decades_do_not_run_into_each_other(ends, numbers):
    with drawn(3.6) as (figure, axes):
        logarithmic(axes)
        axes.set_xlim(*ends)
        figure.canvas.draw()
        assert [one.get_text() for one in axes.get_xticklabels(minor=True) if one.get_text()] == numbers


def test_one_run_is_counted_as_one_and_has_no_interval(tmp_path):
    content = read(write_study(tmp_path, seeds=1, names=("adam",), broken=False))
    assert content.subtitle.startswith("1 entrant, 1 run, ")
    (first, *_) = summary(content.sections[0])
    assert "in score as built (one run; lower is better)" in first


def test_scores_that_differ_in_their_last_digits_have_numbers_that_can_be_read(tmp_path):
    content = read(write_study(tmp_path, seeds=2, names=("adam", "cma-es", "reference-uniform"), broken=False))
    (section,) = content.sections
    figure = final_scores(section, Palette(["adam", "cma-es"]))
    axes = figure.axes[0]
    axes.set_xlim(-2.13249, -2.11881)
    figure.canvas.draw()
    low, high = axes.get_xlim()
    shown = [label for label in axes.get_xticklabels() if low <= label.get_position()[0] <= high]
    ends = [label.get_window_extent() for label in shown]
    assert len(shown) > 2
    assert all(left.x1 + 3 < right.x0 for left, right in pairwise(ends))
    plt.close(figure)
