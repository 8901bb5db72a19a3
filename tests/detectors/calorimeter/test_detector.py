"""The assembled calorimeter: absent layers are invisible, gradients are right, loopholes are shut."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from once import once

from designopt.detectors.calorimeter.problem import calorimeter_segmentation
from designopt.detectors.calorimeter.reference import calice_siw, design_of
from designopt.units import mm

PROBLEM = once(lambda: calorimeter_segmentation(slots=12, budget=900, energies=(1.0, 20.0)))
MATERIALS = once(lambda: (PROBLEM().detector.absorbers, PROBLEM().detector.actives))


def everything(design):
    detector = PROBLEM().detector
    return detector.response(design), detector.cost(design), detector.constraints(design), PROBLEM().loss(design)


ALL = jax.jit(everything)
LOSS = jax.jit(lambda u: PROBLEM().loss(PROBLEM().decode(u)))
FRESH = once(lambda: jax.jit(PROBLEM().score))
SLOPE = jax.jit(jax.grad(lambda u: PROBLEM().loss(PROBLEM().decode(u))))
COSTS = jax.jit(lambda u: (PROBLEM().cost(PROBLEM().decode(u)), PROBLEM().cost(PROBLEM().build(u))))
POINT = once(lambda: np.random.default_rng(3).uniform(0.15, 0.85, PROBLEM().size))
DESIGN = once(lambda: PROBLEM().references["CALICE Si-W"])


def cells(count):
    return [{**cell, "absorber": "W", "absorber_thickness": 7.0} for cell in calice_siw(board=0)][:count]


def test_absent_layers_are_invisible_wherever_they_stand():
    design = {name: np.asarray(value) for name, value in design_of(cells(8), PROBLEM().space, *MATERIALS()).items()}
    order = np.array([8, 0, 1, 2, 9, 3, 4, 5, 6, 10, 11, 7])
    shuffled = {name: value[order] for name, value in design.items()}
    shuffled["pitch"] = np.where(shuffled["present"] > 0, shuffled["pitch"], 3.0)
    for before, after in zip(jax.tree.leaves(ALL(design)), jax.tree.leaves(ALL(shuffled)), strict=True):
        assert np.asarray(after) == pytest.approx(np.asarray(before), rel=1e-12, abs=1e-13)


def test_a_closing_gate_removes_a_layer_smoothly_and_never_pays():
    """A thin cheap ghost of a layer must not sample like the layer: the loss only rises as gates close."""
    losses = []
    for gate in (1.0, 0.6, 0.3, 0.1, 1e-2, 1e-4, 0.0):
        losses.append(float(ALL(DESIGN() | {"present": DESIGN()["present"].at[4:8].set(gate)})[3]))
    assert np.all(np.diff(losses) > -1e-3)  # a ghost of 1 % is still a neighbour, and costs 5e-4 more than none
    assert losses[-2] == pytest.approx(losses[-1], abs=1e-3)
    closed = PROBLEM().space.encode(DESIGN() | {"present": DESIGN()["present"].at[5].set(0.0)})
    assert np.all(np.isfinite(np.asarray(SLOPE(closed))))


def test_gradient_through_the_spending_map_equals_finite_differences():
    slope = np.asarray(SLOPE(POINT()))
    assert np.all(np.isfinite(slope))
    for name, where in PROBLEM().space.slices.items():
        for i in (where.start, where.start + 7):
            step = np.zeros(PROBLEM().size)
            step[i] = 1e-5
            numeric = float(LOSS(POINT() + step) - LOSS(POINT() - step)) / 2e-5
            assert slope[i] == pytest.approx(numeric, rel=1e-5, abs=1e-8), f"{name}[{i - where.start}]"


def test_every_relaxed_design_costs_the_budget_and_a_built_one_never_more():
    for seed in range(3):
        relaxed, built = COSTS(jnp.asarray(np.random.default_rng(seed).random(PROBLEM().size)))
        assert float(relaxed) == pytest.approx(PROBLEM().budget, rel=1e-9)
        assert float(built) <= PROBLEM().budget * (1 + 1e-12)


def test_finer_cells_cost_more_than_they_bring_in_the_end():
    """Pitch to zero: the position saturates, noise grows and channels cost as 1/p^2."""
    coarse, fine, finest = (dict(DESIGN()) | {"pitch": jnp.full(12, p)} for p in (10.0, 1.0, 0.2))
    responses = [ALL(design) for design in (coarse, fine, finest)]
    positions = [float(jnp.mean(r[0]["position_resolution"])) for r in responses]
    assert positions[2] > 0.9 * positions[1]
    assert np.all(np.asarray(responses[2][0]["noise"]) > np.asarray(responses[0][0]["noise"]))
    assert float(responses[2][1]["channels"]) == pytest.approx(2500 * float(responses[0][1]["channels"]))
    assert float(responses[1][2]["finest pitch"]) > 0


def test_empty_space_is_no_bargain():
    """Thick light sensors stretch the stack: the Molière radius is that of the whole, and both limits see it."""
    sensor = PROBLEM().space["active"]
    light = dict(DESIGN()) | {
        "active": jnp.eye(sensor.width)[jnp.ones(12, int)],
        "scintillator_thickness": jnp.full(12, 40.0),
    }
    tight, loose = ALL(DESIGN()), ALL(light)
    assert float(loose[2]["depth"]) > 0 > float(tight[2]["depth"])
    assert float(loose[2]["envelope"]) > float(tight[2]["envelope"])
    assert float(loose[0]["position_resolution"][0]) > float(tight[0]["position_resolution"][0])


def test_terms_add_up_and_a_key_means_fresh_showers():
    response = ALL(DESIGN())[0]
    terms = [response[name] for name in ("sampling", "leakage", "noise", "photostatistics", "constant")]
    assert np.asarray(jnp.sqrt(sum(t**2 for t in terms))) == pytest.approx(np.asarray(response["resolution"]), rel=1e-9)
    one, other = (FRESH()(DESIGN(), jax.random.key(seed)) for seed in (0, 1))
    assert float(one) != float(other)
    assert float(one) == pytest.approx(float(ALL(DESIGN())[3]), abs=0.05)


def test_events_are_showers_and_settings_are_json():
    assert PROBLEM().events == PROBLEM().detector.showers() == 9 * (2 + 3)
    card = json.dumps(PROBLEM().card())
    again = calorimeter_segmentation(budget=900, **json.loads(card)["options"])
    assert json.dumps(again.card()) == card


def test_a_problem_of_one_absorber_has_no_choice_of_it():
    small = calorimeter_segmentation(slots=6, absorbers=("Pb",), actives=("scintillator",), budget=200)
    assert "absorber" not in small.space.slices
    assert "active" not in small.space.slices
    assert set(small.references) == {"uniform", "shashlik"}
    assert small.detector.layers(small.references["uniform"])[0].absorber.shape[0] == 6


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"budget": 1e6}, "cannot be spent"),
        ({"absorbers": ("Wo",)}, "cannot be an absorber"),
        ({"actives": ()}, "No active medium"),
        ({"slots": 0}, "has to be 1 to 1000"),
        ({"energies": (0.0,)}, "value 1, is 0, but it has to be 0.001"),
        ({"depth": -1 * mm}, "depth.* is -1, but it has to be 1 to"),
        ({"side": 0.0}, "side.* is 0, but it has to be above 0.001"),
    ],
)
def test_impossible_problems_are_refused_in_a_sentence(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        calorimeter_segmentation(**options)
