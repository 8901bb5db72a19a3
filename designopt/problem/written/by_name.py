"""Designs written by the names of a problem's variables: what any problem reads that has no words of its own."""

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp
import numpy as np

from designopt.design.space import Design
from designopt.design.variables import Integer, Real, Variable
from designopt.problem.problem import Problem
from designopt.problem.written.composed import Listing
from designopt.problem.written.fields import Field, Number, Whole, Word
from designopt.problem.written.form import Entry, Form, Part
from designopt.problem.written.values import LARGEST

EXPORTED = "variables"
MOST = 1_000_000
OFF = 1e-6
"""Part of a step by which a size may be off a whole multiple of it before a note says that it is."""


def form_of(problem: Problem) -> Form:
    """The description of a problem's variables: one field each, a list of a value a slot for a series.

    Sizes are in the unit that `describe` prints, whole numbers as they are, choices by name.
    """
    return Form(
        f"A design of {problem.name}, by the names of its variables.",
        {variable.name: _field(variable) for variable in problem.space.variables},
    )


def written(problem: Problem, design: Mapping[str, Any]) -> dict[str, Any]:
    """A design as one writes it: the inverse of `read_by_name` for designs as built, sizes cut to their bounds."""
    return {
        variable.name: _written(variable, np.asarray(design[variable.name])) for variable in problem.space.variables
    }


def read_by_name(problem: Problem, spec: Any) -> tuple[Design, list[str]]:
    """The design that `spec` says, and notes: sizes that cannot be made.

    A winner as `designopt export` writes it, with its units, is read too. Raises ValueError, in a sentence, for an
    unknown, missing or wrong value, and for a unit that is not the variable's.
    """
    entry = Entry.read(_without_units(problem, spec), form_of(problem))
    design = {variable.name: _value(variable, entry[variable.name]) for variable in problem.space.variables}
    problem.space.check(design)
    return design, [*entry.notes, *_unmade(problem, design)]


def _without_units(problem: Problem, spec: Any) -> Any:
    """Of `{"variables": {name: {"unit", "values"}}, ...}` the values by name; anything else as it is."""
    if not isinstance(spec, Mapping) or EXPORTED not in spec or EXPORTED in problem.space.slices:
        return spec
    rows = Entry.read(spec, exported_form(problem)).part(EXPORTED)
    assert rows is not None
    found = {}
    for variable in problem.space.variables:
        values = rows[variable.name]["values"]
        found[variable.name] = values[0] if variable.count is None and len(values) == 1 else values
    return found


def exported_form(problem: Problem) -> Form:
    """The description of a design as `designopt export` writes it: every variable with its unit."""

    def row(variable: Variable) -> Part:
        unit = "choice" if variable.choice else variable.label if variable.continuous else ""
        fields: dict[str, Field] = {
            "unit": Word("Unit of the values.", (unit,), unit),
            "values": Listing("The values, one a slot.", _one(variable, ""), "values", MOST, 1, required=True),
        }
        return Part(f"Variable '{variable.name}'.", Form("Values with their unit.", fields), variable.name, True)

    rows = {variable.name: row(variable) for variable in problem.space.variables}
    return Form(
        "A design as it was exported.",
        {
            "problem": Word("The problem.", (problem.name,)),
            "budget_kchf": Number("Money that it was made for.", 0.0, LARGEST, "kCHF"),
            EXPORTED: Part("The values by variable.", Form("Every variable.", rows), "The variables", True),
        },
    )


def _field(variable: Variable) -> Field:
    where = "" if variable.count is None else f", for each of {variable.count} slots"
    step = ""
    if variable.continuous and variable.step is not None:
        step = f" Built in steps of {variable.step / variable.unit:g} {variable.label}.".replace(" .", ".")
    meaning = f"Variable '{variable.name}'{where}.{step}"
    one = _one(variable, meaning)
    if variable.count is None:
        return one
    unit = f" of {variable.label}" if variable.continuous and variable.label else ""
    of = "names" if variable.choice else f"numbers{unit}"
    return Listing(meaning, one, of, variable.count, variable.count, required=True)


def _one(variable: Variable, meaning: str) -> Field:
    """The field of a single value of a variable."""
    if isinstance(variable, Real):
        lower, upper = variable.lower / variable.unit, variable.upper / variable.unit
        return Number(meaning, lower, upper, variable.label, required=True)
    if isinstance(variable, Integer):
        return Whole(meaning, variable.lower, variable.upper, required=True)
    return Word(meaning, tuple(variable.choices), required=True)


def _value(variable: Variable, value: Any) -> Any:
    if variable.choice:
        return jnp.asarray(np.eye(variable.width)[np.vectorize(variable.choices.index, otypes=[int])(value)])
    if variable.continuous:
        return jnp.clip(jnp.asarray(value, dtype=float) * variable.unit, variable.lower, variable.upper)
    return jnp.asarray(value, dtype=float)


def _written(variable: Variable, value: np.ndarray) -> Any:
    if variable.choice:
        return np.asarray(variable.choices)[np.argmax(value, axis=-1)].tolist()
    value = np.clip(value, variable.lower, variable.upper)
    if variable.continuous:
        low, high = variable.lower / variable.unit, variable.upper / variable.unit
        return np.clip(value / variable.unit, low, high).tolist()
    return np.rint(value).astype(int).tolist()


def _unmade(problem: Problem, design: Design) -> list[str]:
    found = []
    for variable in problem.space.variables:
        if isinstance(variable, Real) and variable.step is not None:
            steps = np.asarray(design[variable.name]) / variable.step
            if np.any(np.abs(steps - np.rint(steps)) > OFF):
                step = f"{variable.step / variable.unit:g} {variable.label}".rstrip()
                found.append(
                    f"'{variable.name}' is not in whole steps of {step}, in which designs are built: it is scored as "
                    "it is written."
                )
    return found
