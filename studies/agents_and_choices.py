"""Where everything is a choice or a whole number, does an agent beat every other family at the same events?

Thirty kinds of items for a fixed sum; up to eight stations of three grades around a magnet, whose places are free as
well; a muon shield of up to twelve elements. Printed: the median score of the seeds with its 95 % interval, the best
one and CPU seconds per run, then the probability that the better of the agents ends lower than the best other, chosen
by their medians. `python studies/agents_and_choices.py items [--calls 4000] [--seeds 10] [--only Adam,CompiledPpo]`.
"""

from designopt import prepare

prepare()

import argparse
import time

import numpy as np

from designopt import Allowance, Evaluator, make
from designopt.benchmarks.accuracy import median_and_interval
from designopt.benchmarks.problems import knapsack
from designopt.optimisers.auto import Auto
from designopt.optimisers.baselines import RandomSearch
from designopt.optimisers.composite import Neighbours, Then
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.evolution.differential_evolution import DifferentialEvolution
from designopt.optimisers.gradient.methods import Adam, Lbfgs
from designopt.optimisers.reinforcement.agents import Ppo
from designopt.optimisers.reinforcement.compiled import CompiledPpo
from designopt.optimisers.reinforcement.masked import MaskedPpo
from designopt.report.data.statistics import superiority

PROBLEMS = {"items": lambda: knapsack(30, 77.0), "spectrometer": lambda: make("spectrometer-layout-v1"),
            "shield": lambda: make("muon-shield-allocation-v1", muons=200)}  # fmt: skip
WIDE = CmaEs(knots=None)
OTHERS = {"RandomSearch": RandomSearch(), "CmaEs": CmaEs(), "CmaEs-every-slot": WIDE, "Auto": Auto(), "Adam": Adam(),
          "Lbfgs": Lbfgs(), "DifferentialEvolution": DifferentialEvolution(),
          "CmaEs-every-slot-then-Neighbours": Then(WIDE, Neighbours(), 0.7)}  # fmt: skip
AGENTS = {"Ppo": Ppo(), "MaskedPpo": MaskedPpo(), "CompiledPpo": CompiledPpo()}


def main() -> None:
    """Run every entrant on one problem and print."""
    options = argparse.ArgumentParser()
    options.add_argument("problem", choices=PROBLEMS)
    options.add_argument("--calls", type=int, default=4000)
    options.add_argument("--seeds", type=int, default=10)
    options.add_argument("--only", default=",".join(OTHERS | AGENTS))
    chosen = options.parse_args()
    problem, found = PROBLEMS[chosen.problem](), dict[str, list[float]]()
    for label in chosen.only.split(","):
        found[label], begun = [], time.process_time()
        for seed in range(chosen.seeds):
            evaluator = Evaluator(problem, Allowance(chosen.calls * problem.events))
            (OTHERS | AGENTS)[label].run(evaluator, seed)
            found[label].append(evaluator.best.score if evaluator.best and evaluator.best.feasible else np.inf)
        seconds = (time.process_time() - begun) / chosen.seeds
        print(f"{label:33s}" + "{:.4f} ({:.4f} - {:.4f})".format(*median_and_interval(found[label])),
              f"best {min(found[label]):.4f}, {seconds:.1f} s", flush=True)  # fmt: skip
    agent, other = (min(found.keys() & some, key=lambda one: np.median(found[one])) for some in (AGENTS, OTHERS))
    chance, (low, high) = superiority(found[agent], found[other], np.random.default_rng(0))
    print(f"{agent} lower than {other}: {chance:.2f} [{low:.2f}, {high:.2f}]")


if __name__ == "__main__":
    main()
