"""A tilted quadratic bowl under a linear price, smooth or with ripples."""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.benchmarks.toy import AbstractToy
from designopt.design.space import Design
from designopt.problem.detector import CostBreakdown, Response


class Bowl(AbstractToy):
    r"""$1 + \frac12 (x-t)^T Q (x-t) + a \sum_i [1 - \cos 2\pi k (x_i - x^*_i)]$ at the price $p^T x$.

    Without ripples (a = 0) the best design that costs B is $x^* = t - Q^{-1}p\,(p^T t - B) / (p^T Q^{-1} p)$
    (Lagrange), as long as it lies in the box; the ripples are zero there and positive elsewhere, so it stays the best.
    The hollows of the ripples are local optima.
    """

    curvature: tuple[tuple[float, ...], ...] = eqx.field(static=True)
    target: tuple[float, ...] = eqx.field(static=True)
    price: tuple[float, ...] = eqx.field(static=True)
    centre: tuple[float, ...] = eqx.field(static=True)
    ripple: float = eqx.field(static=True, default=0.0)
    waves: float = eqx.field(static=True, default=4.0)

    def _loss(self, x: Float[Array, " axis"]) -> Float[Array, ""]:
        away, phase = x - jnp.asarray(self.target), 2.0 * jnp.pi * self.waves * (x - jnp.asarray(self.centre))
        return 1.0 + 0.5 * away @ jnp.asarray(self.curvature) @ away + self.ripple * jnp.sum(1.0 - jnp.cos(phase))

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        """The height."""
        return {"loss": self._loss(design["amount"])}

    def cost(self, design: Design) -> CostBreakdown:
        """Price times amount."""
        return {"amount": jnp.asarray(self.price) @ design["amount"]}

    def settings(self) -> dict[str, Any]:
        """Everything."""
        return {"curvature": [list(row) for row in self.curvature], "target": list(self.target),
                "price": list(self.price), "centre": list(self.centre), "ripple": self.ripple,
                "waves": self.waves}  # fmt: skip

    def best(self, budget: float) -> tuple[np.ndarray, float]:
        """The exact optimum: amounts and loss."""
        target, price = np.asarray(self.target), np.asarray(self.price)
        pull = np.linalg.solve(np.asarray(self.curvature), price)
        best = target - pull * (price @ target - budget) / (price @ pull)
        return best, float(self._loss(jnp.asarray(best)))


def tilted_bowl(axes: int, budget: float, condition: float, ripple: float, seed: int = 7) -> Bowl:
    """A bowl whose curvatures span `condition`, along random axes, with random prices and its best inside the box."""
    random = np.random.default_rng(seed)
    rotation = np.linalg.qr(random.standard_normal((axes, axes)))[0]
    curvature = rotation @ np.diag(np.geomspace(1.0, condition, axes)) @ rotation.T
    price = random.uniform(0.5, 2.0, axes)
    inside = random.uniform(0.25, 0.75, axes)
    best = inside * budget / (price @ inside)
    target = best + 0.3 * np.linalg.solve(curvature, price)

    def plain(values: np.ndarray) -> tuple[float, ...]:
        return tuple(float(value) for value in values)

    return Bowl(tuple(plain(row) for row in curvature), plain(target), plain(price), plain(best), ripple)
