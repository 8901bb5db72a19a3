"""Discrete toys: a knapsack of whole items, solved by dynamic programming, and a shelf of mixed choices."""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.benchmarks.toy import AbstractToy
from designopt.design.space import Design
from designopt.problem.detector import CostBreakdown, Response


class Items(AbstractToy):
    r"""$n_i$ of each item: $\sum_i w_i [2^{-n_i} + \frac12 2^{-n_i - n_{i+1}}]$ at the price $\sum_i p_i n_i$.

    The last item's neighbour is the first. More of anything is better, so the best load cannot pay for one more.
    """

    value: tuple[float, ...] = eqx.field(static=True)
    price: tuple[float, ...] = eqx.field(static=True)
    most: int = eqx.field(static=True)

    def _missing(self, number: Float[Array, "*load item"]) -> Float[Array, "*load"]:
        gone = 2.0**-number
        return jnp.sum(jnp.asarray(self.value) * gone * (1.0 + 0.5 * jnp.roll(gone, -1, axis=-1)), axis=-1)

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        """What is missing."""
        return {"loss": self._missing(design["number"])}

    def cost(self, design: Design) -> CostBreakdown:
        """Price times number."""
        return {"items": jnp.asarray(self.price) @ design["number"]}

    def settings(self) -> dict[str, Any]:
        """Everything."""
        return {"value": list(self.value), "price": list(self.price), "most": self.most}

    def best(self, budget: float) -> tuple[np.ndarray, float]:
        """The exact optimum: numbers and loss. Item after item, the least loss for every sum and number of the last.

        Prices count in hundredths; what the last item means to the first is kept by trying every number of the first.
        """
        cents, money = np.round(100 * np.asarray(self.price)).astype(int), int(100 * budget + 1e-6)
        firsts = range(min(self.most, money // int(cents[0])) + 1)
        loads = [self._best_after(first, cents, money) for first in firsts]
        load = min(loads, key=lambda load: float(self._missing(jnp.asarray(load))))
        return load, float(self._missing(jnp.asarray(load)))

    def _best_after(self, first: int, cents: np.ndarray, money: int) -> np.ndarray:
        """The best load with so many of the first item, by dynamic programming over what is spent."""
        gone, value = 2.0 ** -np.arange(self.most + 1), np.asarray(self.value)
        least = np.full((money + 1, len(gone)), np.inf)  # by cents spent and number of the last item
        least[first * cents[0], first] = 0.0
        chosen = []
        for item in range(1, len(cents)):
            after = np.full_like(least, np.inf)
            before = np.zeros(least.shape, dtype=int)
            for number in range(min(self.most, money // cents[item]) + 1):
                sums, spent = least + value[item - 1] * gone * (1.0 + 0.5 * gone[number]), cents[item] * number
                which = np.argmin(sums, axis=1)[: money + 1 - spent]
                after[spent:, number] = sums[np.arange(len(which)), which]
                before[spent:, number] = which
            least = after
            chosen.append(before)
        ends = least + value[-1] * gone * (1.0 + 0.5 * gone[first])
        spent, number = map(int, np.unravel_index(np.argmin(ends), ends.shape))
        load = [number]
        for item, before in reversed(list(enumerate(chosen, start=1))):
            load.append(int(before[spent, load[-1]]))
            spent -= cents[item] * load[-2]
        return np.array(load[::-1], dtype=float)


class Shelf(AbstractToy):
    r"""Mixed choices: each slot holds one of two materials in some amount, or nothing.

    Loss $\sum_i (a_i q_i g_i - t_i)^2$ with quality $q$ of the material; cost $g_i (f + p\,a_i)$; at most
    `limit` of total amount as a side limit.
    """

    target: tuple[float, ...] = eqx.field(static=True)
    limit: float = eqx.field(static=True)

    quality = (1.0, 0.6)
    price = (3.0, 1.0)
    fee = 0.5

    def _kinds(self, design: Design, values: tuple[float, float]) -> Float[Array, " slot"]:
        return design["material"] @ jnp.asarray(values)

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        """Squared distance from the target."""
        reached = design["amount"] * self._kinds(design, self.quality) * design["present"]
        return {"loss": jnp.sum((reached - jnp.asarray(self.target)) ** 2)}

    def cost(self, design: Design) -> CostBreakdown:
        """A fee a slot and a price by amount."""
        gate = design["present"]
        material = design["amount"] * self._kinds(design, self.price)
        return {"fees": jnp.sum(gate) * self.fee, "material": jnp.sum(gate * material)}

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """Total amount below the limit."""
        return {"amount": jnp.sum(design["amount"] * design["present"]) / self.limit - 1.0}

    def settings(self) -> dict[str, Any]:
        """Target and limit."""
        return {"target": list(self.target), "limit": self.limit}
