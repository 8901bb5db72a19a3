"""A problem: a detector, the space of its designs, an objective and a fixed amount of money."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.design.space import Design, DesignSpace, suggestion
from designopt.design.variables import Number
from designopt.problem.as_built import AsBuilt
from designopt.problem.budget_projection import AbstractRoute, AlongRay, Spend, project_to_budget
from designopt.problem.detector import AbstractDetector, Response


@dataclass(frozen=True, eq=False)
class Problem:
    """Find the best design that costs the budget.

    Attributes:
        name: registered name with its version.
        detector, space: the physics, and the variables that describe a design of it.
        objective: response -> scalar, smaller is better.
        budget: money in kCHF.
        spend_on: variables that money goes to, by name: +1 if more of it costs more, -1 if less does. The cost
            rises strictly along them; the map from points to affordable designs moves these.
        events: simulated events charged for one evaluation.
        gradient_price: what a loss with its gradient costs, in losses; None where the simulator has no gradient.
        spend: "exactly", or "at most" where money may be left over.
        references: designs of people, by name.
        compare_with: name of the reference that gains are quoted against.
        growing: side limits that every further slot can only use up (length, depth); who builds slot by slot must
            never exceed them.
        deterministic: the training events are those of `response(design, None)`; else of one fixed key.
        built_detector: the detector that built designs are scored with, where that differs from the relaxed one that
            trains: hard edges, counts instead of smooth stand-ins. None: the same.
        kept: variable, and item of the cost, that is money kept back (kCHF): it counts towards the budget, but buys
            nothing. None where all money goes into the detector.
        options: what the problem was made with, as JSON values.

    Raises ValueError when the budget cannot be spent, naming the cheapest and the dearest design.
    """

    name: str
    detector: AbstractDetector
    space: DesignSpace
    objective: Callable[[Response], Float[Array, ""]]
    budget: float
    spend_on: Mapping[str, int]
    events: int
    gradient_price: float | None = 3.0
    spend: Spend = "exactly"
    route: AbstractRoute = field(default_factory=AlongRay)
    references: Mapping[str, Design] = field(default_factory=dict)
    compare_with: str | None = None
    growing: tuple[str, ...] = ()
    deterministic: bool = True
    built_detector: AbstractDetector | None = None
    kept: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.spend_on:
            if name not in self.space.slices:
                raise ValueError(f"Money was to be spent on '{name}'.{suggestion(name, self.space.slices)}")
        if not (np.isfinite(self.budget) and self.budget > 0):
            raise ValueError(f"The budget is {self.budget:g} kCHF. Give a positive amount of money.")
        for name in self.growing:
            if name not in self.constraint_names:
                raise ValueError(f"'{name}' was to be a growing limit.{suggestion(name, self.constraint_names)}")
        self._check_reachable()

    @property
    def as_built_detector(self) -> AbstractDetector:
        """The detector that built designs are scored with."""
        return self.detector if self.built_detector is None else self.built_detector

    @property
    def size(self) -> int:
        """Coordinates of the unit cube."""
        return self.space.size

    @cached_property
    def cost_sign(self) -> np.ndarray:
        """+1, -1 or 0 for every coordinate: does money go there, and which way. Shape (coordinate,)."""
        signs = np.zeros(self.size)
        for name, sign in self.spend_on.items():
            signs[self.space.slices[name]] = sign
        return signs

    @cached_property
    def constraint_names(self) -> tuple[str, ...]:
        """Names of the side limits, in order."""
        return tuple(jax.eval_shape(lambda u: self.constraints(self.space.decode(u)), jnp.full(self.size, 0.5)))

    @cached_property
    def _as_built(self) -> AsBuilt:
        return AsBuilt(self.space, self.cost_sign, self.cost, self.budget, self.route, self.spend)

    def cost(self, design: Design) -> Float[Array, ""]:
        """Money of a design in kCHF."""
        return jnp.sum(jnp.stack(list(self.detector.cost(design).values())))

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """Side limits, met when not positive."""
        return self.detector.constraints(design)

    def project_to_budget(self, u: Float[Array, " coordinate"], sharpness: Number = 1.0) -> Float[Array, " coordinate"]:
        """The affordable point that `u` is led to; gradients flow through it."""

        def cost(point: Float[Array, " coordinate"]) -> Float[Array, ""]:
            return self.cost(self.space.decode(point, sharpness))

        return project_to_budget(u, cost, self.budget, jnp.asarray(self.cost_sign), self.route, self.spend)

    def decode(self, u: Float[Array, " coordinate"], sharpness: Number = 1.0) -> Design:
        """The relaxed design of a point; it costs exactly the budget (at most, if `spend` says so)."""
        return self.space.decode(self.project_to_budget(u, sharpness), sharpness)

    def build(self, u: Float[Array, " coordinate"], sharpness: Number = 1.0) -> Design:
        """The design of a point as it would be built; it never costs more than the budget."""
        return self._as_built.build(self.project_to_budget(u, sharpness))

    def loss(self, design: Design, key: PRNGKeyArray | None = None) -> Float[Array, ""]:
        """Objective of a relaxed design: smooth, for training."""
        return self.objective(self.detector.response(design, key))

    def score(self, design: Design, key: PRNGKeyArray | None = None) -> Float[Array, ""]:
        """Objective of a built design (see `build`): what designs are ranked by. A key means fresh events."""
        return self.objective(self.as_built_detector.response(design, key))

    def card(self) -> dict[str, Any]:
        """What identifies the problem in a ledger, as JSON values."""
        return {
            "name": self.name,
            "budget": float(self.budget),
            "spend": self.spend,
            "size": self.size,
            "events": int(self.events),
            "gradient_price": None if self.gradient_price is None else float(self.gradient_price),
            "constraints": list(self.constraint_names),
            "route": type(self.route).__name__,
            "compare_with": self.compare_with,
            "options": dict(self.options),
            "detector": self.detector.settings(),
        }

    def reachable(self) -> tuple[float, float]:
        """The dearest of the cheapest and the cheapest of the dearest designs, over every uniform choice, in kCHF."""
        choices = self.space.choice_blocks
        floors, ceilings = [], []
        price = jax.jit(lambda u: self.cost(self.space.decode(u)))
        corner = np.where(self.cost_sign > 0, 1.0, np.where(self.cost_sign < 0, 0.0, 0.5))
        for pick in range(max(map(len, choices), default=1)):
            for block in choices:
                corner[block] = np.eye(len(block))[pick % len(block)]
            ceilings.append(float(price(jnp.asarray(corner))))
            floors.append(float(price(jnp.asarray(np.where(self.cost_sign != 0, 1.0 - corner, corner)))))
        return max(floors), min(ceilings)

    def _check_reachable(self) -> None:
        cheapest, dearest = self.reachable()
        low = cheapest <= self.budget or self.spend == "at most"
        if not (low and (self.budget <= dearest or self.spend == "at most")):
            raise ValueError(
                f"The budget of {self.budget:g} kCHF cannot be spent on '{self.name}': the cheapest design costs "
                f"{cheapest:g} kCHF and the dearest {dearest:g} kCHF. Choose a budget between them."
            )
