"""A side limit on the sizes of a foreign detector: no descent loses to random search, whatever the loss is in."""

import jax.numpy as jnp
import numpy as np
import pytest
from once import once

from designopt import Real, problem
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers.baselines import RandomSearch
from designopt.optimisers.gradient.methods import Adam, Lbfgs, Slsqp, TrustConstr

NEED = np.array([3.0, 1.0, 2.0, 0.5, 4.0, 1.5])
PRICE = np.array([1.0, 2.0, 1.0, 3.0, 1.0, 2.0])
WEIGHT = np.array([5.0, 1.0, 4.0, 0.5, 6.0, 1.0])


def foreign(scale=1.0, heaviest=45.0, step=None):
    """Sum of need/size, `scale` times, at 40 kCHF and at most `heaviest` in weight."""
    return problem(
        "foreign-v1",
        variables=[Real("size", 0.1, 10.0, count=6, step=step)],
        response=lambda design: {"error": scale * jnp.sum(NEED / design["size"])},
        cost=lambda design: {"layers": jnp.sum(PRICE * design["size"])},
        constraints=lambda design: {"weight": jnp.sum(WEIGHT * design["size"]) / heaviest - 1.0},
        objective=lambda response: response["error"],
        budget=40.0,
    )


def optimum(scale=1.0, heaviest=45.0):
    """The best sizes, from the multipliers of both sums."""
    from scipy.optimize import minimize

    rules = [
        {"type": "eq", "fun": lambda x: PRICE @ x - 40.0},
        {"type": "ineq", "fun": lambda x: heaviest - WEIGHT @ x},
    ]
    found = minimize(
        lambda x: np.sum(NEED / x), np.full(6, 1.5), bounds=[(0.1, 10.0)] * 6, constraints=rules, tol=1e-12
    )
    return scale * float(found.fun)


CALLS = 200
SCALES = (1.0, 300.0)
PROBLEMS = once(lambda: {scale: foreign(scale) for scale in SCALES})


def ended(optimiser, scale, seed):
    door = Evaluator(PROBLEMS()[scale], Allowance(CALLS * PROBLEMS()[scale].events))
    optimiser.run(door, seed)
    assert door.best_scored is not None
    return door.best_scored.score / optimum(scale) - 1, np.mean([t.within_limits for t in door.trials if t.built])


@pytest.mark.parametrize("scale", SCALES)
def test_quasi_newton_descents_find_the_optimum_on_the_limit(scale):
    for seed in range(3):
        for optimiser in (Lbfgs(), Slsqp()):
            distance, allowed = ended(optimiser, scale, seed)
            assert distance < 1e-3
            assert allowed > 0.1


@pytest.mark.parametrize("scale", SCALES)
def test_an_interior_point_search_leaves_where_it_began(scale):
    assert max(ended(TrustConstr(), scale, seed)[0] for seed in range(3)) < 0.01


def test_adam_is_ahead_of_random_search():
    random = np.median([ended(RandomSearch(), 1.0, seed)[0] for seed in range(3)])
    assert np.median([ended(Adam(), 1.0, seed)[0] for seed in range(3)]) < 0.5 * random
