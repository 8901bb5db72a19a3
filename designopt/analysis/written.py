"""A built design as JSON for people and programs: in the schema of `designopt evaluate`, or by variable with units."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import jax.numpy as jnp
import numpy as np

from designopt.problem.free_budget import SUFFIX
from designopt.problem.problem import Problem
from designopt.problem.registry import list_problems, remade
from designopt.problem.requirements import question

VARIABLES = "variables"
"""Key of a design that is written by variable."""


def written_design(card: Mapping[str, Any], design: Mapping[str, Any]) -> dict[str, Any]:
    """`written` for a design of a ledger: the problem is made again from its card."""
    return written(problem_of(card), design)


def problem_of(card: Mapping[str, Any]) -> Problem:
    """The problem of a ledger's card, made once for all its winners; one that is not installed is looked for anew."""
    installed = card["name"].removesuffix(SUFFIX) in list_problems()
    return _installed(json.dumps(card)) if installed else remade(card)


@lru_cache(maxsize=2)
def _installed(card: str) -> Problem:
    return remade(json.loads(card))


def written(problem: Problem, design: Mapping[str, Any]) -> dict[str, Any]:
    """A built design, values by variable name, as its detector writes it; by variable where it has no words of its own.

    By variable: `{"problem", "budget_kchf", "variables": {name: {"unit", "values"}}}`, one value a slot, sizes in the
    variable's own unit, choices by name.
    """
    arrays = {name: jnp.asarray(value, dtype=float) for name, value in design.items()}
    found = problem.detector.written(arrays)
    if found is not None:
        return found
    described = {one["name"]: one for one in question(problem)["variables"]}
    values = {name: by_variable(one, np.asarray(arrays[name])) for name, one in described.items()}
    return {"problem": problem.name, "budget_kchf": float(problem.budget), VARIABLES: values}


def by_variable(described: Mapping[str, Any], values: np.ndarray) -> dict[str, Any]:
    """One variable, as `question` describes it, with its unit: `{"unit", "values"}`."""
    if "choices" in described:
        places = np.argmax(np.atleast_2d(values), axis=1)
        return {"unit": "choice", "values": [str(described["choices"][place]) for place in places]}
    scale = described.get("scale", 1.0)
    return {
        "unit": described.get("unit", ""),
        "values": [float(f"{value / scale:.12g}") for value in np.atleast_1d(values).tolist()],
    }
