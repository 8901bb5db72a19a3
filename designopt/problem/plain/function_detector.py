"""A detector made of plain functions: what `problem(...)` puts together."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import equinox as eqx
import jax
from jaxtyping import PRNGKeyArray

from designopt.design.declared import described
from designopt.design.space import Design
from designopt.design.variables import Variable
from designopt.problem.detector import Response
from designopt.problem.plain.by_functions import AbstractByFunctions
from designopt.problem.plain.fingerprint import fingerprint

COMMON = 0
"""Seed of the events that everybody trains on, for a response that takes a key."""


class FunctionDetector(AbstractByFunctions):
    """Functions of a design, a dictionary of arrays by variable name, in jax.numpy.

    `respond(design)` or `respond(design, key)` returns numbers and arrays by name; `price(design)` returns kCHF, as
    one number or by item; `limit(design)` side limits by name, met when not positive; `picture(design, axes)` draws.
    `units` gives units of the response's numbers by name, `directions` +1 or -1 where more or less of one is better.
    """

    variables: tuple[Variable, ...] = eqx.field(static=True)
    price: Callable[[Design], Any] = eqx.field(static=True)
    limit: Callable[[Design], Any] | None = eqx.field(static=True)
    picture: Callable[..., Any] | None = eqx.field(static=True)
    table: Callable[[Response], Any] | None = eqx.field(static=True)
    units: Mapping[str, str] = eqx.field(static=True)
    directions: Mapping[str, int] = eqx.field(static=True)
    respond: Callable[..., Any] = eqx.field(static=True)

    @property
    def meaning(self) -> str:
        """What the docstrings of the response and of the cost say, where there are any."""
        said = {"Response": self.respond, "Cost": self.price, "Side limits": self.limit}
        words = {what: inspect.getdoc(one) for what, one in said.items() if inspect.isfunction(one)}
        return "\n\n".join(f"{what}: {text}" for what, text in words.items() if text)

    @property
    def is_random(self) -> bool:
        """Whether the response takes a key."""
        return takes_key(self.respond)

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        """What the function returns; one that takes no key returns the same on all events."""
        if not self.is_random:
            return self.respond(design)
        return self.respond(design, jax.random.key(COMMON) if key is None else key)

    def settings(self) -> dict[str, Any]:
        """A fingerprint of every function, and the variables in full."""
        functions = {"response": self.respond, "cost": self.price, "constraints": self.limit, "metrics": self.table}
        return {
            "functions": {name: fingerprint(one) for name, one in functions.items() if one is not None},
            "variables": [repr(variable) for variable in self.variables],
        }


def takes_key(function: Callable[..., Any]) -> bool:
    """Whether a response wants a random key: it has two arguments without a default, or one that is called `key`.

    Raises ValueError for a function that cannot be called with a design alone or a design and a key.
    """
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False
    places = [p for p in parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    needed = [p.name for p in places if p.default is p.empty]
    several = any(p.kind is p.VAR_POSITIONAL for p in parameters.values())
    if len(needed) > 2 or (not places and not several):
        raise ValueError(
            f"The response is {described(function)} with the arguments {', '.join(parameters) or 'none'}. "
            "Let it take the design, a dictionary of arrays by variable name, and if its events are random a key."
        )
    return len(needed) == 2 or "key" in parameters
