"""Money that may be kept: a problem at one budget becomes one whose designs cost anything up to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.design.space import Design, DesignSpace
from designopt.design.variables import Real
from designopt.problem.detector import AbstractDetector, CostBreakdown, Response
from designopt.problem.problem import Problem
from designopt.units import kCHF

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from designopt.geometry import Geometry

KEPT = "kept"
"""Name of the variable, and of the item in the cost."""
SUFFIX = "-front"
"""What the name of the problem gets, so that its runs never mix with those at a fixed cost."""


class Saving(AbstractDetector):
    """A detector together with the money that is not spent on it, which is an item of the cost and nothing else."""

    inner: AbstractDetector

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        """The detector's."""
        return self.inner.response(_without(design), key)

    def cost(self, design: Design) -> CostBreakdown:
        """The detector's, and the money that is kept."""
        return {**self.inner.cost(_without(design)), KEPT: design[KEPT]}

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """The detector's."""
        return self.inner.constraints(_without(design))

    def draw(self, design: Design, axes: "Axes") -> None:
        """The detector."""
        self.inner.draw(_without(design), axes)

    def metrics(self, response: Response) -> dict[str, Float[Array, ""]]:
        """The detector's."""
        return self.inner.metrics(response)

    @property
    def interchangeable(self) -> tuple[int, ...]:
        """As the detector."""
        return self.inner.interchangeable

    @property
    def expensive(self) -> bool:
        """As the detector."""
        return self.inner.expensive

    def better(self, label: str) -> int:
        """As of what it wraps."""
        return self.inner.better(label)

    def settings(self) -> dict[str, Any]:
        """The detector's."""
        return self.inner.settings()

    def written(self, design: Design) -> dict[str, Any] | None:
        """The detector's."""
        return self.inner.written(_without(design))

    def geometry(self, written: Mapping[str, Any]) -> "Geometry":
        """The detector's."""
        return self.inner.geometry(written)

    def headings(self) -> Mapping[str, str | Sequence[str]]:
        """The detector's."""
        return self.inner.headings()


def _without(design: Design) -> Design:
    return {name: value for name, value in design.items() if name != KEPT}


def with_savings(problem: Problem, least: float) -> Problem:
    """The same problem with one more variable, the money that is kept: detectors for `least` kCHF up to the budget.

    Every point of its cube still costs exactly the budget, what is kept included, so that all optimisers search it as
    any other problem; the map to the budget leaves what is kept alone. Raises ValueError where no detector costs so
    little.

    Args:
        problem: the problem whose budget is to be free.
        least: kCHF that the cheapest detector of interest costs, above zero and below the budget.

    Returns a problem called `NAME-front`, with the variable `kept` (kCHF) after the others.
    """
    cheapest, _ = problem.reachable()
    if not cheapest <= least < problem.budget:
        raise ValueError(
            f"Detectors of {least:g} kCHF and more were asked for, but '{problem.name}' costs {cheapest:g} kCHF at "
            f"least and {problem.budget:g} kCHF at most. Choose a sum between."
        )
    kept = Real(KEPT, 0.0, problem.budget - least, unit=kCHF, label="kCHF")
    return replace(
        problem,
        name=problem.name + SUFFIX,
        detector=Saving(problem.detector),
        built_detector=None if problem.built_detector is None else Saving(problem.built_detector),
        space=DesignSpace([*problem.space.variables, kept]),
        kept=KEPT,
        references={name: {**design, KEPT: jnp.asarray(0.0)} for name, design in problem.references.items()},
        options={**problem.options, "least": least},
    )
