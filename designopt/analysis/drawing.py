"""Draw a design of a ledger: the problem is made again from its card."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import jax.numpy as jnp

import designopt.design  # noqa: F401  # gives JAX 64 bits
from designopt.analysis.written import problem_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_design(card: Mapping[str, Any], design: Mapping[str, Any], axes: "Axes") -> None:
    """Draw `design`, values by variable name, of the problem with this `card`, into `axes`."""
    problem_of(card).detector.draw({name: jnp.asarray(value, dtype=float) for name, value in design.items()}, axes)
