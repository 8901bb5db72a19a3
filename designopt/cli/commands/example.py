"""The command `designopt example`: a design that `designopt evaluate` reads, to start from."""

import json
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from designopt.cli.commands.schema import given

WIDTH = 150
"""Characters up to which an object or a list stands in one line."""


def example(
    problem: Annotated[
        str, typer.Argument(help="Name of a problem, from `designopt list`, or a study of one: its script or folder.")
    ],
) -> None:
    """Print a design of a problem as JSON, one that somebody built or proposed, to be changed and evaluated.

    Example: `designopt example tracker-layout-v1 > design.json`, `designopt evaluate tracker-layout-v1 design.json`
    """
    sys.stdout.write(laid_out(example_of(problem)) + "\n")


def example_of(problem: str) -> dict[str, Any]:
    """A design of a problem. ValueError for an unknown problem, or one whose package gives none."""
    return dict(given(problem, "example", "gives no example", "(a function that returns a design)")())


def laid_out(value: Any, indent: str = "") -> str:
    """JSON with what is short in one line, so that a row of a design is a line."""
    line = json.dumps(value, allow_nan=False, ensure_ascii=False)
    if len(indent) + len(line) <= WIDTH or not isinstance(value, Mapping | list):
        return line
    more = indent + "  "
    if isinstance(value, Mapping):
        parts = [f"{json.dumps(key)}: {laid_out(part, more)}" for key, part in value.items()]
        return "{\n" + ",\n".join(more + part for part in parts) + "\n" + indent + "}"
    return "[\n" + ",\n".join(more + laid_out(part, more) for part in value) + "\n" + indent + "]"
