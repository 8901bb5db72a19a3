"""The geometry of a row of magnets: faces, sections, and magnets that are not there."""

import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors.muon_shield.magnets.row import CHALLENGE_NAMES, COLUMNS, Magnets
from designopt.units import cm, m

ROW = [10, 150, 5, 32, 54, 24, 8, 8, 6, 31, 7, 30, 1, 2, -1.9]


def test_a_table_survives_the_way_in_and_out():
    table = np.array([ROW, ROW], dtype=float) + np.arange(15) * 0.125
    assert Magnets.from_table(table, slots=5).table() == pytest.approx(table, rel=1e-15)
    assert len(COLUMNS) == len(CHALLENGE_NAMES) == 15


def test_faces_follow_gaps_and_lengths():
    shield = Magnets.from_table([ROW, ROW])
    assert np.asarray(shield.z_in) / cm == pytest.approx([10, 320])
    assert np.asarray(shield.z_out) / cm == pytest.approx([310, 620])
    assert float(shield.length / m) == pytest.approx(6.2)


def test_sections_run_linearly_between_the_faces():
    section = Magnets.from_table([ROW]).section(jnp.array([0.0, 0.25, 1.0]))
    assert np.asarray(section.core[:, 0]) / cm == pytest.approx([5, 11.75, 32])
    assert np.asarray(section.yoke[:, 0]) / cm == pytest.approx([6, 12.25, 31])
    assert np.asarray(section.half_width[:, 0]) / cm == pytest.approx([20, 33.25, 73])
    assert np.asarray(section.half_height[:, 0]) / cm == pytest.approx([61, 59.25, 54])


def test_the_area_is_that_of_the_mitred_blocks():
    """Counted on a grid of points, with explicit membership of the three blocks."""
    section = Magnets.from_table([ROW]).section(0.3)
    core, height, window, yoke, top, middle = (
        float(getattr(section, n)[0] / cm) for n in ("core", "height", "window", "yoke", "top", "middle")
    )
    x, y = np.meshgrid(np.arange(0.05, 90, 0.1), np.arange(0.05, 90, 0.1))
    u = x - middle
    w = (u - core - window) / yoke
    inside_core = (u >= 0) & (u <= core) & (y <= height + top * (1 - u / core))
    inside_side = (w >= 0) & (w <= 1) & (y <= height + top * w)
    inside_top = (u >= 0) & (w <= 1) & (y >= height) & (y <= height + top)
    counted = 4 * 0.01 * np.sum(inside_core | inside_side | inside_top)
    assert float(section.area[0] / cm**2) == pytest.approx(counted, rel=0.005)


def test_absent_magnets_take_no_room():
    short, padded = Magnets.from_table([ROW, ROW]), Magnets.from_table([ROW, ROW], slots=4)
    assert float(padded.length) == float(short.length)
    assert np.all(np.asarray(padded.lengths[2:]) == 0)
    assert np.asarray(padded.z_in[:2]) == pytest.approx(np.asarray(short.z_in))


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ([], "at least 1 magnets with 15 numbers each"),
        ([ROW[:-1]], "Magnet 0 is .* at least 15 numbers"),
        ([[*ROW, 1.0]], "Magnet 0 has 16 items, but 15 numbers"),
        ([ROW, ROW[:-1]], "Magnet 1 is .* at least 15 numbers"),
        ([[*ROW[:3], float("nan"), *ROW[4:]]], "dXOut is nan"),
        ([[ROW[0], -150, *ROW[2:]]], "dZ is -150"),
        ("iron", "Give a list"),
        ([[*ROW[:3], "5", *ROW[4:]]], "dXOut is '5', which is no number"),
        ([[*ROW[:3], True, *ROW[4:]]], "dXOut is True, which is no number"),
        ([[*ROW[:3], 10**400, *ROW[4:]]], "dXOut is a whole number of more than 60 digits"),
    ],
)
def test_what_is_no_shield_is_refused_in_a_sentence(table, words):
    with pytest.raises(ValueError, match=words):
        Magnets.from_table(table)


def test_room_for_too_few_magnets_is_refused():
    with pytest.raises(ValueError, match="room for 1"):
        Magnets.from_table([ROW, ROW], slots=1)
