"""A picture of a stack, as the detector draws it."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, UInt8
from numpy import ndarray

from designopt.problem.problem import Problem

INCHES, DOTS = (6.4, 4.0), 80
"""Size of a picture, and dots per inch."""


def picture(problem: Problem, u: Float[ndarray, " coordinate"]) -> UInt8[ndarray, "height width colour"]:
    """The detector's drawing of the design at a point, not projected to the budget, in red, green and blue."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=INCHES, dpi=DOTS, layout="constrained")
    canvas = FigureCanvasAgg(figure)
    problem.detector.draw(problem.space.decode(jnp.asarray(u)), figure.subplots())
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()
