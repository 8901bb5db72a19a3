"""A detector made of plain functions: what `problem(...)` puts together."""

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.design.bars import draw_bars
from designopt.design.declared import described
from designopt.design.space import Design, DesignSpace
from designopt.problem.detector import AbstractDetector, CostBreakdown, Response
from designopt.problem.plain.fingerprint import fingerprint

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TOTAL = "total"
"""Item of the cost where a function returns one number."""
COMMON = 0
"""Seed of the events that everybody trains on, for a response that takes a key."""


class FunctionDetector(AbstractDetector):
    """Functions of a design, a dictionary of arrays by variable name, in jax.numpy.

    `respond(design)` or `respond(design, key)` returns numbers and arrays by name; `price(design)` returns kCHF, as
    one number or by item; `limit(design)` side limits by name, met when not positive; `picture(design, axes)` draws.
    `units` gives units of the response's numbers by name, `directions` +1 or -1 where more or less of one is better.
    """

    space: DesignSpace = eqx.field(static=True)
    respond: Callable[..., Any] = eqx.field(static=True)
    price: Callable[[Design], Any] = eqx.field(static=True)
    limit: Callable[[Design], Any] | None = eqx.field(static=True, default=None)
    picture: Callable[..., Any] | None = eqx.field(static=True, default=None)
    table: Callable[[Response], Any] | None = eqx.field(static=True, default=None)
    units: Mapping[str, str] = eqx.field(static=True, default_factory=dict)
    directions: Mapping[str, int] = eqx.field(static=True, default_factory=dict)

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

    def cost(self, design: Design) -> CostBreakdown:
        """What the function returns; one number becomes the item `total`."""
        return by_item(self.price(design))

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """What the function returns; none without one."""
        return {} if self.limit is None else self.limit(design)

    def draw(self, design: Design, axes: "Axes") -> None:
        """The function's picture, or labelled bars between the bounds of the variables."""
        if self.picture is None:
            draw_bars(axes, design, self.space.variables)
        else:
            self.picture(design, axes)

    def metrics(self, response: Response) -> dict[str, Float[Array, ""]]:
        """What the function returns, or the scalars of the response with their units."""
        return AbstractDetector.metrics(self, response) if self.table is None else self.table(response)

    def unit(self, name: str) -> str:
        """As given."""
        return self.units.get(name, "")

    def better(self, label: str) -> int:
        """As given, for the label or the name that it begins with."""
        return self.directions.get(label, self.directions.get(label.split(" (")[0], 0))

    def settings(self) -> dict[str, Any]:
        """A fingerprint of every function, and the variables in full."""
        functions = {"response": self.respond, "cost": self.price, "constraints": self.limit, "metrics": self.table}
        return {
            "functions": {name: fingerprint(one) for name, one in functions.items() if one is not None},
            "variables": [repr(variable) for variable in self.space.variables],
        }


def by_item(found: Any) -> CostBreakdown:
    """Money by item, as it is or as one item; what is neither is refused when the problem is made."""
    if found is None or isinstance(found, Mapping) or jnp.ndim(found):
        return found
    return {TOTAL: jnp.asarray(found, dtype=float)}


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
