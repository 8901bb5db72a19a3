"""`spectrometer-layout-v2`: what a review board asks is kept, and what used to pay no longer does."""

import json
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from once import once

from designopt.detectors.spectrometer.problem import spectrometer_layout
from designopt.detectors.spectrometer.problem_v2 import UNIFORM, objective_of, spectrometer_layout_v2
from designopt.detectors.spectrometer.references.people import SHIP, design_of
from designopt.detectors.spectrometer.references.uniform import searched
from designopt.detectors.spectrometer.review.aperture import relative_area
from designopt.detectors.spectrometer.verify import verify_design
from designopt.problem.constraints import MET

PROBLEM = once(lambda: spectrometer_layout_v2())


@jax.jit
def results(design):
    return PROBLEM().score(design), PROBLEM().cost(design), PROBLEM().constraints(design)


def layout(places, resolution):
    """Stations at these places with these resolutions (mm)."""
    design = design_of(places, ["120 um"] * len(places), PROBLEM().space, PROBLEM().detector.bare.technologies)
    given = jnp.asarray([*resolution, *[resolution[-1]] * (8 - len(resolution))])
    return {**design, "resolution": given}


def test_ship_costs_what_the_catalogue_says_and_keeps_every_requirement():
    score, cost, limits = results(PROBLEM().references["SHiP"])
    assert float(cost) == pytest.approx(4000.0, rel=1e-12)
    assert all(float(limit) <= MET for limit in limits.values())
    assert float(score) == pytest.approx(-2.2709, abs=1e-3)
    assert PROBLEM().compare_with == UNIFORM


def test_the_best_equal_stations_cost_the_budget_keep_the_limits_and_beat_ship():
    score, cost, limits = results(PROBLEM().references[UNIFORM])
    assert float(cost) == pytest.approx(PROBLEM().budget, rel=1e-9)
    assert all(float(limit) <= MET for limit in limits.values())
    assert float(score) == pytest.approx(-2.3894, abs=1e-3)
    assert float(score) < float(results(PROBLEM().references["SHiP"])[0])


def test_the_stored_reference_is_what_the_search_finds():
    detector, objective = PROBLEM().detector, objective_of("search", PROBLEM().detector.momenta, 1.0, 1.0)[0]
    found = searched(detector, objective, 4000.0, [4], 2750.0, 5830.0, False)
    kept = PROBLEM().references[UNIFORM]
    assert found is not None
    signed = np.asarray(kept["distance"]) * np.where(np.asarray(kept["downstream"]) > 0, 1, -1)
    assert found[0] == pytest.approx(signed[:4].tolist())
    assert found[1] == pytest.approx(float(kept["resolution"][0]))


# The layout that -v1 likes: two coarse stations together make up the number; without one nothing holds.
LOOPHOLE = ((-6000.0, -1500.0, 5900.0, 6000.0), (0.06, 0.06, 0.25, 0.25))


def test_two_coarse_stations_together_no_longer_make_up_the_number():
    _, _, limits = results(layout(*LOOPHOLE))
    assert float(limits["gap"]) > 0.5
    assert float(limits["lost station, momentum"]) > 0
    old = spectrometer_layout(granularity="continuous")
    told = jax.jit(old.constraints)(layout(*LOOPHOLE))
    assert all(float(limit) <= MET for limit in told.values())


def test_one_station_alone_behind_the_magnet_breaks_the_limit_however_far_apart_all_stand():
    limits = results(layout((-6000.0, -4500.0, -3000.0, 6000.0), [0.12] * 4))[2]
    assert float(limits["gap"]) <= 0
    assert float(limits["lost station, momentum"]) > 5


def test_alignment_takes_much_of_the_gain_of_fine_stations():
    places = (-6000.0, -2750.0, 2750.0, 6000.0)
    gain = {}
    for moved in (0.0, PROBLEM().detector.alignment):
        detector = replace(PROBLEM().detector, alignment=moved)
        coarse, fine = (jax.jit(detector.response)(layout(places, [r] * 4))["momentum"] for r in (0.12, 0.06))
        gain[moved] = float(jnp.log(coarse / fine)[2])
    assert gain[0.0] > 0.5
    assert gain[PROBLEM().detector.alignment] < 0.35


def test_fine_stations_are_no_thinner():
    assert {kind.material for kind in PROBLEM().detector.bare.technologies} == {0.0043}
    thin = (-5830.0, -3399.0, 2750.0, 5830.0), (0.06, 0.091, 0.139, 0.25)  # best where the finer are thinner
    score = float(results(layout(*thin))[0])
    assert score > float(results(PROBLEM().references[UNIFORM])[0]) - 0.01


def test_a_station_farther_away_has_to_be_larger_and_costs_more():
    area = np.asarray(relative_area(jnp.asarray(SHIP), -31_450.0))
    assert area.mean() == pytest.approx(1.0)
    assert area[3] / area[0] == pytest.approx((36.95 / 25.95) ** 2)
    near, far = (
        float(results(layout(places, [0.12] * 4))[1]) for places in ((-6e3, -4e3, 3e3, 4e3), (-4e3, -3e3, 4e3, 6e3))
    )
    assert far > near + 300
    flat = replace(PROBLEM().detector, aperture=None)
    assert float(flat.cost(layout((-4e3, -3e3, 4e3, 6e3), [0.12] * 4))["stations"]) == pytest.approx(4000.0)


def test_no_station_stands_in_the_timing_detector():
    """Half a metre of a station at 6 m, where winners stood, reaches 17 cm into SHiP's timing detector."""
    first_layer, half_station = -31_450.0 + 37_782.0, 500.0  # FairShip
    farthest = spectrometer_layout_v2().space["distance"].upper
    assert farthest + half_station == pytest.approx(first_layer, abs=5.0)
    assert farthest < 31_450.0 - 25_000.0 - half_station  # nor in the decay volume
    corner = PROBLEM().build(jnp.ones(PROBLEM().size))
    assert float(jnp.max(corner["distance"])) <= farthest
    assert spectrometer_layout_v2(room=None).space["distance"].upper == 6000.0


def test_absent_stations_change_nothing():
    design = PROBLEM().references["SHiP"]
    there = design["present"] > 0
    moved = {**design, "distance": jnp.where(there, design["distance"], 3141.0),
             "resolution": jnp.where(there, design["resolution"], 0.07),
             "downstream": jnp.where(there, design["downstream"], 0.3)}  # fmt: skip
    for one, other in zip(jax.tree.leaves(results(design)), jax.tree.leaves(results(moved)), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


def test_every_point_is_paid_in_full_and_built_for_the_budget():
    points = np.random.default_rng(0).random((8, PROBLEM().size))
    paid = jax.jit(jax.vmap(lambda u: PROBLEM().cost(PROBLEM().decode(u))))(points)
    np.testing.assert_allclose(paid, PROBLEM().budget, rtol=1e-9)
    built = jax.jit(jax.vmap(lambda u: PROBLEM().cost(PROBLEM().build(u))))(points)
    enough = np.asarray(built) > 3900.0  # two stations, the finest there are, cost less
    assert np.sum(enough) >= 6
    np.testing.assert_allclose(built[enough], PROBLEM().budget, rtol=1e-9)
    assert np.all(built <= PROBLEM().budget * (1 + 1e-12))


def test_the_gradient_of_loss_and_limits_is_the_finite_difference():
    def told(u):
        design = PROBLEM().decode(u, 1.5)
        limits = PROBLEM().constraints(design)
        return jnp.stack([PROBLEM().loss(design), limits["lost station, momentum"], limits["lost station, vertex"]])

    random, step = np.random.default_rng(3), 1e-6
    u, way = random.uniform(0.2, 0.8, PROBLEM().size), random.standard_normal(PROBLEM().size)
    up, down = np.asarray(jax.jit(jax.vmap(told))(u + step * np.array([way, -way])))
    slope = np.asarray(jax.jit(lambda u: jax.jvp(told, (u,), (jnp.asarray(way),))[1])(u))
    np.testing.assert_allclose(slope, (up - down) / (2 * step), rtol=1e-5, atol=1e-5)


def test_the_card_makes_the_problem_again_and_says_every_requirement():
    card = json.loads(json.dumps(PROBLEM().card()))
    assert spectrometer_layout_v2(budget=card["budget"], **card["options"]).card() == PROBLEM().card()
    options = {one.option for one in PROBLEM().requirements}
    assert options == {"redundancy", "efficiency", "alignment", "aperture_from", "material", "gap", "room", "fewest"}
    free = spectrometer_layout_v2(goal="mean", stations=4, count="fixed", **dict.fromkeys(options))
    assert free.requirements == ()
    assert set(free.constraint_names) == {"gap", "stations"}


def test_verify_simulates_the_requirements():
    found = verify_design(PROBLEM(), PROBLEM().references["SHiP"], events=6 * 20_000)
    assert [one.quantity for one in found.quantities][:3] == [
        "sigma(p)/p at 5 GeV (%)",
        "vertex at 5 GeV (um)",
        "sigma(p)/p at 5 GeV, worst station dead (%)",
    ]
    for one in found.quantities:
        assert one.found == pytest.approx(one.predicted, rel=0.025)
        assert one.error / one.found < 0.008


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"redundancy": 1.0}, "redundancy"),
        ({"efficiency": 1.2}, "efficiency"),
        ({"aperture_from": -6500.0}, "aperture opens"),
        ({"room": 2700.0}, "there is no room"),
        ({"mass": 2.0}, "charm"),
        ({"goal": "weights"}, "goal"),
        ({"momenta": [500.0]}, "No decay product"),
    ],
)
def test_what_is_no_such_problem_is_refused(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        spectrometer_layout_v2(**options)
