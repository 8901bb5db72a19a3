"""What else is as good: two basins of equal depth are both returned, the shallower one is not; distances are of builds."""

import jax.numpy as jnp
import numpy as np
import pytest
from once import once

import designopt
from designopt import AbstractDetector, DesignSpace, Problem, Real, make
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers.common.different import Differences, different
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.evolution.novelty import NoveltyCmaEs
from designopt.problem.rounding import built_point

BASINS = np.array([[0.2, 0.75, 0.3], [0.8, 0.25, 0.7], [0.5, 0.5, 0.05]])
DEPTHS = np.array([1.0, 1.0, 0.7])


class Basins(AbstractDetector):
    """Three basins in the ratios of four parts that share the money: two of equal depth, the third clearly worse."""

    def response(self, design, key=None):
        place = jnp.stack([design["a"], design["b"], design["c"]])
        away = jnp.sum((place - BASINS) ** 2, axis=1)
        return {"depth": jnp.max(DEPTHS * jnp.exp(-away / (2 * 0.12**2)))}

    def cost(self, design):
        return {"parts": 1.0 + design["a"] + design["b"] + design["c"] + design["rest"]}


def basins():
    """The place of a design is free: what money is left goes into the rest, which does nothing."""
    space = DesignSpace([Real(name, 0.0, 1.0) for name in ("a", "b", "c")] + [Real("rest", 0.0, 4.0)])
    return Problem("basins", Basins(), space, _minus_depth, budget=4.0, spend_on={"rest": 1}, events=10)


def _minus_depth(response):
    return -response["depth"]


PROBLEM = once(basins)


def found(optimiser, seed, calls=800):
    evaluator = Evaluator(PROBLEM(), Allowance(calls * PROBLEM().events))
    optimiser.run(evaluator, seed)
    chosen = different(PROBLEM(), evaluator.trials, within=0.05)
    places = [built_point(PROBLEM(), one.trial.u)[:3] for one in chosen]
    near = [int(np.argmin(np.sum((BASINS - place) ** 2, axis=1))) for place in places]
    return chosen, near


@pytest.mark.parametrize("seed", range(3))
def test_both_basins_are_returned_and_the_worse_one_is_not(seed):
    chosen, near = found(NoveltyCmaEs(), seed)
    assert set(near) == {0, 1}
    assert all(one.worse <= 0.05 for one in chosen)
    assert chosen[0].worse == chosen[0].apart == 0.0
    assert all(one.apart >= 0.1 for one in chosen[1:])


def test_a_plain_search_ends_in_one_basin():
    assert [len(set(found(CmaEs(), seed)[1])) for seed in range(3)] == [1, 1, 1]
