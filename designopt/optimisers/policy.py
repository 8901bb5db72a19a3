"""Reinforcement learning: proximal policy optimisation of an agent that places a layer a step, money in sight."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from designopt.evaluation.evaluator import Evaluator
from designopt.evaluation.trial import Needs, merit
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.starts import initial_wishes
from designopt.optimisers.stop import Stop


@dataclass(frozen=True)
class Ppo(AbstractOptimiser):
    """PPO from a policy that repeats the best initial design; training is charged like everybody's search.

    `agents` stacks grow in lockstep. After `stacks` stacks' worth of steps a policy of two layers of `units` units
    learns from them in `epochs` passes, and builds one stack without noise. The noise of the first actions is
    `noise`, in units of `reach`: the distance in the cube that an action of one goes from the initial design.
    Observations and rewards are scaled by their running spread. Schulman et al., arXiv 1707.06347.
    """

    screened: int = 16
    agents: int = 8
    stacks: int = 8
    units: int = 64
    batch: int = 256
    epochs: int = 10
    rate: float = 2e-3
    noise: float = 0.15
    reach: float = 0.5
    clip: float = 0.2
    library: ClassVar[str] = "stable-baselines3"

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Score the initial designs, then train until the allowance is spent."""
        import torch

        from designopt.envs.design_env import Reward
        from designopt.envs.placing import Placing
        from designopt.envs.vector_env import VectorDesignEnv

        count = max(1, min(self.screened, evaluator.affordable(Needs.SCORE) // 5))
        best = min(evaluator.evaluate(initial_wishes(evaluator, seed, count), Needs.SCORE), key=merit)
        env = VectorDesignEnv(Placing(evaluator, self.agents, best.u, self.reach), Reward(best))
        judge = Placing(evaluator, 1, best.u, self.reach)
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            self._learn(env, judge, seed)
        finally:
            torch.set_num_threads(threads)
        return Stop.EVENTS

    def _learn(self, env: Any, judge: Any, seed: int) -> None:
        from stable_baselines3 import PPO
        from stable_baselines3.common.callbacks import BaseCallback
        from stable_baselines3.common.vec_env import VecNormalize

        class Greedy(BaseCallback):
            """Build one stack without noise before every round."""

            def _on_rollout_start(self) -> None:
                judge.clear()
                while not judge.step(
                    self.model.predict(normalised.normalize_obs(judge.observe()), deterministic=True)[0]
                )[0]:
                    pass
                judge.score(np.array([0]))

            def _on_step(self) -> bool:
                return True

        steps = max(1, self.stacks * judge.layers // self.agents)
        normalised = VecNormalize(env, norm_obs=True, norm_reward=True, gamma=1.0)
        model = PPO(
            "MlpPolicy",
            normalised,
            learning_rate=self.rate,
            n_steps=steps,
            batch_size=steps * self.agents // max(1, steps * self.agents // self.batch),  # equal batches
            n_epochs=self.epochs,
            gamma=1.0,
            clip_range=self.clip,
            policy_kwargs={"net_arch": [self.units, self.units], "log_std_init": float(np.log(self.noise))},
            device="cpu",
            seed=seed,
        )
        model.learn(2**62, callback=Greedy())
