"""One policy for every budget: it copies what a teacher built for a few, practises, and designs for others at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.evaluation.evaluator import Allowance, AllowanceSpent, Evaluator
from designopt.optimisers.auto import Auto
from designopt.optimisers.base import AbstractOptimiser
from designopt.problem.problem import Problem
from designopt.problem.rounding import HARD, built_wish

REACH = 0.5
"""Actions reach every layer from the middle of the cube, whatever the design."""


@dataclass(frozen=True)
class Policy:
    """A trained policy; `events` is what the training simulated, `problems` what it was trained on."""

    model: Any
    problems: tuple[Problem, ...]
    events: int

    def design(self, problem: Problem) -> Float[ndarray, " coordinate"]:
        """The wish for a problem of the same kind with another budget. Simulates nothing."""
        from designopt.envs.placing import Placing

        placing, ends = Placing(Evaluator(problem, Allowance(1)), 1, None, REACH), _range(self.problems)
        while not placing.step(self.model.predict(_see(placing, *ends), deterministic=True)[0])[0]:
            pass
        return placing.wishes[0].copy()


@dataclass(frozen=True)
class BudgetPolicy:
    """Behaviour cloning of a teacher's designs at several budgets, then practice by PPO at all of them.

    The teacher spends `taught` calls at every training budget. Its best designs are laid layer by layer and the policy,
    two layers of `units` units, learns to lay the next one in `passes` full passes. Then `agents` stacks a budget
    practise for `practised` calls a budget with actions of noise `noise`. Training is charged in `Policy.events`.
    Pomerleau, NIPS 1 (1988) 305; Schulman et al., arXiv 1707.06347.
    """

    teacher: AbstractOptimiser = field(default_factory=Auto)
    taught: int = 200
    practised: int = 0
    passes: int = 2000
    units: int = 64
    agents: int = 4
    rate: float = 3e-3
    noise: float = 0.03

    def train(self, problems: Sequence[Problem], seed: int = 0) -> Policy:
        """Teach, clone, practise. The problems differ in their budget only."""
        import torch
        from stable_baselines3 import PPO

        from designopt.envs.budget_env import BudgetedEnv
        from designopt.envs.design_env import Reward
        from designopt.envs.placing import Placing
        from designopt.envs.vector_env import VectorDesignEnv

        if len({problem.budget for problem in problems}) < 2:
            raise ValueError(
                f"A policy was to learn from {len(problems)} budgets. Give it at least two different ones."
            )
        lessons, groups, evaluators = [], [], []
        for problem in problems:
            evaluator = Evaluator(problem, Allowance((self.taught + self.practised) * problem.events))
            with evaluator.stage(self.taught * problem.events):
                self.teacher.run(evaluator, seed)
            if evaluator.best is None:
                raise ValueError(
                    f"The teacher found no feasible design for {problem.budget:g} kCHF. Let it try longer."
                )
            wish = built_wish(problem, evaluator.best.u, evaluator.best.sharpness)
            lessons.append(_lesson(evaluator, wish, _range(problems)))
            placing = Placing(evaluator, self.agents, None, REACH)
            groups.append(VectorDesignEnv(placing, Reward(evaluator.best)))
            evaluators.append(evaluator)
        env = BudgetedEnv(groups, [problem.budget for problem in problems])
        kwargs = {"net_arch": [self.units, self.units], "log_std_init": float(np.log(self.noise))}
        steps = 8 * placing.layers
        torch.set_num_threads(1)
        model = PPO("MlpPolicy", env, learning_rate=self.rate / 10.0, n_steps=steps, batch_size=steps * env.num_envs,
                    n_epochs=4, gamma=1.0, policy_kwargs=kwargs, device="cpu", seed=seed)  # fmt: skip
        self._clone(model, lessons)
        if self.practised:
            try:
                model.learn(2**62)
            except AllowanceSpent:
                pass
        return Policy(model, tuple(problems), sum(evaluator.spent for evaluator in evaluators))

    def _clone(self, model: Any, lessons: list[tuple[np.ndarray, np.ndarray]]) -> None:
        import torch

        seen = torch.as_tensor(np.concatenate([lesson[0] for lesson in lessons]), dtype=torch.float32)
        done = torch.as_tensor(np.concatenate([lesson[1] for lesson in lessons]), dtype=torch.float32)
        mover = torch.optim.Adam(model.policy.parameters(), lr=self.rate)
        slowing = torch.optim.lr_scheduler.CosineAnnealingLR(mover, self.passes)
        for _ in range(self.passes):
            mover.zero_grad()
            torch.mean((model.policy.get_distribution(seen).distribution.mean - done) ** 2).backward()
            mover.step()
            slowing.step()


@dataclass(frozen=True)
class Polish(AbstractOptimiser):
    """A search that begins at the policy's design, which costs nothing to ask for."""

    policy: Policy
    search_from: AbstractOptimiser = field(default_factory=Auto)

    def settings(self) -> dict[str, Any]:
        """What the search is, and what the training cost."""
        return {"search": self.search_from.name, **self.search_from.settings(), "training_events": self.policy.events}

    def search(self, evaluator: Evaluator, seed: int) -> Any:
        """Ask the policy, score its design, search from there."""
        wish = self.policy.design(evaluator.problem)
        evaluator.evaluate(wish[None], sharpness=HARD)
        with evaluator.stage(evaluator.remaining, [wish]):
            return self.search_from.search(evaluator, seed)


def _range(problems: Sequence[Problem]) -> tuple[float, float]:
    budgets = [problem.budget for problem in problems]
    return min(budgets), max(budgets)


def _see(placing: Any, lowest: float, highest: float) -> np.ndarray:
    from designopt.envs.budget_env import with_budget

    return with_budget(placing.observe(), placing.evaluator.problem.budget, lowest, highest)


def _lesson(evaluator: Evaluator, wish: np.ndarray, ends: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Observations and actions of laying a built design layer by layer."""
    from designopt.envs.placing import Placing

    placing = Placing(evaluator, 1, None, REACH)
    layers, present = wish[placing.slots.acted], placing.slots.present
    if present is not None:
        layers = layers[wish[present] >= 0.5]
    seen, done = [], []
    for number, layer in enumerate([*layers, None]):
        if number >= placing.slots.count:
            break
        stop = layer is None
        entries = np.zeros(placing.actions - 1) if stop else (layer - 0.5) / REACH
        action = np.append(np.clip(entries, -1.0, 1.0), 1.0 if stop else -1.0)
        seen.append(_see(placing, *ends)[0])
        done.append(action)
        if placing.step(action[None])[0]:
            break
    return np.asarray(seen), np.asarray(done)
