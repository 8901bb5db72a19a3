"""Read back a GDML file that designopt wrote; files of others are refused in a sentence, and nothing is expanded."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers import expat

from designopt.geometry.write import DESIGN, PROBLEM, SEAL, Origin, seal

LARGEST = 64 * 2**20
"""Bytes of a file that are read: ten thousand layers take four million."""
DEEPEST = 20
"""Elements inside each other; GDML of ours has six."""


def read_gdml(path: Path) -> Origin:
    """The problem and the design that a file of ours was made from; `-` is standard input.

    Raises ValueError, in a sentence, for a file that is too large, no XML, or has a document type (entities are never
    expanded); for GDML that designopt did not write; and where its geometry was changed since. OSError if it cannot be
    read.
    """
    name = "standard input" if str(path) == "-" else str(path)
    root = _parsed(_content(path, name), name)
    if root.tag != "gdml":
        raise ValueError(f"The file {name} is XML, but no GDML: its root is <{root.tag[:40]}>. Give a GDML file.")
    said: dict[str, str] = {}
    for one in root.iterfind("userinfo/auxiliary"):
        said.setdefault(one.get("auxtype", ""), one.get("auxvalue", ""))
    if not {DESIGN, PROBLEM, SEAL} <= set(said):
        raise ValueError(
            f"The file {name} is GDML, but designopt did not write it: it holds no design in its userinfo, which other "
            "programs drop when they write it again. Only what `designopt export --to gdml` wrote can be read back."
        )
    if seal(root, said[PROBLEM], said[DESIGN]) != said[SEAL]:
        raise ValueError(
            f"The file {name} was changed since designopt wrote it: its geometry is no longer that of the design kept "
            "in it. Export the design again, or change the design itself and export that."
        )
    return Origin(said[PROBLEM], _design(said[DESIGN], name))


def _design(text: str, name: str) -> dict[str, Any]:
    try:
        design = json.loads(text)
    except (ValueError, RecursionError):
        design = None
    if not isinstance(design, dict):
        raise ValueError(f"The design kept in {name} is damaged: it is no JSON object. Export it again.")
    return design


def _content(path: Path, name: str) -> bytes:
    try:
        with sys.stdin.buffer if str(path) == "-" else path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise ValueError(f"The file {name} cannot be read ({error.strerror}). Give the path of a GDML file.") from error
    if len(content) > LARGEST:
        raise ValueError(f"The file {name} has more than {LARGEST >> 20} MB, which no detector of ours needs.")
    return content


def _parsed(content: bytes, name: str) -> Element:
    """The root element, after a first pass that refuses document types and endless nesting."""
    depth = 0

    def document_type(*_: Any) -> None:
        raise ValueError(
            f"The file {name} has a document type, which may define entities; they are not read from files of others. "
            "Files that designopt wrote have none."
        )

    def down(*_: Any) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise ValueError(f"The file {name} is nested more than {DEEPEST} deep, which no GDML of ours is.")

    def up(*_: Any) -> None:
        nonlocal depth
        depth -= 1

    first: Any = expat.ParserCreate()
    handlers: dict[str, Callable[..., None]] = {
        "StartDoctypeDeclHandler": document_type,
        "EntityDeclHandler": document_type,
        "StartElementHandler": down,
        "EndElementHandler": up,
    }
    for handler, function in handlers.items():
        setattr(first, handler, function)
    try:
        first.Parse(content, True)
        return ElementTree.fromstring(content)
    except (expat.ExpatError, ElementTree.ParseError) as error:
        raise ValueError(f"The file {name} is not valid XML ({error}). Give a GDML file.") from error
