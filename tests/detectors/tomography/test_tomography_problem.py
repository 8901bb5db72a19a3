"""`muon-tomography-v1`: every design costs the budget, the contract holds, people's layouts are what they were."""

import warnings

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import pytest

import designopt as do
from designopt.detectors.tomography.reference import PUBLISHED
from designopt.testing.detector_contract import RULES, RulesSkipped


@pytest.fixture(scope="module")
def small() -> do.Problem:
    return do.make("muon-tomography-v1", above=2, below=2, money="TomOpt")


@pytest.fixture(scope="module")
def scored(small):
    def both(u):
        design = small.build(u)
        return design, small.score(design), small.cost(design), small.cost(small.decode(u))

    return jax.jit(both)


@pytest.mark.slow
def test_the_contract_of_detectors(small):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RulesSkipped)
        found = do.testing.check_detector(small, corners=8, skip=("kinks",))
        assert set(found.not_applicable) == {"fresh-events"}
        others = [rule for rule in RULES if rule != "kinks"]
        with pytest.raises(do.testing.RuleBroken, match=r"at 391.* of 'distance' of slot 0"):  # slot 1 stands at 392 mm
            do.testing.check_detector(small, corners=8, skip=others)


def test_every_design_costs_the_budget_exactly(small, scored):
    assert small.budget == pytest.approx(6.0)
    random = np.random.default_rng(5)
    for u in [*random.uniform(0, 1, (12, small.size)), np.zeros(small.size), np.ones(small.size)]:
        design, score, built, relaxed = scored(jnp.asarray(u))
        assert float(relaxed) == pytest.approx(6.0, rel=1e-9)
        area = float(jnp.sum(design["present"] * design["span_x"] * design["span_y"])) / 1e6
        assert float(built) == pytest.approx(area)
        assert area < 6.0 + 1e-9
        assert np.isfinite(float(score))
        if float(jnp.sum(design["present"])) >= 2:  # one panel of 2 m x 2 m cannot cost six units
            assert area == pytest.approx(6.0, rel=1e-9)


def test_six_units_are_420_kchf_at_the_prices_of_the_book():
    problem = do.make("muon-tomography-v1")
    items = problem.detector.cost(problem.references["even"])
    assert {name: float(value) for name, value in items.items()} == pytest.approx({"area": 300.0, "channels": 120.0})
    assert problem.budget == pytest.approx(420.0)
    fixed = do.make("muon-tomography-v1", count="fixed")
    assert "present" not in fixed.space.slices
    assert list(fixed.references) == ["even", "pairs at the ends", "close to the ladle"]


def test_hand_made_layouts_come_out_as_published_ones_do_within_a_factor_of_two():
    """A thousand muons are assumed; the published errors are quoted, not fitted."""
    problem = do.make("muon-tomography-v1", money="TomOpt")
    response = jax.jit(problem.detector.response)
    squared = {name: float(response(design)["squared_error"]) for name, design in problem.references.items()}
    assert min(squared, key=squared.__getitem__) == "three and three"
    assert all(PUBLISHED["hand-made"] / 2 < value < PUBLISHED["hand-made"] for value in squared.values())


def test_a_side_moved_or_mirrored_changes_what_it_should(small):
    response = jax.jit(small.detector.response)
    design = dict(small.references["two and two"])
    design["x"] = jnp.asarray([400.0, 450.0, 550.0, 700.0])
    mirrored = {**design, "x": 1000.0 - design["x"]}
    exchanged = {**design, "x": design["y"], "y": design["x"]}
    value = float(response(design)["squared_error"])
    assert float(response(mirrored)["squared_error"]) == pytest.approx(value, rel=1e-9)
    assert float(response(exchanged)["squared_error"]) == pytest.approx(value, rel=1e-9)
    far = {**design, "x": jnp.asarray([400.0, 0.0, 550.0, 1000.0])}
    assert float(response(far)["squared_error"]) > value


def test_panels_that_touch_break_the_gap(small):
    design = dict(small.references["two and two"])
    assert float(small.constraints(design)["gap"]) < 0
    design["distance"] = jnp.asarray([100.0, 110.0, 0.0, 400.0])
    assert float(small.constraints(design)["gap"]) == pytest.approx(0.5)
    design["present"] = jnp.asarray([1.0, 0.0, 1.0, 1.0])
    assert float(small.constraints(design)["gap"]) < 0


def test_the_drawing_shows_the_panels_that_are_there(small):
    figure, axes = plt.subplots()
    small.detector.draw({**small.references["two and two"], "present": jnp.asarray([1.0, 0.0, 1.0, 1.0])}, axes)
    assert len(axes.patches) == 4 + 3
    assert len(axes.child_axes[0].patches) == 1 + 3
    plt.close(figure)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [({"money": "EUR"}, "money"), ({"momentum": 0.0}, "momentum"), ({"above": 1}, "above"), ({"muons": 3}, "muons")],
)
def test_wrong_options_are_refused(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        do.make("muon-tomography-v1", **options)
