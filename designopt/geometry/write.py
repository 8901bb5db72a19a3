"""GDML of a geometry: plain XML with explicit units, the design it came from, and notes on what it leaves out."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Comment, Element, SubElement

from designopt.geometry.elements import element
from designopt.geometry.model import VACUUM, Geometry, Part, Substance
from designopt.geometry.solids import AbstractSolid, Box

SCHEMA = "http://service-spi.web.cern.ch/service-spi/app/releases/GDML/schema/gdml.xsd"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
MARGIN = 100.0  # mm of vacuum around everything
GAS = 0.05  # g/cm3: below it is a gas
UNITS = "Lengths are in mm, densities in g/cm3, angles in degrees. The beam runs along +z."
DESIGN, PROBLEM, SEAL, NOTE = "designopt-design", "designopt-problem", "designopt-seal", "note"
"""Names of what the file says in its `userinfo`."""


@dataclass(frozen=True)
class Origin:
    """Where a geometry comes from: the problem's name, and the design in the schema of `designopt evaluate`."""

    problem: str
    design: Mapping[str, Any]


def to_gdml(geometry: Geometry, origin: Origin) -> str:
    """The text of a GDML file. Parts of one solid, substance and marks share a volume; the world is vacuum.

    `userinfo` keeps the design, so that the file can be read back, with a seal (SHA-256 of materials, solids,
    structure and design) that tells whether they still belong together. Raises ValueError for a geometry without
    parts, one that misses its bill, or an element that is not known.
    """
    geometry.checked()
    root = Element("gdml", {"xmlns:xsi": INSTANCE, "xsi:noNamespaceSchemaLocation": SCHEMA})
    notes = (UNITS, *geometry.notes)
    head = "\n".join(("", f"A design of {origin.problem}, written by designopt.", *notes, ""))
    root.append(Comment(head.replace("--", "- -")))
    SubElement(root, "define")
    materials = _materials([part.substance for part in geometry.parts])
    solids, structure = _structure(geometry.parts)
    root.extend([materials, solids, structure])
    userinfo = SubElement(root, "userinfo")
    text = json.dumps(origin.design, allow_nan=False)
    said = [(PROBLEM, origin.problem), (DESIGN, text), *((NOTE, note) for note in notes)]
    for kind, value in [*said, (SEAL, seal(root, origin.problem, text))]:
        SubElement(userinfo, "auxiliary", {"auxtype": kind, "auxvalue": value})
    setup = SubElement(root, "setup", {"name": "Default", "version": "1.0"})
    SubElement(setup, "world", {"ref": "world"})
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def seal(root: Element, problem: str, design: str) -> str:
    """SHA-256 of what a file holds: its materials, solids and structure, however indented, its problem and design."""
    found = hashlib.sha256(f"{problem}\n{design}\n".encode())
    for tag in ("materials", "solids", "structure"):
        for node in root.iter(tag):
            text = ElementTree.tostring(node, encoding="unicode")
            found.update(ElementTree.canonicalize(text, strip_text=True).encode())
    return found.hexdigest()


def plain(name: str) -> str:
    """A name as GDML takes it: letters, digits, points, hyphens and underscores."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", name)


def _named(substance: Substance) -> str:
    """Name of a material in the file; apart from the elements, which have the same names as some."""
    return f"material_{plain(substance.name)}"


def _materials(substances: Iterable[Substance]) -> Element:
    """Elements and materials, each once. Raises ValueError where two substances have one name."""
    materials, every = Element("materials"), {_named(VACUUM): VACUUM}
    for one in substances:
        if every.setdefault(_named(one), one) != one:
            raise ValueError(f"Two materials are called '{one.name}', but differ. Give each its own name.")
    for symbol in dict.fromkeys(symbol for one in every.values() for symbol in one.fractions):
        number, weight = element(symbol)
        node = SubElement(materials, "element", {"name": symbol, "formula": symbol, "Z": str(number)})
        SubElement(node, "atom", {"unit": "g/mole", "value": repr(weight)})
    for name, one in every.items():
        node = SubElement(materials, "material", {"name": name, "state": "gas" if one.density < GAS else "solid"})
        SubElement(node, "D", {"unit": "g/cm3", "value": repr(float(one.density))})
        total = sum(one.fractions.values())
        for symbol, fraction in one.fractions.items():
            SubElement(node, "fraction", {"n": repr(fraction / total), "ref": symbol})
    return materials


def _structure(parts: tuple[Part, ...]) -> tuple[Element, Element]:
    solids, structure = Element("solids"), Element("structure")
    shapes: dict[AbstractSolid, str] = {}
    volumes: dict[tuple[Any, ...], str] = {}
    taken = {"world"}
    world = Element("volume", {"name": "world"})
    SubElement(world, "materialref", {"ref": _named(VACUUM)})
    SubElement(world, "solidref", {"ref": "world_box"})
    for part in parts:
        if part.solid not in shapes:
            shapes[part.solid] = f"solid_{len(shapes)}"
            solids.append(part.solid.element(shapes[part.solid]))
        kind = (part.solid, _named(part.substance), tuple(part.marks.items()))
        if kind not in volumes:
            volumes[kind] = f"volume_{len(volumes)}"
            volume = SubElement(structure, "volume", {"name": volumes[kind]})
            SubElement(volume, "materialref", {"ref": _named(part.substance)})
            SubElement(volume, "solidref", {"ref": shapes[part.solid]})
            for mark, value in part.marks.items():
                SubElement(volume, "auxiliary", {"auxtype": mark, "auxvalue": value})
        name, twin = plain(part.name), 1
        while name in taken:
            twin += 1
            name = f"{plain(part.name)}_{twin}"
        taken.add(name)
        placed = SubElement(world, "physvol", {"name": name})
        SubElement(placed, "volumeref", {"ref": volumes[kind]})
        x, y, z = (repr(float(value)) for value in part.place)
        SubElement(placed, "position", {"name": f"{name}_place", "unit": "mm", "x": x, "y": y, "z": z})
    half = [max(abs(part.place[i]) + part.solid.reach[i] for part in parts) + MARGIN for i in range(3)]
    solids.append(Box(*(2 * length for length in half)).element("world_box"))
    structure.append(world)
    return solids, structure
