"""A problem: a detector, the space of its designs, an objective and a fixed amount of money."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.design.declared import VAST, Count, Positive, convert_fields
from designopt.design.space import Design, DesignSpace
from designopt.design.spending import FOUND, found_spending, nothing_to_spend_on
from designopt.design.variables import Number
from designopt.lazy import late
from designopt.problem.as_built import AsBuilt
from designopt.problem.budget_projection import AbstractRoute, AlongRay, Cube, Spend
from designopt.problem.checks import (
    check_budget,
    check_name,
    check_numbers_by_name,
    check_parts,
    check_signs,
    checked_response,
    corner_points,
    moved_points,
)
from designopt.problem.detector import OF_DETECTOR, AbstractDetector, Response
from designopt.problem.requirements import Requirement
from designopt.stored import StoredJit
from designopt.suggestion import suggestion


@dataclass(frozen=True, eq=False)
class Problem:
    """Find the best design that costs the budget.

    Attributes:
        name: registered name with its version.
        detector, space: the physics, and the variables that describe a design of it.
        objective: response -> scalar, smaller is better.
        budget: money in kCHF.
        spend_on: variables that money goes to, by name: +1 if more of it costs more, -1 if less does. The cost
            rises strictly along them; the map from points to affordable designs moves these. Left out, they are
            found: every size and whole number along which the cost only rises, or only falls.
        events: simulated events charged for one evaluation; left out, as many as the detector says.
        gradient_price: what a loss with its gradient costs, in losses; None where the simulator has no gradient, as
            it is for a detector that is not `differentiable`.
        spend: "exactly", or "at most" where money may be left over.
        references: designs of people, by name.
        whole: references are built as they are drawn, and keep the money that they do not need; else for the budget.
        dear: references that are left out, by name, because they cost more than the budget, with their kCHF.
        compare_with: name of the reference that gains are quoted against.
        growing: side limits that every further slot can only use up (length, depth); who builds slot by slot must
            never exceed them.
        deterministic: the training events are those of `response(design, None)`; else of one fixed key.
        built_detector: what built designs are scored with: hard edges, counts, largest limits. None: as trained with.
        kept: variable, and item of the cost, that is money kept back (kCHF) and buys nothing; None where all is spent.
        price_factors: from a design and the number of a draw of all prices to a factor for each item of its cost.
        requirements: what a review board asks of every design, with its source; `describe` and the report print it.
        cheapest_allowed: kCHF below which no design keeps the side limits, where the maker knows it for certain.
        options: what the problem was made with, as JSON values.

    Methods take `u`, a point of the unit cube, shape (coordinate,); `sharpness`, how hard gates and mixtures are, from
    1 (relaxed) to infinity (every choice whole); `design`, values by name of variable in internal units (mm, GeV, T,
    kCHF), shape () or (slot,), a choice (choice,) or (slot, choice); `key`, None for the training events, the same for
    every design, or a JAX key for fresh ones. Losses and scores have the unit of the objective, costs are in kCHF.

    Raises ValueError when the budget cannot be spent, naming the cheapest and the dearest design; when no design that
    keeps the side limits costs so little; when the cost does not go the way that `spend_on` says; and for parts that
    are not of their kind, such as a detector whose `cost` returns no dictionary.
    """

    name: str
    detector: AbstractDetector
    space: DesignSpace
    objective: Callable[[Response], Float[Array, ""]]
    budget: float
    spend_on: Mapping[str, int] = FOUND
    events: Count = OF_DETECTOR
    gradient_price: Positive | None = 3.0
    spend: Spend = "exactly"
    route: AbstractRoute = field(default_factory=AlongRay)
    references: Mapping[str, Design] = field(default_factory=dict)
    whole: bool = False
    dear: Mapping[str, float] = field(default_factory=dict)
    compare_with: str | None = None
    growing: tuple[str, ...] = ()
    deterministic: bool = True
    built_detector: AbstractDetector | None = None
    kept: str | None = None
    cheapest_allowed: float | None = None
    requirements: tuple[Requirement, ...] = ()
    price_factors: Callable[[Design, int], Mapping[str, float]] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        who = f"the problem {self.name!r}"
        if self.events is OF_DETECTOR:
            object.__setattr__(self, "events", getattr(self.detector, "simulated", 1))
        find = self.spend_on is FOUND
        convert_fields(self, who, but=("detector", "space", "built_detector", "references", "requirements"))
        check_name(self.name)
        if not 0 < self.budget <= VAST:
            raise ValueError(f"The budget is {self.budget:g} kCHF. Give a positive amount of money, at most 1e15.")
        check_parts(self)
        check_numbers_by_name(self)
        if not self.detector.differentiable:
            object.__setattr__(self, "gradient_price", None)
        if find:
            object.__setattr__(self, "spend_on", found_spending(self.space, self.cost))
            if not self.spend_on and self.spend == "exactly":
                raise ValueError(nothing_to_spend_on(self.name, self.space.variables))
        for name in self.growing:
            if name not in self.constraint_names:
                raise ValueError(f"'{name}' was to be a growing limit.{suggestion(name, self.constraint_names)}")
        for requirement in self.requirements:
            if requirement.limit is not None and requirement.limit not in self.constraint_names:
                raise ValueError(
                    f"The requirement '{requirement.option}' names the side limit '{requirement.limit}'."
                    f"{suggestion(requirement.limit, self.constraint_names)}"
                )
        self._check_prices()

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
        drawn = tuple(self.references.values()) if self.whole else ()
        return AsBuilt(self.space, self.cost_sign, self.cost, self.budget, self.route, self.spend, drawn)

    def cost(self, design: Design) -> Float[Array, ""]:
        """Money of a design in kCHF."""
        return jnp.sum(jnp.stack(list(self.detector.cost(design).values())))

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """Side limits, met when not positive."""
        return self.as_built_detector.constraints(design)

    def training_limits(self, design: Design) -> dict[str, Float[Array, ""]]:
        """Side limits of a relaxed design that gradients are taken of: met where `constraints` are, but smooth."""
        return self.detector.constraints(design)

    def project_to_budget(self, u: Cube, sharpness: Number = 1.0) -> Cube:
        """The affordable point that `u` is led to; gradients flow through it."""
        return self._as_built.led(u, sharpness, slopes=True)

    def led_to_budget(self, u: Cube, sharpness: Number = 1.0) -> Cube:
        """The same point by a smaller program: no gradients flow through it."""
        return self._as_built.led(u, sharpness, slopes=False)

    def decode(self, u: Cube, sharpness: Number = 1.0) -> Design:
        """The relaxed design of a point; it costs exactly the budget (at most, if `spend` says so)."""
        return self.space.decode(self.project_to_budget(u, sharpness), sharpness)

    def build(self, u: Cube, sharpness: Number = 1.0, led: Cube | None = None) -> Design:
        """The design of a point as it would be built, `led` to the budget if it is not: never dearer; no gradients."""
        return self._as_built.build(self.led_to_budget(u, sharpness) if led is None else led, u)

    def loss(self, design: Design, key: PRNGKeyArray | None = None) -> Float[Array, ""]:
        """Objective of a relaxed design: smooth, for training."""
        return self.objective(checked_response(self.detector, self.detector.response(design, key)))

    def score(self, design: Design, key: PRNGKeyArray | None = None) -> Float[Array, ""]:
        """Objective of a built design (see `build`): what designs are ranked by. A key means fresh events."""
        detector = self.as_built_detector
        return self.objective(checked_response(detector, detector.response(design, key)))

    def as_scipy(self, events: int | None = None, **recorded: Any) -> Any:
        """A function for `scipy.optimize` under an allowance; see `designopt.interfaces.scipy.ScipyTarget`."""
        return late("designopt.interfaces.scipy", "ScipyTarget")(self, events, **recorded)

    def as_skopt(self, events: int | None = None, **recorded: Any) -> Any:
        """A function for scikit-optimize; see `designopt.interfaces.skopt.SkoptTarget`."""
        return late("designopt.interfaces.skopt", "SkoptTarget")(self, events, **recorded)

    def as_optuna(self, events: int | None = None, **recorded: Any) -> Any:
        """An objective for Optuna; see `designopt.interfaces.optuna.OptunaTarget`."""
        return late("designopt.interfaces.optuna", "OptunaTarget")(self, events, **recorded)

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
            **({"references": "whole"} if self.whole else {}),
            "options": dict(self.options),
            "detector": self.detector.settings(),
        }

    def reachable(self) -> tuple[float, float]:
        """The dearest of the cheapest and the cheapest of the dearest designs, over every uniform choice, in kCHF."""
        prices = self._prices(corner_points(self))
        return float(np.max(prices[0::2])), float(np.min(prices[1::2]))

    def cheapest_corners(self) -> np.ndarray:
        """The cheapest point of the cube with the first of all choices, with the second, and so on."""
        return corner_points(self)[0::2]

    def _prices(self, points: np.ndarray) -> np.ndarray:
        """Cost in kCHF of points of the cube, shape (point,), whatever the budget is."""
        return np.asarray(StoredJit(jax.vmap(lambda u: self.cost(self.space.decode(u))))(points))

    def _check_prices(self) -> None:
        """The cost goes the way that `spend_on` says, and the budget can be spent."""
        corners, moved = corner_points(self), moved_points(self)
        prices = self._prices(np.concatenate([corners, moved]))
        if not np.all(np.isfinite(prices)):
            raise ValueError(
                f"`cost` of {type(self.detector).__name__} gives {prices[~np.isfinite(prices)][0]} kCHF at a corner "
                "of the design space. Correct it, or narrow the bounds of the variables."
            )
        check_signs(self, prices[len(corners) :])
        floors, ceilings = prices[: len(corners) : 2], prices[1 : len(corners) : 2]
        exactly = self.spend == "exactly"
        cheapest, dearest = float(np.max(floors) if exactly else np.min(floors)), float(np.min(ceilings))
        check_budget(self, cheapest, dearest)
