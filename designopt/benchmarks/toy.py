"""What every toy detector shares: its one number and how it is drawn."""

from typing import TYPE_CHECKING

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.design.space import Design
from designopt.problem.detector import AbstractDetector, Response

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class AbstractToy(AbstractDetector):
    """A detector without physics, without side limits unless it says so; without a key its response has no noise."""

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """None."""
        return {}

    def draw(self, design: Design, axes: "Axes") -> None:
        """One bar per value of the first variable."""
        values = np.ravel(next(iter(design.values())))
        axes.bar(np.arange(len(values)), values)

    def metrics(self, response: Response) -> dict[str, Float[Array, ""]]:
        """The loss."""
        return {"loss": jnp.asarray(response["loss"])}

    def better(self, label: str) -> int:
        """Less."""
        return -1
