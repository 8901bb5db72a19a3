"""How descents share an allowance: seeds begin at different places, half is left for the sizes of what is built."""

import dataclasses
import itertools

import numpy as np

from designopt.benchmarks.problems import bowl, rippled_bowl, square_root_law, two_kinds
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers.gradient.descent import NUDGE, screened
from designopt.optimisers.gradient.methods import Lbfgs, Slsqp
from designopt.optimisers.stop import Stop
from designopt.problem.registry import make
from designopt.problem.rounding import HARD
from designopt.records.trial import Needs, sort_key

MIXED = two_kinds()


def evaluator(problem, calls):
    return Evaluator(problem, Allowance(calls * problem.events))


def test_descents_from_the_reference_begin_near_it_at_another_place_with_every_seed():
    reference = np.asarray(MIXED.space.encode(MIXED.references["uniform"]))
    sizes, starts = MIXED.space.continuous, []
    for seed in range(3):
        points = screened(evaluator(MIXED, 5), seed, 1, alone=True)  # one initial design: the reference
        assert len(points) == 1
        np.testing.assert_array_equal(points[0][~sizes], reference[~sizes])
        assert 0.0 < np.max(np.abs(points[0] - reference)) <= NUDGE
        starts.append(points[0])
    assert np.all(np.ptp(starts, axis=0)[sizes] > 0)
    np.testing.assert_array_equal(screened(evaluator(MIXED, 5), 1, 1, alone=True)[0], starts[1])
    np.testing.assert_array_equal(screened(evaluator(MIXED, 5), 1, 1, alone=False)[0], reference)


def test_initial_designs_are_scored_in_rounds_until_one_brings_nothing_better():
    for problem in (bowl(), rippled_bowl(), square_root_law(6)):
        for seed in range(3):
            door = evaluator(problem, 1000)
            points = screened(door, seed, 16, alone=False)
            keys = [sort_key(trial) for trial in door.trials]
            best = [min(keys[: 4 * (place + 1)]) for place in range(len(keys) // 4)]
            gains = [after < before for before, after in itertools.pairwise(best)]
            assert len(keys) in (8, 12, 16)
            assert all(gains[:-1])
            assert len(keys) == 16 or not gains[-1]
            np.testing.assert_array_equal(points[0], door.trials[keys.index(min(keys))].u)


def test_starts_race_only_where_there_is_something_to_choose():
    asked = []
    for problem in (MIXED, square_root_law(6)):
        door = evaluator(problem, 1000)
        Lbfgs().run(door, 0)
        first = next(trial.number for trial in door.trials if Needs.GRADIENT in trial.needs)
        sharpest = next(trial.number for trial in door.trials if trial.sharpness > 1.0)
        asked.append(sum(Needs.GRADIENT in trial.needs for trial in door.trials[first:sharpest]))
    assert asked[0] >= 4 * Lbfgs().scouted
    assert asked[1] == 0


def test_what_a_hybrid_hands_over_is_where_the_next_search_begins():
    door, handed = evaluator(MIXED, 50), np.full(MIXED.size, 0.3)
    with door.stage(door.remaining, [handed]):
        np.testing.assert_array_equal(screened(door, 0, 16, alone=True), [handed])


def test_a_small_allowance_leaves_gradients_for_the_sizes_of_the_built_design():
    door = evaluator(MIXED, 60)
    Lbfgs().run(door, 0)
    gradients = [trial.sharpness for trial in door.trials if Needs.GRADIENT in trial.needs]
    assert 0.3 < np.mean(np.array(gradients) == HARD) < 0.8


def test_a_design_that_breaks_a_limit_as_built_gives_way_to_the_best_one_known():
    problem = make("spectrometer-layout-v1", granularity="continuous")
    door = evaluator(problem, 60)
    Slsqp().run(door, 0)
    first = min(trial.score for trial in door.trials[:12] if trial.feasible)
    assert door.best.score < first - 0.05


def test_seeds_of_a_quasi_newton_search_end_at_the_same_optimum_of_a_bowl_by_different_ways():
    law, ways = square_root_law(6), []
    for seed in range(3):
        door = evaluator(law, 60)
        Slsqp().run(door, seed)
        ways.append(next(trial.loss for trial in door.trials if trial.loss is not None))
        assert door.best.score < 1.0001 * law.detector.best(law.budget)[1]
    assert len(set(ways)) == 3


def test_new_starts_follow_as_long_as_descents_end_at_different_optima():
    hollow, smooth = evaluator(rippled_bowl(3), 400), evaluator(square_root_law(4), 3000)
    assert Lbfgs().run(hollow, 0) is Stop.EVENTS
    assert Lbfgs().run(smooth, 0) is Stop.CONVERGED
    assert hollow.remaining < hollow.price(Needs.GRADIENT)
    assert smooth.remaining > 0


def test_a_built_design_outside_its_limits_is_mended_with_nearly_all_that_is_left():
    """With half of it, searches of a tracker went back to the reference eight gradients before they were within."""
    asked: list[tuple[float, bool, int, int]] = []

    class Outside(Slsqp):
        def walk(self, evaluator, u, sharpness, penalty, gradients, fixed=False):
            asked.append((sharpness, fixed, gradients, evaluator.affordable(Needs.GRADIENT)))
            evaluator.evaluate(np.repeat(u[None], gradients, axis=0), Needs.GRADIENT, sharpness)
            (trial,) = evaluator.evaluate(u[None], Needs.SCORE, HARD)
            return dataclasses.replace(trial, built_violations={"never": 0.1}), u

    Outside().run(evaluator(MIXED, 600), 0)
    _, _, gradients, left = next(one for one in asked if one[0] == HARD and one[1])
    assert gradients == left - 2 * Slsqp().scouted < 4 * Slsqp().stage
