"""How fast do the agents learn, in moves a second and in calls? Ratios from one run on this machine.

Two problems whose optimum is known, every agent with the same events: stable-baselines3's PPO at its defaults on one
environment; small and large batches on our environment of many agents; decisions with what cannot be paid masked; the
same compiled. It remembers stacks that it built before, so its moves a second are a lower bound.
A move is a layer or, for masked agents, a decision. Seconds are of this process, its simulations included, without a
first run that compiles. Distances are 0 at the optimum and 1 at the uniform reference design. The library's defaults,
by far the slowest, have three seeds.
"""

import argparse
import time

import numpy as np

from designopt import Allowance, Evaluator, Problem
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.compiled import CompiledPpo
from designopt.optimisers.masked import MaskedPpo
from designopt.optimisers.policy import Ppo
from designopt.testing.accuracy import median_and_interval
from designopt.testing.bare import BarePpo
from designopt.testing.problems import distance, knapsack, two_kinds

ENTRANTS: dict[str, AbstractOptimiser] = {
    "library's defaults": BarePpo(),
    "batch 64, 10 epochs": Ppo(batch=64, epochs=10),
    "Ppo": Ppo(),
    "Ppo, 64 agents": Ppo(agents=64, stacks=64, batch=512),
    "MaskedPpo": MaskedPpo(),
    "CompiledPpo": CompiledPpo(),
}
DECIDE = ("MaskedPpo", "CompiledPpo")  # a decision a move


def run(problem: Problem, agent: AbstractOptimiser, calls: int, seed: int) -> tuple[float, float]:
    """Distance reached, and seconds."""
    evaluator, begun = Evaluator(problem, Allowance(calls * problem.events)), time.process_time()
    agent.run(evaluator, seed)
    return distance(problem, evaluator.best), time.process_time() - begun


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--calls", type=int, default=500)
    options.add_argument("--seeds", type=int, default=10)
    options.add_argument("--only", default="", help="labels, with commas")
    chosen = options.parse_args()
    for problem, decisions in ((two_kinds(), 2), (knapsack(), 1)):
        slots, first = problem.space.variables[0].count, 0.0
        for label, agent in ENTRANTS.items():
            if chosen.only and label not in chosen.only.split(","):
                continue
            seeds = range(min(chosen.seeds, 3) if agent.name == "BarePpo" else chosen.seeds)
            run(problem, agent, 100, seed=100)
            reached, seconds = np.transpose([run(problem, agent, chosen.calls, seed) for seed in seeds])
            moves = slots * (decisions if agent.name in DECIDE else 1) * chosen.calls * len(seeds) / np.sum(seconds)
            first = first or moves
            print(f"{problem.name:12s} {label:22s} {moves:7.0f} moves/s ({moves / first:4.1f} x), distance "
                  "{:.3f} ({:.3f} - {:.3f})".format(*median_and_interval(list(reached))), flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
