"""The problem: money to the last franc, slopes that are those of the loss, designs that go out and come back."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import qmc

import designopt as do
from designopt.detectors.muon_edm.evaluate import evaluate_design
from designopt.detectors.muon_edm.problem import muedm_injection
from designopt.detectors.muon_edm.verify import stored_fraction, verify_design


@pytest.fixture(scope="module")
def problem():
    return muedm_injection(muons=50, steps=250)


@pytest.fixture(scope="module")
def sloped(problem):
    return jax.jit(jax.value_and_grad(lambda u: problem.loss(problem.decode(u))))


@pytest.fixture(scope="module")
def counted(problem):
    return jax.jit(problem.as_built_detector.response)


def test_every_point_costs_the_budget(problem):
    points = np.random.default_rng(1).random((200, problem.size))
    cost = jax.jit(jax.vmap(lambda u: problem.cost(problem.decode(u))))(points)
    np.testing.assert_allclose(cost, problem.budget, rtol=1e-9)


def test_the_slope_of_the_loss_is_that_of_its_differences(problem, sloped):
    u = jnp.asarray(problem.space.encode(problem.references["by hand"])) + 0.01
    _, slope = sloped(u)
    for way in np.random.default_rng(2).normal(size=(3, problem.size)):
        differences = [(sloped(u + h * way)[0] - sloped(u - h * way)[0]) / (2 * h) for h in (1e-4, 1e-5, 1e-6)]
        assert min(abs(found / (slope @ way) - 1) for found in differences) < 1e-3


def test_loss_and_slope_are_finite_at_corners_and_without_a_kick(problem, sloped):
    corners = np.random.default_rng(3).integers(0, 2, (20, problem.size)).astype(float)
    for u in [*corners, np.zeros(problem.size), np.ones(problem.size)]:
        loss, slope = sloped(jnp.asarray(u))
        assert np.isfinite(loss)
        assert np.all(np.isfinite(slope))


def test_settings_made_by_hand_store_most_of_what_comes_through(problem, counted):
    for design in problem.references.values():
        found = counted(design)
        assert found["stored"] > 0.5 * found["passed"] > 0.1
        assert float(problem.cost(design)) == pytest.approx(problem.budget)


def test_without_a_kick_the_count_is_flat_and_the_loss_is_not(problem, counted):
    design = dict(problem.references["by hand"]) | {"kick_field": jnp.asarray(0.0)}
    found = counted(design)
    assert found["stored"] == 0.0
    assert found["likelihood"] == 0.01  # half a muon of 50
    loss = jax.jit(problem.loss)
    losses = [float(loss(design | {"kick_field": jnp.asarray(kick)})) for kick in (0.0, 1e-4, 1e-3)]
    assert losses[0] > losses[1] + 0.01 > losses[2] + 0.02  # a stronger kick is better


def test_a_design_that_is_written_down_is_the_same_one(problem, counted):
    design = problem.references["flatter"]
    written = problem.detector.written(design)
    found = evaluate_design(written, muons=400, steps=250)
    own = np.mean([counted(design, jax.random.key(k))["stored"] for k in range(4)])
    assert found["stored_fraction"]["hard"] == pytest.approx(own, abs=0.15)
    assert found["total_cost"] == pytest.approx(problem.budget)


def test_a_channel_next_to_nothing_off_the_axis_is_written_on_it(problem):
    design = problem.references["flatter"]
    for offset, written in ((3e-4, 0.0), (-3e-4, 0.0), (2e-3, 2e-3)):
        found = problem.detector.written(design | {"channel_offset": jnp.asarray(offset)})
        assert found["injection"]["offset_mm"] == written


def test_another_integrator_stores_as_many(problem):
    design = problem.references["by hand"]
    stored, drift = stored_fraction(problem.detector, design, 20, seed=3)
    assert 0.1 < stored < 0.9
    assert drift < 2e-5
    found = verify_design(problem, design, events=50)
    assert found.quantities[0].predicted == pytest.approx(found.quantities[0].found, abs=4 * found.quantities[0].error)


def test_the_published_method_asks_for_batches_after_a_quasi_random_start(monkeypatch):
    asked = do.problem(
        "stand-in-v1",
        variables=[do.Real("kick", 0.0, 1.0), do.Real("bore", 1.0, 2.0)],
        response=lambda design: {"lost": (design["kick"] - 0.3) ** 2 / design["bore"]},
        cost=lambda design: {"bore": design["bore"]},
        objective=lambda response: response["lost"],
        budget=1.5,
    )
    evaluator, batches = do.Evaluator(asked, do.Allowance(events=60)), []
    evaluate = evaluator.evaluate
    monkeypatch.setattr(evaluator, "evaluate", lambda u, needs: batches.append(np.asarray(u)) or evaluate(u, needs))
    do.optimisers.GradientBayes(gradients=False, batch=4, screened=8, first_side=2.0).run(evaluator, 7)
    sobol = qmc.Sobol(2, scramble=True, rng=np.random.default_rng(7)).random(8)
    np.testing.assert_allclose(batches[0], sobol)
    assert {len(batch) for batch in batches[1:-1]} == {4}


@pytest.mark.slow
def test_the_detector_keeps_the_contract():
    do.testing.check_detector(muedm_injection(muons=50, steps=250), corners=12)


def test_coils_are_no_stronger_than_corrections_where_that_is_asked():
    """The best of ten searches had 1430 ampere-turns in a coil, half of the bump."""
    limited = muedm_injection(muons=50, steps=250, most_current=100.0)
    ends = [limited.space.decode(jnp.full(limited.size, end))["coil_current"] for end in (0.0, 1.0)]
    np.testing.assert_allclose(np.abs(ends), 100.0)
    assert limited.options["most_current"] == 100.0
    assert all(float(limited.cost(design)) == pytest.approx(limited.budget) for design in limited.references.values())
    with pytest.raises(ValueError, match="most_current"):
        muedm_injection(most_current=0.0)
