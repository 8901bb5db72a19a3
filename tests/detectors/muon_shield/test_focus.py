"""Muons are drawn where leaks are uncertain, fast ones for descents; searches on fresh ones find better shields."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from once import once

from designopt.detectors.muon_shield.muons.beam import FAST, PER, SCARCEST, SLOWEST, Bands, draw_muons
from designopt.detectors.muon_shield.problem import focused, muon_shield, trained_on_fast
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers.evolution.renewed_evolution import Phase, RenewedCmaEs
from designopt.optimisers.gradient.renewed_descent import RenewedDescent

PROBLEM = once(lambda: muon_shield(muons=2000, straggling=False, steps=8, saturation=False, edge=300.0))
START = once(lambda: np.asarray(PROBLEM().space.encode(PROBLEM().references["baseline"])))


def unseen(u):
    """Hits on 8000 muons that no search has met, all of them and the fast ones."""
    design, found = PROBLEM().decode(jnp.asarray(u)), []
    for key in jax.random.split(jax.random.key(99), 4):
        response = RESPONSE(design, key)
        found.append((float(response["hits"]), float(response["hits_150_400"])))
    return np.mean(found, axis=0)


RESPONSE = jax.jit(lambda design, key: PROBLEM().as_built_detector.response(design, key))


def run(search, problem, events):
    evaluator = Evaluator(problem, Allowance(events))
    with evaluator.stage(events, [START()]):
        search.run(evaluator, 3)
    return evaluator


def test_muons_are_drawn_where_they_make_the_count_most_certain():
    """The law of the shares from chances known here: no other allocation has a smaller variance."""
    chance, spectrum = np.array([1e-5, 1e-3, 0.2]), np.array([0.9, 0.09, 0.01])
    bands = Bands((0.0, 30.0, 150.0, 400.0), (0.5, 0.3, 0.2))
    squares = chance * spectrum**2 / np.array(bands.shares)
    shares = np.array(bands.focused(squares).shares)
    assert shares.sum() == pytest.approx(1)
    assert shares == pytest.approx(spectrum * np.sqrt(chance) / np.sum(spectrum * np.sqrt(chance)))

    def variance(drawn):
        return np.sum(spectrum**2 * chance / drawn)

    for shift in np.eye(3) - np.roll(np.eye(3), 1, axis=0):
        assert variance(shares + 0.02 * shift) > variance(shares) < variance(shares - 0.02 * shift)


def test_a_band_without_hits_is_still_watched():
    assert min(Bands().focused(np.eye(8)[2]).shares) == pytest.approx(SCARCEST / (1 + 7 * SCARCEST))
    assert Bands().focused(np.zeros(8)).shares == pytest.approx((1 / 8,) * 8)


def test_fast_muons_alone_count():
    muons = draw_muons(jax.random.key(0), 4000, FAST)
    momentum, weight = np.asarray(muons.momentum), np.asarray(muons.weight, float)
    assert np.all(weight[momentum <= SLOWEST] == 0)
    assert 0.05 * PER < weight.sum() < 0.7 * PER, "most muons are slower"


def test_a_focused_problem_has_another_card_and_the_same_designs():
    sharper = focused(PROBLEM(), [START()], seed=1, samples=2)
    assert sharper.card()["detector"]["bands"] != PROBLEM().card()["detector"]["bands"]
    assert "counted_from" not in PROBLEM().card()["detector"]["bands"], "as ledgers were written before"
    u = jnp.full(PROBLEM().size, 0.4)
    assert float(sharper.cost(sharper.decode(u))) == float(PROBLEM().cost(PROBLEM().decode(u)))


def test_evolution_on_fresh_muons_finds_a_better_shield_within_its_limits():
    search = RenewedCmaEs(phases=(Phase(0.7, 0.05), Phase(0.3, 0.02, 1, 2)), members=12)
    best = run(search, PROBLEM(), 150 * PROBLEM().events).best
    assert best.violation == 0
    assert best.built_cost <= PROBLEM().budget
    assert unseen(best.u)[0] < 0.7 * unseen(START())[0]


def test_descent_on_fresh_fast_muons_finds_a_shield_that_stops_them_within_its_limits():
    problem = trained_on_fast(PROBLEM())
    search = RenewedDescent(tethers=(30.0, 30.0), gradients=8, legs=1)
    best = run(search, problem, int(20 * (1 + problem.gradient_price) * problem.events)).best
    assert best.violation == 0
    assert best.cost <= problem.budget * (1 + 1e-9)
    assert unseen(best.u)[1] < 0.8 * unseen(START())[1]
