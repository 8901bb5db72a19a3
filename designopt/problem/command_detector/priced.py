"""Money that a program says: many designs in one process, and slopes from differences."""

import json
import subprocess
from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from designopt.design.space import Design
from designopt.design.variables import Variable
from designopt.problem.command_detector.process import CommandFailed

STEP = 1e-4
"""Of a variable's range, up and down: from where to where the price is compared for its slope."""
KEPT = 200_000
"""Prices that are remembered."""


class Pricer:
    """A function of a design in the eyes of JAX: `words` finds `{"designs": [...]}` and prints `{"cost": [...]}`.

    Sizes are in the unit of their variable. Whole numbers and shares of choices come as they are while a design is led
    to the budget: numbers between whole ones, and one weight per choice by its name. The price must rise or fall with
    each variable that money goes to, without steps.
    """

    def __init__(self, words: tuple[str, ...], variables: tuple[Variable, ...]):
        self.words, self.variables = words, variables
        self._known: dict[str, float] = {}
        self._price = self._function()

    def __call__(self, design: Design) -> jax.Array:
        """kCHF, with a derivative by central differences."""
        return self._price({variable.name: jnp.asarray(design[variable.name]) for variable in self.variables})

    def _function(self) -> Callable[[Design], jax.Array]:
        @jax.custom_jvp
        def price(design: Design) -> jax.Array:
            return jax.pure_callback(
                self._asked, jax.ShapeDtypeStruct((), float), design, vmap_method="broadcast_all"
            )  # fmt: skip

        @price.defjvp
        def slope(primals: tuple[Design], tangents: tuple[Design]) -> tuple[jax.Array, jax.Array]:
            (design,), (moved,) = primals, tangents
            shapes = {v.name: jax.ShapeDtypeStruct(v.shape, float) for v in self.variables}
            slopes = jax.pure_callback(self._slopes, shapes, design, vmap_method="broadcast_all")
            return price(design), sum((jnp.sum(slopes[name] * moved[name]) for name in slopes), jnp.zeros(()))

        return price

    def _told(self, design: Mapping[str, np.ndarray]) -> str:
        """One design as JSON."""
        found: dict[str, Any] = {}
        for variable in self.variables:
            value = np.asarray(design[variable.name], dtype=float)
            if variable.choice:
                rows = [dict(zip(variable.choices, map(float, row), strict=True)) for row in np.atleast_2d(value)]
                found[variable.name] = rows if variable.count else rows[0]
            else:
                found[variable.name] = (value / variable.unit).tolist()
        return json.dumps(found)

    def _prices(self, texts: list[str]) -> list[float]:
        """Prices of designs, from memory or from one process. Raises CommandFailed."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            if len(self._known) + len(new) > KEPT:
                self._known = {text: self._known[text] for text in texts if text in self._known}
            given = f'{{"designs": [{", ".join(new)}]}}'
            done = subprocess.run(self.words, input=given, capture_output=True, text=True)
            try:
                found = [float(money) for money in json.loads(done.stdout)["cost"]]
            except (ValueError, KeyError, TypeError):
                found = []
            if done.returncode or len(found) != len(new):
                raise CommandFailed(
                    f"The program {self.words[0]} that prices designs ended with code {done.returncode} and gave "
                    f"{len(found)} numbers for {len(new)} designs{': ' if done.stderr else ''}"
                    f'{done.stderr.strip()[-200:]}. Let it print {{"cost": [...]}}, one number a design in kCHF.'
                )
            self._known |= dict(zip(new, found, strict=True))
        return [self._known[text] for text in texts]

    def _asked(self, designs: Mapping[str, Any]) -> np.ndarray:
        batch, rows = _rows(designs, self.variables)
        return np.reshape(self._prices([self._told(row) for row in rows]), batch)

    def _slopes(self, designs: Mapping[str, Any]) -> dict[str, np.ndarray]:
        batch, rows = _rows(designs, self.variables)
        texts, steps = [], []
        for row in rows:
            for variable in self.variables:
                step = STEP * (1.0 if variable.choice else variable.upper - variable.lower)
                for place in np.ndindex(variable.shape):
                    for sign in (1.0, -1.0):
                        moved = np.array(row[variable.name], dtype=float)
                        moved[place] += sign * step
                        texts.append(self._told({**row, variable.name: moved}))
                    steps.append(2.0 * step)
        prices = np.reshape(self._prices(texts), (-1, 2))
        slopes = ((prices[:, 0] - prices[:, 1]) / np.asarray(steps)).reshape(len(rows), -1)
        found, start = {}, 0
        for variable in self.variables:
            stop = start + int(np.prod(variable.shape, dtype=int))
            found[variable.name] = slopes[:, start:stop].reshape(*batch, *variable.shape)
            start = stop
        return found


def _rows(
    designs: Mapping[str, Any], variables: tuple[Variable, ...]
) -> tuple[tuple[int, ...], list[dict[str, np.ndarray]]]:
    """The shape of a batch and its designs one after the other."""
    first = variables[0]
    batch = np.shape(designs[first.name])[: np.ndim(designs[first.name]) - len(first.shape)]
    flat = {v.name: np.asarray(designs[v.name], dtype=float).reshape(-1, *v.shape) for v in variables}
    return batch, [
        {name: values[row] for name, values in flat.items()} for row in range(int(np.prod(batch, dtype=int)))
    ]
