"""Requirements of a review board: each closes its loophole, and what exists or makes sense keeps them."""

import json
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from validation.tracker import spec

from designopt.detectors.prices import FIRST_BOOK, read_prices
from designopt.detectors.tracker.cost import CostModel, barrel_area, disk_area
from designopt.detectors.tracker.evaluate_v2 import evaluate_design, example, render_table
from designopt.detectors.tracker.layout.site import CLD
from designopt.detectors.tracker.layout.technology import MONOLITHIC, NAMES, channel_density, power_density
from designopt.detectors.tracker.problem_v2 import MOMENTA, tracker_layout_v2
from designopt.detectors.tracker.review.conditions import PLAIN, Conditions
from designopt.detectors.tracker.review.finding import counted_hits
from designopt.detectors.tracker.review.goals import recoil_terms, recoil_width
from designopt.detectors.tracker.review.references import cld_whole, cms_whole, fits, its2_alone
from designopt.detectors.tracker.review.required import Required, requirements
from designopt.detectors.tracker.review.yardstick import FILE, computed, key_of, written
from designopt.units import MCHF, mm, um

TUBE = {"radius_mm": 686, "half_length_mm": 2250, "x_over_x0": 0.0125}
ASKED = {"pt_gev": [1, 10, 100], "theta_deg": [90, 60]}


def barrel_of(radii, pitch, short=()):
    """Layers of one kind, as long as they are far out, at least 125 mm; `short` ones a third of that."""
    common = {"technology": "monolithic-pixel", "pitch_rphi_um": pitch, "pitch_z_um": pitch}
    lengths = {r: max(125, r / 3 if r in short else r) for r in radii}
    rows = [{"radius_mm": r, "half_length_mm": half, **common} for r, half in lengths.items()]
    pipe = {"radius_mm": 15.6, "x_over_x0": 0.0034}
    return {"field_t": 2.0, "beam_pipe": pipe, "barrel": [*rows, TUBE], **ASKED, "cos_max": 0.69}


@pytest.fixture(scope="module")
def cld():
    whole = spec("CLD_tkLayout", **ASKED)
    return evaluate_design({**whole, "barrel": [*whole["barrel"], TUBE]})


@pytest.fixture(scope="module")
def barrel():
    return evaluate_design({**spec("CLD_tkLayout", **ASKED), "disks": [], "cos_max": 0.7})


@pytest.fixture(scope="module")
def loophole():
    """Like what -v1 makes of CLD's money: groups near the beam, two short layers, one long one far out."""
    return evaluate_design(barrel_of((18, 25, 32, 61, 66, 71, 214, 1940, 2145), 15, short=(214, 1940)))


@pytest.fixture(scope="module")
def sensible():
    """The nine layers of a search with alignment and a limit on the loss of a layer."""
    return evaluate_design(barrel_of((18, 36, 50, 133, 310, 644, 924, 1600, 2145), 20))


def lost(result, name="pt"):
    return [point["without_layer"][name]["times"] for point in result["points"]]


def test_cld_whole_keeps_everything(cld):
    assert [name for name, entry in cld["requirements"].items() if not entry["kept"]] == []
    assert cld["coverage"] == pytest.approx(0.985)
    assert max(lost(cld)) < 1.6
    assert cld["requirements"]["loss"]["value"] == pytest.approx(2.04, abs=0.02)


def test_the_loss_of_a_layer_breaks_the_old_winner_and_not_nine_sensible_layers(loophole, sensible):
    assert max(lost(loophole)) > 10  # at 60 degrees, where only the last layer is far out
    assert not loophole["requirements"]["loss"]["kept"]
    assert sensible["requirements"]["loss"]["kept"]
    assert max(lost(sensible)) < 2


def test_slow_tracks_need_the_layer_that_a_search_saves_for_fast_ones(cld):
    """CLD without its barrel layer at 127 mm, as the first winners with these requirements were."""
    whole = spec("CLD_tkLayout", **ASKED)
    saved = [layer for layer in whole["barrel"] if not 120 < layer["radius_mm"] < 135]
    assert len(saved) == len(whole["barrel"]) - 1
    slow = evaluate_design({**whole, "barrel": [*saved, TUBE]})["requirements"]["slow"]
    assert cld["requirements"]["slow"]["value"] == pytest.approx(
        2.83, abs=0.03
    )  # 3.22 in the problem, whose layers are thicker
    assert slow["value"] > 8
    assert not slow["kept"]


def test_soft_tracks_between_two_looked_at_have_their_layers():
    """The barrel of a search that was held to 0.2 and 0.5 GeV: none between 302 and 867 mm, where 0.25 GeV turn."""
    saved = barrel_of((18, 32, 161, 302, 867, 1154, 1665, 2150), 15)
    found = evaluate_design(saved)["requirements"]
    assert not found["worst"]["kept"] or not found["slow"]["kept"]
    assert {0.25, 0.3, 0.4} < set(MOMENTA)


def test_the_vertex_along_the_beam_is_not_given_away(cld):
    """Cells eight times as long in every layer, the vertex detector's too."""
    assert cld["requirements"]["z0"]["value"] == pytest.approx(1.0, abs=0.02)
    whole = example()
    stretched = {
        part: [{**one, key: 8 * one[key]} if key in one else one for one in whole[part]]
        for part, key in (("barrel", "pitch_z_um"), ("disks", "pitch_r_um"))
    }
    found = evaluate_design({**whole, **stretched, **ASKED})["requirements"]["z0"]
    assert found["value"] > 1.2
    assert not found["kept"]


def test_disks_leave_the_machine_its_cone_and_barrels_the_support_tube_its_room():
    problem = tracker_layout_v2()
    limits = jax.jit(lambda design: {name: problem.constraints(design)[name] for name in ("cone", "tube")})
    own = {name: np.array(value) for name, value in problem.references["CLD"].items()}
    assert {name: float(limits(own)[name]) <= 0 for name in ("cone", "tube")} == {"cone": True, "tube": True}
    barrels = problem.detector.tracker.barrels
    last = barrels + int(np.argmax(own["place"][barrels:] * own["installed"][barrels:]))
    opened = {**own, "opening": own["opening"].copy()}
    opened["opening"][last] = 0.08 * own["place"][last]
    assert float(limits(opened)["cone"]) == pytest.approx(0.2)
    inside = {**own, "place": own["place"].copy()}
    inside["place"][int(np.argmax(own["installed"][:barrels]))] = 681.5  # of the first winner: 4.5 mm from the tube
    assert float(limits(inside)["tube"]) == pytest.approx(5.5 / 686)


def test_equal_layers_with_long_cells_keep_a_fifth_of_the_money():
    problem = tracker_layout_v2()
    best = problem.references["best uniform"]
    found = jax.jit(lambda design: (problem.score(design), problem.cost(design), problem.constraints(design)))
    score, cost, broken = found(best)
    assert float(score) == pytest.approx(-0.6906, abs=1e-4)
    assert float(cost) < 0.8 * problem.budget
    assert max(map(float, broken.values())) <= 0
    squares, finer, _ = found({**best, "pixel_length": best["pitch"]})
    assert float(squares) > float(score) + 0.01  # channels are heat, and heat is material
    assert float(finer) > float(cost)


def test_five_layers_within_three_centimetres_are_not_six_hits(loophole, sensible):
    assert loophole["requirements"]["hits"]["value"] < sensible["requirements"]["hits"]["value"] - 2
    close = jnp.asarray([18.0, 24.0, 30.0, 36.0, 42.0, 2000.0])
    assert float(counted_hits(close, jnp.ones(6), 15 * mm)) == pytest.approx(1 + 24 / 15 + 1)
    assert float(counted_hits(close, jnp.ones(6), None)) == 6
    ghost = float(counted_hits(close, jnp.ones(6).at[2].set(0.0), 15 * mm))
    assert ghost == pytest.approx(float(counted_hits(close[jnp.asarray([0, 1, 3, 4, 5])], jnp.ones(5), 15 * mm)))


def test_decays_find_no_hits_in_the_old_winner(barrel, loophole):
    value = {kind: entry["value"] for kind, entry in barrel["v0_acceptance"].items()}
    expected = {"K0S 2 GeV": 0.98, "K0S 5 GeV": 0.87, "K0S 10 GeV": 0.66}
    assert {kind: value[kind] for kind in expected} == pytest.approx(
        expected, abs=0.05
    )  # coarser steps of direction here
    assert loophole["v0_acceptance"]["K0S 10 GeV"]["value"] < 0.4
    assert not loophole["requirements"]["v0"]["kept"]


def test_a_tracker_that_finds_no_decay_misses_the_limit_by_a_number():
    problem = tracker_layout_v2()
    corners = np.random.default_rng(15).integers(0, 2, (200, problem.size)).astype(float)
    v0 = jax.jit(lambda points: jax.lax.map(lambda u: problem.constraints(problem.decode(u, 8.0))["v0"], points))
    excess = np.asarray(v0(jnp.asarray(corners)))
    assert np.isfinite(excess).all()
    assert excess.max() > 10.0  # an acceptance below 4e-5


def test_a_barrel_alone_does_not_cover_forward_tracks():
    result = evaluate_design({**spec("CLD_tkLayout", **ASKED), "disks": []})
    assert result["coverage"] < 0.75
    assert not result["requirements"]["hits"]["kept"]
    assert not result["requirements"]["worst"]["kept"]


def test_alignment_and_missing_hits_count_and_are_options_of_the_file(barrel):
    whole = {**spec("CLD_tkLayout", **ASKED), "disks": [], "cos_max": 0.7}
    perfect = evaluate_design(whole | {"alignment_um": 0, "efficiency": 1})
    for point, ideal in zip(barrel["points"], perfect["points"], strict=True):
        assert point["sigma_pt_over_pt"] > ideal["sigma_pt_over_pt"]
    stiff = [point["sigma_pt_over_pt"] for point in (barrel["points"][2], perfect["points"][2])]
    assert stiff[0] / stiff[1] > 1.05  # 100 GeV: hits of 5 um, layers that move by 5 um
    by_option = evaluate_design(whole, alignment="0", efficiency="1")
    assert by_option["points"] == perfect["points"]
    with pytest.raises(ValueError, match="alignment_um"):
        evaluate_design(whole, alignment="much")


def test_the_table_says_what_is_asked(cld):
    from rich.console import Console

    console = Console(width=160, record=True, file=open("/dev/null", "w"))
    console.print(render_table(cld))
    text = console.export_text()
    for word in ("hurts most", "Requirements", "finding", "K0S 2 GeV"):
        assert word in text


def test_layers_move_by_a_fraction_of_their_distance():
    error = Conditions(alignment=5 * um).layer_error(jnp.asarray([0.0, 100.0, 1e9]))
    assert np.asarray(error) == pytest.approx([0.0, 2.5 * um, 5 * um])
    assert np.all(np.asarray(PLAIN.layer_error(jnp.asarray([18.0, 2000.0]))) == 0)


def test_the_recoil_is_kinematics():
    beams, muon = recoil_terms(1.85e-3)
    step, energy, z, higgs = 1e-6, 240.0, 91.1876, 125.25

    def recoil(root_s, scale):
        lepton = (energy**2 + z**2 - higgs**2) / (2 * energy)
        # One muon's momentum is scaled: its energy, and the root of the pair's mass squared.
        pair = 0.5 * lepton * (1 + scale)
        return np.sqrt(root_s**2 - 2 * root_s * pair + z**2 * scale)

    assert recoil(energy, 1.0) == pytest.approx(higgs)
    slope = (recoil(energy, 1 + step) - recoil(energy, 1 - step)) / (2 * step)
    assert muon == pytest.approx(abs(slope), rel=1e-6)
    spread = (recoil(energy * (1 + step), 1.0) - recoil(energy * (1 - step), 1.0)) / (2 * step)
    assert beams == pytest.approx(spread * 1.85e-3 / np.sqrt(2), rel=1e-6)
    assert float(recoil_width(jnp.asarray(3e-3), None)) == pytest.approx(np.sqrt(2) * muon * 3e-3)


def price_of(whole, book):
    prices, total = CostModel.from_book(book), 0.0
    barrel, disks = whole
    for slot in [*barrel, *disks]:
        disk = slot.opening > 0
        sizes = (slot.opening, slot.extent) if disk else (slot.place, slot.extent)
        area = (disk_area if disk else barrel_area)(*(jnp.asarray(float(size)) for size in sizes))
        share = jnp.asarray([[float(name == slot.kind.name) for name in NAMES]])
        cell = jnp.asarray(slot.pitch), jnp.asarray(slot.length)
        parts = prices.items(
            jnp.asarray([area]), share, share * area * channel_density(slot.kind, *cell),
            jnp.asarray([area * power_density(slot.kind, *cell)]))  # fmt: skip
        total += sum(float(value) for value in parts.values())
    return total


def test_whole_trackers_cost_what_can_be_defended():
    new, first = read_prices(), read_prices(None, FIRST_BOOK)
    assert price_of(cld_whole(), first) == pytest.approx(141 * MCHF, rel=0.02)
    assert 56 * MCHF < price_of(cld_whole(), new) < 79 * MCHF  # CLICdet's 56, and 56 by area
    assert price_of(its2_alone(), new) < 12 * MCHF
    for item in ("monolithic-pixel", "hybrid-pixel", "strip-pair"):
        entry = new.entries["area", item]
        assert entry.low < entry.value < entry.high
        assert MONOLITHIC.name in NAMES


def test_references_fit_where_they_stand():
    assert fits(cld_whole(), CLD, 12, 14)
    assert not fits(cld_whole(), CLD, 12, 13)
    assert not fits(cms_whole(), CLD, 12, 14)


def test_every_requirement_has_its_line_and_none_takes_it_away():
    names = ("loss", "slow", "hits", "finding", "v0", "worst", "impact", "z0", "cone", "tube")
    lines = requirements(Conditions(), Required(), "CLD", names)
    limits, conditions = (
        {"loss", "slow", "hits", "crowd", "v0", "worst", "impact", "z0", "cone"},
        {"tube", "services", "alignment", "frame"},
    )
    assert {line.option for line in lines} == limits | conditions | {"spread", "efficiency"}
    nothing = Required(*[None] * 10)
    assert requirements(PLAIN, nothing, "CLD", ()) == []


def test_the_figures_on_file_are_those_that_the_code_finds():
    """They spare every process that makes the problem a compilation; other physics has to write them anew."""
    detector = tracker_layout_v2().detector
    plain, own = replace(detector, yardstick=None), detector.tracker.expert
    on_file = json.loads(FILE.read_text())[key_of(plain, own)]
    for name, values in written(computed(plain, own)).items():
        np.testing.assert_allclose(on_file[name], values, rtol=1e-6, err_msg=name)
    assert key_of(replace(plain, conditions=PLAIN), own) != key_of(plain, own)
