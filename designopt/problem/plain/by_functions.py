"""What detectors share whose money, side limits, picture and table are plain functions: all but the response."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.design.bars import draw_bars
from designopt.design.space import Design
from designopt.design.variables import Variable
from designopt.problem.detector import AbstractDetector, CostBreakdown, Response

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TOTAL = "total"
"""Item of the cost where a function returns one number."""


class AbstractByFunctions(AbstractDetector):
    """A detector whose response is left to be said.

    Attributes:
        variables: of its designs.
        price: kCHF of a design, one number or by item.
        limit: side limits by name, met when not positive; None without any.
        picture: `picture(design, axes)` draws; None for labelled bars.
        table: numbers of a response by label; None for its scalars.
        units: of the response's scalars, by name.
        directions: +1 or -1 by name where more or less is better.
    """

    variables: eqx.AbstractVar[tuple[Variable, ...]]
    price: eqx.AbstractVar[Callable[[Design], Any]]
    limit: eqx.AbstractVar[Callable[[Design], Any] | None]
    picture: eqx.AbstractVar[Callable[..., Any] | None]
    table: eqx.AbstractVar[Callable[[Response], Any] | None]
    units: eqx.AbstractVar[Mapping[str, str]]
    directions: eqx.AbstractVar[Mapping[str, int]]

    def cost(self, design: Design) -> CostBreakdown:
        """What the function returns; one number becomes the item `total`."""
        found = self.price(design)
        if found is None or isinstance(found, Mapping) or jnp.ndim(found):
            return found  # what is neither is refused when the problem is made
        return {TOTAL: jnp.asarray(found, dtype=float)}

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """What the function returns; none without one."""
        return {} if self.limit is None else self.limit(design)

    def draw(self, design: Design, axes: "Axes") -> None:
        """The function's picture, or labelled bars between the bounds of the variables."""
        if self.picture is None:
            draw_bars(axes, design, self.variables)
        else:
            self.picture(design, axes)

    def metrics(self, response: Response) -> dict[str, Float[Array, ""]]:
        """What the function returns, or the scalars of the response with their units."""
        return AbstractDetector.metrics(self, self.told(response)) if self.table is None else self.table(response)

    def told(self, response: Response) -> Response:
        """The part of a response that tables show without a function: all of it."""
        return response

    def unit(self, name: str) -> str:
        """As given."""
        return self.units.get(name, "")

    def better(self, label: str) -> int:
        """As given, for the label or the name that it begins with."""
        return self.directions.get(label, self.directions.get(label.split(" (")[0], 0))
