"""A stage lends a part of the allowance, hybrids hand over what was built, neighbours differ in one thing."""

import numpy as np
import pytest

from designopt.benchmarks.problems import knapsack, mixed_shelf, square_root_law
from designopt.evaluation.evaluator import Allowance, AllowanceSpent, Evaluator
from designopt.optimisers.baselines import RandomSearch
from designopt.optimisers.composite import Then, neighbours
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.gradient.methods import Slsqp
from designopt.optimisers.stop import Stop
from designopt.problem.rounding import built_point

LAW, SHELF = square_root_law(8), mixed_shelf()


def reference(problem):
    (design,) = problem.references.values()
    return np.asarray(problem.space.encode(design))


def test_a_stage_lends_no_more_than_there_is_and_ends():
    evaluator = Evaluator(LAW, Allowance(100))
    u = np.full((1, LAW.size), 0.5)
    with evaluator.stage(20, [u[0]]):
        assert evaluator.remaining == 20
        with evaluator.stage(1000):
            assert evaluator.remaining == 20
            assert evaluator.starts == ()
        assert len(evaluator.starts) == 1
        evaluator.evaluate(np.repeat(u, 2, axis=0))
        with pytest.raises(AllowanceSpent):
            evaluator.evaluate(u)
    assert evaluator.remaining == 80
    assert evaluator.starts == ()


def test_a_stage_inside_a_failing_search_ends_too():
    evaluator = Evaluator(LAW, Allowance(100))
    with pytest.raises(RuntimeError), evaluator.stage(20):
        raise RuntimeError
    assert evaluator.allowance.events == 100


def test_the_second_search_begins_at_the_best_of_the_first():
    evaluator = Evaluator(SHELF, Allowance(100 * SHELF.events))
    Then(RandomSearch(batch=10), CmaEs(), 0.5).run(evaluator, 1)
    first, handed = evaluator.trials[:50], evaluator.trials[50]
    best = min((trial for trial in first if trial.feasible), key=lambda trial: trial.score)
    np.testing.assert_array_equal(handed.u, built_point(SHELF, best.u, best.sharpness))
    assert len(evaluator.trials) == 100


def test_what_the_second_leaves_goes_to_it_from_the_usual_initial_designs():
    evaluator = Evaluator(LAW, Allowance(300 * LAW.events))
    assert Then(RandomSearch(batch=10), Slsqp(), 0.1).run(evaluator, 1) is Stop.EVENTS
    places = [trial.number for trial in evaluator.trials if np.array_equal(trial.u, reference(LAW))]
    assert places
    assert evaluator.trials[30].number < places[0] < 290  # the descent from the handed design came first


def test_neighbours_differ_in_one_whole_number_or_choice():
    u = built_point(SHELF, np.random.default_rng(0).random(SHELF.size))
    others = neighbours(SHELF, u)
    assert len(others) == 4 + 4  # presence of four slots, the other material in each
    assert np.all(np.isin(np.sum(others != u, axis=1), (1, 2)))
    load = np.asarray(knapsack().space.encode({"number": np.array([0.0, 3, 1, 1, 1, 1, 1])}))
    assert len(neighbours(knapsack(), load)) == 2 * 7 - 2
    assert len(neighbours(LAW, np.full(8, 0.5))) == 0


def test_settings_of_a_hybrid_hold_both():
    settings = Then(CmaEs(), Slsqp()).settings()
    assert settings["first"]["name"] == "CmaEs"
    assert settings["second"]["stage"] == Slsqp().stage
