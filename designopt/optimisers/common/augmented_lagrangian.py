"""The smooth loss that gradients descend when side limits count: an augmented Lagrangian with a margin."""

import math
from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from numpy import ndarray

from designopt.problem.constraints import augmented_lagrangian, updated_multipliers
from designopt.problem.problem import Problem
from designopt.records.trial import Trial

SLOW = 0.25
"""An excess that a round leaves above this part of the one before makes the limits count more."""
MORE = 4.0
"""How many times more they count then."""
LARGEST = 1e6
"""And how many times more at most, all together."""


@dataclass
class Penalty:
    r"""Augmented Lagrangian of the `count` side limits of one search: $L + P(g + margin)$.

    The margin keeps the built design, rounded to what can be made, on the allowed side. The `weight` is for a loss and
    limits of equal slopes. What the units of a loss are must not decide how much a limit counts: the first gradient
    multiplies it by $|\nabla L|$ over the largest $|\nabla g|$. A round that leaves more than a quarter of the excess
    multiplies it by four (Nocedal and Wright, Numerical Optimization, 2nd ed., section 17.4), unless `rounds` is False:
    where multipliers are renewed every few steps, what is left says how far a descent has come, not that a limit counts
    too little.
    """

    count: int
    weight: float
    margin: float
    rounds: bool = True
    multipliers: Float[Array, " limit"] = field(init=False)
    _scale: float | None = field(init=False, default=None)
    _more: float = field(init=False, default=1.0)
    _excess: float = field(init=False, default=math.inf)

    def __post_init__(self) -> None:
        self.multipliers = jnp.zeros(self.count)

    @classmethod
    def of(cls, problem: Problem, weight: float, margin: float, rounds: bool = True) -> "Penalty":
        """Of all side limits of a problem that gradients are taken of."""
        limits = jax.eval_shape(lambda u: problem.training_limits(problem.space.decode(u)), jnp.zeros(problem.size))
        return cls(len(limits), weight, margin, rounds)

    def _limits(self, trial: Trial) -> Float[Array, " limit"]:
        return jnp.asarray(list(trial.violations.values())) + self.margin

    @property
    def _weight(self) -> float:
        return self.weight * (self._scale or 1.0) * self._more

    def value_and_gradient(self, trial: Trial) -> tuple[float, Float[ndarray, " coordinate"]]:
        """Penalised loss of a trial that was asked for its gradient, and its derivative."""
        loss = trial.loss or 0.0  # none where the simulator failed before any number: the gradient is zero then
        assert trial.gradient is not None
        assert trial.jacobian is not None
        if not self.count:
            return loss, trial.gradient
        rows = np.stack(list(trial.jacobian.values()))
        if self._scale is None:
            slope, steepest = np.linalg.norm(trial.gradient), np.max(np.linalg.norm(rows, axis=1))
            self._scale = float(slope / steepest) if slope > 0 and steepest > 0 else None
        limits = self._limits(trial)
        pull = np.asarray(updated_multipliers(limits, self.multipliers, self._weight))
        value = loss + float(augmented_lagrangian(limits, self.multipliers, self._weight))
        return value, trial.gradient + pull @ rows

    def update(self, trial: Trial) -> None:
        """Start the next round from the limits that a trial reached."""
        if not self.count:
            return
        limits = self._limits(trial)
        self.multipliers = updated_multipliers(limits, self.multipliers, self._weight)
        excess = float(jnp.max(limits))
        if self.rounds and excess > max(self.margin, SLOW * self._excess):
            self._more = min(MORE * self._more, LARGEST)
        self._excess = max(excess, 0.0)
