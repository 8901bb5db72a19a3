"""Searches on fresh events keep the contract, find better designs under noise, and choose no lucky one."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt.benchmarks.problems import distance, limited_law, noisy_law
from designopt.optimisers.baselines import RandomSearch
from designopt.optimisers.evolution.renewed_evolution import Phase, RenewedCmaEs
from designopt.optimisers.evolution.successive_halving import SuccessiveHalving
from designopt.optimisers.gradient.renewed_descent import RenewedDescent
from designopt.testing.optimiser_contract import check_optimiser, finished_run

NOISY, LIMITED = noisy_law(6, noise=0.03), limited_law(6)
SEARCHES = [RenewedCmaEs(), SuccessiveHalving(), RenewedDescent()]


@pytest.mark.parametrize("problem", [NOISY, LIMITED], ids=lambda problem: problem.name)
@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search.name)
def test_search_keeps_the_contract(search, problem):
    run = check_optimiser(search, problem, 120 * problem.events, seed=3)
    assert [trial.sample is None for trial in run.trials] == [False] * (len(run.trials) - 1) + [True]
    assert run.remaining < 0.25 * run.allowance.events, "what may be spent is spent"


def true_distance(search):
    """Mean over seeds of the distance to the optimum without noise: a score alone may be luck."""
    return np.mean(
        [distance(NOISY, finished_run(search, NOISY, 400 * NOISY.events, seed)[0].best) for seed in range(6)]
    )


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search.name)
def test_search_is_truly_better_than_chance(search):
    assert true_distance(search) < true_distance(RandomSearch())


ROUGH = noisy_law(6, noise=0.3)
"""So noisy that the lowest of some single scores is luck."""


@jax.jit
def truth_and_noise(u):
    """Of a point: its score without noise, and the standard deviation of its scores."""
    design = ROUGH.build(u)
    return ROUGH.score(design), 0.3 * jnp.sqrt(jnp.mean(jnp.log(design["amount"]) ** 2))


def luck(trial):
    """How far a score lies above the truth, in standard deviations; negative if the design is flattered."""
    truth, deviation = truth_and_noise(trial.u)
    return float((trial.score - truth) / deviation)


def lucks(search, seeds=16):
    """Mean luck over seeds of the best of a run, and of the lowest score that was met in it."""
    runs = [finished_run(search, ROUGH, 60 * ROUGH.events, seed)[0] for seed in range(seeds)]
    lowest = [min((t for t in run.trials if t.score is not None), key=lambda t: t.score) for run in runs]
    return np.mean([luck(run.best) for run in runs]), np.mean([luck(trial) for trial in lowest])


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search.name)
def test_the_score_of_the_best_is_no_luck(search):
    """The mean of 16 scores of designs that other events chose: it is unbiased, with the deviation 1/4."""
    best, lowest = lucks(search)
    assert abs(best) < 3 / 4
    assert lowest < -3 / 4, "luck was there to be had"


def test_the_best_of_a_search_on_common_events_is_luck():
    assert lucks(RandomSearch())[0] < -3 / 4


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search.name)
@pytest.mark.parametrize("calls", [1, 2, 7])
def test_a_few_evaluations_are_enough_for_a_best(search, calls):
    run, _ = finished_run(search, NOISY, calls * NOISY.events, 0)
    assert run.best is not None
    assert run.spent <= calls * NOISY.events


def test_phases_that_make_no_sense_are_refused():
    for wrong in ({"share": 0.0}, {"width": -0.1}, {"samples": 0}, {"halvings": -1}):
        with pytest.raises(ValueError, match="no phase of a search"):
            Phase(**{"share": 0.5, "width": 0.1} | wrong)


def test_halvings_spend_more_on_the_better_half():
    search = RenewedCmaEs(phases=(Phase(1.0, 0.1, 1, 2),), members=8)
    run, _ = finished_run(search, NOISY, 300 * NOISY.events, 0)
    met = {}
    for trial in run.trials:
        met[trial.u.tobytes()] = met.get(trial.u.tobytes(), 0) + 1
    assert {1, 2, 4} <= set(met.values())


def test_a_strong_tether_keeps_a_descent_where_it_began():
    def moved(tether):
        run, _ = finished_run(RenewedDescent(tethers=(tether,), legs=1, screened=1), NOISY, 100 * NOISY.events, 0)
        start = np.asarray(NOISY.space.encode(NOISY.references["uniform"]))
        return max(np.linalg.norm(trial.u - start) for trial in run.trials if trial.gradient is not None)

    assert moved(1000.0) < 0.5 * moved(0.1)
