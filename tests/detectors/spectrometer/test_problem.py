"""The spectrometer problem: exact money, absent stations invisible, and the optimum that exhaustive search finds."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from once import once

from designopt.detectors.spectrometer.problem import spectrometer_layout
from designopt.detectors.spectrometer.references.exhaustive import every_layout
from designopt.detectors.spectrometer.references.people import equidistant
from designopt.envs.stack_env import DesignEnv
from designopt.evaluation.evaluator import Allowance, Evaluator

STRAWS = {"straws": {"resolution_um": 100.0, "x_over_x0": 0.005}}
GRID = np.arange(1500.0, 6001.0, 500.0)
PLACES = [*(-GRID).tolist(), *GRID.tolist()]
CATALOGUE = once(spectrometer_layout)
CONTINUOUS = once(lambda: spectrometer_layout(granularity="continuous"))
BUILD = once(lambda: jax.jit(CATALOGUE().build))


@jax.jit
def results(design):
    return CATALOGUE().loss(design), CATALOGUE().cost(design), CATALOGUE().constraints(design)


def four(p: float):
    return spectrometer_layout(stations=4, count="fixed", technologies=STRAWS, hits=1, momenta=[p], step=500.0,
                               gap=500.0, log_thickness=None)  # fmt: skip


# Reference values: exhaustive search by another program, in per cent; at 5 GeV the best layout is not symmetric.
BEST = {5.0: (0.51208, {(-6000.0, -5500.0, -1500.0, 6000.0), (-6000.0, 1500.0, 5500.0, 6000.0)}, 0.57198),
        20.0: (0.72026, {(-6000.0, -1500.0, 1500.0, 6000.0)}, 0.75766)}  # fmt: skip


@pytest.mark.parametrize("p", BEST)
def test_exhaustive_search_finds_the_known_optimum(p):
    problem, (sigma, places, even) = four(p), BEST[p]
    found = every_layout(problem, PLACES, [4], best=8)
    assert 100 * np.exp(found[0].score) == pytest.approx(sigma, rel=1e-4)
    assert {layout.places for layout in found if layout.score < found[0].score + 1e-9} == places
    assert equidistant(4, 1500.0, 6000.0) == (-6000.0, -2000.0, 2000.0, 6000.0)
    score = jax.jit(problem.score)(problem.references["equidistant"])
    assert 100 * np.exp(float(score)) == pytest.approx(even, rel=1e-4)


def test_the_design_and_the_exhaustive_search_agree_on_a_score():
    problem = four(5.0)
    layout = every_layout(problem, PLACES, [4], best=1)[0]
    design = {"distance": jnp.abs(jnp.asarray(layout.places)), "downstream": (jnp.asarray(layout.places) > 0) * 1.0}

    @jax.jit
    def told(design):
        built = problem.build(problem.space.encode_unchecked(design))
        return problem.score(design), problem.score(built), problem.constraints(built)["gap"]

    direct, built, gap = told(design)
    assert [float(direct), float(built)] == pytest.approx([layout.score] * 2, abs=1e-9)
    assert float(gap) <= 1e-9


@pytest.mark.parametrize("continuous", [False, True], ids=["catalogue", "continuous"])
def test_every_point_is_paid_in_full_and_built_within_the_budget(continuous):
    problem = CONTINUOUS() if continuous else CATALOGUE()
    points = np.random.default_rng(0).random((64, problem.size))
    paid = jax.jit(jax.vmap(lambda u: problem.cost(problem.decode(u))))(points)
    np.testing.assert_allclose(paid, problem.budget, rtol=1e-9)
    built = jax.jit(jax.vmap(lambda u: problem.cost(problem.build(u))))(points)
    assert np.all(built <= problem.budget * (1 + 1e-12))
    if continuous:
        np.testing.assert_allclose(built, problem.budget, rtol=1e-9)
    else:  # what is left buys no better grade: nearly always nothing is
        assert np.all(np.isclose(built % 500.0, 0) | np.isclose(built % 500.0, 500.0))
        assert np.mean(np.isclose(built, problem.budget)) > 0.9


@pytest.mark.parametrize("continuous", [False, True], ids=["catalogue", "continuous"])
def test_where_an_absent_station_would_stand_changes_nothing(continuous):
    problem = CONTINUOUS() if continuous else CATALOGUE()
    design = problem.references["SHiP"]
    there = design.get("present", design.get("grade")) > 0
    moved = {**design, "distance": jnp.where(there, design["distance"], 3141.0),
             "downstream": jnp.where(there, design["downstream"], 0.3)}  # fmt: skip

    @jax.jit
    def told(design):
        return problem.detector.response(design), problem.cost(design), problem.constraints(design)

    for one, other in zip(jax.tree.leaves(told(design)), jax.tree.leaves(told(moved)), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def test_the_order_of_stations_is_of_no_importance():
    design = CATALOGUE().references["SHiP"]
    turned = {name: values[::-1] for name, values in design.items()}
    assert float(results(turned)[0]) == pytest.approx(float(results(design)[0]), abs=1e-11)


@pytest.mark.parametrize(("granularity", "budget"), [("catalogue", 2200.0), ("continuous", 4000.0)])
def test_the_gradient_is_the_finite_difference(granularity, budget):
    problem = spectrometer_layout(budget, stations=4, granularity=granularity, pointing_weight=0.3)

    def loss(u):
        return problem.loss(problem.decode(u, 1.5))

    u, step = np.random.default_rng(3).uniform(0.1, 0.9, problem.size), 1e-6
    shifts = np.concatenate([step * np.eye(problem.size), -step * np.eye(problem.size)])
    up, down = np.split(np.asarray(jax.jit(jax.vmap(loss))(u + shifts)), 2)
    slope = np.asarray(jax.jit(jax.grad(loss))(u))
    np.testing.assert_allclose(slope, (up - down) / (2 * step), rtol=1e-6, atol=2e-7)


# Scores as they stand (mean ln of sigma(p)/p at 5, 20, 100 GeV; fixed logarithm), 4 x 120 um for 4000 kCHF.
@pytest.mark.parametrize(("name", "score"), [("SHiP", -4.6626), ("equidistant", -4.9319)])
def test_references_are_as_good_as_they_were(name, score):
    design = CATALOGUE().references[name]
    found, cost, limits = results(design)
    assert float(found) == pytest.approx(score, abs=1e-3)
    assert float(cost) == pytest.approx(CATALOGUE().budget)
    assert all(float(limit) <= 0 for limit in limits.values())
    assert float(results(BUILD()(CATALOGUE().space.encode(design)))[0]) == pytest.approx(score, abs=1e-3)


def test_stations_too_close_and_too_few_break_a_limit():
    design = CATALOGUE().references["SHiP"]
    close = {**design, "distance": design["distance"].at[1].set(5450.0)}
    assert float(results(close)[2]["gap"]) == pytest.approx(0.5)
    few = {**design, "grade": design["grade"].at[3].set(0.0)}
    assert float(results(few)[2]["stations"]) == pytest.approx(0.25)


def test_the_card_makes_the_problem_again():
    for problem in (CATALOGUE(), CONTINUOUS(), four(5.0)):
        card = json.loads(json.dumps(problem.card()))
        assert spectrometer_layout(budget=card["budget"], **card["options"]).card() == problem.card()


def test_a_fixed_number_from_the_catalogue_spends_the_budget_on_grades():
    problem = spectrometer_layout(budget=5000.0, stations=5, count="fixed")
    built = jax.jit(problem.build)(np.random.default_rng(0).random(problem.size))
    assert np.all(np.isin(np.asarray(built["grade"]), [1, 2, 3]))
    assert float(problem.cost(built)) == pytest.approx(5000.0)


def test_an_agent_places_one_station_a_step():
    env = DesignEnv(CATALOGUE(), Evaluator(CATALOGUE(), Allowance(100_000)))
    env.reset(seed=0)
    done, steps, info = False, 0, {}
    while not done:
        _, _, done, _, info = env.step(np.zeros(env.action_space.shape, np.float32))
        steps += 1
    assert 4 <= steps <= 8
    assert info["trial"].built_cost <= CATALOGUE().budget


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"stations": 2}, "at least three stations"),
        ({"count": "some"}, "'count' is 'some'"),
        ({"granularity": "fine"}, "'granularity' is 'fine'"),
        ({"granularity": "continuous", "technologies": ["60 um"]}, "between two technologies"),
        ({"technologies": {**STRAWS, "dear": {**STRAWS["straws"], "price": 900.0}}}, "has to be finer"),
        ({"technologies": ["120um"]}, "Did you mean '120 um'"),
        ({"technologies": {"straws": {"resolution_um": -1.0, "x_over_x0": 0.01}}}, "it has to be between"),
        ({"technologies": {"straws": {"pitch": 1.0}}}, "unknown key 'pitch'"),
        ({"momenta": []}, "has 0 values"),
        ({"length": 12_000.0}, "no room"),
        ({"vertex": 0.0}, "in front of all stations"),
        ({"budget": 1e6}, "cannot be spent"),
        ({"bending_power": -1.0}, "bending_power.* is -1, but it has to be 0.0001"),
    ],
)  # fmt: skip
def test_what_is_no_spectrometer_problem_is_refused_in_a_sentence(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        spectrometer_layout(**options)
