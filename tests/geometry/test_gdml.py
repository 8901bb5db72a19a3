"""GDML: what is written can be read back, what was changed or made by others is refused, entities are never read."""

import json
import math
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designopt.geometry import Block, Box, Geometry, Origin, Part, Slab, Substance, Tube, stacked, to_gdml
from designopt.geometry.read import DEEPEST, read_gdml

IRON = Substance("iron", 7.874, {"Fe": 1.0})
WATER = Substance("water", 1.0, {"H": 0.111898, "O": 0.888102})
DESIGN = {"layers": [{"absorber": "W", "thickness": 1.5}], "name": 'a "quoted" <name> & more'}
lengths = st.floats(1e-3, 1e5)


@pytest.fixture
def text():
    parts = stacked([Slab("plate", IRON, 10.0), Slab("gap", WATER, 0.0), Slab("sensor", WATER, 0.3)], 500.0)
    return to_gdml(Geometry(parts, ("No field -- none.",)), Origin("pile-v1", DESIGN))


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "file.gdml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_a_design_comes_back_as_it_was(text, file):
    found = read_gdml(file(text))
    assert found.problem == "pile-v1"
    assert found.design == DESIGN


def test_units_are_in_the_file_and_slabs_of_no_thickness_are_not(text):
    root = ElementTree.fromstring(text)
    boxes = {box.get("name"): box for box in root.iter("box")}
    assert {box.get("lunit") for box in boxes.values()} == {"mm"}
    assert {place.get("unit") for place in root.iter("position")} == {"mm"}
    assert {density.get("unit") for density in root.iter("D")} == {"g/cm3"}
    assert [float(place.get("z")) for place in root.iter("position")] == [5.0, 10.15]
    assert "No field" in text
    assert boxes["world_box"].get("z") == repr(2 * (10.3 + 100.0))


@pytest.mark.parametrize(
    ("old", "new"),
    [('z="10.0"', 'z="11.0"'), ('value="7.874"', 'value="7.9"'), ("1.5}", "2.5}"), ("pile-v1", "pole-v1")],
)
def test_a_file_that_was_changed_is_refused(text, file, old, new):
    assert old in text
    with pytest.raises(ValueError, match="was changed since designopt wrote it"):
        read_gdml(file(text.replace(old, new)))


def test_other_indentation_changes_nothing(text, file):
    root = ElementTree.fromstring(text)
    ElementTree.indent(root, space="\t\t")
    assert read_gdml(file(ElementTree.tostring(root))).design == DESIGN


BOMB = '<?xml version="1.0"?><!DOCTYPE gdml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><gdml>&b;</gdml>'
OUTSIDE = '<!DOCTYPE gdml [<!ENTITY a SYSTEM "file:///etc/passwd">]><gdml>&a;</gdml>'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (BOMB, "document type"),
        (OUTSIDE, "document type"),
        ('<!DOCTYPE gdml SYSTEM "gdml.dtd"><gdml/>', "document type"),
        ("<a>" * 100_000, "nested more than"),
        ("<gdml>" + "<a>" * DEEPEST + "</a>" * DEEPEST + "</gdml>", "nested more than"),
        ("<gdml><solids/></gdml>", "designopt did not write it"),
        ("<html/>", "no GDML"),
        ("{}", "not valid XML"),
        ("", "not valid XML"),
        (b"\xff\xfe\x00\x00", "not valid XML"),
    ],
)
def test_what_others_wrote_gets_a_sentence(file, content, says):
    with pytest.raises(ValueError, match=says):
        read_gdml(file(content))


def test_a_file_that_is_not_there_gets_a_sentence(tmp_path):
    with pytest.raises(ValueError, match="cannot be read"):
        read_gdml(tmp_path / "nowhere.gdml")


@given(lengths, lengths, lengths)
def test_a_block_with_two_equal_faces_is_a_box(x, y, z):
    face = ((0.0, 0.0), (0.0, y), (x, y), (x, 0.0))
    assert Block(face, face, z).volume == pytest.approx(Box(x, y, z).volume)


@given(lengths, lengths)
def test_a_block_that_ends_in_a_point_is_a_pyramid(x, z):
    face, point = ((0.0, 0.0), (0.0, x), (x, x), (x, 0.0)), ((0.0, 0.0),) * 4
    assert Block(face, point, z).volume == pytest.approx(x * x * z / 3)


def test_a_tube_has_the_volume_of_a_ring_and_its_place_is_held():
    assert Tube(2.0, 3.0, 10.0).volume == pytest.approx(math.pi * 5 * 10)
    assert Tube(2.0, 3.0, 10.0).reach == (3.0, 3.0, 5.0)


@pytest.mark.parametrize(
    "wrong", [lambda: Box(1.0, 0.0, 1.0), lambda: Tube(3.0, 3.0, 1.0), lambda: Box(1, 1, math.nan)]
)
def test_a_solid_without_volume_is_refused(wrong):
    with pytest.raises(ValueError, match="has no volume"):
        wrong()


def test_parts_that_miss_the_bill_are_refused():
    parts = (Part("block", Box(100.0, 100.0, 100.0), IRON),)
    assert Geometry(parts, bill={"iron": 7.874}).checked().masses == {"iron": pytest.approx(7.874)}
    for bill in ({"iron": 7.875}, {"iron": 7.874, "water": 1.0}):
        with pytest.raises(ValueError, match="own count"):
            Geometry(parts, bill=bill).checked()


def test_materials_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match=r"add up to 0\.5"):
        Substance("half", 1.0, {"H": 0.5})
    parts = (Part("a", Box(1, 1, 1), IRON), Part("b", Box(1, 1, 1), Substance("iron", 7.8, {"Fe": 1.0}), (0, 0, 5.0)))
    with pytest.raises(ValueError, match="Two materials are called 'iron'"):
        to_gdml(Geometry(parts), Origin("x-v1", {}))
    with pytest.raises(ValueError, match="symbol 'Xy'"):
        to_gdml(Geometry((Part("a", Box(1, 1, 1), Substance("odd", 1.0, {"Xy": 1.0})),)), Origin("x-v1", {}))


def test_equal_parts_share_a_volume_and_names_stay_apart():
    parts = tuple(Part("plate", Box(1.0, 1.0, 1.0), IRON, (0.0, 0.0, 2.0 * i)) for i in range(5))
    root = ElementTree.fromstring(to_gdml(Geometry(parts), Origin("x-v1", {})))
    assert len(root.findall("structure/volume")) == 2
    assert len({one.get("name") for one in root.iter("physvol")}) == 5
    assert json.loads(root.find("userinfo/auxiliary[@auxtype='designopt-design']").get("auxvalue")) == {}
