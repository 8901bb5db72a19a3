"""PPO of stable-baselines3, from outside, on three problems: learning curves, steps a second.

`python studies/ppo_from_outside.py --out runs/ppo-from-outside` draws one figure a problem and prints what was reached.
Only `do.envs.make_vec` and gymnasium are ours; every simulated event is charged by the environment. Settings are the
library's own, but that nothing is discounted (an episode is rewarded at its end), and that observations and rewards are
divided by their running spread (`VecNormalize`).
"""

from designopt import prepare

prepare()

import argparse
import time
from pathlib import Path

import gymnasium
import matplotlib.pyplot as plt
import numpy as np
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize

import designopt as do

PROBLEMS = ("plane-spacing-v1", "spectrometer-layout-v1", "hadron-calorimeter-v1")


def learned(
    problem: do.Problem, agents: int, steps: int, seed: int, normalised: bool
) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Of all episodes in order rewards (gain over the start in %) and whether the stack keeps the side limits;
    simulated designs; steps a second."""
    env, ended = do.envs.make_vec(problem, agents), []
    scaled = VecNormalize(env, gamma=1.0) if normalised else env
    model = PPO("MlpPolicy", scaled, n_steps=64, gamma=1.0, seed=seed, device="cpu")
    begun = time.process_time()

    def collect(found: dict, _: dict) -> bool:
        ended.extend((info["episode"]["r"], info["trial"].feasible) for info in found["infos"] if "episode" in info)
        return True

    model.learn(steps, callback=collect)
    seconds = time.process_time() - begun
    earned, allowed = map(np.array, zip(*ended, strict=True))
    return earned, allowed, env.episodes.events / problem.events, model.num_timesteps / seconds


def rates(problem: do.Problem, agents: int, steps: int) -> tuple[float, float]:
    """Steps a CPU second of random actions: many agents in one environment, and in separate ones."""
    found = []
    apart = [lambda: gymnasium.make("designopt.envs:designopt/Design-v0", problem=problem)] * agents
    for env in (do.envs.make_vec(problem, agents), DummyVecEnv(apart)):
        env.action_space.seed(0)
        for count in (4 * steps // agents, steps // agents):  # the first round compiles
            env.reset()
            begun = time.process_time()
            for _ in range(count):
                env.step(np.stack([env.action_space.sample() for _ in range(agents)]))
            found.append(count * agents / (time.process_time() - begun))
    return found[1], found[3]


def main() -> None:
    """Learn, draw and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, default=Path("runs/ppo-from-outside"))
    options.add_argument("--steps", type=int, default=16_384)
    options.add_argument("--agents", type=int, default=16)
    options.add_argument("--raw", action="store_true", help="observations and rewards as they are, not normalised")
    options.add_argument("--seeds", type=int, default=2)
    options.add_argument("--problems", nargs="*", default=PROBLEMS)
    asked = options.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)  # networks this small: several threads on busy cores wait for one another
    for name in asked.problems:
        problem = do.make(name)  # once: every environment of it shares what is compiled
        figure, axes = plt.subplots(figsize=(6, 3.2), layout="constrained")
        for seed in range(asked.seeds):
            earned, allowed, designs, speed = learned(problem, asked.agents, asked.steps, seed, not asked.raw)
            tail = max(1, len(earned) // 10)
            axes.plot(np.convolve(earned, np.full(tail, 1 / tail), "valid"), label=f"seed {seed}")
            print(f"{name} seed {seed}: {len(earned)} episodes, {designs:.0f} designs, first tenth "
                  f"{earned[:tail].mean():+.3g} % ({allowed[:tail].mean():.0%} allowed), last tenth "
                  f"{earned[-tail:].mean():+.3g} % ({allowed[-tail:].mean():.0%} allowed), best {earned.max():+.3g} %, "
                  f"{speed:.0f} steps/s with learning", flush=True)  # fmt: skip
        axes.axhline(0.0, color="grey", linestyle="--", linewidth=1)
        axes.set(xlabel="episodes", ylabel="gain over the start (%),\nmean of a tenth of all", title=name)
        axes.legend(frameon=False)
        figure.savefig(asked.out / f"{name}.png", dpi=110)
        together, apart = rates(problem, asked.agents, 256)
        print(f"{name}: {together:.0f} steps/s in one environment, {apart:.0f} in separate ones", flush=True)


if __name__ == "__main__":
    main()
