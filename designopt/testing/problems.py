"""Small problems whose best affordable design is known exactly."""

from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.design.space import Design, DesignSpace
from designopt.design.variables import Categorical, Integer, Real
from designopt.problem.detector import AbstractDetector, CostBreakdown, Response
from designopt.problem.problem import Problem

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class _Bars(eqx.Module):
    """Drawing and table of the toy detectors: one bar a value."""

    def draw(self, design: Design, axes: "Axes") -> None:
        axes.bar(np.arange(jnp.size(design["amount"])), np.ravel(design["amount"]))

    def metrics(self, response: Response) -> dict[str, Float[Array, ""]]:
        return {"loss": response["loss"]}


class SquareRootLaw(AbstractDetector):
    r"""Sampling layers along a shower: $\sum_i v_i / n_i$ with prices $p_i$ a layer.

    At fixed cost $\sum_i p_i n_i = B$ the best density is $n_i = B \sqrt{v_i/p_i} / \sum_j \sqrt{v_j p_j}$, with the
    loss $(\sum_i \sqrt{v_i p_i})^2 / B$ (Lagrange). `loss` is its square root, a resolution.
    """

    variance: tuple[float, ...] = eqx.field(static=True)
    price: tuple[float, ...] = eqx.field(static=True)

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        """The resolution."""
        return {"loss": jnp.sqrt(jnp.sum(jnp.asarray(self.variance) / design["amount"]))}

    def cost(self, design: Design) -> CostBreakdown:
        """Price times number."""
        return {"layers": jnp.sum(jnp.asarray(self.price) * design["amount"])}

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """None."""
        return {}

    def draw(self, design: Design, axes: "Axes") -> None:
        """One bar a place."""
        _Bars().draw(design, axes)

    def metrics(self, response: Response) -> dict[str, Float[Array, ""]]:
        """The resolution."""
        return _Bars().metrics(response)

    def settings(self) -> dict[str, Any]:
        """Variances and prices."""
        return {"variance": list(self.variance), "price": list(self.price)}

    def best(self, budget: float) -> tuple[np.ndarray, float]:
        """The exact optimum: amounts and loss."""
        variance, price = np.asarray(self.variance), np.asarray(self.price)
        total = np.sum(np.sqrt(variance * price))
        return budget * np.sqrt(variance / price) / total, float(total / np.sqrt(budget))


def square_root_law(places: int = 6, budget: float = 30.0) -> Problem:
    """Density of sampling layers along a 10 GeV shower, cut into `places` equal parts."""
    depth = (np.arange(places) + 0.5) * 25.0 / places
    variance = depth**3.09 * np.exp(-0.494 * depth)
    detector = SquareRootLaw(tuple((variance / variance.sum()).tolist()), (1.0,) * places)
    amount = Real("amount", 0.2, budget, count=places, scale="log")
    return Problem(
        name=f"square-root-law-{places}",
        detector=detector,
        space=DesignSpace([amount]),
        objective=lambda response: response["loss"],
        budget=budget,
        spend_on={"amount": 1},
        events=10,
        references={"uniform": {"amount": jnp.full(places, budget / places)}},
        compare_with="uniform",
        options={"places": places, "budget": budget},
    )


class Shelf(AbstractDetector):
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

    def draw(self, design: Design, axes: "Axes") -> None:
        """One bar a slot."""
        _Bars().draw(design, axes)

    def metrics(self, response: Response) -> dict[str, Float[Array, ""]]:
        """The loss."""
        return _Bars().metrics(response)

    def settings(self) -> dict[str, Any]:
        """Target and limit."""
        return {"target": list(self.target), "limit": self.limit}


def mixed_shelf(slots: int = 4, budget: float = 12.0, limit: float = 8.0) -> Problem:
    """A mixed problem with presence gates, two materials and a side limit."""
    space = DesignSpace(
        [
            Real("amount", 0.1, 5.0, count=slots, step=0.05),
            Integer("present", 0, 1, count=slots),
            Categorical("material", ("dear", "cheap"), count=slots),
        ]
    )
    target = tuple(float(t) for t in np.linspace(2.0, 0.0, slots))
    reference = {
        "amount": jnp.ones(slots),
        "present": jnp.ones(slots),
        "material": jnp.tile(jnp.asarray([1.0, 0.0]), (slots, 1)),
    }
    return Problem(
        name=f"mixed-shelf-{slots}",
        detector=Shelf(target, limit),
        space=space,
        objective=lambda response: response["loss"],
        budget=budget,
        spend_on={"amount": 1, "present": 1},
        events=10,
        references={"uniform": reference},
        compare_with="uniform",
        options={"slots": slots, "budget": budget, "limit": limit},
    )
