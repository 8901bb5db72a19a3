"""Discrete toys: a knapsack of whole items, solved by trying every affordable load, and a shelf of mixed choices."""

import itertools
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.design.space import Design
from designopt.problem.detector import CostBreakdown, Response
from designopt.testing.toy import AbstractToy


class Items(AbstractToy):
    r"""$n_i$ of each item: $\sum_i w_i [2^{-n_i} + \frac12 2^{-n_i - n_{i+1}}]$ at the price $\sum_i p_i n_i$.

    The last item's neighbour is the first. More of anything is better, so the best load cannot pay for one more.
    """

    worth: tuple[float, ...] = eqx.field(static=True)
    price: tuple[float, ...] = eqx.field(static=True)
    most: int = eqx.field(static=True)

    def _missing(self, number: Float[Array, "*load item"]) -> Float[Array, "*load"]:
        gone = 2.0**-number
        return jnp.sum(jnp.asarray(self.worth) * gone * (1.0 + 0.5 * jnp.roll(gone, -1, axis=-1)), axis=-1)

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        """What is missing."""
        return {"loss": self._missing(design["number"])}

    def cost(self, design: Design) -> CostBreakdown:
        """Price times number."""
        return {"items": jnp.asarray(self.price) @ design["number"]}

    def settings(self) -> dict[str, Any]:
        """Everything."""
        return {"worth": list(self.worth), "price": list(self.price), "most": self.most}

    def best(self, budget: float) -> tuple[np.ndarray, float]:
        """The exact optimum: numbers and loss."""
        loads = np.array(list(itertools.product(range(self.most + 1), repeat=len(self.worth))), dtype=float)
        loads = loads[loads @ np.asarray(self.price) <= budget]
        losses = np.asarray(self._missing(jnp.asarray(loads)))
        row = int(np.argmin(losses))
        return loads[row], float(losses[row])


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
