"""Proximal policy optimisation over lists of decisions, with what cannot be paid masked, by sb3-contrib."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from designopt.design.declared import Positive
from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.reinforcement.agents import AbstractPpo

if TYPE_CHECKING:
    from designopt.envs.actions import AbstractActions


@dataclass(frozen=True)
class MaskedPpo(AbstractPpo):
    """Proximal policy optimisation of one decision per step, among those that can be paid (`ChoiceActions`).

    The first episodes differ from the initial design in about `changed` decisions. Huang and Ontanon, arXiv 2006.14171.
    """

    rate: Positive = 7e-4
    changed: Positive = 4.0
    library: ClassVar[str] = "sb3-contrib"
    tried: ClassVar[int] = 12

    def actions(self, evaluator: Evaluator, count: int, base: np.ndarray) -> "AbstractActions":
        """One decision per step."""
        from designopt.envs.choice_actions import ChoiceActions

        return ChoiceActions(evaluator, count, base, self.reach)

    def learner(self, env: Any, steps: int, seed: int) -> Any:
        """PPO over the decisions that are not masked, whose first policy prefers those of the initial design."""
        from sb3_contrib import MaskablePPO

        model = self.proximal(MaskablePPO, env, steps, seed)
        share = min(0.5, self.changed * self.stacks / (steps * self.agents))
        bias: Any = model.policy.action_net.bias
        bias.data[0] += float(np.log((env.action_space.n - 1) * (1.0 - share) / share))
        return model
