"""A picture of any design: labelled bars between the bounds of its variables."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
import numpy as np

from designopt.design.variables import Variable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WORDS = 24
"""Up to so many bars each has its value written on it."""
LETTERS = 36
"""Names with more letters in all would run into each other, and are set at an angle."""
COLOURS = 10
"""Of matplotlib's cycle."""


def draw_bars(axes: "Axes", design: Mapping[str, Any], variables: Sequence[Variable] = ()) -> None:
    """One bar per value, grouped and coloured by variable, values in the unit of the variable.

    A bar runs from the lower bound of its variable to the upper one; of a choice it is full, and says what was chosen.
    Without `variables` a bar is as high as its value is, beside the largest of the same name.

    Args:
        axes: of matplotlib.
        design: values by name of variable, in internal units.
        variables: those of the space, with their units and bounds.
    """
    known = {variable.name: variable for variable in variables}
    groups = [(name, *_bars(np.asarray(value, dtype=float), known.get(name))) for name, value in design.items()]
    wordy, place, ticks = sum(len(heights) for _, heights, _ in groups) <= WORDS, 0.0, []
    for number, (name, heights, words) in enumerate(groups):
        where = place + np.arange(len(heights))
        axes.bar(where, heights, color=f"C{number % COLOURS}")
        for x, height, word in zip(where, heights, words, strict=True) if wordy else ():
            axes.text(x, height, word, ha="center", va="bottom", fontsize="small")
        ticks.append((float(np.mean(where)), _label(name, known.get(name))))
        place += len(heights) + 1
    axes.set_xticks([x for x, _ in ticks], [label for _, label in ticks])
    if sum(len(label) for _, label in ticks) > LETTERS:
        axes.tick_params(axis="x", labelrotation=30)
        for label in axes.get_xticklabels():
            label.set(ha="right", rotation_mode="anchor")
    axes.set_ylim(0.0, 1.15)
    axes.set_yticks([0.0, 1.0], ["lower", "upper"] if known else ["0", "largest"])
    axes.set_ylabel("bounds of the variable" if known else "beside the largest of the name")


def _bars(value: np.ndarray, variable: Variable | None) -> tuple[np.ndarray, list[str]]:
    """Heights of the bars, 0 to 1, and what is written on them."""
    if variable is not None and variable.choice:
        chosen = np.argmax(np.atleast_2d(value), axis=-1)
        return np.ones(len(chosen)), [variable.choices[one] for one in chosen]
    values = np.ravel(value)
    if variable is None:
        return np.abs(values) / max(float(np.max(np.abs(values), initial=0.0)), 1e-300), [f"{v:.3g}" for v in values]
    return np.ravel(np.asarray(variable.encode(jnp.asarray(values)))), [f"{v / variable.unit:.3g}" for v in values]


def _label(name: str, variable: Variable | None) -> str:
    unit = variable.label if variable is not None and variable.continuous else ""
    return f"{name} ({unit})" if unit else name
