"""Variables to the unit cube: every optimiser searches the same one."""

import difflib
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.design.variables import Categorical, Number, Variable

Design = dict[str, Array]
"""Physical values by variable name: a series has shape (slot,), a categorical one (slot, choice)."""


class DesignSpace:
    """Ordered variables and their coordinates in the unit cube [0, 1]^size.

    Coordinates run variable by variable; a series stores its slots row by row, each with `width` coordinates.
    Raises ValueError for no variables or a name used twice.
    """

    def __init__(self, variables: Sequence[Variable]):
        names = [variable.name for variable in variables]
        if not names:
            raise ValueError("The design space has no variables. Give it at least one.")
        if len(set(names)) != len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(f"The variable '{twice}' appears twice. Every variable needs its own name.")
        self.variables = tuple(variables)
        self.slices: dict[str, slice] = {}
        start = 0
        for variable in self.variables:
            stop = start + variable.width * (variable.count or 1)
            self.slices[variable.name] = slice(start, stop)
            start = stop
        self.size = start

    def __repr__(self) -> str:
        return f"DesignSpace({', '.join(v.name for v in self.variables)}; {self.size} coordinates)"

    def __getitem__(self, name: str) -> Variable:
        for variable in self.variables:
            if variable.name == name:
                return variable
        raise KeyError(f"No variable is called '{name}'.{suggestion(name, self.slices)}")

    def _shape(self, variable: Variable) -> tuple[int, ...]:
        series = () if variable.count is None else (variable.count,)
        return (*series, variable.width) if isinstance(variable, Categorical) else series

    def decode(self, u: Float[Array, " coordinate"], sharpness: Number = 1.0) -> Design:
        """Physical values at a point of the cube; `sharpness` hardens gates and mixtures (infinity: whole, chosen)."""
        return {
            variable.name: variable.decode(u[self.slices[variable.name]].reshape(self._shape(variable)), sharpness)
            for variable in self.variables
        }

    def encode(self, design: Mapping[str, Any]) -> Float[Array, " coordinate"]:
        """The point of the cube of a design; the inverse of `decode` at sharpness 1. Shape (coordinate,)."""
        self.check(design)
        return self.encode_unchecked(design)

    def encode_unchecked(self, design: Mapping[str, Any]) -> Float[Array, " coordinate"]:
        """`encode` without the checks, for use inside compiled code."""
        return jnp.concatenate([jnp.ravel(v.encode(jnp.asarray(design[v.name], dtype=float))) for v in self.variables])

    def stepped(
        self, u: Float[Array, " coordinate"], direction: Float[Array, " coordinate"]
    ) -> Float[Array, " coordinate"]:
        """Every stepped size moved by one step, up or down as `direction` says; the others as they are."""
        design = self.decode(u)
        for variable in self.variables:
            if variable.step is not None:
                sign = jnp.sign(direction[self.slices[variable.name]]).reshape(self._shape(variable))
                design[variable.name] = design[variable.name] + sign * variable.step
        return self.encode_unchecked(design)

    def snap(self, design: Mapping[str, Any]) -> Design:
        """Every value at the nearest one that can be built. Money is the problem's business, not this one's."""
        return {v.name: v.snap(jnp.asarray(design[v.name], dtype=float)) for v in self.variables}

    def check(self, design: Mapping[str, Any]) -> None:
        """Raise ValueError if a variable is missing, unknown, of the wrong shape or not finite."""
        for name in design:
            if name not in self.slices:
                raise ValueError(f"The design names '{name}', which is no variable.{suggestion(name, self.slices)}")
        for variable in self.variables:
            if variable.name not in design:
                raise ValueError(f"The design lacks the variable '{variable.name}'. Give every variable a value.")
            value = np.asarray(design[variable.name], dtype=float)
            if value.shape != self._shape(variable):
                raise ValueError(
                    f"The variable '{variable.name}' has the shape {value.shape}; {self._shape(variable)} is needed."
                )
            if not np.all(np.isfinite(value)):
                raise ValueError(f"The variable '{variable.name}' holds a value that is not finite.")

    def fingerprint(self, design: Mapping[str, Any]) -> str:
        """Twelve hexadecimal digits that name a design: equal values to 9 digits, equal name."""
        values = {name: np.round(np.asarray(design[name], float), 9).ravel().tolist() for name in self.slices}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:12]


def suggestion(name: str, known: Mapping[str, Any] | Sequence[str]) -> str:
    """' Did you mean …?' for the closest known name, or the list of known names."""
    close = difflib.get_close_matches(str(name), list(known), n=1, cutoff=0.5)
    return f" Did you mean '{close[0]}'?" if close else f" Known: {', '.join(known)}."
