"""The calorimeter that only Geant4 knows: its unbiased resolution, what it simulates, and that it has no gradient."""

import dataclasses
import sys
from pathlib import Path

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_geant4 import needs_geant4

from designopt import Allowance, Evaluator, Needs
from designopt.cli.app import describe
from designopt.detectors.calorimeter.simulation.problem import (
    SimulatedCalorimeter,
    best_resolution,
    calorimeter_geant4,
    shower_counter,
)
from designopt.detectors.calorimeter.verify import geant4_jobs, geant4_layers
from designopt.detectors.geant4.cache import Cache
from designopt.detectors.geant4.session import Session
from designopt.detectors.geant4.spread import relative_spread
from designopt.optimisers.auto import choose
from designopt.optimisers.surrogate.local_surrogate import LocalSurrogate

FAKE = Path(__file__).parent / "fake_child.py"
RANDOM = np.random.default_rng(1)
MEAN, MIX = np.array([1.0, 3.0, 2.0, 0.5]), RANDOM.normal(0, 0.3, (4, 4)) + 0.3
EXACT = 1 / np.sqrt(MEAN @ np.linalg.solve(MIX.T @ MIX, MEAN))


def showers(number, random):
    return MEAN + random.standard_normal((number, 4)) @ MIX


@pytest.fixture
def small(tmp_path):
    """Two layers, and a program in the place of Geant4 whose numbers are known."""
    problem = calorimeter_geant4(slots=2, energies=[0.5], showers=40)
    child = (sys.executable, str(FAKE), "good", str(tmp_path))
    counter = shower_counter(Session(Cache(tmp_path), child=child), [0.5], 40)
    return dataclasses.replace(problem, detector=SimulatedCalorimeter(problem.detector.model, counter, 40, 1))


def test_weights_found_on_the_same_showers_flatter_nobody():
    random = np.random.default_rng(2)
    found, errors = np.array([best_resolution(showers(40, random)) for _ in range(600)]).T
    assert np.mean(found**-2.0) == pytest.approx(EXACT**-2, rel=4 * 2 / np.sqrt(2 * 40 * 600))
    assert np.sqrt(np.mean(errors**2)) == pytest.approx(np.std(found), rel=0.25)


@given(st.lists(st.floats(0.01, 100), min_size=4, max_size=4), st.integers(0, 1000))
def test_the_scale_of_a_layer_changes_nothing(scale, seed):
    signals = showers(60, np.random.default_rng(seed))
    assert best_resolution(signals * np.array(scale)) == pytest.approx(best_resolution(signals), rel=1e-6)


def test_too_few_showers_are_refused():
    with pytest.raises(ValueError, match="Simulate 28 or more"):
        best_resolution(showers(27, RANDOM))


def test_equal_designs_are_simulated_once_and_every_one_is_charged(small, tmp_path):
    evaluator = Evaluator(small, Allowance(4 * small.events))
    same, other = np.full(small.size, 0.3), np.full(small.size, 0.3)
    other[0] = 0.8
    trials = evaluator.evaluate(np.stack([same, other, same, same]))
    assert len(list(tmp_path.glob("start*"))) == 2
    assert len({trials[0].score, trials[2].score, trials[3].score}) == 1
    assert evaluator.spent == 160
    assert [trial.cost for trial in trials] == pytest.approx([small.budget] * 4, rel=1e-9)


def test_a_key_means_other_showers_and_the_same_ones_again(small):
    design = small.references["uniform"]
    score = jax.jit(lambda key: small.score(design, key))
    first, second = (float(score(jax.random.key(seed))) for seed in (1, 2))
    assert first != second
    assert float(score(jax.random.key(1))) == first
    assert float(small.score(design)) not in (first, second)


def test_there_is_no_gradient_at_any_price(small, capsys):
    with pytest.raises(ValueError, match="the simulator of 'calorimeter-geant4-v1' has none"):
        Evaluator(small, Allowance(10**9)).evaluate(np.full((1, small.size), 0.5), Needs.GRADIENT)
    assert isinstance(choose(small, Evaluator(small, Allowance(10**9)).affordable(Needs.GRADIENT))[0], LocalSurrogate)
    describe("calorimeter-geant4-v1")
    said = " ".join(capsys.readouterr().out.split())
    assert "has no gradient" in said
    assert "with 0 gradients to spend is LocalSurrogate" in said


@needs_geant4
def test_the_best_weights_are_better_than_none(tmp_path):
    problem = calorimeter_geant4(energies=[0.5], showers=300, cache=str(tmp_path))
    design = problem.references["uniform"]
    found = jax.jit(lambda: problem.detector.response(design))()
    stack = problem.detector.layers(design)
    volumes, read = geant4_layers(stack)
    (job, number), *rest = geant4_jobs(volumes, stack, np.array([0.5]), 300, 1)
    result = Session(Cache(tmp_path)).run(job, number)
    assert not rest
    assert result.simulated == 0
    plain, error = relative_spread(result.values[:, read].sum(axis=1))
    assert 0.6 * plain < found["resolution"][0] < plain + error
    assert found["resolution_error"][0] == pytest.approx(error, rel=0.5)
