"""One design variable: its name, its range or choices, its unit."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.design.declared import Count, Positive, convert_fields, described
from designopt.design.numbers import shown

Number = float | Float[Array, ""]

NOTHING = 1e-100
"""Of a coordinate of a choice: below it, its square, by which slopes divide, would be 0."""


def sharpen(fraction: Float[Array, "..."], sharpness: Number) -> Float[Array, "..."]:
    r"""Push a fraction in [0, 1] towards 0 or 1: $x^s / (x^s + (1-x)^s)$.

    `sharpness` 1 changes nothing, infinity rounds (halves go up). Monotone, and 0, 1/2 and 1 stay.
    """

    def powers(of: Float[Array, "..."], power: Number) -> Float[Array, "..."]:
        up, down = of**power, (1.0 - of) ** power
        return up / (up + down)

    return _hardened(fraction, sharpness, powers, lambda of: jnp.floor(of + 0.5))


def _hardened(
    soft: Float[Array, "..."],
    sharpness: Number,
    power: Callable[[Array, Array], Array],
    hard: Callable[[Array], Array],
) -> Float[Array, "..."]:
    """`soft` at sharpness 1, `hard` of it at infinity, `power` of it and of the sharpness between.

    Powers take most of the time of decoding, and nearly all searches are at 1: they are computed where they are needed.
    """
    if isinstance(sharpness, int | float):
        if sharpness == 1:
            return soft
        return hard(soft) if math.isinf(sharpness) else power(soft, jnp.asarray(float(sharpness)))
    which = jnp.where(jnp.isinf(sharpness), 2, jnp.where(sharpness == 1, 0, 1))
    return jax.lax.switch(which, [lambda s, _: s, power, lambda s, _: hard(s)], soft, jnp.asarray(sharpness, float))


def _check_name(name: str) -> None:
    if not isinstance(name, str):
        raise ValueError(f"The name of a variable is {described(name)}. Give text.")
    if not name:
        raise ValueError("A variable has an empty name. Give every variable a name.")


def _series(count: int | None) -> tuple[int, ...]:
    return () if count is None else (count,)


def _check_bounds(name: str, lower: float, upper: float) -> None:
    if not (math.isfinite(lower) and math.isfinite(upper) and lower < upper):
        raise ValueError(
            f"The variable '{name}' has the bounds [{lower:g}, {upper:g}]. "
            "Both must be finite and the lower one smaller than the upper one."
        )


@dataclass(frozen=True)
class Real:
    """A continuous variable, or a series of `count` of them (one per slot).

    `lower` and `upper` are in internal units; `unit` is what a person reads it in, `label` its name. `scale` says
    whether the unit cube runs along the value or its logarithm. `step` is what can be made: as built, values are
    whole multiples of it. Raises ValueError for bounds that make no range.

    Methods take and give arrays of any shape: `u` from 0 to 1, `value` in internal units; `sharpness` changes nothing.
    """

    name: str
    lower: float
    upper: float
    unit: Positive = 1.0
    count: Count | None = None
    scale: Literal["linear", "log"] = "linear"
    step: float | None = None
    label: str = ""

    def __post_init__(self) -> None:
        _check_name(self.name)
        convert_fields(self, f"the variable '{self.name}'")
        _check_bounds(self.name, self.lower, self.upper)
        if self.scale == "log" and self.lower <= 0:
            raise ValueError(
                f"The variable '{self.name}' has a logarithmic scale and the lower bound {self.lower:g}. "
                "Use a positive lower bound or a linear scale."
            )
        if self.step is not None and not 0 < self.step <= self.upper - self.lower:
            raise ValueError(
                f"The variable '{self.name}' has the step {self.step:g}. "
                "A step is positive and no larger than the range."
            )

    continuous: ClassVar[Literal[True]] = True
    choice: ClassVar[Literal[False]] = False
    levels = 0
    nothing = None
    width = 1

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of its value in a design: () or (slot,)."""
        return _series(self.count)

    def decode(self, u: Float[Array, "..."], sharpness: Number = 1.0) -> Float[Array, "..."]:
        """Value at the coordinate `u` in [0, 1]."""
        if self.scale == "log":
            return self.lower * jnp.exp(math.log(self.upper / self.lower) * u)
        return self.lower + u * (self.upper - self.lower)

    def encode(self, value: Float[Array, "..."]) -> Float[Array, "..."]:
        """Coordinate of a value; values outside the bounds go to the nearest bound."""
        value = jnp.clip(value, self.lower, self.upper)
        if self.scale == "log":
            return jnp.log(value / self.lower) / math.log(self.upper / self.lower)
        return (value - self.lower) / (self.upper - self.lower)

    def snap(self, value: Float[Array, "..."]) -> Float[Array, "..."]:
        """The nearest value that can be made."""
        if self.step is None:
            return value
        return jnp.clip(jnp.round(value / self.step) * self.step, self.lower, self.upper)


@dataclass(frozen=True)
class Integer:
    """A whole number, relaxed to a real one until the design is built; `Integer(name, 0, 1)` says present or not.

    Methods take and give arrays of any shape: `u` from 0 to 1, `value` as numbers; `sharpness` from 1 to infinity.
    """

    name: str
    lower: int
    upper: int
    count: Count | None = None

    def __post_init__(self) -> None:
        _check_name(self.name)
        convert_fields(self, f"the variable '{self.name}'")
        _check_bounds(self.name, self.lower, self.upper)

    continuous: ClassVar[Literal[False]] = False
    choice: ClassVar[Literal[False]] = False
    nothing = None
    width = 1
    unit = 1.0
    step = 1.0

    @property
    def levels(self) -> int:
        """Steps between the lowest and the highest whole number."""
        return self.upper - self.lower

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of its value in a design: () or (slot,)."""
        return _series(self.count)

    def decode(self, u: Float[Array, "..."], sharpness: Number = 1.0) -> Float[Array, "..."]:
        """Relaxed value at `u`; `sharpness` pushes it towards whole numbers."""
        relaxed = u * (self.upper - self.lower)
        whole = jnp.clip(jnp.floor(relaxed), 0, self.upper - self.lower - 1)
        return self.lower + whole + sharpen(relaxed - whole, sharpness)

    def encode(self, value: Float[Array, "..."]) -> Float[Array, "..."]:
        """Coordinate of a value; values outside the bounds go to the nearest bound."""
        return (jnp.clip(value, self.lower, self.upper) - self.lower) / (self.upper - self.lower)

    def snap(self, value: Float[Array, "..."]) -> Float[Array, "..."]:
        """The nearest whole number."""
        return jnp.floor(value + 0.5)


@dataclass(frozen=True)
class Categorical:
    """A choice, relaxed to a mixture: one weight per choice on the last axis, adding to one.

    `nothing` names the choice that puts nothing into a slot, where there is one. Methods take and give `u` (0 to 1) and
    `value` (weights) of shape (..., choice); `sharpness` s from 1, infinity leaves one choice.
    """

    name: str
    choices: Sequence[str]
    count: Count | None = None
    nothing: str | None = None

    def __post_init__(self) -> None:
        _check_name(self.name)
        convert_fields(self, f"the variable '{self.name}'")
        if len(self.choices) < 1 or len(set(self.choices)) != len(self.choices):
            raise ValueError(
                f"The variable '{self.name}' has the choices {shown(list(self.choices))}. Name at least one, each once."
            )
        if self.nothing is not None and self.nothing not in self.choices:
            raise ValueError(
                f"The variable '{self.name}' calls '{self.nothing}' nothing, but its choices are "
                f"{', '.join(self.choices)}. Name one of them."
            )

    continuous: ClassVar[Literal[False]] = False
    choice: ClassVar[Literal[True]] = True
    levels = 0
    unit = 1.0
    step = None

    @property
    def width(self) -> int:
        """One coordinate of the unit cube per choice."""
        return len(self.choices)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of its value in a design, mixture weights: (choice,) or (slot, choice)."""
        return (*_series(self.count), self.width)

    def decode(self, u: Float[Array, "... choice"], sharpness: Number = 1.0) -> Float[Array, "... choice"]:
        r"""Mixture weights $u_k^s / \sum_j u_j^s$: exact for corners of the cube, equal weights at its origin."""
        largest = jnp.max(u, axis=-1, keepdims=True)
        blank = largest <= NOTHING
        share = jnp.where(blank, 1.0, u / jnp.where(blank, 1.0, largest))
        powered = _hardened(share, sharpness, lambda of, power: of**power, self.snap)
        return powered / jnp.sum(powered, axis=-1, keepdims=True)

    def encode(self, value: Float[Array, "... choice"]) -> Float[Array, "... choice"]:
        """Coordinates of mixture weights, the largest at one."""
        return value / jnp.maximum(jnp.max(value, axis=-1, keepdims=True), 1e-300)

    def snap(self, value: Float[Array, "... choice"]) -> Float[Array, "... choice"]:
        """The largest weight takes all (the first one of equals)."""
        return jnp.eye(len(self.choices), dtype=value.dtype)[jnp.argmax(value, axis=-1)]


Variable = Real | Integer | Categorical
"""What all three have: `name`, `unit`, `step` of what can be made or None, and `decode`, `encode`, `snap`; `count`
(slots, None for a lone value), `shape` of the value in a design and `width` (coordinates of the unit cube per value);
`continuous`, `choice`, `levels` (steps of a whole number, else 0) and `nothing` (the choice that leaves a slot empty,
or None)."""
