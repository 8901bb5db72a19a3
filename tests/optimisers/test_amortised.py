"""A policy taught at a few budgets designs for one between them without simulating, and is a start for a search."""

import numpy as np
import pytest

from designopt.benchmarks.problems import distance, limited_law, square_root_law
from designopt.detectors.spectrometer.problem import spectrometer_layout
from designopt.envs.budget_env import BudgetedEnv, place, with_place
from designopt.envs.layer_actions import LayerActions
from designopt.envs.shared.episodes import Episodes
from designopt.envs.shared.reward import Reward
from designopt.envs.vector_env import VectorDesignEnv
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers.gradient.methods import Slsqp
from designopt.optimisers.reinforcement.agents import one_thread
from designopt.optimisers.reinforcement.amortised import BudgetPolicy, Polish
from designopt.problem.rounding import HARD

PROBLEMS = [square_root_law(4, budget) for budget in (20.0, 28.0, 40.0)]
BETWEEN = square_root_law(4, 34.0)
PLACES = [place(problem, PROBLEMS, ()) for problem in PROBLEMS]


@pytest.fixture(scope="module")
def policy():
    return BudgetPolicy(teacher=Slsqp(), taught=60, passes=600, practised=40).train(PROBLEMS)


def test_the_training_is_charged(policy):
    assert 3 * 40 * 10 <= policy.events <= 3 * 100 * 10


def test_a_design_for_an_unseen_budget_simulates_nothing_and_is_close(policy):
    u = policy.design(BETWEEN)
    (trial,) = Evaluator(BETWEEN, Allowance(10)).evaluate(u[None], sharpness=HARD)
    assert distance(BETWEEN, trial) < 0.3
    assert trial.cost == pytest.approx(34.0, rel=1e-9)


def test_polishing_begins_at_the_policys_design(policy):
    evaluator = Evaluator(BETWEEN, Allowance(60 * 10))
    Polish(policy, Slsqp()).run(evaluator, 0)
    np.testing.assert_array_equal(evaluator.trials[0].u, policy.design(BETWEEN))
    assert distance(BETWEEN, evaluator.best) < 1e-3
    assert Polish(policy, Slsqp()).settings()["training_events"] == policy.events


def test_torch_keeps_the_threads_it_had():
    import torch

    before = torch.get_num_threads()
    with one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before


def test_a_policy_sees_parameters_of_the_detector_too():
    trained = [limited_law(4, budget, limit) for budget in (30.0, 40.0) for limit in (8.0, 16.0)]
    policy = BudgetPolicy(teacher=Slsqp(), taught=60, passes=600, parameters=("limit",)).train(trained)
    np.testing.assert_allclose(place(limited_law(4, 30.0, 14.0), trained, ("limit",)), [0.0, 0.75])
    front = []
    for limit in (9.0, 15.0):
        problem = limited_law(4, 35.0, limit)
        (trial,) = Evaluator(problem, Allowance(10)).evaluate(policy.design(problem)[None], sharpness=HARD)
        front.append(limit * (1.0 + trial.built_violations["front"]))
    assert front[1] - front[0] == pytest.approx(6.0, abs=2.0)  # the limit binds, and the policy fills it


def test_a_list_of_momenta_counts_by_the_mean_of_its_logarithms():
    low, high, between = (spectrometer_layout(momenta=momenta) for momenta in ([1.0, 4.0], [4.0, 16.0], [2.0, 8.0]))
    assert place(between, [low, high], ("momenta",))[1] == pytest.approx(0.5)


def test_the_designs_of_the_teacher_are_kept(policy):
    assert len(policy.taught) == len(PROBLEMS)
    for problem, u in zip(PROBLEMS, policy.taught, strict=True):
        (trial,) = Evaluator(problem, Allowance(10)).evaluate(u[None], sharpness=HARD)
        assert distance(problem, trial) < 1e-2


def test_one_budget_is_refused():
    with pytest.raises(ValueError, match="two different"):
        BudgetPolicy().train(PROBLEMS[:1])


def test_groups_step_as_they_would_alone_and_observe_their_budget():
    def group(problem):
        evaluator = Evaluator(problem, Allowance(10_000))
        start = np.full(problem.size, 0.5)
        actions = LayerActions(evaluator, 2, None, 0.5)
        reward = Reward(evaluator.evaluate(start[None])[0])
        return VectorDesignEnv(Episodes(actions, actions.score, reward=reward))

    together = BudgetedEnv([group(problem) for problem in PROBLEMS], PLACES)
    alone = [group(problem) for problem in PROBLEMS]
    seen = together.reset()
    np.testing.assert_allclose(seen[:, -1], np.repeat([0.0, np.log(1.4) / np.log(2.0), 1.0], 2), rtol=1e-6)
    for one in alone:
        one.reset()
    random = np.random.default_rng(0)
    for _ in range(6):
        actions = random.uniform(-1, 0.8, (6, together.action_space.shape[0])).astype(np.float32)
        seen, rewards, done, infos = together.step(actions)
        for number, (one, where) in enumerate(zip(alone, PLACES, strict=True)):
            rows = slice(2 * number, 2 * number + 2)
            apart = one.step(actions[rows])
            np.testing.assert_array_equal(seen[rows], with_place(apart[0], where))
            np.testing.assert_array_equal(rewards[rows], apart[1])
            np.testing.assert_array_equal(done[rows], apart[2])
    assert len(infos) == 6
