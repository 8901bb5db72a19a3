"""Three pairs of absorber and sensor: the published loss without flattery, money, length, and what Geant4 is asked."""

import dataclasses
import sys
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

from designopt import Allowance, Evaluator
from designopt.detectors.calorimeter.simulation.pairs import (
    Pairs,
    calorimeter_pairs,
    pairs_counter,
    reconstruction_loss,
)
from designopt.detectors.geant4.cache import Cache
from designopt.detectors.geant4.session import Session

FAKE = Path(__file__).parent / "fake_child.py"


def events(number, seed=0):
    random = np.random.default_rng(seed)
    energy = random.uniform(1, 20, number)
    return energy[:, None] * [0.2, 0.5, 0.1] + random.normal(0, 0.3, (number, 3)), energy


def test_every_event_is_predicted_from_all_others():
    signals, energy = events(25)
    squares = []
    for out in range(25):
        rest = np.arange(25) != out
        root = 1 / np.sqrt(energy[rest] + 1)
        matrix = np.column_stack([np.ones(24), signals[rest]])
        weights = np.linalg.lstsq(matrix * root[:, None], energy[rest] * root, rcond=None)[0]
        squares.append((np.array([1, *signals[out]]) @ weights - energy[out]) ** 2 / (energy[out] + 1))
    loss, error = reconstruction_loss(signals, energy)
    assert loss == pytest.approx(np.mean(squares), rel=1e-9)
    assert error == pytest.approx(np.std(squares, ddof=1) / 5, rel=1e-9)


def test_a_sum_that_knows_the_energy_loses_nothing_and_scales_and_dead_sensors_do_not_matter():
    signals, energy = events(40)
    signals[:, 2] = energy - signals[:, 0]
    assert reconstruction_loss(signals, energy)[0] < 1e-20
    signals, _ = events(40)
    dead = np.column_stack([signals * [1.0, 7.0, 0.01], np.zeros(40)])
    assert reconstruction_loss(dead, energy)[0] == pytest.approx(reconstruction_loss(signals, energy)[0], rel=1e-9)


def test_the_published_start_costs_what_its_prices_say():
    problem = calorimeter_pairs()
    start = problem.references["published start"]
    assert float(problem.cost(start)) == pytest.approx(55.4 * 4.166 + 37.2 * 2500 + 57.2 * 0.01)
    assert float(problem.constraints(start)["length"]) == pytest.approx(149.8 / 200 - 1)


def test_pions_and_photons_share_the_events_of_every_design(tmp_path):
    child = (sys.executable, str(FAKE), "good", str(tmp_path))
    whole = calorimeter_pairs(events=30)
    counter = pairs_counter(Session(Cache(tmp_path), child=child), 30)
    evaluator = Evaluator(dataclasses.replace(whole, detector=Pairs(counter, 30, 1)), Allowance(60))
    trials = evaluator.evaluate(np.stack([np.full(whole.size, 0.3), np.full(whole.size, 0.6)]))
    assert evaluator.spent == 60
    assert len(list(tmp_path.glob("start*"))) == 4
    assert all(trial.built_cost <= whole.budget for trial in trials)
    heads = "".join(path.read_text().split("\n")[0] for path in tmp_path.glob("*.events"))
    assert heads.count('"pi+"') == heads.count('"gamma"') == 2


def test_a_stack_holds_the_chosen_materials():
    problem = calorimeter_pairs()
    layers = problem.detector.layers(problem.references["published start"])
    assert float(jnp.sum(layers.absorber)) == pytest.approx(554.0)
    assert np.count_nonzero(layers.absorber) == np.count_nonzero(layers.active) == 3
    with pytest.raises(ValueError, match="Simulate 20 or more"):
        calorimeter_pairs(events=10)
