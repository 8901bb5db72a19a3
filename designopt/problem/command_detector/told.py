"""What a program is told of a design: its values by name, and which of them a template uses."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from designopt.design.variables import Variable
from designopt.problem.command_detector.files import ITEM, MARK
from designopt.suggestion import suggestion


def values_of(variables: Sequence[Variable], design: Mapping[str, Any]) -> dict[str, Any]:
    """A design as the program reads it: sizes in the unit of their variable, whole numbers, names of choices.

    Whole numbers are rounded to the nearest and the largest share of a choice is taken: a program knows built designs
    alone.
    """
    found = {}
    for variable in variables:
        value = np.asarray(design[variable.name], dtype=float)
        if variable.choice:
            names = np.asarray(variable.choices, dtype=object)[np.argmax(value, axis=-1)]
            found[variable.name] = names if variable.count is None else names.tolist()
        elif variable.levels:
            found[variable.name] = np.round(value).astype(int).tolist()
        else:
            found[variable.name] = (value / variable.unit).tolist()
    return found


def check_template(name: str, text: str, variables: Sequence[Variable], others: Sequence[str]) -> set[str]:
    """The names that a template uses. Raises ValueError for one that is no variable, and a value that it has not."""
    known = {variable.name: variable.count for variable in variables} | dict.fromkeys(others)
    used = set()
    for mark in MARK.findall(text):
        item = ITEM.fullmatch(mark)
        stem = item[1] if item else mark
        if stem not in known:
            raise ValueError(f"The template {name} asks for '{{{{{mark}}}}}'.{suggestion(stem, list(known))}")
        if item and (known[stem] is None or int(item[2]) >= known[stem]):
            raise ValueError(
                f"The template {name} asks for '{{{{{mark}}}}}', but '{stem}' has {known[stem] or 'one value'}"
                f"{' values, counted from 0' if known[stem] else ''}. Correct the number."
            )
        used.add(stem)
    return used
