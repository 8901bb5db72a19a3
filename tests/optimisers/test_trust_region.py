"""The box around the best design: it grows with gains, shrinks with failures, and stays in the cube."""

import numpy as np

from designopt.optimisers.common.trust_region import Box, candidates, corners, nearest_rows


def test_three_gains_in_a_row_double_it_and_failures_halve_it():
    box = Box(first=0.8, last=0.1, patience=2)
    for better, side in [
        (True, 0.8), (True, 0.8), (True, 1.6), (True, 1.6), (False, 1.6), (True, 1.6), (False, 1.6), (False, 0.8),
        (False, 0.8), (False, 0.4), (False, 0.4), (False, 0.2), (False, 0.2), (False, 0.1), (False, 0.1), (False, 0.8),
    ]:  # fmt: skip
        box.note(better)
        assert np.isclose(box.side, side)
    for _ in range(12):
        box.note(True)
    assert box.side == 2.0


def test_its_corners_are_cut_to_the_cube_and_hold_its_candidates():
    centre = np.array([0.1, 0.5, 0.95])
    low, high = corners(centre, 0.2)
    np.testing.assert_allclose(low, [0.0, 0.3, 0.75])
    np.testing.assert_allclose(high, [0.3, 0.7, 1.0])
    cloud = candidates(np.random.default_rng(0), centre, low, high, 500)
    assert np.all((cloud >= low) & (cloud <= high))
    kept = np.mean(cloud == centre)
    assert 0.3 < kept < 0.6  # of 0.1 to 1 that change, 0.55 do in the mean


def test_the_nearest_points_come_first():
    points = np.array([[0.0, 0.0], [0.5, 0.6], [0.4, 0.5], [1.0, 0.5]])
    assert nearest_rows(points, np.array([0.5, 0.5]), 3).tolist() == [1, 2, 0]
