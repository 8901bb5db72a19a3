"""A race settles whole numbers and choices by trying them: fixed while sizes descend, the best third goes on."""

import numpy as np

from designopt.benchmarks.problems import mixed_shelf
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers.gradient.race import Race, drawn_points
from designopt.problem.rounding import built_point
from designopt.records.trial import Needs, sort_key

SHELF = mixed_shelf()
CHOSEN = ~SHELF.space.continuous


def test_drawn_points_are_built_and_hold_every_choice():
    points = drawn_points(SHELF, np.random.default_rng(0), 64)
    for u in points[:8]:
        np.testing.assert_array_equal(built_point(SHELF, u)[CHOSEN], u[CHOSEN])
    assert set(np.unique(points[:, CHOSEN])) == {0.0, 1.0}
    assert np.all(np.mean(points[:, CHOSEN], axis=0) > 0.2)
    assert np.all(np.mean(points[:, CHOSEN], axis=0) < 0.9)


def test_the_best_go_on_with_three_times_the_gradients_and_choices_stay_as_built():
    door = Evaluator(SHELF, Allowance(1000 * SHELF.events))
    Race(drawn=32, kept=9, gradients=4).run(door, 0)
    drawn, later = door.trials[:32], door.trials[32:]
    assert all(trial.needs is Needs.SCORE for trial in drawn)
    slopes = [trial.u[CHOSEN].tobytes() for trial in later if Needs.GRADIENT in trial.needs][:60]
    best = [trial.u[CHOSEN].tobytes() for trial in sorted(drawn, key=sort_key)[:9]]
    assert set(slopes[:36]) == set(best)
    assert 1 < len(set(slopes[36:])) <= 3
    assert door.best.score < min(drawn, key=sort_key).score
