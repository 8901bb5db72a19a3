"""The problem: money to the franc, layouts made by hand, what fits find, and a design as people write it."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import designopt as do
from designopt.detectors.array import layout
from designopt.detectors.array.evaluate import FISHER, evaluate_design, example
from designopt.detectors.array.problem import array_layout
from designopt.detectors.array.reference import HANDMADE, core_and_ring, hexagons, rings, squares, triangles, wide_rings
from designopt.detectors.array.verify import verify_design

SHOWER = {"kind": "photon", "energy_pev": 2, "theta_deg": 30, "phi_deg": 0, "core": [0, 0]}


@pytest.fixture(scope="module")
def problem() -> do.Problem:
    return array_layout(budget=5000.0, units=24, showers=30)


def hull(points) -> float:
    return float(layout.enclosed(*jnp.asarray(points).T, jnp.ones(len(points))))


def test_layouts_made_by_hand_cost_the_budget(problem):
    assert [*problem.references] == [*HANDMADE]
    for design in problem.references.values():
        assert float(problem.cost(design)) == pytest.approx(5000.0, rel=1e-6)
        assert float(problem.constraints(design)["spacing"]) <= 0


def test_gains_are_quoted_against_the_best_that_people_drew():
    """A descent gained 1.4 %, over rings of equal distance; rings that are fuller outside are better than its end."""
    problem = array_layout(showers=1000)
    score = jax.jit(problem.score)
    found = {name: float(score(design, jax.random.key(31))) for name, design in problem.references.items()}
    assert min(found, key=found.__getitem__) == problem.compare_with


def test_designs_cost_the_budget_exactly_relaxed_and_built(problem):
    u = jnp.asarray(np.random.default_rng(2).random(problem.size))
    assert float(problem.cost(problem.decode(u))) == pytest.approx(5000.0, rel=1e-9)
    built = jax.jit(problem.build)(u)
    assert set(np.asarray(built["present"]).tolist()) <= {0.0, 1.0}
    assert float(problem.cost(built)) == pytest.approx(5000.0, rel=1e-9)


def test_a_further_unit_never_costs_less_and_a_quarter_turn_the_same():
    random = np.random.default_rng(4)
    for measure in (layout.trench, layout.enclosed):
        for _ in range(5):
            x, y = jnp.asarray(500 * random.normal(size=(2, 8)))
            sizes = [float(measure(x, y, jnp.ones(8).at[0].set(part))) for part in (0.0, 0.1, 0.3, 1.0)]
            assert sizes == sorted(sizes)
            assert float(measure(-y, x, jnp.ones(8))) == pytest.approx(sizes[-1], rel=1e-9)
            assert float(measure(2 * x, 2 * y, jnp.ones(8))) > sizes[-1]


def test_a_narrow_layout_pays_for_its_ground_and_the_price_never_jumps():
    """A layout 37 times as long as wide once paid nothing, and 12,760 m2 when it was a metre wider."""
    widths = np.linspace(1.0, 60.0, 60)
    areas = [hull([(1000.0, 0.0), (-width, 0.0), (0.0, width)]) for width in widths]
    assert areas == sorted(areas)
    assert max(np.diff(areas)) < 1100.0
    for width, area in zip(widths, areas, strict=True):
        true = layout.convex_hull(np.array([1000.0, -width, 0.0, 0.0]), np.array([0.0, 0.0, width, 0.0]))
        assert true < area < 2.0 * true


def test_a_built_design_is_evaluated_at_the_same_price(problem):
    design = jax.jit(problem.build)(jnp.asarray(np.random.default_rng(8).random(problem.size)))
    result = evaluate_design(problem.detector.written(design))
    assert result["total_cost"] == pytest.approx(5000.0, rel=1e-6)
    assert result["units"] == int(design["present"].sum())


def test_moving_everything_changes_neither_money_nor_errors():
    spec = example()
    moved = {
        "units": [[x + 300, y - 700] for x, y in spec["units"]],
        "showers": [{**row, "core": [300, -700]} for row in spec["showers"]],
    }
    before, after = evaluate_design(spec), evaluate_design(moved)
    assert after["total_cost"] == pytest.approx(before["total_cost"])
    assert after["showers"][0]["sigma_core_m"] == pytest.approx(before["showers"][0]["sigma_core_m"])


@pytest.mark.parametrize(
    ("shape", "neighbours"), [(triangles, 6), (hexagons, 3), (squares, 4)], ids=["triangles", "hexagons", "squares"]
)
def test_grids_are_what_they_are_called(shape, neighbours):
    """The innermost unit has so many neighbours at the step; no two are nearer."""
    points = shape(48)
    away = np.hypot(*(points[:, None] - points).T)
    assert layout.nearest(*points.T) == pytest.approx(1.0)
    assert np.sum(np.abs(away[0] - 1.0) < 1e-9) == neighbours
    assert len(np.unique(np.round(points, 6), axis=0)) == 48


def test_the_smooth_hull_is_the_convex_hull_up_to_three_per_cent():
    for shape in (triangles, hexagons, squares, rings, wide_rings, core_and_ring):
        points = 100.0 * shape(40)
        assert 1.0 <= hull(points) / layout.convex_hull(*points.T) < 1.035
    line = [hull(np.array([[np.cos(angle), np.sin(angle)]])) for angle in np.linspace(0.0, 0.1, 21)]
    assert max(line) == pytest.approx(0.0246, abs=1e-4)  # of the square of the length, as the page says
    assert layout.convex_hull(*np.array([[0, 0], [2, 0], [2, 3], [0, 3], [1, 1]], float).T) == pytest.approx(6.0)
    assert layout.spanning_tree(*np.array([[0, 0], [3, 0], [3, 4.0]]).T) == pytest.approx(7.0)


def test_units_that_stand_too_near_break_the_limit():
    x, y = jnp.array([0.0, 20.0, 500.0]), jnp.zeros(3)
    assert float(layout.crowding(x, y, jnp.ones(3), 25.0)) == pytest.approx(0.2)
    assert float(layout.crowding(x, y, jnp.array([1.0, 0.0, 1.0]), 25.0)) < 0
    assert float(layout.crowding(x.at[1].set(25.0), y, jnp.ones(3), 25.0)) == pytest.approx(0.0, abs=1e-9)


def test_fits_scatter_as_predicted(problem):
    found = verify_design(problem, problem.references["uniform triangles"], events=120)
    assert found.events > 40
    for one in found.quantities:
        assert one.found / one.predicted == pytest.approx(1.0, abs=0.3), one.quantity


def test_a_design_as_people_write_it():
    """Units across the shadow of the axis, at 10, 100 and 500 m from it: the published fluxes."""
    result = evaluate_design(
        {"units": [[0, 10], [0, 100], [0, 500]], "showers": [SHOWER, {**SHOWER, "kind": "proton"}]}
    )
    photon, proton = result["showers"]
    np.testing.assert_allclose(photon["muons"], [12.9971, 1.30696, 0.0666660], rtol=5e-6)
    np.testing.assert_allclose(proton["electrons"], [178133, 2742.44, 29.3928], rtol=5e-6)
    counted = np.cos(np.deg2rad(30)) * np.array(photon["muons"]) + 1.826e-6 * 128 * 68.59 * np.pi
    np.testing.assert_allclose(photon["muon_counts"], counted, rtol=1e-9)
    assert result["total_cost"] == pytest.approx(sum(result["cost"].values()))
    assert result["cost"]["units"] == pytest.approx(3 * 19 * 6.0)
    json.dumps(result, allow_nan=False)


def test_the_example_is_measured_and_turning_it_changes_nothing():
    spec = example()
    turned = {
        "units": [[-y, x] for x, y in spec["units"]],
        "showers": [{**row, "phi_deg": row["phi_deg"] + 90} for row in spec["showers"]],
    }
    before, after = evaluate_design(spec), evaluate_design(turned)
    assert before["warnings"] == [FISHER]  # by counting alone the energy is known to a few per cent
    for name in ("trigger_probability", "sigma_angle_deg", "sigma_log10_energy", "sigma_core_m"):
        assert [row[name] for row in after["showers"]] == pytest.approx([row[name] for row in before["showers"]])
    assert 0.005 < before["showers"][0]["sigma_angle_deg"] < 0.1


@pytest.mark.parametrize(
    ("units", "shower", "said"),
    [
        ([[0, 1, 2]], {}, r"Unit 1 is \[0, 1, 2\]. Give two numbers of m"),
        ([[0, 1], "x"], {}, "Unit 2 is 'x'"),
        ([[0, None]], {}, "Unit 1: y is None"),
        ([[0, 1]], {"energy_pev": 2000}, "TeV or GeV given as PeV"),
        ([[0, 1]], {"theta_deg": 70}, "between 0 and 65 degrees"),
        ([[0, 1]], {"kind": "gamma"}, "photon, proton"),
        ([[0, 1]], {"core": [1]}, "core is"),
        ([], {}, "at least 1 units"),
    ],
)
def test_what_is_no_array_is_refused_in_a_sentence(units, shower, said):
    with pytest.raises(ValueError, match=said):
        evaluate_design({"units": units, "showers": [{**SHOWER, **shower}]})


def test_slips_of_units_are_noted():
    said = " ".join(evaluate_design({"units": [[0, 0], [0.1, 0.1], [0.2, 0]],
                                     "showers": [{**SHOWER, "theta_deg": 0.5}]})["warnings"])  # fmt: skip
    for part in ("km given as m", "radians given as degrees", "overlap", "weak priors"):
        assert part in said
    assert "negative number" in " ".join(
        evaluate_design({"units": [[0, 10], [100, 0]], "showers": [{**SHOWER, "energy_pev": 0.1, "theta_deg": 50}]})[
            "warnings"
        ]
    )


def test_wrong_options_are_refused():
    for options, said in (
        ({"energies": (5.0, 1.0)}, "lowest and the highest"),
        ({"weights": (0.0, 0.0, 0.0)}, "not all 0"),
        ({"units": 1}, "2 to 400"),
    ):
        with pytest.raises(ValueError, match=said):
            array_layout(**options)
