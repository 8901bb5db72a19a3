"""Our Geant4 session as a program like any other: a stand-in for Geant4 everywhere, Geant4 itself where it is."""

import importlib.util
import json
import runpy
import subprocess
import sys
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest
from fake_child import truth

SCRIPT = Path(__file__).parents[3] / "studies/geant4_as_program.py"
FAKE = Path(__file__).parent / "fake_child.py"


def test_its_answer_is_the_response_and_its_events_are_charged(tmp_path):
    made = runpy.run_path(str(SCRIPT))["study"](True, (sys.executable, str(FAKE), "good", str(tmp_path)), str(tmp_path))
    (problem,) = made.problems
    assert (problem.events, problem.gradient_price, problem.spend_on) == (
        100,
        None,
        {"lead": 1, "tile": 1, "layers": 1},
    )
    found = problem.detector.response({"lead": jnp.array(4.0), "tile": jnp.array(3.0), "layers": jnp.array(2.0)})
    sums = np.array([truth(problem.detector.seed, event)[1::2].sum() for event in range(100)])
    assert float(found["resolution"]) == pytest.approx(100 * sums.std(ddof=1) / sums.mean(), rel=1e-5)
    assert 0.0 < float(found["resolution_error"]) < float(found["resolution"])


@pytest.mark.skipif(importlib.util.find_spec("geant4_pybind") is None, reason="designopt[geant4] is not installed")
def test_geant4_answers_on_standard_output():
    asked = {"design": {"lead": 2.0, "tile": 4.0, "layers": 30}, "seed": 1, "events": 60}
    done = subprocess.run([sys.executable, SCRIPT], input=json.dumps(asked), capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    assert 2.0 < answer["resolution"] < 20.0  # per cent, 1 GeV: about 8
    assert answer["resolution_error"] < answer["resolution"] / 3
