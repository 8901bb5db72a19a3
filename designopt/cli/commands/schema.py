"""The command `designopt schema`: what a design of a problem may say, as JSON Schema."""

import json
import sys
from typing import Annotated, Any

import typer


def schema(
    problem: Annotated[str, typer.Argument(help="Name of a problem, from `designopt list`.")],
) -> None:
    """Print the JSON Schema (draft 2020-12) of the designs that `designopt evaluate` reads.

    Any validator of JSON Schema tells by it what `evaluate` refuses: unknown keys, wrong kinds of values, numbers out
    of range. What depends on several fields at once (layers that overlap) only `evaluate` tells.

    Example: `designopt schema tracker-layout-v1 > tracker.schema.json`
    """
    sys.stdout.write(json.dumps(schema_of(problem), indent=2, allow_nan=False, ensure_ascii=False) + "\n")


def schema_of(problem: str) -> dict[str, Any]:
    """The JSON Schema of a problem's designs. ValueError for an unknown problem, or one that describes no fields."""
    from designopt.problem.written.schema import document

    form = given(problem, "FORM", "does not describe its fields", "(`designopt.problem.written.form.Form`)")
    return document(form, f"Design of {problem}")


def given(problem: str, part: str, lacks: str, kind: str) -> Any:
    """A part of the module that evaluates a problem. ValueError for an unknown problem, or where it is missing."""
    from designopt.problem import registry

    home = registry.evaluation(problem)
    try:
        return getattr(home, part)
    except AttributeError:
        raise ValueError(
            f"The package that evaluates '{problem}' {lacks}. Its author can: a `{part}` {kind} in the module of "
            "`evaluate_design`."
        ) from None
