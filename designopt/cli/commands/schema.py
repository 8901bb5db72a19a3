"""The command `designopt schema`: what a design of a problem may say, as JSON Schema."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer


def schema(
    problem: Annotated[
        str, typer.Argument(help="Name of a problem, from `designopt list`, or a study of one: its script or folder.")
    ],
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
    """A part of the module that evaluates a problem, or the only one of a study (its script or folder).

    ValueError for an unknown problem, a study of several, or where the part is missing.
    """
    home = _home(problem)
    try:
        return getattr(home, part)
    except AttributeError:
        raise ValueError(
            f"The package that evaluates '{problem}' {lacks}. Its author can: a `{part}` {kind} in the module of "
            "`evaluate_design`."
        ) from None


def _home(name: str) -> Any:
    from designopt.problem import registry

    if name in registry.list_problems() or not Path(name).exists():
        return registry.evaluation(name)
    from designopt.cli.describe import described_problems
    from designopt.problem.written.evaluated import ByName

    known = {problem.name: problem for problem in reversed(described_problems(name, None))}
    if len(known) != 1:
        raise ValueError(
            f"{name} has {len(known)} problems, {', '.join(known)}. Give a study of one problem, or a name."
        )
    (problem,) = known.values()
    if problem.name in registry.list_problems():
        return registry.evaluation(problem.name)
    return ByName(lambda: problem, lambda: problem)
