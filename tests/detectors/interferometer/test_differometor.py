"""Plane waves of Differometor through our door: equal to Finesse, with the gradient of its differences."""

import json
from dataclasses import replace
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

pytest.importorskip("differometor", reason="the extra [interferometer] is not installed")

from validation.interferometer import GRID, STORED, stored_optics

from designopt import make
from designopt.detectors.interferometer.evaluate import evaluate_design
from designopt.detectors.interferometer.models.plane_waves import simulated
from designopt.detectors.interferometer.models.two_photon import strain_noise
from designopt.detectors.interferometer.optics import PUBLISHED
from designopt.detectors.interferometer.reference import curve
from designopt.testing import check_detector

ALIGO = [case for case in STORED["cases"] if case["name"].startswith("aligo")]
HOME = Path(__file__).parents[3] / "detectors" / "interferometer"


@pytest.fixture(scope="module")
def simulate():
    return jax.jit(simulated)


@pytest.mark.parametrize("case", ALIGO, ids=lambda case: case["name"])
def test_aligo_is_finesses_to_a_billionth(simulate, case):
    found = simulate(jnp.asarray(GRID), stored_optics(case))[0]
    np.testing.assert_allclose(found, case["strain_asd"], rtol=1e-9)


def test_the_published_number_comes_out(simulate):
    found = np.asarray(simulate(jnp.asarray(GRID), PUBLISHED["aligo"])[0])
    assert np.interp(100.0, GRID, found) == pytest.approx(2.15776e-24, rel=3e-6)  # read between the 100 frequencies


def test_stored_references_are_finesses():
    stored = json.loads((HOME / "references.json").read_text())
    np.testing.assert_allclose(stored["frequencies"], GRID, rtol=1e-12)
    for name, close in (("aligo", 1e-9), ("voyager", 3e-5)):  # Finesse's local oscillator is infinitely bright
        case = next(case for case in STORED["cases"] if case["name"] == name)
        np.testing.assert_allclose(curve(name)[1], case["strain_asd"], rtol=close)


@pytest.mark.slow
def test_voyager_is_finesses_as_far_as_its_local_oscillator_is_bright(simulate):
    for case in STORED["cases"]:
        if case["name"].startswith("voyager"):
            found = simulate(jnp.asarray(GRID), stored_optics(case))[0]
            np.testing.assert_allclose(found, case["strain_asd"], rtol=3e-5)


@pytest.mark.slow
def test_the_gradient_is_that_of_differences():
    problem = make("interferometer-v1", model="differometor", layout="aligo", points=12)
    u = jnp.clip(jnp.asarray(problem.space.encode(next(iter(problem.references.values())))), 0.01, 0.99)
    look = jax.jit(jax.value_and_grad(lambda u: problem.loss(problem.space.decode(u))))
    slope, step = look(u)[1], 1e-6
    found = [(look(u.at[i].add(step))[0] - look(u.at[i].add(-step))[0]) / (2 * step) for i in range(u.size)]
    np.testing.assert_allclose(slope, np.asarray(found), rtol=2e-4, atol=1e-5)


@pytest.mark.slow
def test_the_package_keeps_the_contract_of_detectors():
    """But for "kinks", as the closed form does; aLIGO alone, since Voyager takes two minutes more."""
    made = make("interferometer-v1", model="differometor", points=4, layout="aligo")
    with pytest.warns(Warning, match="kinks"):
        check = check_detector(made, skip=("kinks",), corners=8)
    assert {"gradients", "batch", "corners", "cost-rises", "references", "as-built", "drawing"} <= set(check.passed)


@pytest.mark.slow
def test_an_evaluation_says_that_it_was_the_package():
    found = evaluate_design({"frequencies": [100.0]})
    assert found["model"].startswith("differometor")
    assert found["powers"]["components"]["itmx"]["hard_w"] == pytest.approx(7.624e5, rel=1e-3)
    assert found["strain_asd"][0] == pytest.approx(2.155365e-24, rel=1e-6)


def test_a_loss_of_squeezed_light_is_the_closed_forms(simulate):
    optics = replace(PUBLISHED["aligo"], squeezing=15.0, squeezing_loss=0.1)
    found = np.asarray(simulate(jnp.asarray(GRID), optics)[0])
    np.testing.assert_allclose(found, jax.jit(strain_noise)(jnp.asarray(GRID), optics), rtol=0.02)
    assert found[-1] > 1.3 * float(simulate(jnp.asarray(GRID), replace(optics, squeezing_loss=0.0))[0][-1])
