"""Reinforcement learning of decisions: from a list a move, with what cannot be paid masked."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.reinforcement.agents import AbstractPpo

if TYPE_CHECKING:
    from designopt.envs.actions import AbstractActions


@dataclass(frozen=True)
class MaskedPpo(AbstractPpo):
    """Proximal policy optimisation of one decision a move, among those that can be paid (`ChoiceActions`).

    The first stacks differ from the initial design in about `changed` decisions. Huang and Ontanon, arXiv 2006.14171.
    """

    rate: float = 7e-4
    changed: float = 4.0
    library: ClassVar[str] = "sb3-contrib"
    tried: ClassVar[int] = 12

    def game(self, evaluator: Evaluator, count: int, base: np.ndarray) -> "AbstractActions":
        """A decision a move."""
        from designopt.envs.choice_actions import ChoiceActions

        return ChoiceActions(evaluator, count, base, self.reach)

    def learner(self, env: Any, steps: int, seed: int) -> Any:
        """PPO over the decisions that are not masked, which prefers those of the initial design."""
        from sb3_contrib import MaskablePPO

        model = self.proximal(MaskablePPO, env, steps, seed)
        share = min(0.5, self.changed * self.stacks / (steps * self.agents))
        preference: Any = model.policy.action_net.bias
        preference.data[0] += float(np.log((env.action_space.n - 1) * (1.0 - share) / share))
        return model
