"""Five detectors in space: mass against our own count, area and x/X0 where there is none, and Geant4's own parser."""

import functools
import importlib.util
import json
import math
import subprocess
import sys

import jax.numpy as jnp
import pytest

from designopt.detectors.calorimeter.gdml import stack_geometry
from designopt.detectors.compositions import FORMULAS, TABULATED, substance
from designopt.detectors.equivalents import plate
from designopt.detectors.geant4.materials import TABLE
from designopt.detectors.hadron.gdml import block_geometry
from designopt.detectors.materials import MATERIALS, material
from designopt.detectors.muon_shield.gdml import shield_geometry
from designopt.detectors.muon_shield.reference import challenge_baseline
from designopt.detectors.spectrometer.gdml import HEIGHT, WIDTH, spectrometer_geometry
from designopt.detectors.spectrometer.review.aperture import DECAY_VOLUME, relative_area
from designopt.detectors.tracker.description import read_surfaces
from designopt.detectors.tracker.fields import SURFACES
from designopt.detectors.tracker.gdml import tracker_geometry
from designopt.geometry import Box, Geometry, Origin, Part, Substance, Tube, to_gdml
from designopt.geometry.elements import ELEMENTS
from designopt.geometry.write import plain
from designopt.written import Entry

needs_geant4 = pytest.mark.skipif(
    importlib.util.find_spec("geant4_pybind") is None, reason="designopt[geant4] is not installed"
)
AREA = 1150.0**2
STACK = {
    "layers": [
        {
            "absorber": [{"material": "W", "thickness": 1.4}, {"material": "G10", "thickness": 2.1}],
            "active": "Si", "active_thickness": 0.525, "pitch": 10.0, "repeat": 10,
        },
        {"absorber": "Pb", "absorber_thickness": 2.8, "active": "scintillator", "active_thickness": 3, "pitch": 30.0},
        {"absorber": None, "active": "PbWO4", "active_thickness": 50.0},
    ]
}  # fmt: skip
CLAD = {"layers": [STACK["layers"][1], STACK["layers"][0]]}
SENSORS = {
    "sensors": [
        {"absorber": 30.5, "thickness": 0.2, "repeat": 20},
        {"absorber": [{"material": "Cu", "thickness": 6.0}, {"material": "SS", "thickness": 35.0}], "thickness": 0.5},
    ]
}
SHIELD = {"magnets": challenge_baseline().tolist()}
STATIONS = {
    "magnet": {"bending_power_tm": 0.65, "length_mm": 2000.0},
    "stations": [
        {"z_mm": z, "technology": "120 um"} for z in (-5500.0, -3500.0, 0.0, 3500.0)
    ] + [{"z_mm": 3500.5, "resolution_um": None, "x_over_x0": 0.02}],
    "vertex_mm": -10_000.0,
}  # fmt: skip
PIXEL = {"technology": "monolithic-pixel", "pitch_rphi_um": 28.0, "pitch_z_um": 28.0, "thickness_um": 50.0}
RING = {"technology": "strip-pair", "pitch_rphi_um": 90.0, "pitch_r_um": 50_000.0}
TRACKER = {
    "field_t": 2.0,
    "beam_pipe": {"radius_mm": 15.6, "x_over_x0": 0.0034},
    "barrel": [
        {"radius_mm": 18.0, "half_length_mm": 125.0, **PIXEL},
        {"radius_mm": 18.8, "half_length_mm": 125.0, **PIXEL},
        {"radius_mm": 127.0, "half_length_mm": 482.0, "x_over_x0": 0.0110, **PIXEL},
        {"radius_mm": 686.0, "half_length_mm": 2250.0, "x_over_x0": 0.0125},
    ],
    "disks": [{"z_mm": 900.0, "inner_mm": 60.0, "outer_mm": 800.0, **RING}],
}
MAKERS = {
    "calorimeter": (lambda: stack_geometry(STACK, AREA), STACK),
    "reviewed calorimeter": (lambda: stack_geometry(STACK, AREA, 3.0, 0.1), STACK),
    "clad calorimeter": (lambda: stack_geometry(CLAD, AREA, 3.0, 0.1, 0.2), CLAD),
    "hadron": (lambda: block_geometry(SENSORS), SENSORS),
    "shield": (lambda: shield_geometry(SHIELD), SHIELD),
    "installed shield": (lambda: shield_geometry(SHIELD, 20.0, 5000.0), SHIELD),
    "spectrometer": (lambda: spectrometer_geometry(STATIONS), STATIONS),
    "reviewed spectrometer": (lambda: spectrometer_geometry(STATIONS, DECAY_VOLUME), STATIONS),
    "tracker": (lambda: tracker_geometry(TRACKER), TRACKER),
}
NO_MASS = ("spectrometer", "tracker")


@functools.cache
def made(name):
    """The geometry of one of `MAKERS`."""
    return MAKERS[name][0]()


def look(path):
    """What Geant4's parser makes of a file."""
    command = [sys.executable, "-m", "designopt.detectors.geant4.child.geometry", str(path)]
    found = subprocess.run(command, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr[-2000:]
    return json.loads(found.stdout)


@functools.cache
def read_by_geant4(name, folder):
    geometry, written = made(name), MAKERS[name][1]
    path = folder / f"{plain(name)}.gdml"
    path.write_text(to_gdml(geometry, Origin("test-v1", written)))
    return look(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("gdml")


@needs_geant4
@pytest.mark.parametrize("name", MAKERS)
def test_geant4_reads_the_mass_we_count_and_finds_no_overlap(name, folder):
    geometry = made(name)
    found = read_by_geant4(name, folder)
    bill = geometry.bill or geometry.masses
    assert bool(geometry.bill) != name.endswith(NO_MASS)
    assert found["mass"] == pytest.approx(sum(bill.values()), rel=1e-6)
    for substance_name, mass in bill.items():
        assert found["by_material"][f"material_{plain(substance_name)}"] == pytest.approx(mass, rel=1e-6, abs=1e-20)
    assert len(found["parts"]) == len(geometry.parts)
    assert found["overlaps"] == []


@needs_geant4
@pytest.mark.parametrize("name", MAKERS)
def test_geant4_has_our_radiation_lengths(name, folder):
    for named, length in read_by_geant4(name, folder)["radiation_length"].items():
        twins = [one for one in MATERIALS if named == f"material_{plain(one.name)}" and one.name != "vacuum"]
        for one in twins:
            assert length == pytest.approx(one.radiation_length, rel=0.05 if one.name == "G10" else 0.02), one.name


@needs_geant4
def test_geant4_finds_an_overlap_where_there_is_one(tmp_path):
    steel = substance("SS")
    parts = (
        Part("one", Box(100.0, 100.0, 10.0), steel),
        Part("other", Box(100.0, 100.0, 10.0), steel, (0.0, 0.0, 9.9)),
        Part("ring", Tube(10.0, 20.0, 1.0), steel, (0.0, 0.0, 60.0)),
    )
    (tmp_path / "wrong.gdml").write_text(to_gdml(Geometry(parts), Origin("test-v1", {})))
    assert set(look(tmp_path / "wrong.gdml")["overlaps"]) & {"one", "other"}
    assert "ring" not in look(tmp_path / "wrong.gdml")["overlaps"]


@needs_geant4
def test_fractions_are_those_of_the_table_that_geant4_has():
    program = """
import json
from designopt.detectors.geant4.child.bindings import g
from designopt.detectors.geant4.materials import TABLE
from designopt.detectors.compositions import TABULATED
from designopt.geometry.elements import ELEMENTS
table = g.G4NistManager.Instance()
found = {}
for name in TABULATED:
    made = table.FindOrBuildMaterial(TABLE[name])
    elements = [made.GetElement(i).GetName() for i in range(made.GetNumberOfElements())]
    found[name] = dict(zip(elements, map(float, made.GetFractionVector())))
weights = {symbol: [table.GetZ(symbol), table.GetAtomicMassAmu(symbol)] for symbol in ELEMENTS}
print("FOUND" + json.dumps([found, weights]))
"""
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout
    found, weights = json.loads(out.partition("FOUND")[2].splitlines()[0])
    for name, fractions in found.items():
        assert TABULATED[name] == pytest.approx(fractions, abs=2e-6)
    for symbol, (number, weight) in weights.items():
        assert ELEMENTS[symbol] == (number, pytest.approx(weight, rel=3e-4)), symbol


def test_every_material_has_a_composition_or_a_sentence():
    glasses = {"SF57", "TF1"}
    for one in MATERIALS:
        if one.name in glasses:
            with pytest.raises(ValueError, match="is not known here"):
                substance(one.name)
        else:
            assert substance(one.name).density == one.density
    assert set(TABLE) | set(FORMULAS) == {one.name for one in MATERIALS} - glasses


def test_plates_keep_x_over_x0_where_they_are_squeezed():
    squeezed, thickness = plate("C", 0.02, 1.0)
    free, whole = plate("C", 0.02, math.inf)
    assert thickness == pytest.approx(1.0)
    assert squeezed.density * thickness == pytest.approx(free.density * whole)
    assert whole == pytest.approx(0.02 * material("C").radiation_length)


def test_a_stack_is_as_deep_as_its_layers_and_boards_are_added():
    plain_stack, reviewed = (made(name) for name in ("calorimeter", "reviewed calorimeter"))
    depth = sum(part.solid.z for part in plain_stack.parts)
    assert depth == pytest.approx(10 * (1.4 + 2.1 + 0.525) + 2.8 + 3 + 50)
    more = 12 * 3.0 + 0.1 * material("Al").radiation_length
    assert sum(part.solid.z for part in reviewed.parts) == pytest.approx(depth + more)
    assert plain_stack.bill["W"] == pytest.approx(19.3e-6 * AREA * 14.0)


def test_layers_that_are_there_in_part_are_refused():
    with pytest.raises(ValueError, match=r"Layer 1 is there by 0\.5"):
        stack_geometry({"layers": [{**STACK["layers"][1], "present": 0.5}]}, AREA)
    glass = {"absorber": "SF57", "absorber_thickness": 2.0, "active": "Si", "active_thickness": 0.5}
    with pytest.raises(ValueError, match="composition of 'SF57'"):
        stack_geometry({"layers": [glass]}, AREA)


def test_the_block_is_two_metres_deep_however_many_sensors_stand_in_it():
    geometry = made("hadron")
    assert sum(part.solid.z for part in geometry.parts) == pytest.approx(2000.0)
    assert geometry.bill["Si"] == pytest.approx(2.329e-6 * 1500.0**2 * 4.5)


def test_the_iron_of_the_baseline_weighs_what_the_challenge_says():
    for name in ("shield", "installed shield"):
        geometry = made(name)
        assert sum(geometry.masses.values()) == pytest.approx(921.3e3, rel=1e-4)
        assert max(part.place[2] + part.solid.reach[2] for part in geometry.parts) == pytest.approx(29_030)
    fields = [float(part.marks["field_t"]) for part in made("installed shield").parts]
    assert fields[-1] == 0.0
    assert fields[0] != 0.0


def test_stations_have_the_area_and_the_x_over_x0_of_the_model():
    for name, apex in (("spectrometer", None), ("reviewed spectrometer", DECAY_VOLUME)):
        stations = [part for part in made(name).parts if part.name.startswith("station")]
        for part, wanted in zip(stations, (0.0043, 0.0043, 0.0043, 0.0043, 0.02), strict=True):
            area = part.solid.x * part.solid.y
            assert area == pytest.approx(WIDTH * HEIGHT * float(relative_area(jnp.array([part.place[2]]), apex)[0]))
            grams = part.solid.z * part.substance.density
            assert grams == pytest.approx(wanted * material("Kapton").radiation_length * material("Kapton").density)
    field = [part for part in made("spectrometer").parts if part.name.startswith("magnet")]
    # A station inside the field cuts its region in two.
    assert len(field) == 2
    assert sum(part.solid.z for part in field) == pytest.approx(2000.0 - 0.0043 * material("Kapton").radiation_length)


def test_layers_have_the_area_and_the_x_over_x0_of_the_model():
    geometry = made("tracker")
    surfaces = read_surfaces(Entry.read({k: v for k, v in TRACKER.items() if k != "field_t"}, SURFACES))
    for surface in surfaces:
        own = [part for part in geometry.parts if part.name.startswith(f"{surface.label}_")]
        sensors = [part for part in own if part.name.endswith("sensor")]
        thickness = "length" if surface.disk else "outer"
        if surface.kind is not None:
            area = sum(part.solid.volume / (part.solid.length if surface.disk else part.solid.outer - part.solid.inner)
                       for part in sensors)  # fmt: skip
            assert area == pytest.approx(surface.area)
        met = {part.name: part for part in own if "minus" not in part.name and not part.name[-1].isdigit()}
        met |= {part.name: part for part in own if part.name.endswith("_1")}
        depth = 0.0
        for part in met.values():
            base = material(part.substance.name.split(" ")[0])
            size = part.solid.length if thickness == "length" else part.solid.outer - part.solid.inner
            depth += size / base.radiation_length * part.substance.density / base.density
        assert depth == pytest.approx(surface.material), surface.label


def test_dead_tubes_are_cut_by_disks_and_layers_that_run_into_them_are_refused():
    tube = [part for part in made("tracker").parts if part.name.startswith("Barrel layer 4")]
    assert len(tube) == 3
    crossing = {**TRACKER, "barrel": [{"radius_mm": 127.0, "half_length_mm": 1200.0, **PIXEL}]}
    with pytest.raises(ValueError, match="runs into a disk, which no geometry holds"):
        tracker_geometry(crossing)


def test_one_sided_disks_longer_sides_and_gas_stand_where_they_are_written():
    gas = {"technology": "drift-chamber", "x_over_x0": 0.001, "resolution_rphi_um": 100.0}
    layers = {
        "barrel": [{"radius_mm": 500.0, "half_length_mm": 800.0, "half_length_minus_mm": 300.0, **gas}],
        "disks": [{"z_mm": 900.0, "side": "-z", "inner_mm": 60.0, "outer_mm": 800.0, **RING}],
    }
    parts = {part.name: part for part in tracker_geometry(layers).parts}
    (barrel,) = (part for name, part in parts.items() if name.startswith("Barrel"))
    assert barrel.place[2] - barrel.solid.reach[2] == pytest.approx(-300.0)
    assert barrel.place[2] + barrel.solid.reach[2] == pytest.approx(800.0)
    assert barrel.substance.name == "Kapton"
    assert barrel.marks["sensor"] == "yes"
    assert {name for name in parts if "Disk" in name} == {"Disk 1_minus_sensor", "Disk 1_minus_support"}


def test_two_stations_in_one_place_are_refused():
    with pytest.raises(ValueError, match="a place holds one"):
        spectrometer_geometry({**STATIONS, "stations": [{"z_mm": 1.0, "technology": "60 um"}] * 4})


def test_substances_of_the_project_add_up():
    for fractions in (*FORMULAS.values(), *TABULATED.values()):
        assert sum(fractions.values()) == pytest.approx(1.0, abs=1e-3)
    assert isinstance(substance("lead"), Substance)
