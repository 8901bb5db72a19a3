"""Drawings: layers to scale, absent ones left out, nothing that depends on a screen."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from designopt.detectors.calorimeter.draw import COLOURS, draw_stack
from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.problem import calorimeter_segmentation
from designopt.detectors.calorimeter.reference import calice_siw, lhcb_shashlik
from designopt.detectors.materials import NAMES


@pytest.fixture
def axes():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def test_depth_is_to_scale_and_absent_layers_are_left_out(axes):
    draw_stack(Layers.from_cells(lhcb_shashlik(), slots=70), axes)
    assert axes.get_xlim() == pytest.approx((0, 66 * 6.0))
    (pitch,) = axes.child_axes
    assert len(pitch.patches) == 66
    assert {bar.get_height() for bar in pitch.patches} == {40.0}


def test_every_material_is_named_once(axes):
    draw_stack(Layers.from_cells(calice_siw()), axes)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["W", "Si", "board"]


def test_profiles_lie_over_the_layers(axes, tmp_path):
    layers = Layers.from_cells(calice_siw(), slots=32)
    draw_stack(layers, axes, {"10 GeV": np.arange(32.0)})
    (right,) = [a for a in axes.figure.axes if a is not axes and a not in axes.child_axes]
    x, y = right.lines[0].get_data()
    assert len(x) == 30
    assert np.all(np.diff(x) > 0)
    assert y[-1] == 29
    axes.figure.savefig(tmp_path / "stack.png", bbox_inches="tight")
    assert (tmp_path / "stack.png").stat().st_size > 5000


def test_a_problem_draws_its_references(axes):
    problem = calorimeter_segmentation(slots=10, budget=900)
    problem.detector.draw(problem.references["uniform"], axes)
    assert axes.get_xlim()[1] == pytest.approx(10 * (24 * 3.504 / 10 + 0.525), rel=1e-3)


def test_colours_belong_to_materials_of_the_table():
    assert set(COLOURS) <= set(NAMES)
