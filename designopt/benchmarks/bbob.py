"""Functions of the COCO suite `bbob` as problems, to hold continuous optimisers against; needs coco-experiment."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray
from numpy.typing import ArrayLike

from designopt.benchmarks.toy import AbstractToy
from designopt.design.space import Design, DesignSpace
from designopt.design.variables import Real
from designopt.problem.detector import CostBreakdown, Response
from designopt.problem.problem import Problem

REACH = 5.0
"""The suite's functions have their optimum within this distance of the origin along every axis."""
_NAMES = (
    "sphere, ellipsoid, Rastrigin, Bueche-Rastrigin, linear slope, attractive sector, step ellipsoid, Rosenbrock, "
    "rotated Rosenbrock, rotated ellipsoid, discus, bent cigar, sharp ridge, different powers, rotated Rastrigin, "
    "Weierstrass, Schaffer F7, steep Schaffer F7, Griewank-Rosenbrock, Schwefel, Gallagher 101, Gallagher 21, "
    "Katsuura, Lunacek"
)
FUNCTIONS = dict(enumerate(_NAMES.split(", "), start=1))
"""The suite's numbers and names: separable 1-5, moderate 6-9, ill-conditioned 10-14, with many optima 15-24."""
STEP = 1e-6
"""Step of the central differences that stand for a gradient: the suite gives values only."""


class Bbob(AbstractToy):
    """One function of the suite in one dimension and instance. Hansen et al., RR-6829 (2009)."""

    function: int = eqx.field(static=True)
    axes: int = eqx.field(static=True)
    instance: int = eqx.field(static=True)
    known: Any = eqx.field(static=True)

    def _values(self, points: ArrayLike) -> np.ndarray:
        points = np.asarray(points, dtype=float)
        rows = points.reshape(-1, self.axes)
        return np.array([self.known(row) for row in rows]).reshape(points.shape[:-1])

    def _value(self, x: Float[Array, " axis"]) -> Float[Array, ""]:
        shape = jax.ShapeDtypeStruct((), float)
        return jax.pure_callback(self._values, shape, x, vmap_method="expand_dims")

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        """The value, with central differences for a derivative."""

        @jax.custom_jvp
        def value(x: Float[Array, " axis"]) -> Float[Array, ""]:
            return self._value(x)

        @value.defjvp
        def slope(primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Any, ...]:
            (x,), (direction,) = primals, tangents
            steps = STEP * jnp.eye(self.axes)
            both = jnp.stack([self._value(x + step) - self._value(x - step) for step in steps])
            return self._value(x), both @ direction / (2.0 * STEP)

        return {"loss": value(design["x"])}

    def cost(self, design: Design) -> CostBreakdown:
        """Nothing costs anything."""
        return {"nothing": jnp.asarray(0.0)}

    def settings(self) -> dict[str, Any]:
        """Which one."""
        return {"function": self.function, "axes": self.axes, "instance": self.instance}

    def best(self, budget: float) -> tuple[None, float]:
        """The known optimal value."""
        return None, float(self.known.best_value())


def bbob(function: int, axes: int, instance: int) -> Problem:
    """A function of the suite on [-5, 5] along every axis; a gradient by central differences costs 2 d + 1 values."""
    import cocoex

    known = cocoex.BareProblem("bbob", function, axes, instance)
    return Problem(
        name=f"bbob-f{function:03d}-{axes}-{instance}",
        detector=Bbob(function, axes, instance, known),
        space=DesignSpace([Real("x", -REACH, REACH, count=axes)]),
        objective=_loss,
        budget=1.0,
        spend_on={},
        spend="at most",
        events=1,
        gradient_price=2.0 * axes + 1.0,
        references={"middle": {"x": jnp.zeros(axes)}},
        options={"function": function, "axes": axes, "instance": instance},
    )


def _loss(response: Response) -> Array:
    return response["loss"]
