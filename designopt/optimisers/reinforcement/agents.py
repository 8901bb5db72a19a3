"""Agents of stable-baselines3 that place one layer per step: proximal policy optimisation and soft actor-critic."""

import abc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from designopt.design.declared import Count, Positive
from designopt.design.numbers import plain
from designopt.evaluation.evaluator import AllowanceSpent, Evaluator
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.common.initial_designs import best_screened
from designopt.optimisers.extras import RL
from designopt.optimisers.stop import Stop

if TYPE_CHECKING:
    from designopt.envs.actions import AbstractActions
    from designopt.optimisers.reinforcement.policies import AgentPolicy


@contextmanager
def one_thread() -> Iterator[None]:
    """Small networks learn fastest on one thread; the number of the caller comes back afterwards."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


@dataclass(frozen=True)
class AbstractAgent(AbstractOptimiser):
    """An agent that begins by repeating the best initial design; training is charged like any search.

    `agents` episodes run together. After the steps of about `stacks` episodes the policy, a network of two layers of
    `units` units, is updated, and one episode follows with the greedy policy. `reach` is the distance in the cube that
    an action of one goes from the initial design. Observations and rewards are scaled by their running spread.
    """

    screened: Count = 16
    agents: Count = 8
    stacks: Count = 8
    units: Count = 64
    reach: Positive = 0.5
    library: ClassVar[str] = "stable-baselines3"
    extra: ClassVar[str] = "rl"
    modules: ClassVar[tuple[str, ...]] = RL

    @abc.abstractmethod
    def actions(self, evaluator: Evaluator, count: int, base: np.ndarray) -> "AbstractActions":
        """The actions of `count` agents, relative to the design at the point `base`."""

    @abc.abstractmethod
    def learner(self, env: Any, steps: int, seed: int) -> Any:
        """The library's algorithm for an environment, updated after every `steps` steps of each agent."""

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Score the initial designs, then train until the allowance is spent."""
        from designopt.envs.shared.episodes import Episodes
        from designopt.envs.shared.reward import Reward
        from designopt.envs.vector_env import VectorDesignEnv

        best = best_screened(evaluator, seed, self.screened)
        actions = self.actions(evaluator, self.agents, best.u)
        env = VectorDesignEnv(Episodes(actions, actions.score, reward=Reward(best)))
        greedy = self.actions(evaluator, 1, best.u)
        with one_thread():
            self._learn(env, greedy, best.u, seed)
        return Stop.EVENTS

    def _learn(self, env: Any, greedy: "AbstractActions", start: np.ndarray, seed: int) -> None:
        from stable_baselines3.common.callbacks import BaseCallback

        from designopt.optimisers.reinforcement.policies import build

        class Greedy(BaseCallback):
            """Run one episode with the greedy policy before every round."""

            def _on_rollout_start(self) -> None:
                build(self.model, greedy, model.env.normalize_obs)
                greedy.score(np.array([0]))

            def _on_step(self) -> bool:
                return True

        model = self.quiet_learner(env, max(1, self.stacks * greedy.length // self.agents), seed)
        try:
            model.learn(2**62, callback=Greedy())
        except AllowanceSpent:
            if greedy.evaluator.beside is not None:
                self.policy(model, greedy, start, seed).save(greedy.evaluator.beside)
            raise

    def quiet_learner(self, env: Any, steps: int, seed: int) -> Any:
        """The `learner` on observations and rewards scaled by their running spread; it logs nothing, anywhere."""
        from stable_baselines3.common.logger import Logger
        from stable_baselines3.common.vec_env import VecNormalize

        model = self.learner(VecNormalize(env, norm_obs=True, norm_reward=True, gamma=1.0), steps, seed)
        model.set_logger(Logger(None, []))  # its own would make a temporary folder for every run
        return model

    def policy(self, model: Any, actions: "AbstractActions", start: np.ndarray, seed: int) -> "AgentPolicy":
        """What a learner has learned so far, ready to be kept."""
        from designopt.optimisers.reinforcement.policies import AgentPolicy, PolicyCard

        scale, problem = model.env.obs_rms, actions.evaluator.problem
        card = PolicyCard(
            algorithm=self.name,
            problem=plain(problem.card()),
            units=self.units,
            reach=self.reach,
            start=start.tolist(),
            mean=scale.mean.tolist(),
            variance=scale.var.tolist(),
            observations=[one.name for one in actions.observed],
            actions=[one.name for one in actions.acted],
            steps=int(model.num_timesteps),
            events=actions.evaluator.spent,
            seed=seed,
        )
        return AgentPolicy(card, model.policy)


@dataclass(frozen=True)
class AbstractPpo(AbstractAgent):
    """Proximal policy optimisation in `epochs` passes over equal batches of about `batch` steps."""

    batch: Count = 256
    epochs: Count = 4
    rate: Positive = 2e-3
    clip: Positive = 0.2

    def proximal(self, kind: Any, env: Any, steps: int, seed: int, **policy: Any) -> Any:
        """A learner of this kind (stable-baselines3's PPO or one with its arguments); `policy` adds to its network."""
        return kind(
            "MlpPolicy",
            env,
            learning_rate=self.rate,
            n_steps=steps,
            batch_size=steps * self.agents // max(1, steps * self.agents // self.batch),
            n_epochs=self.epochs,
            gamma=1.0,
            clip_range=self.clip,
            policy_kwargs={"net_arch": [self.units, self.units], **policy},
            device="cpu",
            seed=seed,
        )


@dataclass(frozen=True)
class Ppo(AbstractPpo):
    """Proximal policy optimisation of whole layers; the first actions have the noise `noise`, in units of `reach`.

    Schulman et al., arXiv 1707.06347.
    """

    noise: Positive = 0.15
    tried: ClassVar[int] = 6

    def actions(self, evaluator: Evaluator, count: int, base: np.ndarray) -> "AbstractActions":
        """One layer per step."""
        from designopt.envs.layer_actions import LayerActions

        return LayerActions(evaluator, count, base, self.reach)

    def learner(self, env: Any, steps: int, seed: int) -> Any:
        """Stable-baselines3's PPO."""
        from stable_baselines3 import PPO

        return self.proximal(PPO, env, steps, seed, log_std_init=float(np.log(self.noise)))


@dataclass(frozen=True)
class Sac(AbstractAgent):
    """Soft actor-critic: learns from all episodes so far, `lessons` gradient steps per round of `stacks` episodes.

    Haarnoja et al., arXiv 1801.01290.
    """

    reach: Positive = 0.25
    stacks: Count = 8
    batch: Count = 128
    lessons: Count = 32
    rate: Positive = 1e-3

    def actions(self, evaluator: Evaluator, count: int, base: np.ndarray) -> "AbstractActions":
        """One layer per step."""
        from designopt.envs.layer_actions import LayerActions

        return LayerActions(evaluator, count, base, self.reach)

    def learner(self, env: Any, steps: int, seed: int) -> Any:
        """Stable-baselines3's SAC, updated between rounds."""
        from stable_baselines3 import SAC

        return SAC(
            "MlpPolicy",
            env,
            learning_rate=self.rate,
            buffer_size=100_000,
            learning_starts=steps * self.agents,
            batch_size=self.batch,
            train_freq=steps,
            gradient_steps=self.lessons,
            gamma=1.0,
            ent_coef="auto_0.1",
            policy_kwargs={"net_arch": [self.units, self.units]},
            device="cpu",
            seed=seed,
        )
