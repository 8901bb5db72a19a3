"""Variables to the unit cube: every optimiser searches the same one."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any, get_args

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int
from numpy import ndarray

from designopt.design.declared import described
from designopt.design.numbers import shown
from designopt.design.variables import Number, Variable
from designopt.suggestion import suggestion as suggestion

Design = dict[str, Array]
"""Physical values by variable name: a series has shape (slot,), a categorical one (slot, choice)."""


class DesignSpace:
    """Ordered variables and their coordinates in the unit cube [0, 1]^size.

    Coordinates run variable by variable; a series stores its slots row by row, each with `width` coordinates. The masks
    (`continuous`, `stepped`, `integer_levels`, `integer_step`, `choice_blocks`, `nothing`) say what each coordinate is;
    they are arrays that cannot be written to.
    Raises ValueError for no variables or a name used twice.
    """

    def __init__(self, variables: Iterable[Variable]):
        variables = _variables(variables)
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

    @cached_property
    def continuous(self) -> Bool[ndarray, " coordinate"]:
        """Which coordinates belong to continuous variables; the others are whole numbers and choices."""
        return self._mask([variable.continuous for variable in self.variables])

    @cached_property
    def stepped(self) -> Bool[ndarray, " coordinate"]:
        """Which coordinates can be built in steps only: whole numbers, and continuous variables with a `step`."""
        return self._mask([variable.step is not None for variable in self.variables])

    @cached_property
    def integer_levels(self) -> Int[ndarray, " coordinate"]:
        """Steps between the lowest and the highest whole number of a coordinate; 0 where it is none."""
        return self._mask([variable.levels for variable in self.variables])

    @cached_property
    def integer_step(self) -> Float[ndarray, " coordinate"]:
        """Distance in the cube between two whole numbers that follow each other, 1 / `integer_levels`; 0 elsewhere."""
        levels = self.integer_levels
        return _constant(np.divide(1.0, levels, out=np.zeros(self.size), where=levels > 0))

    @cached_property
    def choice_blocks(self) -> tuple[Int[ndarray, " choice"], ...]:
        """The coordinates of every single choice, in order: one block per slot of a categorical variable."""
        return tuple(
            _constant(np.arange(start, start + variable.width))
            for variable in self.variables
            if variable.choice
            for start in range(self.slices[variable.name].start, self.slices[variable.name].stop, variable.width)
        )

    @cached_property
    def nothing(self) -> Bool[ndarray, " coordinate"]:
        """Which coordinates stand for the choice that leaves a slot empty (`Categorical.nothing`)."""
        found = np.zeros(self.size, bool)
        for variable in self.variables:
            if variable.choice and variable.nothing is not None:
                where = self.slices[variable.name]
                found[where.start + variable.choices.index(variable.nothing) : where.stop : variable.width] = True
        return _constant(found)

    def _mask(self, values: list[Any]) -> ndarray:
        """One value per variable, at each of its coordinates."""
        return _constant(np.repeat(values, [where.stop - where.start for where in self.slices.values()]))

    def decode(
        self, u: Float[Array, " coordinate"], sharpness: Number = 1.0, only: Collection[str] | None = None
    ) -> Design:
        """Physical values at a point of the cube; `sharpness` hardens gates and mixtures (infinity: whole, chosen).

        Args:
            u: points, shape (coordinate,).
            sharpness: from 1, without unit.
            only: names of the variables that are wanted; None: all.

        Returns values by name of variable, in internal units.
        """
        return {
            variable.name: variable.decode(u[self.slices[variable.name]].reshape(variable.shape), sharpness)
            for variable in self.variables
            if only is None or variable.name in only
        }

    def moved(self, along: ndarray) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names of the variables with a coordinate that moves, and of the others.

        Args:
            along: shape (coordinate,): not zero where a coordinate moves.
        """
        moving = {name for name, where in self.slices.items() if np.any(along[where] != 0)}
        return tuple(n for n in self.slices if n in moving), tuple(n for n in self.slices if n not in moving)

    def encode(self, design: Mapping[str, Any]) -> Float[Array, " coordinate"]:
        """The point of the cube of a design; the inverse of `decode` at sharpness 1. Shape (coordinate,).

        Args:
            design: values by name of variable, numbers or sequences; a choice as mixture weights that add to one.

        Raises ValueError as `check` does.
        """
        self.check(design)
        return self.encode_unchecked(design)

    def encode_unchecked(self, design: Mapping[str, Any]) -> Float[Array, " coordinate"]:
        """`encode` without the checks, for use inside compiled code.

        Args:
            design: arrays by name of variable, all of them, in internal units.
        """
        return jnp.concatenate([jnp.ravel(v.encode(jnp.asarray(design[v.name], dtype=float))) for v in self.variables])

    def one_step(
        self, u: Float[Array, " coordinate"], direction: Float[Array, " coordinate"]
    ) -> Float[Array, " coordinate"]:
        """A point whose stepped values have moved by one step, up or down as `direction` says; the rest as it is.

        Args:
            u: the point, shape (coordinate,).
            direction: shape (coordinate,): above zero for a step up, below for one down, zero for none.
        """
        steps = {variable.name: variable.step for variable in self.variables if variable.step is not None}
        design = self.decode(u, only=steps)
        for name, step in steps.items():
            sign = jnp.sign(direction[self.slices[name]]).reshape(design[name].shape)
            design[name] = design[name] + sign * step
        return self.replaced(u, design)

    def replaced(self, u: Float[Array, " coordinate"], design: Mapping[str, Any]) -> Float[Array, " coordinate"]:
        """The point with the values of some variables; the coordinates of the others stay to the bit.

        Args:
            u: the point, shape (coordinate,).
            design: arrays by name of variable, in internal units.
        """
        parts = [
            jnp.ravel(v.encode(design[v.name])) if v.name in design else u[self.slices[v.name]] for v in self.variables
        ]
        return jnp.concatenate(parts)

    def snap(self, design: Mapping[str, Any]) -> Design:
        """Every value at the nearest one that can be built, whatever that costs (see `Problem.build`).

        Args:
            design: values by name of variable, in internal units.
        """
        return {v.name: v.snap(jnp.asarray(design[v.name], dtype=float)) for v in self.variables}

    def check(self, design: Mapping[str, Any]) -> None:
        """Raise ValueError if a variable is missing, unknown, of the wrong shape or not finite.

        Args:
            design: values by name of variable, as somebody wrote them.
        """
        for name in design:
            if name not in self.slices:
                raise ValueError(f"The design names '{name}', which is no variable.{suggestion(name, self.slices)}")
        for variable in self.variables:
            if variable.name not in design:
                raise ValueError(f"The design lacks the variable '{variable.name}'. Give every variable a value.")
            try:
                value = np.asarray(design[variable.name], dtype=float)
            except (TypeError, ValueError):
                raise ValueError(
                    f"The variable '{variable.name}' of the design is {shown(design[variable.name])}, which is no "
                    f"array of numbers. Give numbers of the shape {variable.shape}."
                ) from None
            if value.shape != variable.shape:
                raise ValueError(
                    f"The variable '{variable.name}' has the shape {value.shape}; {variable.shape} is needed."
                )
            if not np.all(np.isfinite(value)):
                raise ValueError(f"The variable '{variable.name}' holds a value that is not finite.")

    def fingerprint(self, design: Mapping[str, Any]) -> str:
        """Twelve hexadecimal digits that name a design: equal values to 9 digits, equal name.

        Args:
            design: values by name of variable, in internal units.
        """
        values = {name: np.round(np.asarray(design[name], float), 9).ravel().tolist() for name in self.slices}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:12]


def _variables(variables: Any) -> tuple[Variable, ...]:
    if isinstance(variables, get_args(Variable)) or not isinstance(variables, Iterable):
        raise ValueError(f"The design space was given {described(variables)}. Give a list of variables.")
    found = tuple(variables)
    for variable in found:
        if not isinstance(variable, get_args(Variable)):
            raise ValueError(
                f"The design space was given {described(variable)} as a variable. Give a Real, Integer or Categorical."
            )
    return found


def _constant(values: ndarray) -> ndarray:
    values.setflags(write=False)
    return values
