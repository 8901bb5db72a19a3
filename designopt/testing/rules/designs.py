"""Designs of people: the reference designs keep their limits, and a drawing shows something."""

import jax
import jax.numpy as jnp
import numpy as np

from designopt.problem.constraints import MET
from designopt.testing.rules.case import Case

OUTSIDE = 1e-9
"""Relative to the range of a variable."""


def references_within_limits(case: Case) -> str | None:
    """Every reference lies in the bounds of the variables, and as built for the budget it keeps the side limits."""
    problem = case.problem
    if not problem.references:
        return "the problem has no reference designs"
    for name, design in problem.references.items():
        for variable in problem.space.variables:
            if variable.choice:
                continue
            value = np.asarray(design[variable.name], float)
            over = np.maximum(value - variable.upper, variable.lower - value) / (variable.upper - variable.lower)
            if np.max(over) > OUTSIDE:
                worst = float(np.ravel(value)[int(np.argmax(over))])
                case.fail(
                    "references",
                    f"'{variable.name}' of the reference '{name}' is {worst / variable.unit:g}, outside "
                    f"{variable.lower / variable.unit:g} to {variable.upper / variable.unit:g}.",
                    "Widen the bounds, or correct the reference.",
                )
    rows = range(len(case.looked_at) - len(problem.references), len(case.looked_at))
    for row, name in zip(rows, problem.references, strict=True):
        for limit, values in case.results["built_violations"].items():
            if not values[row] <= MET:
                case.fail(
                    "references",
                    f"the reference '{name}', built for {problem.budget:,.6g} kCHF, exceeds the limit '{limit}' by "
                    f"{values[row]:.3g}.",
                    "Correct the reference or the limit, or leave it out: gains are quoted against designs that count.",
                )
    return None


def drawing_draws(case: Case) -> str | None:
    """`draw` puts something on the axes, for a reference design or one inside, as built."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    problem = case.problem
    u = case.at_references[0] if len(case.at_references) else case.inside[0]
    built = jax.jit(problem.build)(jnp.asarray(u))
    figure = Figure()
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    empty = len(axes.get_children())
    try:
        problem.detector.draw(built, axes)
        figure.canvas.draw()
    except Exception as error:
        case.fail(
            "drawing",
            f"`draw` of {type(problem.detector).__name__} ends with {type(error).__name__}: {error}.",
            "Draw with NumPy values on the axes that are given.",
        )
    if not any(len(each.get_children()) > empty for each in figure.axes) and not axes.has_data():
        case.fail(
            "drawing",
            f"`draw` of {type(problem.detector).__name__} leaves the axes empty.",
            "Draw on the axes that are given, not on the figure of `pyplot`.",
        )
    return None
