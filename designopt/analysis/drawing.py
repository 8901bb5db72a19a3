"""Draw a design of a ledger: the problem is made again from its card."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import jax.numpy as jnp

import designopt.design  # noqa: F401  # gives JAX 64 bits
from designopt.analysis.written import problem_of
from designopt.design.bars import draw_bars
from designopt.problem.detector import AbstractDetector

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_design(card: Mapping[str, Any], design: Mapping[str, Any], axes: "Axes") -> None:
    """Draw `design`, values by variable name, of the problem with this `card`, into `axes`.

    Where its detector's class draws nothing of its own, as bars between the bounds of the variables, which a detector
    does not know: beside each other only, a lone value would be as large as itself in every picture.
    """
    problem = problem_of(card)
    values = {name: jnp.asarray(value, dtype=float) for name, value in design.items()}
    if type(problem.detector).draw is AbstractDetector.draw:
        draw_bars(axes, values, problem.space.variables)
    else:
        problem.detector.draw(values, axes)
