"""Strings of modules: where every module hangs, and how much of it is there."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt import Design
from designopt.units import m


class Strings(eqx.Module):
    """Vertical strings: x, y, depth of the first module, spacing (m), number of modules, presence 0 to 1."""

    x: Float[Array, " string"]
    y: Float[Array, " string"]
    top_depth: Float[Array, " string"]
    spacing: Float[Array, " string"]
    modules: Float[Array, " string"]
    present: Float[Array, " string"]

    @property
    def length(self) -> Float[Array, " string"]:
        """From the first module to the last, m."""
        return self.spacing * (self.modules - 1.0)


def strings_of(design: Design) -> Strings:
    """The strings of a design's variables, in m.

    Args:
        design: values by name of variable, lengths in mm.
    """
    x, y, top, spacing = (design[name] / m for name in ("x", "y", "top_depth", "spacing"))
    return Strings(x, y, top, spacing, design["modules"], design["present"])


def places_of(strings: Strings, most: int) -> tuple[Float[Array, "module 3"], Float[Array, " module"]]:
    """Place of every module in m, z up from the surface, and how much of it is there.

    The last of 17.3 modules is there by 0.3, all of them by the presence of their string.

    Args:
        strings: lengths in m.
        most: modules of a string for which there is a place, a number.
    """
    step = jnp.arange(float(most))
    depth = strings.top_depth[:, None] + strings.spacing[:, None] * step
    share = strings.present[:, None] * jnp.clip(strings.modules[:, None] - step, 0.0, 1.0)
    x, y = (jnp.broadcast_to(each[:, None], depth.shape) for each in (strings.x, strings.y))
    return jnp.stack([x, y, -depth], axis=-1).reshape(-1, 3), share.reshape(-1)
