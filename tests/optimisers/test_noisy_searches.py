"""Searches on fresh events keep the contract, find better designs under noise, and choose no lucky one."""

import numpy as np
import pytest

from designopt.benchmarks.known_optima import distance, limited_law, noisy_law
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
    return np.mean([distance(NOISY, finished_run(search, NOISY, 400 * NOISY.events, seed)[0].best) for seed in (0, 1)])


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search.name)
def test_search_is_truly_better_than_chance(search):
    assert true_distance(search) < true_distance(RandomSearch())


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
