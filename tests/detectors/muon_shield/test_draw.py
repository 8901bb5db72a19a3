"""Drawings: both views to scale, the field's sign in the colours, hits on the plane."""

import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import pytest

from designopt.detectors.muon_shield.allocation import baseline, muon_shield_allocation
from designopt.detectors.muon_shield.draw import DOWN, UP, draw_origins, draw_plan
from designopt.detectors.muon_shield.magnets.row import Magnets
from designopt.detectors.muon_shield.reference import challenge_baseline
from designopt.units import m

BASELINE = Magnets.from_table(challenge_baseline())


@pytest.fixture
def axes():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def colours(view):
    return np.array([patch.get_facecolor()[0, :3] for patch in view.collections])


def test_both_views_are_to_scale_and_show_the_field(axes, tmp_path):
    draw_plan(BASELINE, axes)
    (side,) = axes.child_axes
    assert axes.get_xlim() == side.get_xlim() == (0, 83)
    iron = [patch.get_paths()[0].get_extents() for patch in side.collections]
    assert max(box.x1 for box in iron) == pytest.approx(29.03)
    assert max(box.y1 for box in iron) == pytest.approx(1.3 + 0.38 / 2)  # the exit of magnet 2, at the core's middle
    red, blue = colours(side)[0], colours(side)[-1]
    assert red[0] > red[2], "the absorber's core is up"
    assert blue[2] > blue[0], "the last core is down"
    assert UP != DOWN
    axes.figure.savefig(tmp_path / "shield.png", bbox_inches="tight")
    assert (tmp_path / "shield.png").stat().st_size > 20_000


def test_positive_muons_leave_to_negative_x(axes):
    draw_plan(BASELINE, axes)
    ends = {"positive": [], "negative": []}
    for line in axes.lines:
        if len(line.get_xdata()) > 50:
            name = {"#d95f02": "positive", "#1b9e77": "negative"}.get(line.get_color())
            if name:
                ends[name].append(line.get_ydata()[-1])
    assert np.nanmedian(ends["positive"]) < -1 < 1 < np.nanmedian(ends["negative"])


def test_absent_magnets_are_not_drawn(axes):
    problem = muon_shield_allocation(slots=6, muons=100)
    design = baseline(6)
    design["kind"] = design["kind"].at[2].set(jnp.eye(4)[0])
    problem.detector.draw(design, axes)
    (side,) = axes.child_axes
    assert len(side.collections) == 2 * 6  # the absorber, five magnets and their mirror images


def test_origins_show_hits_on_the_plane(axes):
    momentum, place = np.array([20.0, 200.0, 300.0]), np.array([-3.5, 0.5, -1.0]) * m
    draw_origins(axes, momentum, place, np.array([10.0, 1.0, 1.0]), np.array([0.0, 1.0, 1.0]))
    others, hits = axes.collections[:2]
    assert np.asarray(others.get_offsets()).tolist() == [[20.0, -3.5]]
    assert len(hits.get_offsets()) == 2
    assert others.get_sizes()[0] > hits.get_sizes()[0], "areas are weights"
