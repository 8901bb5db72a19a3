"""Sampling layers along a shower, whose best density goes with the square root: plain, limited, noisy, of two kinds."""

import itertools
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.benchmarks.toy import AbstractToy
from designopt.design.space import Design
from designopt.problem.detector import CostBreakdown, Response


class SquareRootLaw(AbstractToy):
    r"""Sampling layers along a shower: $\sum_i v_i / n_i$ with prices $p_i$ a layer.

    At fixed cost $\sum_i p_i n_i = B$ the best density is $n_i = B \sqrt{v_i/p_i} / \sum_j \sqrt{v_j p_j}$, with the
    loss $(\sum_i \sqrt{v_i p_i})^2 / B$ (Lagrange). `loss` is its square root, a resolution.

    `limit`: the first `limited` places may hold so many layers together, with all prices 1. If that binds, either part
    follows the law with its own sum (Lagrange again).
    `noise`: with a key, every design sees its own random events,
    $L = L_0 + \sigma \sum_i \epsilon_i \ln n_i / \sqrt{m}$ with m places: the mean over events is the law, for the
    loss and for its gradient.
    """

    variance: tuple[float, ...] = eqx.field(static=True)
    price: tuple[float, ...] = eqx.field(static=True)
    limited: int = eqx.field(static=True, default=0)
    limit: float = eqx.field(static=True, default=float("inf"))
    noise: float = eqx.field(static=True, default=0.0)

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        """The resolution."""
        amount = design["amount"]
        loss = jnp.sqrt(jnp.sum(jnp.asarray(self.variance) / amount))
        if key is None or not self.noise:
            return {"loss": loss}
        own = jax.random.fold_in(key, _digest(jax.lax.stop_gradient(amount)))
        ripple = jax.random.normal(own, amount.shape) @ jnp.log(amount)
        return {"loss": loss + self.noise * ripple / np.sqrt(amount.size)}

    def cost(self, design: Design) -> CostBreakdown:
        """Price times number."""
        return {"layers": jnp.sum(jnp.asarray(self.price) * design["amount"])}

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """The sum of the first places, if limited."""
        return {"front": jnp.sum(design["amount"][: self.limited]) / self.limit - 1.0} if self.limited else {}

    def settings(self) -> dict[str, Any]:
        """Everything."""
        limit = self.limit if self.limited else None
        return {"variance": list(self.variance), "price": list(self.price), "limited": self.limited,
                "limit": limit, "noise": self.noise}  # fmt: skip

    def best(self, budget: float) -> tuple[np.ndarray, float]:
        """The exact optimum: amounts and loss."""
        variance, price = np.asarray(self.variance), np.asarray(self.price)

        def share(where: slice, money: float) -> np.ndarray:
            root = np.sqrt(variance[where] * price[where])
            return money * root / root.sum() / price[where]

        amount, front, back = share(slice(None), budget), slice(0, self.limited), slice(self.limited, None)
        if self.limited and amount[front].sum() > self.limit:
            amount = np.concatenate([share(front, self.limit), share(back, budget - self.limit)])
        return amount, float(np.sqrt(np.sum(variance / amount)))


def _digest(values: Float[Array, " place"]) -> Array:
    """A number that is another one for every design."""
    mixed = values @ jnp.sqrt(jnp.arange(2.0, 2.0 + values.size))
    bits = jax.lax.bitcast_convert_type(mixed, jnp.uint64)
    return (bits ^ (bits >> 32)).astype(jnp.uint32)


class TwoKinds(AbstractToy):
    r"""The square-root law with a choice of the sampling medium: kind k in place i gives $v_i q_k / n_i$.

    A layer of kind k costs $p_k$, and a place of it the fee $f_k$. For a given choice the law holds with the money that
    the fees leave, $L^2 = (\sum_i \sqrt{v_i q_i p_i})^2 / (B - \sum_i f_i)$; all choices are tried.
    """

    variance: tuple[float, ...] = eqx.field(static=True)

    quality = (1.0, 0.45)
    price = (1.0, 1.0)
    fee = (0.2, 2.4)

    def _kinds(self, design: Design, values: tuple[float, float]) -> Float[Array, " place"]:
        return design["kind"] @ jnp.asarray(values)

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        """The resolution."""
        terms = jnp.asarray(self.variance) * self._kinds(design, self.quality) / design["amount"]
        return {"loss": jnp.sqrt(jnp.sum(terms))}

    def cost(self, design: Design) -> CostBreakdown:
        """Layers and fees."""
        layers = jnp.sum(self._kinds(design, self.price) * design["amount"])
        return {"layers": layers, "fees": jnp.sum(self._kinds(design, self.fee))}

    def settings(self) -> dict[str, Any]:
        """The variances."""
        return {"variance": list(self.variance)}

    def best(self, budget: float) -> tuple[dict[str, np.ndarray], float]:
        """The exact optimum: amounts, kinds (0 or 1) and loss."""
        variance, quality, price, fee = map(np.asarray, (self.variance, self.quality, self.price, self.fee))
        kinds = np.array(list(itertools.product((0, 1), repeat=len(variance))))
        root = np.sqrt(variance * quality[kinds] * price[kinds])
        money = budget - fee[kinds].sum(axis=1)
        losses = np.where(money > 0, root.sum(axis=1) / np.sqrt(np.maximum(money, 1e-9)), np.inf)
        row = int(np.argmin(losses))
        amount = money[row] * root[row] / root[row].sum() / price[kinds[row]]
        return {"amount": amount, "kind": kinds[row]}, float(losses[row])
