"""The winner scored again: on fresh events that no training saw, with the error of their mean."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import designopt as do
from designopt.evaluation.simulator import fresh_key
from designopt.study.rescore import FRESH, REPLICATES, rescore

NOISE = 0.1


class Plates(do.AbstractDetector):
    """Thickness in two plates; fresh events add a number of their key, training events a bias that only they have."""

    def response(self, design, key=None):
        error = 1.0 / jnp.sum(design["thickness"])
        seen = -10.0 if key is None else NOISE * jax.random.normal(key)
        return {"error": error + seen, "twice": 2.0 * (error + seen)}

    def cost(self, design):
        return {"plates": 2.0 * jnp.sum(design["thickness"]), "frame": jnp.asarray(3.0)}

    def constraints(self, design):
        return {"length": jnp.sum(design["thickness"]) / 40.0 - 1.0}

    def better(self, label):
        return {"error": -1}.get(label, 0)


class Hard(Plates):
    """As built there is one more error."""

    def response(self, design, key=None):
        return {name: value + 5.0 for name, value in super().response(design, key).items()}


PROBLEM = do.Problem(
    name="plates-of-rescoring-v1",
    detector=Plates(),
    space=do.DesignSpace([do.Real("thickness", 1.0, 20.0, count=2, step=0.5)]),
    objective=lambda response: response["error"],
    budget=41.0,
    spend_on={"thickness": 1},
    events=7,
)


@pytest.fixture(scope="module")
def trial():
    return do.Evaluator(PROBLEM, do.Allowance(10_000)).evaluate(np.full((1, 2), 0.5))[0]


@pytest.fixture(scope="module")
def winner(trial):
    return rescore(PROBLEM, trial)


def expected():
    keys = jax.random.split(jax.random.key(FRESH), REPLICATES)
    return 1.0 / 19.0 + NOISE * np.array([float(jax.random.normal(key)) for key in keys])


def test_the_score_is_the_mean_over_fresh_events_and_its_error_that_of_the_mean(winner, trial):
    scores = expected()
    assert trial.score == pytest.approx(1.0 / 19.0 - 10.0)  # on the training events
    assert winner["score"] == pytest.approx(np.mean(scores))
    assert winner["score_error"] == pytest.approx(np.std(scores, ddof=1) / np.sqrt(REPLICATES))
    assert 0.1 * NOISE < winner["score_error"] < NOISE  # of the mean, not of one sample
    assert winner["events"] == REPLICATES * PROBLEM.events
    assert winner["number"] == trial.number


def test_the_events_are_others_than_those_of_every_sample_of_a_search():
    fresh = {jax.random.key_data(key).tobytes() for key in jax.random.split(jax.random.key(FRESH), REPLICATES)}
    searched = {jax.random.key_data(fresh_key(sample)).tobytes() for sample in range(200)}
    training = jax.random.key_data(jax.random.key(0)).tobytes()
    assert len(fresh) == REPLICATES
    assert not fresh & (searched | {training})


def test_the_same_design_gets_the_same_score_and_cost_by_item(winner, trial):
    assert rescore(PROBLEM, trial) == winner
    assert winner["cost_items"] == pytest.approx({"plates": 38.0, "frame": 3.0})
    assert winner["cost"] == pytest.approx(41.0)
    assert winner["unspent"] == pytest.approx(0.0, abs=1e-9)
    assert winner["violations"] == pytest.approx({"length": 19.0 / 40.0 - 1.0})
    assert winner["design"] == {"thickness": pytest.approx([9.5, 9.5])}
    assert winner["metrics"] == pytest.approx({"error": winner["score"], "twice": 2.0 * winner["score"]})
    assert winner["better"] == {"error": -1, "twice": 0}


def test_it_is_the_built_detector_that_scores(winner, trial):
    hard = rescore(replace(PROBLEM, built_detector=Hard()), trial)
    assert hard["score"] == pytest.approx(winner["score"] + 5.0)
    assert hard["score_error"] == pytest.approx(winner["score_error"])
