"""The problem `plane-spacing-v1`: where to put equal planes in a field, whose optimum is known exactly."""

from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.design.declared import declared
from designopt.design.space import Design, DesignSpace
from designopt.design.variables import Real
from designopt.detectors.option_ranges import Field, HitError, Length, Slots
from designopt.detectors.tracker.resolution.covariance import errors, root_covariance
from designopt.problem.detector import AbstractDetector, CostBreakdown, Response
from designopt.problem.problem import Problem
from designopt.units import kCHF, m, mm, um

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME = "plane-spacing-v1"
CURVING = 0.299792458  # 1/m for a unit charge of 1 GeV in 1 T
OPEN = 1e6
"""Standard deviations in m, rad and 1/m of a track's place, slope and curvature before any plane has seen it.

Far above what planes of 10 um over 1 m measure (1e-4): their errors stay the same to 1e-12, and planes at
one or two places, which leave the curvature open, have a large error instead of none."""


class Planes(AbstractDetector):
    """Equal planes without material between 0 and `length` (mm) in a field (T); `error` (mm) of each."""

    field: float = eqx.field(static=True)
    length: float = eqx.field(static=True)
    error: float = eqx.field(static=True)
    momentum: float = eqx.field(static=True)

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        r"""$\sigma(p_T)/p_T$ of the parabola $y = d_0 + \phi r + \rho r^2/2$ through all planes; `OPEN` before them."""
        r = design["position"] / m
        columns = jnp.stack([jnp.ones_like(r), r, 0.5 * r * r], axis=1)
        none = jnp.zeros(1)
        weights, levers = jnp.full(r.shape, m / self.error), none[None] + 0 * r[:, None]
        root = root_covariance(columns, weights, levers, none, prior=jnp.full(3, OPEN))
        return {"pt": errors(root)[2] * self.momentum / (CURVING * self.field)}

    def cost(self, design: Design) -> CostBreakdown:
        """One kCHF a plane: the number is fixed, so every design costs the same."""
        return {"planes": jnp.asarray(design["position"].size * kCHF)}

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """None."""
        return {}

    def metrics(self, response: Response) -> dict[str, Float[Array, ""]]:
        """The resolution."""
        return {f"sigma(pT)/pT at {self.momentum:g} GeV (%)": 100 * response["pt"]}

    def draw(self, design: Design, axes: "Axes") -> None:
        """One line a plane, in mm."""
        axes.vlines(design["position"], 0.0, 1.0, lw=1.5, alpha=0.5)
        axes.set_xlim(-0.02 * self.length, 1.02 * self.length)
        axes.set_xlabel("Place of the planes (mm)")
        axes.set_yticks([])

    def better(self, label: str) -> int:
        """Less."""
        return -1

    def settings(self) -> dict[str, Any]:
        """Field, length, error and momentum."""
        return {name: getattr(self, name) for name in ("field", "length", "error", "momentum")}

    def best(self, planes: int) -> float:
        r"""The exact optimum: $\frac{4\sigma p_T}{0.3BL^2}\sqrt{1/n_1+4/n_2+1/n_3}$, $n_i$ planes at 0, L/2 and L.

        A quarter, a half and a quarter of the planes where that is possible: $16/\sqrt N$. The optimal design for the
        curvature of a parabola (c-optimality) has three support points, the ends and the middle. Elfving,
        Ann. Math. Statist. 23 (1952) 255.
        """
        splits = [(a, planes - a - b, b) for a in range(1, planes - 1) for b in range(1, planes - a)]
        spread = min(1 / a + 4 / middle + 1 / b for a, middle, b in splits)
        sagitta = CURVING * self.field * (self.length / m) ** 2 / (self.momentum * self.error / m)
        return 4.0 * spread**0.5 / sagitta


def error_of_pt(response: Response) -> Float[Array, ""]:
    r"""Logarithm of the error of the curvature, $\ln(\sigma(p_T)/p_T)$, of a track of 10 GeV.

    Args:
        response: `pt`, the error relative to the momentum.
    """
    return jnp.log(response["pt"])


@declared
def plane_spacing(
    budget: float | None = None,
    planes: Slots = 8,
    field: Field = 2.0,
    length: Length = 1 * m,
    error: HitError = 10 * um,
) -> Problem:
    """Put a fixed number of planes without material where the curvature of a track is measured best.

    The optimum is known: a quarter of them at each end, half in the middle, which equal distances miss by 34 % for
    eight planes. A yardstick for optimisers. The objective is the logarithm of sigma(pT)/pT. Field in T, lengths in mm.
    """
    if planes < 3 or not (field > 0 and length > 0 and error > 0):
        raise ValueError(
            f"{planes} planes with an error of {error:g} mm over {length:g} mm in {field:g} T measure no curvature. "
            "Give at least three planes and positive numbers."
        )
    places = jnp.linspace(0.0, length, planes)
    return Problem(
        name=NAME,
        detector=Planes(float(field), float(length), float(error), 10.0),
        space=DesignSpace([Real("position", 0.0, float(length), unit=mm, label="mm", count=planes)]),
        objective=error_of_pt,
        budget=float(planes) if budget is None else float(budget),
        spend_on={},
        spend="at most",
        events=100,
        gradient_price=GRADIENT_PRICE,
        references={"equidistant": {"position": places}},
        compare_with="equidistant",
        options={"planes": planes, "field": field, "length": length, "error": error},
    )


# Loss with its gradient against the loss, in time, in a batch of 64: 2.4 to 3.9 for 8 and 12 planes.
GRADIENT_PRICE = 3.0
