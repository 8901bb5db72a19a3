"""One policy for every budget: cloned from designs for a few of them, it designs for others without a simulation."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.evaluation.evaluator import Allowance, AllowanceSpent, Evaluator
from designopt.optimisers.auto import Auto
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.extras import RL, require
from designopt.optimisers.reinforcement.agents import one_thread
from designopt.problem.problem import Problem
from designopt.problem.rounding import HARD, built_point

REACH = 0.5
"""Actions reach every layer from the middle of the cube, whatever the design."""


@dataclass(frozen=True)
class Policy:
    """A trained policy.

    Attributes:
        problems: what it was trained on.
        taught: the teacher's built design for each of them, a point of its cube.
        events: what the training simulated, the teacher's search included.
    """

    model: Any
    problems: tuple[Problem, ...]
    taught: tuple[np.ndarray, ...]
    events: int
    parameters: tuple[str, ...] = ()

    def design(self, problem: Problem) -> Float[ndarray, " coordinate"]:
        """The point for a problem of the same kind with another budget or other parameters. Simulates nothing."""
        from designopt.envs.budget_env import place, with_place
        from designopt.envs.layer_actions import LayerActions

        actions = LayerActions(Evaluator(problem, Allowance(1)), 1, None, REACH)
        where, finished = place(problem, self.problems, self.parameters), False
        while not finished:
            action, _ = self.model.predict(with_place(actions.observe(), where), deterministic=True)
            finished = actions.step(action)[0]
        return actions.points[0].copy()


@dataclass(frozen=True)
class BudgetPolicy:
    """Behaviour cloning of a teacher's designs for several problems, then training by PPO on all of them.

    The problems differ in their budgets, and in those of their options that `parameters` names; the policy observes
    both. The teacher, any optimiser, spends `taught` calls on every problem. Its best designs become episodes, and the
    policy, two layers of `units` units, learns their actions in `passes` full passes. Then `agents` agents per problem
    train for `practised` calls per problem with actions of noise `noise`. Training is charged in `Policy.events`.
    Pomerleau, NIPS 1 (1988) 305; Schulman et al., arXiv 1707.06347.

    Args:
        rate: of learning from the teacher; PPO has a tenth of it.
    """

    teacher: AbstractOptimiser = field(default_factory=Auto)
    taught: int = 200
    practised: int = 0
    passes: int = 2000
    units: int = 64
    agents: int = 4
    rate: float = 3e-3
    noise: float = 0.03
    parameters: tuple[str, ...] = ()

    def train(self, problems: Sequence[Problem], seed: int = 0) -> Policy:
        """Run the teacher, clone its designs, train by PPO.

        Raises ValueError if the extra [rl] is missing or the problems do not differ.
        """
        require(type(self).__name__, "rl", RL)
        from stable_baselines3 import PPO

        from designopt.envs.budget_env import BudgetedEnv, place
        from designopt.envs.layer_actions import LayerActions
        from designopt.envs.shared.episodes import Episodes
        from designopt.envs.shared.reward import Reward
        from designopt.envs.vector_env import VectorDesignEnv

        places = [place(problem, problems, self.parameters) for problem in problems]
        if len({tuple(where) for where in places}) < 2:
            raise ValueError(
                f"A policy was to learn from {len(problems)} problems of one kind. Give it at least two different "
                "budgets, or name the parameters in which the problems differ."
            )
        taught, demonstrations, groups, evaluators = [], [], [], []
        for problem, where in zip(problems, places, strict=True):
            evaluator = Evaluator(problem, Allowance((self.taught + self.practised) * problem.events))
            with evaluator.stage(self.taught * problem.events):
                self.teacher.run(evaluator, seed)
            if evaluator.best_scored is None:
                raise ValueError(
                    f"The teacher found no feasible design for {problem.budget:g} kCHF. Let it try longer."
                )
            u = built_point(problem, evaluator.best_scored.u, evaluator.best_scored.sharpness)
            taught.append(u)
            demonstrations.append(_demonstration(evaluator, u, where))
            actions = LayerActions(evaluator, self.agents, None, REACH)
            groups.append(VectorDesignEnv(Episodes(actions, actions.score, reward=Reward(evaluator.best_scored))))
            evaluators.append(evaluator)
        env = BudgetedEnv(groups, places)
        kwargs = {"net_arch": [self.units, self.units], "log_std_init": float(np.log(self.noise))}
        steps = 8 * actions.layers
        model = PPO("MlpPolicy", env, learning_rate=self.rate / 10.0, n_steps=steps, batch_size=steps * env.num_envs,
                    n_epochs=4, gamma=1.0, policy_kwargs=kwargs, device="cpu", seed=seed)  # fmt: skip
        with one_thread():
            self._clone(model, demonstrations)
            if self.practised:
                try:
                    model.learn(2**62)
                except AllowanceSpent:
                    pass
        spent = sum(evaluator.spent for evaluator in evaluators)
        return Policy(model, tuple(problems), tuple(taught), spent, self.parameters)

    def _clone(self, model: Any, demonstrations: list[tuple[np.ndarray, np.ndarray]]) -> None:
        import torch

        seen = torch.as_tensor(
            np.concatenate([observations for observations, _ in demonstrations]), dtype=torch.float32
        )
        done = torch.as_tensor(np.concatenate([actions for _, actions in demonstrations]), dtype=torch.float32)
        mover = torch.optim.Adam(model.policy.parameters(), lr=self.rate)
        slowing = torch.optim.lr_scheduler.CosineAnnealingLR(mover, self.passes)
        for _ in range(self.passes):
            mover.zero_grad()
            torch.mean((model.policy.get_distribution(seen).distribution.mean - done) ** 2).backward()
            mover.step()
            slowing.step()


@dataclass(frozen=True)
class Polish(AbstractOptimiser):
    """A search that begins at the policy's design, which costs nothing to ask for.

    Args:
        policy: a trained one.
        search_from: the optimiser that goes on from its design.
    """

    policy: Policy
    search_from: AbstractOptimiser = field(default_factory=Auto)
    extra: ClassVar[str] = "rl"
    modules: ClassVar[tuple[str, ...]] = RL

    def settings(self) -> dict[str, Any]:
        """What the search is, and what the training cost."""
        return {"search": self.search_from.name, **self.search_from.settings(), "training_events": self.policy.events}

    def cannot_search(self, problem: Problem) -> str:
        """What hinders the search from the policy's design."""
        return self.search_from.cannot_search(problem)

    def search(self, evaluator: Evaluator, seed: int) -> Any:
        """Ask the policy, score its design, search from there."""
        u = self.policy.design(evaluator.problem)
        evaluator.evaluate(u[None], sharpness=HARD)
        with evaluator.stage(evaluator.remaining, [u]):
            return self.search_from.search(evaluator, seed)


def _demonstration(evaluator: Evaluator, u: np.ndarray, where: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Observations and actions of an episode that builds a design layer by layer."""
    from designopt.envs.budget_env import with_place
    from designopt.envs.layer_actions import LayerActions

    actions = LayerActions(evaluator, 1, None, REACH)
    layers, present = u[actions.slots.acted], actions.slots.present
    if present is not None:
        layers = layers[u[present] >= 0.5]
    seen, done = [], []
    for number, layer in enumerate([*layers, None]):
        if number >= actions.slots.count:
            break
        stop = layer is None
        entries = np.zeros(actions.action_size - 1) if stop else (layer - 0.5) / REACH
        action = np.append(np.clip(entries, -1.0, 1.0), 1.0 if stop else -1.0)
        seen.append(with_place(actions.observe(), where)[0])
        done.append(action)
        if actions.step(action[None])[0]:
            break
    return np.asarray(seen), np.asarray(done)
