"""The problem: its money, its zero, its limits, its contract, and the check of winners by the other model."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import designopt as do
from designopt.detectors.interferometer.evaluate import evaluate_design
from designopt.detectors.interferometer.optics import PUBLISHED
from designopt.detectors.interferometer.verify import verify_design


@pytest.fixture(scope="module")
def problem() -> do.Problem:
    return do.make("interferometer-v1", model="closed-form", points=4)


@pytest.fixture(scope="module")
def decoded(problem):
    return jax.jit(jax.vmap(problem.decode))(jax.random.uniform(jax.random.key(3), (20, problem.size)))


def test_voyager_is_zero_and_keeps_its_limits(problem):
    voyager = problem.references["Voyager"]
    assert float(jax.jit(problem.score)(voyager)) == pytest.approx(0.0, abs=1e-9)
    assert all(float(value) < 0 for value in problem.constraints(voyager).values())
    assert float(problem.cost(voyager)) == pytest.approx(problem.budget)


def test_every_design_costs_the_budget(problem, decoded):
    assert np.asarray(jax.vmap(problem.cost)(decoded)) == pytest.approx(np.full(20, problem.budget), rel=1e-9)


def test_aligo_has_less_power_because_of_its_beam_splitter():
    problem = do.make("interferometer-v1", model="closed-form", points=4, layout="aligo")
    assert problem.compare_with == "aLIGO at 91.9 W"
    free = do.make("interferometer-v1", model="closed-form", points=4, layout="aligo", soft_side=3000.0)
    assert list(free.references) == ["aLIGO"]


def test_optics_and_designs_are_inverse_and_written(problem):
    voyager = problem.references["Voyager"]
    optics = problem.detector.optics(voyager)
    for name in ("input_mirror", "filter_mirror", "length", "mass", "power", "loss"):
        assert float(getattr(optics, name)) == pytest.approx(float(getattr(PUBLISHED["voyager"], name)), rel=1e-12)
    assert problem.detector.written(voyager)["mirror_mass_kg"] == pytest.approx(200.0)


def test_gradients_are_those_of_differences(problem):
    loss = jax.jit(lambda u: problem.loss(problem.space.decode(u)))
    u = problem.space.encode(problem.references["Voyager"])
    u = jnp.clip(jnp.asarray(u), 0.01, 0.99)
    slope, step = jax.jit(jax.grad(loss))(u), 1e-6
    found = [(loss(u.at[i].add(step)) - loss(u.at[i].add(-step))) / (2 * step) for i in range(u.size)]
    np.testing.assert_allclose(slope, np.asarray(found), rtol=1e-4, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("layout", ["voyager", "aligo"])
def test_it_keeps_the_contract_of_detectors(layout):
    """But for "kinks": optical springs have no friction in either model, so resonances are narrower than its grid."""
    made = do.make("interferometer-v1", model="closed-form", points=4, layout=layout)
    with pytest.warns(Warning, match="kinks"):
        check = do.testing.check_detector(made, skip=("kinks",), corners=8)
    assert {"gradients", "corners", "cost-rises", "references", "as-built", "drawing"} <= set(check.passed)


@pytest.mark.slow
def test_differometor_verifies_a_design_of_the_closed_form(problem):
    pytest.importorskip("differometor")
    made = do.make("interferometer-v1", model="closed-form", points=12)
    check = verify_design(made, made.references["Voyager"])
    assert check.simulation.startswith("differometor")
    for one in check.quantities:
        assert one.found == pytest.approx(one.predicted, rel=0.01)


def test_no_design_sends_more_squeezing_than_is_allowed_and_voyager_stays_the_zero():
    problem = do.make("interferometer-v1", model="closed-form", points=4, most_squeezing=10.0)
    most = problem.decode(jnp.ones(problem.size))["squeezing"]
    assert float(most) <= 10.0
    voyager = problem.decode(jnp.asarray(problem.space.encode(problem.references["Voyager"])))
    assert float(voyager["squeezing"]) == pytest.approx(10.0, rel=1e-6)
    assert float(jax.jit(problem.score)(voyager)) == pytest.approx(0.0, abs=1e-6)


def test_voyager_is_zero_where_squeezed_light_is_lost_and_what_is_written_says_so(problem):
    lossy = do.make("interferometer-v1", model="closed-form", points=4, squeezing_loss=0.05)
    voyager = lossy.references["Voyager"]
    assert float(jax.jit(lossy.score)(voyager)) == pytest.approx(0.0, abs=1e-9)
    noises = [evaluate_design(made.detector.written(voyager), model="closed-form")["strain_asd"]
              for made in (problem, lossy)]  # fmt: skip
    assert np.all(np.asarray(noises[1]) > 1.05 * np.asarray(noises[0]))
    more = {**voyager, "squeezing": jnp.asarray(20.0)}
    gains = [float(jax.jit(made.score)(more)) for made in (problem, lossy)]
    assert gains[0] < 2 * gains[1] < 0
