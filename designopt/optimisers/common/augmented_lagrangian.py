"""The smooth loss that gradients descend when side limits count: an augmented Lagrangian with a margin."""

from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from numpy import ndarray

from designopt.problem.constraints import augmented_lagrangian, updated_multipliers
from designopt.problem.problem import Problem
from designopt.records.trial import Trial


@dataclass
class Penalty:
    r"""Augmented Lagrangian of the `count` side limits of one search: $L + P(g + margin)$.

    The margin keeps the built design, rounded to what can be made, on the allowed side.
    """

    count: int
    weight: float
    margin: float
    multipliers: Float[Array, " limit"] = field(init=False)

    def __post_init__(self) -> None:
        self.multipliers = jnp.zeros(self.count)

    @classmethod
    def of(cls, problem: Problem, weight: float, margin: float) -> "Penalty":
        """Of all side limits of a problem that gradients are taken of."""
        limits = jax.eval_shape(lambda u: problem.training_limits(problem.space.decode(u)), jnp.zeros(problem.size))
        return cls(len(limits), weight, margin)

    def _limits(self, trial: Trial) -> Float[Array, " limit"]:
        return jnp.asarray(list(trial.violations.values())) + self.margin

    def value_and_gradient(self, trial: Trial) -> tuple[float, Float[ndarray, " coordinate"]]:
        """Penalised loss of a trial that was asked for its gradient, and its derivative."""
        loss = trial.loss or 0.0  # none where the simulator failed before any number: the gradient is zero then
        assert trial.gradient is not None
        assert trial.jacobian is not None
        if not self.count:
            return loss, trial.gradient
        limits = self._limits(trial)
        pull = np.asarray(updated_multipliers(limits, self.multipliers, self.weight))
        value = loss + float(augmented_lagrangian(limits, self.multipliers, self.weight))
        return value, trial.gradient + pull @ np.stack(list(trial.jacobian.values()))

    def update(self, trial: Trial) -> None:
        """Start the next round from the limits that a trial reached."""
        if self.count:
            self.multipliers = updated_multipliers(self._limits(trial), self.multipliers, self.weight)
