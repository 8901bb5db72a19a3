"""Docstrings say what a function takes: public names and physics functions name every argument, physics its units."""

import doctest
import importlib
import inspect

import pytest
from docstrings import UNIT, Named, public_names, today

import designopt as do

CONTRACT = {"response", "cost", "constraints", "draw", "metrics", "better", "settings"}
"""Methods of every detector: `AbstractDetector` says what they take and give."""
ELSEWHERE = {"designopt/optimisers/base.py", "designopt/problem/detector.py"}
"""Abstract classes, which say as a whole what is given to each method."""
EXAMPLES = ["designopt.suggestion", "designopt.evaluation.allowance", "designopt.problem.registry"]


def reached() -> list[Named]:
    """Functions and methods that `import designopt as do` reaches."""
    homes = {(do._HOMES[name].replace(".", "/") + ".py", name) for name in do.__all__}
    return [one for one in today() if (one.module, one.name.partition(".")[0]) in homes]


def physics() -> list[Named]:
    """Functions of detectors that take or give arrays."""
    return [
        one
        for one in today()
        if one.module.startswith("detectors/")
        and ("Array" in one.signature or "ndarray" in one.signature)
        and one.name.rpartition(".")[2] not in CONTRACT
        and not one.module.rpartition("/")[2].startswith("evaluate")
    ]


def test_what_one_import_reaches_names_every_argument():
    found = {f"{one.module}: {one.name}": one.unnamed() for one in reached() if one.module not in ELSEWHERE}
    assert len(found) > 50
    assert {name: missing for name, missing in found.items() if missing} == {}


def test_physics_functions_name_every_argument():
    found = {f"{one.module}: {one.name}": one.unnamed() for one in physics()}
    assert len(found) > 200
    assert {name: missing for name, missing in found.items() if missing} == {}


def test_physics_functions_say_units():
    assert [f"{one.module}: {one.name}" for one in physics() if not UNIT.search(one.docstring)] == []


def test_a_forgotten_argument_is_found():
    (one,) = public_names("x.py", 'def angle(momentum: float, length: float) -> float:\n    """Angle at a momentum."""')
    assert one.unnamed() == ["length"]


@pytest.mark.parametrize("module", EXAMPLES)
def test_examples_run(module):
    found = doctest.testmod(importlib.import_module(module))
    assert found.attempted > 0
    assert found.failed == 0


@pytest.mark.parametrize("name", do.__all__)
def test_every_public_name_is_explained(name):
    value = getattr(do, name)
    assert inspect.getdoc(value)
