"""The real Geant4, where it is installed (`designopt[geant4]`); skipped, and counted as skipped, where it is not."""

import importlib.util
import json
import os
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from designopt import make
from designopt.detectors.calorimeter.simulation.truth import read_geant4
from designopt.detectors.calorimeter.verify import verify_design
from designopt.detectors.geant4 import session as sessions
from designopt.detectors.geant4.cache import Cache
from designopt.detectors.geant4.job import layers_of, stack_job
from designopt.detectors.geant4.session import Geant4Error, Session
from designopt.detectors.geant4.showers import showers
from designopt.detectors.geant4.spread import relative_spread

INSTALLED = importlib.util.find_spec("geant4_pybind") is not None
SENSITIVE = ("G4_Si", "G4_PLASTIC_SC_VINYLTOLUENE")
DATA = Path(__file__).parents[2] / "data"
needs_geant4 = pytest.mark.skipif(not INSTALLED, reason="designopt[geant4] is not installed")


@pytest.mark.skipif(INSTALLED, reason="designopt[geant4] is installed")
def test_without_geant4_a_sentence_says_how_to_get_it():
    problem = make("calorimeter-segmentation-v1")
    with pytest.raises(ValueError, match=r"Install designopt\[geant4\]"):
        verify_design(problem, problem.references["uniform"], events=40)


@needs_geant4
def test_layers_that_are_hardly_there_leave_nothing_and_stop_nothing():
    layers = [("G4_Pb", 5.0), ("G4_Si", 2.7e-16), ("G4_Si", 0.5), ("G4_Pb", 1e-9)]
    found = Session().run(stack_job(layers, 1.0, seed=3), 4).values
    plain = Session().run(stack_job([layers[0], layers[2]], 1.0, seed=3), 4).values
    np.testing.assert_array_equal(found[:, [1, 3]], 0.0)
    np.testing.assert_allclose(found[:, [0, 2]], plain, rtol=1e-12)


@needs_geant4
def test_unknown_materials_and_particles_are_refused_in_words():
    with pytest.raises(Geant4Error, match=r"no material 'G4_Tungsten'. Did you mean"):
        Session().run(stack_job([("G4_Tungsten", 1.0)], 1.0), 1)
    with pytest.raises(Geant4Error, match="no particle 'electron'"):
        Session().run(stack_job([("G4_W", 1.0)], 1.0, "electron"), 1)


@needs_geant4
def test_an_event_does_not_depend_on_those_before_it(tmp_path):
    job = stack_job([("G4_W", 3.0), ("G4_Si", 0.5)] * 10, (0.5, 2.0), seed=5)
    whole = Session().run(job, 12)
    cache = Cache(tmp_path)
    Session(cache).run(job, 5)
    rest = Session(cache).run(job, 12)
    assert rest.simulated == 7
    assert np.array_equal(rest.values, whole.values)
    assert np.array_equal(rest.energy, whole.energy)
    assert len(set(whole.values.sum(axis=1).tolist())) == 12
    assert np.all((whole.energy > 0.5) & (whole.energy < 2.0))


@needs_geant4
@pytest.mark.parametrize(("name", "events"), [("Pb2_Sc4_22", 150), ("W5_Si0.3_28", 250)])
def test_the_reference_showers_come_out_again_with_another_seed(name, events):
    """Visible energy, resolution and contained share of a reference file, within three standard errors."""
    path = DATA / "geant4_calorimeter.json"
    card = next(card for card in json.loads(path.read_text())["geometries"] if card["name"] == name)
    truth = next(stack for stack in read_geant4(path) if stack.name == name).points[0]
    layers = layers_of(card["layers"])
    found = Session().run(stack_job(layers, 1.0, seed=2026, cut=card["cut_mm"]), events)
    visible = found.values[:, [name in SENSITIVE for name, _ in layers]].sum(axis=1) / 1000
    error = visible.std() / events**0.5
    truth_error = truth.visible * truth.resolution / 400**0.5
    assert abs(visible.mean() - truth.visible) < 3 * np.hypot(error, truth_error)
    spread, error = relative_spread(visible)
    assert abs(spread - truth.resolution) < 3 * np.hypot(error, truth.resolution_error)
    assert found.values.sum(axis=1).mean() / 1000 == pytest.approx(truth.contained, abs=0.01)
    assert found.values.sum(axis=1).max() <= 1000 * 1.001
    assert "Geant4 11.4.1" in found.simulation


@needs_geant4
def test_killing_geant4_itself_costs_nothing_but_time(tmp_path, monkeypatch):
    job = stack_job([("G4_Pb", 5.0), ("G4_Si", 0.5)] * 20, 1.0, seed=8)
    undisturbed = Session().run(job, 60)
    children, start = [], sessions.subprocess.Popen

    def recorded(*arguments, **options):
        children.append(start(*arguments, **options))
        return children[-1]

    monkeypatch.setattr(sessions.subprocess, "Popen", recorded)
    cache = Cache(tmp_path)

    def kill():
        ends = time.monotonic() + 60
        while not cache.read(job).events and time.monotonic() < ends:
            time.sleep(0.01)
        os.kill(children[0].pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    found = Session(cache).run(job, 60)
    killer.join()
    assert np.array_equal(found.values, undisturbed.values)
    assert any("(-9)" in sentence for sentence in found.trouble)


@needs_geant4
def test_a_verification_that_was_killed_goes_on(tmp_path, monkeypatch):
    monkeypatch.setenv("DESIGNOPT_CACHE", str(tmp_path))
    jobs = [(stack_job([("G4_Pb", 5.0), ("G4_Si", 0.5)] * 5, 0.5, seed=9), 12)]
    first, again = (showers(jobs, ["showers"], None, None)[0] for _ in range(2))
    assert (first.simulated, again.simulated) == (8, 0)  # the last of three rounds adds eight
    assert np.array_equal(first.values, again.values)
    assert list(tmp_path.glob("geant4/*.events"))


@needs_geant4
def test_verification_of_a_reference_design_is_near_the_model(tmp_path):
    problem = make("calorimeter-segmentation-v1", energies=[1.0, 5.0])
    result = verify_design(problem, problem.references["CALICE Si-W"], events=120, cache=Cache(tmp_path))
    assert [quantity.quantity.split(" (")[0] for quantity in result.quantities] == [
        "sigma(E)/E at 1 GeV",
        "sigma(E)/E at 5 GeV",
    ]
    for quantity in result.quantities:
        assert abs(quantity.found - quantity.predicted) < 0.1 * quantity.predicted + 3 * quantity.error
    assert "without data files" in result.simulation
    assert result.events == 120
