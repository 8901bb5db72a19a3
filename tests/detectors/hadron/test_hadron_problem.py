"""The problem: money, references, held-out showers, gradients through the map to the budget, sentences."""

import json
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from once import once

from designopt import make
from designopt.detectors.hadron.evaluate import evaluate_design, render_table, section_shares
from designopt.detectors.hadron.problem import NAME, hadron_calorimeter
from designopt.detectors.hadron.reference import alpha, beta, gamma, uniform
from designopt.detectors.hadron.simulation.sensors import foreign

PROBLEM = once(hadron_calorimeter)
LOSS = jax.jit(lambda u: PROBLEM().loss(PROBLEM().decode(u)))
SLOPE = jax.jit(jax.grad(lambda u: PROBLEM().loss(PROBLEM().decode(u))))
SCORE = once(lambda: jax.jit(PROBLEM().score))
BUILD = once(lambda: jax.jit(PROBLEM().build))
COSTS = jax.jit(lambda u: (PROBLEM().cost(PROBLEM().decode(u)), PROBLEM().cost(PROBLEM().build(u))))
POINT = once(lambda: np.random.default_rng(3).uniform(0.2, 0.8, PROBLEM().size))


def test_every_relaxed_layout_costs_the_budget_and_a_built_one_never_more():
    for seed in range(4):
        relaxed, built = COSTS(jnp.asarray(np.random.default_rng(seed).random(PROBLEM().size)))
        assert float(relaxed) == pytest.approx(PROBLEM().budget, rel=1e-9)
        assert float(built) <= PROBLEM().budget * (1 + 1e-12)


def test_the_budget_buys_gamma_and_as_many_sensors_equally_spaced():
    numbers = {"uniform": 42, "uniform 1.2 mm": 34, "uniform 1.5 mm": 32, "gamma": 42}
    assert set(PROBLEM().references) == set(numbers)
    for name, design in PROBLEM().references.items():
        built = BUILD()(PROBLEM().space.encode(design))
        assert int(built["present"].sum()) == numbers[name]
        assert float(PROBLEM().constraints(built)["depth"]) <= 0
        assert PROBLEM().budget - float(PROBLEM().cost(built)) < 0.02 * PROBLEM().budget
    dearer = hadron_calorimeter(budget=PROBLEM().budget * 56 / 42)
    assert {"uniform", "alpha", "beta"} <= set(dearer.references)
    assert "gamma" not in dearer.references
    assert [len(cells) for cells in (alpha(), beta(), gamma(), uniform(30))] == [56, 56, 42, 30]


def test_published_layouts_have_their_published_depths():
    steel = 14 * 8.8 + 12 * 41 + 16 * 74 - 6  # the plate behind the last sensor is left out
    assert evaluate_design({"sensors": beta()})["depth_mm"] == pytest.approx(steel + 56 * 0.2)
    copper = 5.9 * (1 / 153.2 - 1 / 165.9) * 165.9
    assert evaluate_design({"sensors": alpha()})["depth_mm"] > steel + 14 * copper


def test_gradient_through_the_spending_map_equals_finite_differences():
    slope = np.asarray(SLOPE(POINT()))
    assert np.all(np.isfinite(slope))
    for name, where in PROBLEM().space.slices.items():
        for i in (where.start, where.start + 9):
            step = np.zeros(PROBLEM().size)
            step[i] = 1e-6
            numeric = float(LOSS(POINT() + step) - LOSS(POINT() - step)) / 2e-6
            assert slope[i] == pytest.approx(numeric, rel=1e-4, abs=1e-7), f"{name}[{i - where.start}]"


def test_a_key_means_held_out_showers_with_hard_windows():
    design = BUILD()(PROBLEM().space.encode(PROBLEM().references["uniform"]))
    fresh = np.array([float(SCORE()(design, jax.random.key(seed))) for seed in range(8)])
    assert fresh.std() > 0
    held = evaluate_design({"sensors": uniform(42)})["resolution"]
    assert fresh.mean() == pytest.approx(np.mean(np.log(held)), abs=4 * fresh.std() / 8**0.5 + 0.01)
    train = evaluate_design({"sensors": uniform(42)}, sample="training")["resolution"]
    assert float(SCORE()(design, None)) == pytest.approx(np.mean(np.log(train)), abs=1e-3)


def test_more_sensors_and_thicker_ones_measure_better_and_cost_more():
    results = [evaluate_design({"sensors": uniform(n, t)}) for n, t in ((20, 0.2), (40, 0.2), (40, 1.5))]
    for worse, better in pairwise(results):
        assert np.mean(np.log(better["resolution"])) < np.mean(np.log(worse["resolution"]))
        assert better["total_cost"] > worse["total_cost"]


def test_the_scale_fits_photons_and_pions_together():
    response = evaluate_design({"sensors": uniform(56)})["response"]
    mean = {kind: np.mean([r["response"] for r in response if r["particle"] == kind]) for kind in ("pi-", "gamma")}
    assert mean["pi-"] < 1 < mean["gamma"]
    assert mean["gamma"] / mean["pi-"] == pytest.approx(1.16, abs=0.05)  # 0.84-0.87 of a pion's energy is visible


def test_events_settings_and_names():
    assert make(NAME).card() == PROBLEM().card()
    card = json.loads(json.dumps(PROBLEM().card()))
    assert hadron_calorimeter(budget=card["budget"], **card["options"]).card() == PROBLEM().card()
    assert PROBLEM().events == PROBLEM().detector.showers()
    assert any("Geant4" in sentence for sentence in card["detector"]["simulation"])


def test_a_result_is_json_and_a_table():
    result = evaluate_design({"sensors": gamma(), "sections": [200.0, 700.0, 1200.0, 1600.0]})
    assert json.loads(json.dumps(result, allow_nan=False))["sensors"] == 42
    assert [sum(shares) for shares in result["sections"]] == pytest.approx([1.0, 1.0])
    assert sum(result["cost"].values()) == pytest.approx(result["total_cost"])
    assert render_table(result) is not None


def test_an_old_name_of_a_sample_works_and_says_so_once():
    new, old = (evaluate_design({"sensors": uniform(42)}, sample=name) for name in ("training", "merit"))
    assert old["resolution"] == new["resolution"]
    assert [note for note in old["warnings"] if "'training'" in note] == old["warnings"]
    assert new["warnings"] == []


def test_absorbers_that_shower_unlike_steel_are_named():
    stacks = ("alpha", alpha()), ("beta", beta())
    notes = {name: foreign(cells) for name, cells in stacks}
    assert notes == {"alpha": ["Pb"], "beta": []}  # copper showers like steel
    cells = [{"absorber": [{"material": "W", "thickness": 10.0}], "thickness": 0.2, "repeat": 42}]
    assert any("stands in for W" in note for note in evaluate_design({"sensors": cells})["warnings"])


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: hadron_calorimeter(budget=1e6), "cannot be spent"),
        (lambda: hadron_calorimeter(slots=0), "has to be 1 to 1000"),
        (lambda: hadron_calorimeter(thicknesses=(5.0,)), "outside 0.06-1.5"),
        (lambda: hadron_calorimeter(depth=3000.0), "Give less"),
        (lambda: evaluate_design({"sensors": uniform(4)}, sample="train"), "No sample is called"),
        (lambda: evaluate_design({"layers": []}), "unknown key 'layers'"),
        (lambda: evaluate_design({"sensors": [{"absorber": 0.0, "thickness": 0.2}]}), "sees no signal"),
        (lambda: section_shares(np.ones((1, 400)), [500.0, 300.0]), "rising depths"),
    ],
)
def test_impossible_problems_and_layouts_are_refused_in_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
