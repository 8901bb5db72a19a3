"""What every detector model provides: its response, its cost, its limits and a drawing."""

import abc
from typing import TYPE_CHECKING, Any

import equinox as eqx
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.design.space import Design

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Response = dict[str, Array]
"""Named results of a simulation, in internal units."""

CostBreakdown = dict[str, Float[Array, ""]]
"""Money by item, in kCHF; the cost of a design is the sum."""


class AbstractDetector(eqx.Module):
    """The physics of one detector, as functions of a design that JAX can differentiate and batch.

    An absent slot of a design must change nothing: response, cost and constraints agree to 1e-12 with and without it.
    """

    @abc.abstractmethod
    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        """Simulate a design. `key` None: the training events, the same for everybody; a key: fresh events."""

    @abc.abstractmethod
    def cost(self, design: Design) -> CostBreakdown:
        """Money by item in kCHF; rises with every variable the problem spends on."""

    @abc.abstractmethod
    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """Side limits as dimensionless numbers, met when not positive (usually value / limit - 1)."""

    @abc.abstractmethod
    def draw(self, design: Design, axes: "Axes") -> None:
        """Draw a design, to scale, with units."""

    @abc.abstractmethod
    def metrics(self, response: Response) -> dict[str, Float[Array, ""]]:
        """The few numbers of a response that a physicist wants in a table, by label with unit."""

    @abc.abstractmethod
    def settings(self) -> dict[str, Any]:
        """Everything that tells this detector from another of its class, as JSON values."""
