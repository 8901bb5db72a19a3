"""Units that nobody could mean are named; what people build raises no such note."""

import json
import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors.tracker.description import layout_of, read_surfaces
from designopt.detectors.tracker.evaluate import KEYS, evaluate_design
from designopt.detectors.tracker.plausible import unit_notes
from designopt.detectors.tracker.problem import tracker_layout
from designopt.written import Entry

LAYERS = ((18, 125, 0.006, 3, 3), (400, 480, 0.012, 7, 90), (2100, 2100, 0.012, 7, 90))
NAMES = ("radius_mm", "half_length_mm", "x_over_x0", "resolution_rphi_um", "resolution_z_um")


def tracker(scale=(1, 1, 1, 1, 1), **changes):
    rows = [dict(zip(NAMES, np.multiply(row, scale).tolist(), strict=True)) for row in LAYERS]
    return {"field_t": 2, "barrel": rows, "pt_gev": [10], "theta_deg": [90]} | changes


def test_the_tracker_itself_raises_no_note():
    assert evaluate_design(tracker())["warnings"] == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (tracker((1e-3, 1e-3, 1, 1, 1)), "has a radius of 0.018 mm: that looks like metres given as millimetres"),
        (tracker((0.1, 0.1, 1, 1, 1)), "has a radius of 1.8 mm: that looks like centimetres given as millimetres"),
        (
            tracker((1e3, 1e3, 1, 1, 1), pt_gev=[1e4]) | {"barrel": tracker((40, 40, 1, 1, 1))["barrel"]},
            "looks like micrometres",
        ),
        (tracker((1, 1e-3, 1, 1, 1)), "half-length of 0.125 mm: that looks like metres"),
        (tracker((1, 1, 100, 1, 1)), "x_over_x0 of 0.6, and 2 more like it: that looks like per cent"),
        (tracker((1, 1, 100, 1, 1)), "3 X0 thick"),
        (tracker((1, 1, 1, 1e-3, 1e-3)), "measures to 0.003 um: that looks like millimetres given as micrometres"),
        (tracker((1, 1, 1, 1e3, 1)), "r-phi to 7000 um: that looks like nanometres"),
        (tracker(field_t=38), "looks like kilogauss or gauss"),
        (tracker(pt_gev=[50_000]), "looks like MeV given as GeV"),
        (tracker(pt_gev=[0.03, 10]), "checked from 0.1 GeV to 1 TeV, not at 0.03 GeV: energy lost"),
        (tracker(theta_deg=[1.57]), "looks like radians given as degrees"),
        (tracker(field_t=0.002, pt_gev=[1000]), r"sigma\(pT\)/pT is up to .* looks like a wrong unit"),
    ],
)
def test_a_note_says_what_it_looks_like(wrong, sentence):
    result = evaluate_design(json.loads(json.dumps(wrong)))
    assert any(re.search(sentence, found) for found in result["warnings"]), result["warnings"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (tracker((1, 1, 1, 1e-6, 1e-6)), "resolution_rphi_um is 3e-06.* looks like metres given as micrometres"),
        (tracker(field_t=20_000), "field_t is 20000.* looks like gauss given as tesla"),
        (tracker((1, 1, 1e5, 1, 1)), "x_over_x0 is 600.* It is a fraction"),
        (tracker(pt_gev=[1e25]), r"pt_gev is 1e\+25"),
        (tracker(field_t=True), "field_t is True, which is no number"),
        (tracker(barrel=[{}] * 1_000_000), "1000000 items"),
        (tracker(pt_gev=[1.0] * 300, theta_deg=[90.0] * 300), "more than 2000 points"),
        (tracker(barrel=[tracker()["barrel"][0] | {"technology": {}}]), "technology is {}, which is not known"),
        (tracker(barrel=[tracker()["barrel"][0] | {"radius_mm": 10**400}]), "more than 60 digits"),
    ],
)
def test_an_error_where_nothing_physical_is_left(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        evaluate_design(wrong)


def as_written(layout):
    """A layout as a user writes it down, only what is there; cells of 30 um save looking for those of the errors."""
    barrel, disks = [], []
    for i in np.flatnonzero(layout.material > 0):
        seen, k = layout.measures[i] > 0.5, i - layout.barrels
        across, along = (1e3 * float(e[i]) if seen else None for e in (layout.sigma_rphi, layout.sigma_along))
        pitches = {f"pitch_{way}_um": 30.0 for way in ("rphi", "z" if k < 0 else "r")} if seen else {}
        row = {"x_over_x0": float(layout.material[i]), "resolution_rphi_um": across} | pitches
        if k < 0:
            half = float(layout.half_length[i])
            places = {"radius_mm": float(layout.radius[i]), "half_length_mm": half if np.isfinite(half) else None}
            barrel.append(row | places | {"resolution_z_um": along})
        elif layout.outer[k] > layout.inner[k]:
            places = {f"{name}_mm": float(getattr(layout, name)[k]) for name in ("z", "inner", "outer")}
            disks.append(row | places | {"resolution_r_um": along})
    return {"barrel": barrel, "disks": disks}


def test_reference_designs_and_200_random_allowed_ones_raise_no_note_about_units():
    """Random layouts of the problem's space with at least three layers and sensors apart, as they are built."""
    problem = tracker_layout()
    site = problem.detector.site
    build = jax.jit(lambda design: problem.detector.assembly(design).layout)
    decode = jax.jit(problem.decode)
    random, seen, designs = np.random.default_rng(5), 0, list(problem.references.values())
    while seen < 200 + len(problem.references):
        design = designs.pop() if designs else decode(random.uniform(size=problem.space.size))
        spec = as_written(jax.tree.map(np.asarray, build(design)))
        if sum(row["resolution_rphi_um"] is not None for row in spec["barrel"] + spec["disks"]) < 3:
            continue
        surfaces = read_surfaces(Entry.read(spec | {"field_t": site.field}, KEYS))
        assert layout_of(surfaces).material.size == len(spec["barrel"]) + len(spec["disks"])
        assert unit_notes(surfaces, site.field, [1, 10, 100], [90, 45]) == []
        seen += 1


def test_a_disk_whose_opening_is_as_wide_as_itself_is_not_written_down():
    problem = tracker_layout(angles=2, momenta=(1.0, 30.0))
    detector, design = problem.detector, problem.space.decode(jnp.full(problem.size, 0.6), np.inf)
    before, opening = detector.written(design), np.array(design["opening"])
    assert len(before["disks"]) > 1
    opening[detector.barrels] = np.asarray(design["extent"])[detector.barrels] + 1.0
    after = detector.written(design | {"opening": opening})
    assert len(after["disks"]) == len(before["disks"]) - 1
    read_surfaces(Entry.read(json.loads(json.dumps(after)), KEYS))
