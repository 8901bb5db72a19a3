"""One description for everything: schema, reader and example agree, and every result has one shape."""

import json
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from designopt.cli.commands.example import example_of, laid_out
from designopt.cli.commands.schema import schema_of
from designopt.detectors.calorimeter.reference import calice_siw, lhcb_shashlik, uniform
from designopt.detectors.calorimeter.review.references import REAL
from designopt.detectors.calorimeter.review.stacks import cells_of
from designopt.detectors.hadron import reference as hadron
from designopt.detectors.muon_shield.reference import DESIGNS
from designopt.detectors.tracker.fields import BARREL
from designopt.problem import registry
from designopt.problem.plugins import EVALUATIONS, announced
from designopt.problem.written.by_name import form_of, written
from designopt.problem.written.form import Entry
from designopt.problem.written.schema import document
from designopt.problem.written.tables import field_tables
from tests.detectors.shape import assert_one_shape
from tests.fuzz.doors import documents
from tests.once import once

OWN = sorted(announced(EVALUATIONS))
SCHEMAS = once(lambda: {name: schema_of(name) for name in OWN})
VALID = once(lambda: {name: Draft202012Validator(schema) for name, schema in SCHEMAS().items()})
STACK, LAYOUT, TRACKER = (example_of(f"{name}-v1") for name in ("calorimeter-segmentation", "hadron-calorimeter",
                                                                "tracker-layout"))  # fmt: skip
STATIONS, SHIELD = example_of("spectrometer-layout-v1"), example_of("muon-shield-v1")
REFERENCES = [
    *(("calorimeter-segmentation-v1", {"layers": c}) for c in (calice_siw(), lhcb_shashlik(), uniform(30))),
    *(("calorimeter-segmentation-v2", {"layers": cells_of(stack)}) for stack in REAL.values()),
    *(("hadron-calorimeter-v1", {"sensors": c}) for c in (hadron.alpha(), hadron.beta(), hadron.gamma())),
    *(("muon-shield-72-v1", {"magnets": table().tolist()}) for name, table in DESIGNS.items()),
    *((name, d) for name, known in (("calorimeter-segmentation-v1", documents.CALORIMETERS),
                                    ("hadron-calorimeter-v1", documents.HADRONS),
                                    ("tracker-layout-v2", documents.TRACKERS),
                                    ("spectrometer-layout-v1", documents.SPECTROMETERS),
                                    ("muon-shield-ship-v2", documents.SHIELDS)) for d in known),
]  # fmt: skip


def read(name, design):
    """The design as the problem's reader sees it, without a simulation. ValueError where it refuses."""
    return Entry.read(design, registry.evaluation(name).FORM)


@pytest.mark.parametrize("name", OWN)
def test_the_schema_is_one_and_the_example_is_valid(name):
    Draft202012Validator.check_schema(SCHEMAS()[name])
    assert SCHEMAS()[name]["additionalProperties"] is False
    assert name in SCHEMAS()[name]["title"]
    design = json.loads(laid_out(example_of(name)))
    VALID()[name].validate(design)
    read(name, design)


def test_every_field_says_what_it_is_and_in_which_unit():
    for schema in SCHEMAS().values():
        for key, field in fields_of(schema):
            assert field["description"].endswith("."), key
            for suffix, unit in (("_mm", "mm"), ("_um", "um"), ("_gev", "GeV"), ("_t", "T"), ("_deg", "degrees")):
                assert not key.endswith(suffix) or f"In {unit}" in field["description"], key


def fields_of(schema):
    """Every property in a schema, with its key."""
    if isinstance(schema, list):
        for part in schema:
            yield from fields_of(part)
    elif isinstance(schema, dict):
        own = schema.get("properties", {})
        yield from ((key, field) for key, field in own.items() if "description" in field)
        for part in schema.values():
            yield from fields_of(part)


@pytest.mark.parametrize(("name", "design"), REFERENCES)
def test_reference_designs_are_valid_and_read(name, design):
    design = json.loads(json.dumps(design, default=float))
    VALID()[name].validate(design)
    read(name, design)


@pytest.mark.parametrize("name", ["plane-spacing-v1", "hadron-calorimeter-v1"])
def test_references_by_the_names_of_variables_are_valid(name):
    problem = registry.make(name)
    valid = Draft202012Validator(document(form_of(problem), name))
    for design in problem.references.values():
        valid.validate(json.loads(json.dumps(written(problem, design))))
        exported = problem.detector.written(design)
        if exported is not None:
            VALID()[name].validate(json.loads(json.dumps(exported)))
            read(name, exported)


def in_place(design, place, value):
    """The design with one value changed; "left out" removes it."""
    found = json.loads(json.dumps(design))
    inner = found
    for step in place[:-1]:
        inner = inner[step]
    if value == "left out":
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    return found


WRONG = [
    ("calorimeter-segmentation-v1", STACK, ("layer",), []),
    ("calorimeter-segmentation-v1", STACK, ("layers",), []),
    ("calorimeter-segmentation-v1", STACK, ("layers", 0, "active"), "left out"),
    ("calorimeter-segmentation-v1", STACK, ("layers", 0, "active"), "Xi"),
    ("calorimeter-segmentation-v1", STACK, ("layers", 0, "absorber"), 3),
    ("calorimeter-segmentation-v1", STACK, ("layers", 0, "absorber"), [{"material": "W"}]),
    ("calorimeter-segmentation-v1", STACK, ("layers", 1, "absorber_thickness"), "left out"),
    ("calorimeter-segmentation-v1", STACK, ("layers", 1, "absorber_thickness"), 2e-5),
    ("calorimeter-segmentation-v1", STACK, ("layers", 1, "active_thickness"), "0.5"),
    ("calorimeter-segmentation-v1", STACK, ("layers", 1, "pitch"), 0),
    ("calorimeter-segmentation-v1", STACK, ("layers", 1, "repeat"), 2.5),
    ("calorimeter-segmentation-v1", STACK, ("layers", 1, "present"), True),
    ("calorimeter-segmentation-v1", STACK, ("energies",), [0]),
    ("calorimeter-segmentation-v1", STACK, ("beam",), "proton"),
    ("calorimeter-segmentation-v1", STACK, ("readout",), {"constant_term": 0.5}),
    ("calorimeter-segmentation-v2", STACK, ("readout",), {"constant": 0.005}),
    ("hadron-calorimeter-v1", LAYOUT, ("sensors", 0, "thickness"), 0),
    ("hadron-calorimeter-v1", LAYOUT, ("sensors", 0, "absorber"), "Cu"),
    ("hadron-calorimeter-v1", LAYOUT, ("energies",), [5.0]),
    ("hadron-calorimeter-v1", LAYOUT, ("sections",), [3000.0]),
    ("tracker-layout-v1", TRACKER, ("field_t",), "left out"),
    ("tracker-layout-v1", TRACKER, ("field_t",), 20_000),
    ("tracker-layout-v1", TRACKER, ("pt_gev",), 10),
    ("tracker-layout-v1", TRACKER, ("theta_deg",), [180]),
    ("tracker-layout-v1", TRACKER, ("mass",), "moun"),
    ("tracker-layout-v1", TRACKER, ("log",), True),
    ("tracker-layout-v1", TRACKER, ("trajectory",), "circle"),
    ("tracker-layout-v1", TRACKER, ("barrel", 0, "radius"), 18),
    ("tracker-layout-v1", TRACKER, ("barrel", 0, "radius_mm"), -18),
    ("tracker-layout-v1", TRACKER, ("barrel", 0, "resolution_rphi_um"), 3e-6),
    ("tracker-layout-v1", TRACKER, ("barrel", 0, "technology"), "hybrid"),
    ("tracker-layout-v1", TRACKER, ("barrel", 0, "half_length_minus_mm"), -100),
    ("tracker-layout-v1", TRACKER, ("disks", 0, "z_mm"), -530),
    ("tracker-layout-v1", TRACKER, ("disks", 0, "side"), "left"),
    ("tracker-layout-v1", TRACKER, ("beam_pipe",), {"radius_mm": 15}),
    ("tracker-layout-v1", TRACKER, ("efficiency",), 0.98),
    ("tracker-layout-v2", TRACKER, ("efficiency",), 0.3),
    ("spectrometer-layout-v1", STATIONS, ("stations", 0, "technology"), "12 um"),
    ("spectrometer-layout-v1", STATIONS, ("stations", 0, "technology"), "left out"),
    ("spectrometer-layout-v1", STATIONS, ("stations", 0, "hits"), 0),
    ("spectrometer-layout-v1", STATIONS, ("stations", 0, "price"), -5),
    ("spectrometer-layout-v2", STATIONS, ("magnet", "bending_power_tm"), 20_000),
    ("spectrometer-layout-v2", STATIONS, ("magnet", "length_mm"), "left out"),
    ("spectrometer-layout-v2", STATIONS, ("momenta_gev",), [None]),
    ("muon-shield-v1", SHIELD, ("magnets", 0, 3), -1),
    ("muon-shield-v1", SHIELD, ("magnets", 0), [1.0] * 14),
    ("muon-shield-v1", SHIELD, ("magnets",), "left out"),
    ("muon-shield-72-v1", SHIELD, ("magnet",), []),
    ("muon-shield-ship-v2", SHIELD, ("magnets", 1, 7), "wide"),
]


@pytest.mark.parametrize(("name", "design", "place", "value"), WRONG, ids=lambda part: str(part)[:40])
def test_schema_and_reader_refuse_alike(name, design, place, value):
    wrong = in_place(design, place, value)
    assert not VALID()[name].is_valid(wrong)
    with pytest.raises(ValueError, match=r"\.$|\?$"):
        registry.evaluation(name).evaluate_design(wrong)


@pytest.mark.parametrize(
    ("name", "design", "place", "value"),
    [
        ("calorimeter-segmentation-v1", STACK, ("layers", 0, "absorber"), "g4_pb"),
        ("calorimeter-segmentation-v1", STACK, ("layers", 0, "active"), "Lead_Tungstate"),
        ("calorimeter-segmentation-v1", STACK, ("layers", 0, "pitch"), None),
        ("calorimeter-segmentation-v1", STACK, ("layers", 0, "repeat"), 3.0),
        ("calorimeter-segmentation-v1", STACK, ("readout",), None),
        ("tracker-layout-v1", TRACKER, ("barrel", 0, "resolution_z_um"), None),
        ("tracker-layout-v1", TRACKER, ("mass",), "0.5"),
        ("tracker-layout-v1", TRACKER, ("log",), 0.01),
        ("spectrometer-layout-v1", STATIONS, ("magnet", "center_mm"), None),
        ("muon-shield-v1", SHIELD, ("magnets", 0, 14), -1.9),
    ],
)
def test_schema_and_reader_allow_alike(name, design, place, value):
    right = in_place(design, place, value)
    if place[-1] == "center_mm":
        right = in_place(right, ("magnet", "centre_mm"), "left out")
    VALID()[name].validate(right)
    read(name, right)


SHORT = {
    "calorimeter": {"layers": STACK["layers"], "energies": [20.0]},
    "hadron": LAYOUT | {"energies": [30.0, 50.0]},
    "tracker": TRACKER,
    "spectrometer": STATIONS,
}
MODULES = {announced(EVALUATIONS)[name].value: name for name in OWN if name.partition("-")[0] in SHORT}


@pytest.mark.parametrize("name", [*MODULES.values(), "plane-spacing-v1"])
def test_results_have_one_shape(name):
    """Those of muon shields, which take longest, are looked at with their other results."""
    home = registry.evaluation(name)
    result = home.evaluate_design(SHORT.get(name.partition("-")[0]) or home.example())
    assert_one_shape(result)
    assert home.render_table(result) is not None


def test_what_has_no_price_says_so():
    bare = {"z_mm": 0, "resolution_um": 2, "x_over_x0": 0.001}
    places = (-4000, -2000, 2000, 4000)
    result = registry.evaluation("spectrometer-layout-v1").evaluate_design(
        STATIONS | {"stations": [bare | {"z_mm": z} for z in places]}
    )
    assert (result["cost"], result["total_cost"]) == ({}, None)
    assert any("1, 2, 3, 4 have no price" in sentence for sentence in result["warnings"])


def test_the_page_of_fields_is_current():
    from designopt.detectors.fields_page import PAGE, filled

    page = (Path(__file__).parents[2] / PAGE).read_text(encoding="utf-8")
    assert filled(page) == page, "run: python -m designopt.detectors.fields_page"
    assert "radius_mm" in field_tables(BARREL)


def test_options_shared_with_a_maker_have_its_ranges_in_their_own_unit():
    home = registry.evaluation("spectrometer-layout-v2")
    with pytest.raises(ValueError, match=r"'efficiency' is 0.3, but it has to be 0.5 to 1"):
        home.evaluate_design(STATIONS, efficiency=0.3)
    with pytest.raises(ValueError, match="'alignment_um' is -3"):
        home.evaluate_design(STATIONS, alignment_um=-3.0)
    free = home.evaluate_design(STATIONS, gap_mm=0, redundancy=0, fewest=0, room_mm=0)
    assert free["requirements"] == {}
    assert np.isfinite(free["score"])
    with pytest.raises(TypeError, match="reduncancy"):
        home.evaluate_design(STATIONS, reduncancy=2)
