"""The one door: it charges for everything, refuses in time, and never lets a NaN out."""

import dataclasses
import json

import jax.numpy as jnp
import numpy as np
import pytest
from jax.lax import stop_gradient as still

from designopt.benchmarks.problems import mixed_shelf, square_root_law
from designopt.evaluation.evaluator import Allowance, AllowanceSpent, Evaluator
from designopt.evaluation.steepness import STEEPEST
from designopt.records.files.lines import line_of
from designopt.records.trial import Needs, Trial, scores_of, sort_key

SHELF, LAW = mixed_shelf(), square_root_law()


def points(problem, count, seed=0):
    return np.random.default_rng(seed).random((count, problem.size))


@pytest.mark.parametrize(
    ("needs", "events"),
    [(Needs.SCORE, 10), (Needs.LOSS, 10), (Needs.GRADIENT, 30), (Needs.SCORE | Needs.GRADIENT, 40)],
)
def test_everything_asked_for_is_charged(needs, events):
    evaluator = Evaluator(SHELF, Allowance(1000))
    trials = evaluator.evaluate(points(SHELF, 3), needs)
    assert [trial.events for trial in trials] == [events] * 3
    assert evaluator.spent == 3 * events
    assert evaluator.price(needs) == events


def test_what_was_not_asked_for_is_not_told():
    trial = Evaluator(SHELF, Allowance(1000)).evaluate(points(SHELF, 1), Needs.SCORE)[0]
    assert trial.loss is None
    assert trial.gradient is None
    trial = Evaluator(SHELF, Allowance(1000)).evaluate(points(SHELF, 1), Needs.GRADIENT)[0]
    assert trial.score is None
    assert not trial.feasible
    assert trial.gradient.shape == (SHELF.size,)
    assert set(trial.jacobian) == {"amount"}


def test_the_allowance_is_hard_and_what_it_pays_for_is_recorded():
    kept = []
    evaluator = Evaluator(SHELF, Allowance(45), record=kept.append)
    with pytest.raises(AllowanceSpent):
        evaluator.evaluate(points(SHELF, 7))
    assert evaluator.spent == 40
    assert [trial.number for trial in kept] == [0, 1, 2, 3]
    with pytest.raises(AllowanceSpent):
        evaluator.evaluate(points(SHELF, 1))
    assert len(kept) == 4


def test_the_best_is_the_lowest_feasible_score():
    evaluator = Evaluator(SHELF, Allowance(10_000))
    trials = evaluator.evaluate(points(SHELF, 200))
    feasible = [trial for trial in trials if trial.feasible]
    assert 0 < len(feasible) < 200
    assert evaluator.best.score == min(trial.score for trial in feasible)
    assert all(sort_key(trial) < sort_key(other) for trial in feasible for other in trials if not other.feasible)


def test_a_batch_gives_what_single_designs_give():
    batch = Evaluator(SHELF, Allowance(10_000)).evaluate(points(SHELF, 5), Needs.SCORE | Needs.GRADIENT)
    single = Evaluator(SHELF, Allowance(10_000))
    for together in batch:
        alone = single.evaluate(together.u[None], Needs.SCORE | Needs.GRADIENT)[0]
        assert together.score == pytest.approx(alone.score, rel=1e-12)
        np.testing.assert_allclose(together.gradient, alone.gradient, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("bad", [np.full((1, LAW.size), 1.1), np.full((1, LAW.size), np.nan), np.zeros((1, 2))])
def test_points_outside_the_cube_are_refused(bad):
    with pytest.raises(ValueError, match=r"outside the unit cube|have the shape"):
        Evaluator(LAW, Allowance(100)).evaluate(bad)


def test_a_simulator_without_a_number_makes_a_failed_trial_worse_than_all():
    def objective(response):
        return jnp.where(response["loss"] > 0.5, jnp.nan, response["loss"])

    problem = dataclasses.replace(LAW, objective=objective)
    evaluator = Evaluator(problem, Allowance(10_000))
    trials = evaluator.evaluate(points(problem, 64), Needs.SCORE | Needs.GRADIENT)
    failed = [trial for trial in trials if trial.failed]
    assert 0 < len(failed) < 64
    assert all(np.isfinite(trial.gradient).all() for trial in trials)
    first = next(trial.number for trial in trials if not trial.failed)
    assert all((trial.score is None) == (trial.number < first) for trial in trials)
    assert all(np.isfinite([trial.score, trial.loss]).all() for trial in trials[first:])
    for trial in failed:
        before = [max(one.score, one.loss) for one in trials[first : trial.number] if not one.failed]
        assert trial.score is None or trial.score == trial.loss == max(before) + 1.0
    assert all(sort_key(trial) > sort_key(evaluator.best) for trial in failed)
    assert not any(trial.feasible for trial in failed)


def test_a_failure_before_any_number_has_none_and_comes_last():
    problem = dataclasses.replace(LAW, objective=lambda response: jnp.nan * response["loss"])
    trials = Evaluator(problem, Allowance(1000)).evaluate(points(problem, 3), Needs.SCORE | Needs.GRADIENT)
    assert all(trial.failed and trial.score is None and trial.loss is None for trial in trials)
    assert all(np.all(trial.gradient == 0.0) for trial in trials)
    assert scores_of(trials).tolist() == [0.0, 0.0, 0.0]
    seen = Evaluator(LAW, Allowance(1000)).evaluate(points(LAW, 2))
    assert all(sort_key(one) < sort_key(trial) for one in seen for trial in trials)
    assert scores_of([*trials, *seen]).max() == pytest.approx(1.0 + max(one.score for one in seen))


def test_trials_are_ordered_by_what_they_are_and_no_number_can_undo_it():
    (best,) = Evaluator(LAW, Allowance(1000)).evaluate(points(LAW, 1))
    worse = dataclasses.replace(best, score=1e12)
    broken = dataclasses.replace(best, built_violations={"depth": 1e12}, score=-1e12)
    failed = dataclasses.replace(best, failed=True, score=None)
    unscored = dataclasses.replace(best, needs=Needs.GRADIENT, score=None)
    assert sorted([unscored, failed, broken, worse, best], key=sort_key) == [best, worse, broken, failed, unscored]


def test_a_gradient_of_a_simulator_without_one_is_refused_and_none_can_be_paid():
    blind = Evaluator(dataclasses.replace(LAW, gradient_price=None), Allowance(10**15))
    assert blind.affordable(Needs.GRADIENT) == 0
    assert blind.affordable(Needs.SCORE) > 0
    with pytest.raises(ValueError, match=r"the simulator of '.*' has none"):
        blind.evaluate(points(LAW, 1), Needs.GRADIENT)
    assert blind.spent == 0
    assert blind.problem.card()["gradient_price"] is None


def test_what_is_paid_is_all_of_the_money_where_none_may_be_kept():
    for trial in Evaluator(SHELF, Allowance(1000)).evaluate(points(SHELF, 3)):
        assert trial.paid == trial.built_cost


def test_a_steep_slope_of_a_limit_is_shortened_and_keeps_its_direction():
    class Steep(type(SHELF.detector)):
        def constraints(self, design):
            return {name: g + 1e13 * (g - still(g)) for name, g in super().constraints(design).items()}

    steep = Steep(**{field.name: getattr(SHELF.detector, field.name) for field in dataclasses.fields(SHELF.detector)})
    found = [
        Evaluator(dataclasses.replace(SHELF, detector=detector), Allowance(10_000)).evaluate(
            points(SHELF, 4), Needs.GRADIENT
        )
        for detector in (SHELF.detector, steep)
    ]
    for plain, trial in zip(*found, strict=True):
        assert trial.violations == plain.violations
        for name, slope in plain.jacobian.items():
            most = STEEPEST * max(1.0, abs(plain.violations[name]))
            np.testing.assert_allclose(trial.jacobian[name], most * slope / np.abs(slope).max(), rtol=1e-9)


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_a_limit_without_a_finite_number_counts_as_broken(number):
    class Unsure(type(SHELF.detector)):
        def constraints(self, design):
            return {name: jnp.where(g < 0.0, number, g) for name, g in super().constraints(design).items()}

    unsure = Unsure(**{field.name: getattr(SHELF.detector, field.name) for field in dataclasses.fields(SHELF.detector)})
    asked, needs = points(SHELF, 64), Needs.SCORE | Needs.GRADIENT
    sure = Evaluator(SHELF, Allowance(10_000)).evaluate(asked, needs)
    assert any(trial.feasible for trial in sure)
    evaluator = Evaluator(dataclasses.replace(SHELF, detector=unsure), Allowance(10_000))
    for trial in evaluator.evaluate(asked, needs):
        assert not trial.feasible
        assert np.isfinite([*trial.violations.values(), *trial.built_violations.values()]).all()
        assert Trial.from_record(json.loads(line_of(trial.to_record()))).violations == trial.violations
    assert evaluator.best is None


def test_a_trial_survives_its_record_to_the_last_bit():
    trial = Evaluator(SHELF, Allowance(100)).evaluate(points(SHELF, 1), Needs.SCORE | Needs.GRADIENT, np.inf)[0]
    again = Trial.from_record(trial.to_record())
    for field in dataclasses.fields(Trial):
        np.testing.assert_equal(getattr(again, field.name), getattr(trial, field.name))


def test_an_allowance_of_nothing_is_refused():
    with pytest.raises(ValueError, match="positive number"):
        Allowance(0)
