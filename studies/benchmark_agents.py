"""How fast do the agents learn, in steps per second and in calls? Ratios from one run on this machine.

Steps: stable-baselines3's PPO at its defaults on one environment; small and large batches on our environment of many
agents; decisions with what cannot be paid masked. Seconds are of this process, simulations and learning included.
Then every agent learns on two problems whose optimum is known, with the same events: distances are 0 at the optimum and
1 at the uniform design, stacks per second are those charged. `CompiledPpo` runs the episodes of `MaskedPpo` in one
compiled call per round, and is compiled by a first run that does not count.
"""

from designopt import prepare

prepare()

import argparse
import time
from typing import Any

from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize

from designopt import Allowance, Evaluator, Problem
from designopt.benchmarks.accuracy import median_and_interval
from designopt.benchmarks.bare_libraries import BarePpo
from designopt.benchmarks.problems import distance, knapsack, two_kinds
from designopt.envs.shared.episodes import Episodes
from designopt.envs.shared.reward import Reward, default_start
from designopt.envs.stack_env import DesignEnv
from designopt.envs.vector_env import VectorDesignEnv
from designopt.optimisers.reinforcement.agents import AbstractAgent, Ppo, one_thread
from designopt.optimisers.reinforcement.compiled import CompiledPpo
from designopt.optimisers.reinforcement.masked import MaskedPpo

AGENTS = {"batch 64, 10 epochs": Ppo(batch=64, epochs=10), "Ppo": Ppo(),
          "Ppo, 64 agents": Ppo(agents=64, stacks=64, batch=512), "MaskedPpo": MaskedPpo()}  # fmt: skip
ENTRANTS = {"library's defaults": BarePpo(), **AGENTS, "CompiledPpo": CompiledPpo()}


def plain(problem: Problem) -> Any:
    """The library's PPO at its defaults."""
    from stable_baselines3 import PPO

    return PPO("MlpPolicy", DummyVecEnv([lambda: DesignEnv(problem)]), device="cpu", seed=0)


def ours(problem: Problem, agent: AbstractAgent) -> Any:
    """One of our agents, as `AbstractAgent.search` makes it."""
    evaluator, start = Evaluator(problem, Allowance(10**9)), default_start(problem)
    actions = agent.actions(evaluator, agent.agents, start)
    reward = Reward(evaluator.evaluate(start[None])[0])
    env = VectorDesignEnv(Episodes(actions, actions.score, reward=reward))
    steps = max(1, agent.stacks * actions.length // agent.agents)
    return agent.learner(VecNormalize(env, gamma=1.0), steps, 0)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--steps", type=int, default=2048)
    options.add_argument("--calls", type=int, default=500)
    options.add_argument("--seeds", type=int, default=10)
    options.add_argument("--learn", default=";".join(ENTRANTS), help="labels of agents, with semicolons")
    chosen = options.parse_args()
    models, first = {"library's defaults": plain(two_kinds())}, 0.0
    for label, model in (models | {label: ours(two_kinds(), agent) for label, agent in AGENTS.items()}).items():
        with one_thread():
            model.learn(64)
            begun = time.process_time()
            model.learn(chosen.steps)
        rate = model.num_timesteps / (time.process_time() - begun)
        first = first or rate
        print(f"two-kinds-8  {label:22s} {rate:6.0f} steps/s, {rate / first:5.1f} x", flush=True)
    for problem in (knapsack(), two_kinds()):
        for label, agent in ENTRANTS.items():
            if label not in chosen.learn.split(";"):
                continue
            reached, seconds = [], 0.0
            for seed in (-1, *range(chosen.seeds)):
                evaluator, begun = Evaluator(problem, Allowance(chosen.calls * problem.events)), time.process_time()
                agent.run(evaluator, seed % 1000)
                if seed >= 0:
                    reached.append(distance(problem, evaluator.best))
                    seconds += time.process_time() - begun
            print(f"{problem.name:12s} {label:22s} {chosen.calls * chosen.seeds / seconds:5.0f} stacks/s, distance "
                  "{:.3f} ({:.3f} - {:.3f})".format(*median_and_interval(reached)), flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
