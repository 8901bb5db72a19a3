"""The assembled tracker: absent layers are invisible, gradients are right, money is exact, loopholes are shut."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from once import once

from designopt import Allowance, Evaluator
from designopt.detectors.tracker.layout.assembly import GAP, spaced
from designopt.detectors.tracker.layout.technology import HYBRID, MONOLITHIC, STRIPS, efficiency, hit_errors, material
from designopt.detectors.tracker.problem import tracker_layout
from designopt.detectors.tracker.reference import Slot, design_of
from designopt.detectors.tracker.resolution import crossing
from designopt.envs.stack_env import DesignEnv
from designopt.units import mm, um

BARRELS, DISKS = 7, 2
PROBLEM = once(
    lambda: tracker_layout(budget=20_000, barrels=BARRELS, disks=DISKS, angles=3, momenta=(1.0, 30.0), hits=4)
)
RADII = (20, 40, 200, 500, 900)
LAYERS = [
    Slot(r, 1.1 * r + 60, kind)
    for r, kind in zip(RADII, (MONOLITHIC, HYBRID, MONOLITHIC, STRIPS, MONOLITHIC), strict=True)
]
LAYERS = [Slot(s.place, s.extent, s.kind, 60 * um, 50 * mm if s.kind.stereo else 60 * um, 200 * um) for s in LAYERS]
DISK = Slot(1300, 800, opening=300)
DESIGN = once(lambda: design_of(LAYERS, PROBLEM().space, BARRELS, [DISK]))


def everything(design):
    detector = PROBLEM().detector
    return detector.response(design), detector.cost(design), detector.constraints(design), PROBLEM().loss(design)


ALL = jax.jit(everything)
LOSS = jax.jit(lambda u: PROBLEM().loss(PROBLEM().decode(u)))
SLOPE = jax.jit(jax.grad(lambda u: PROBLEM().loss(PROBLEM().decode(u))))
LIMITS = jax.jit(jax.jacrev(lambda u: PROBLEM().constraints(PROBLEM().decode(u))))
FRESH = jax.jit(lambda design, keys: jax.lax.map(lambda key: PROBLEM().score(design, key), keys))
EVALUATOR = once(lambda: Evaluator(PROBLEM(), Allowance(100 * PROBLEM().events)))
SPACED = jax.jit(spaced)


def changed(slot, **values):
    return DESIGN() | {name: DESIGN()[name].at[slot].set(value) for name, value in values.items()}


def leaves(result):
    return np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(result)])


def test_absent_layers_are_invisible_whatever_their_sizes():
    before = leaves(ALL(DESIGN()))
    strange = dict(place=203.0, extent=2000.0, opening=17.6, pitch=15 * um, thickness=30 * um)
    for slot in (5, 6, BARRELS + 1):
        assert leaves(ALL(changed(slot, **strange))) == pytest.approx(before, rel=1e-12, abs=1e-14)


def test_the_order_of_slots_does_not_matter():
    order = np.array([6, 2, 0, 4, 1, 5, 3, 8, 7])
    shuffled = {name: value[order] for name, value in DESIGN().items()}
    assert leaves(ALL(shuffled)) == pytest.approx(leaves(ALL(DESIGN())), rel=1e-9, abs=1e-12)


def test_a_closing_gate_removes_a_layer_smoothly():
    losses = [float(ALL(changed(2, installed=g))[3]) for g in (1.0, 0.5, 0.1, 1e-3, 1e-6, 0.0)]
    assert np.all(np.isfinite(losses))
    assert losses[-1] == pytest.approx(losses[-2], abs=1e-4)
    assert losses[-1] == pytest.approx(float(ALL(changed(2, installed=0.0, place=999.0))[3]), rel=1e-12)


def test_gradients_through_the_spending_map_equal_finite_differences():
    u = np.clip(np.asarray(PROBLEM().space.encode(DESIGN())), 0.03, 0.97)
    slope = np.asarray(SLOPE(u))
    assert np.all(np.isfinite(slope))
    scale = float(np.max(np.abs(slope)))
    for name, where in PROBLEM().space.slices.items():
        for i in (where.start, where.start + 3):
            step = np.zeros(PROBLEM().size)
            step[i] = 1e-5
            numeric = float(LOSS(u + step) - LOSS(u - step)) / 2e-5
            assert slope[i] == pytest.approx(numeric, rel=1e-6, abs=1e-6 * scale), f"{name}[{i - where.start}]"


def test_a_gate_at_zero_has_a_finite_slope():
    u = np.asarray(PROBLEM().space.encode(DESIGN()))
    assert np.all(np.isfinite(np.asarray(SLOPE(u))))
    for name, slope in LIMITS(u).items():
        assert np.all(np.isfinite(np.asarray(slope))), name


def test_every_relaxed_design_costs_the_budget_and_a_built_one_never_more():
    for seed in range(4):
        (trial,) = EVALUATOR().evaluate(np.random.default_rng(seed).random(PROBLEM().size))
        assert trial.cost == pytest.approx(PROBLEM().budget, rel=1e-9)
        assert 0.97 * PROBLEM().budget < trial.built_cost <= PROBLEM().budget * (1 + 1e-12)


@given(st.lists(st.tuples(st.floats(17, 2000), st.booleans()), min_size=7, max_size=7))
def test_neighbours_keep_their_distance_and_ghosts_push_nobody(slots):
    places, gates = (jnp.asarray(column, dtype=float) for column in zip(*slots, strict=True))
    apart = np.asarray(SPACED(places, gates))
    there = np.asarray(gates) > 0
    assert np.all(apart >= np.asarray(places) - 1e-9)
    assert np.all(np.diff(np.sort(apart[there])) >= GAP - 1e-9)
    without = np.asarray(SPACED(jnp.where(gates > 0, places, 17.0), gates))
    assert apart[there] == pytest.approx(without[there], abs=1e-9)


def test_two_sensors_cannot_stand_in_one_place():
    twice = changed(5, place=500.0, extent=600.0, installed=1.0)
    radii = np.asarray(PROBLEM().detector.assembly(twice).layout.radius)[1:]
    assert abs(radii[5] - radii[3]) >= GAP - 1e-9
    assert float(ALL(twice)[1]["mechanics"]) == pytest.approx(float(ALL(DESIGN())[1]["mechanics"]) + 750)


def test_finer_cells_bring_power_material_and_cost():
    _, cost, limits, _ = ALL(DESIGN())
    fine = {"pitch": jnp.full(BARRELS + DISKS, 10 * um), "pixel_length": jnp.full(BARRELS + DISKS, 10 * um)}
    _, more, tighter, _ = ALL(DESIGN() | fine)
    assert float(more["channels"]) > 5 * float(cost["channels"])
    assert float(tighter["power"]) > float(limits["power"])
    size = jnp.asarray(20 * um), jnp.asarray(20 * um)
    tiny = jnp.asarray(5 * um), jnp.asarray(5 * um)
    rest = jnp.asarray(50 * um), jnp.asarray(300.0)
    assert float(material(MONOLITHIC, *tiny, *rest)) > 1.5 * float(material(MONOLITHIC, *size, *rest))
    assert float(hit_errors(MONOLITHIC, *tiny)[0]) == pytest.approx(5 * um / 48**0.5, rel=0.02)


def test_a_sensor_of_no_thickness_sees_nothing():
    for kind in (MONOLITHIC, HYBRID, STRIPS):
        seen = [float(efficiency(kind, jnp.asarray(d * um))) for d in (0.0, 1.0, 30.0, 320.0)]
        assert seen[0] == 0.0
        assert np.all(np.diff(seen) > 0)
        assert seen[-1] == pytest.approx(0.995, rel=0.02)
    thin = changed(slice(None), thickness=0.5 * um)
    assert float(ALL(thin)[3]) > float(ALL(DESIGN())[3]) + 0.1


def test_short_layers_lose_hits_and_crowds_lose_purity():
    _, _, limits, loss = ALL(DESIGN())
    _, _, short, worse = ALL(DESIGN() | {"extent": jnp.full(BARRELS + DISKS, 60.0)})
    assert float(limits["hits"]) <= 0 < float(short["hits"])
    assert float(worse) > float(loss) + 0.1
    crowded = tracker_layout(place="CMS", budget=20_000, barrels=BARRELS, disks=DISKS, angles=3, momenta=(1.0, 30.0))
    bad = jax.jit(lambda design: crowded.constraints(design))(
        DESIGN() | {"pitch": jnp.full(BARRELS + DISKS, 300 * um), "pixel_length": jnp.full(BARRELS + DISKS, 1 * mm)}
    )
    assert float(bad["occupancy"]) > 0 > float(limits["occupancy"])
    assert float(bad["purity"]) > float(limits["purity"])


def test_a_barrel_layer_ends_where_a_disk_stands_but_is_paid_in_full():
    long = changed(3, extent=1600.0)
    cut = PROBLEM().detector.assembly(long)
    assert float(cut.layout.half_length[4]) == pytest.approx(1290)
    assert float(cut.area[3]) == pytest.approx(4 * np.pi * 500 * 1600)
    clear = PROBLEM().detector.assembly(changed(1, extent=1600.0))  # radius 40, the disk begins at 300
    assert float(clear.layout.half_length[2]) == pytest.approx(1600)


def test_fresh_tracks_differ_and_agree():
    many = np.asarray(FRESH(DESIGN(), jax.random.split(jax.random.key(0), 400)))
    assert many[0] != many[1]
    assert np.mean(many) == pytest.approx(float(ALL(DESIGN())[3]), abs=0.01 + 4 * np.std(many) / 20)


def test_directions_are_cut_where_layers_end():
    """Every piece sees one set of surfaces, and more steps change nothing: the mean over directions is exact."""
    detector = PROBLEM().detector
    response = detector.response(DESIGN())
    assert np.asarray(jnp.sum(response["share"], axis=1)) == pytest.approx(1.0, rel=1e-12)
    assert response["share"].size == PROBLEM().events
    layout = detector.assembly(DESIGN()).layout
    last = crossing.ends(layout, 30.0, 0.0, detector.site.field)[1 : 1 + len(RADII)]
    for row, cosine in enumerate(np.asarray(last)):
        hit = []
        for c in (cosine - 1e-7, cosine + 1e-7):
            track = crossing.Tracks(*(jnp.asarray(value) for value in (30.0, c / np.sqrt(1 - c * c), 0.0)))
            hit.append(float(crossing.crossing(layout, track, detector.site.field).there[1 + row]))
        assert hit == [1.0, 0.0]
    fine = tracker_layout(budget=20_000, barrels=BARRELS, disks=DISKS, angles=60, momenta=(1.0, 30.0), hits=4)
    assert float(jax.jit(fine.loss)(DESIGN())) == pytest.approx(float(ALL(DESIGN())[3]), abs=2e-3)


def test_an_agent_places_one_layer_a_step():
    env = DesignEnv(PROBLEM(), EVALUATOR(), start=np.asarray(PROBLEM().space.encode(DESIGN())))
    seen, _ = env.reset()
    steps, done, reward = 0, False, 0.0
    while not done:
        seen, reward, done, _, info = env.step(np.zeros(env.action_space.shape, np.float32))
        steps += 1
    assert steps == BARRELS + DISKS
    assert env.observation_space.contains(seen)
    assert reward == pytest.approx(0.0, abs=3.0)  # the same tracker, but for the rounding of sizes and money
    assert info["trial"].built_cost <= PROBLEM().budget * (1 + 1e-12)


def test_the_card_is_json_and_makes_the_same_problem_again():
    card = json.dumps(PROBLEM().card())
    again = tracker_layout(budget=20_000, **json.loads(card)["options"])
    assert json.dumps(again.card()) == card
    assert PROBLEM().events == 2 * (3 + 1 + BARRELS + 2 * DISKS)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"place": "CSM"}, "Did you mean 'CMS'"),
        ({"barrels": 8}, "needs 12 barrel slots"),
        ({"barrels": 2}, "at least 3"),
        ({"momenta": (0.0,)}, "value 1, is 0, but it has to be 0.001"),
        ({"cosine": 1.2}, "has to be 0.05 to 0.9999"),
        ({"weights": (1.0, -1.0, 0.0)}, "none negative"),
        ({"goal": "best"}, "no goal"),
        ({"hits": 2}, "at least 3"),
        ({"budget": 1e9}, "cannot be spent"),
    ],
)
def test_impossible_problems_are_refused_in_a_sentence(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        tracker_layout(**options)
