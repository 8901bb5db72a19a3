"""Can a policy that was trained at five budgets design for budgets it never saw, without simulating anything?

It copies what gradient descent built at the five, and is asked for five others. Prints the distance to the exact
optimum (0 there, 1 at the uniform design) of its design, of a fresh search with 20, 50 and 200 calls' worth of events,
and of a search that begins at its design with 20 and 50. `--practise 200` adds 200 calls of PPO a training budget.
"""

import argparse
import time

import numpy as np

from designopt import Allowance, Evaluator, Problem
from designopt.optimisers.amortised import BudgetPolicy, Polish
from designopt.optimisers.auto import Auto
from designopt.optimisers.base import AbstractOptimiser
from designopt.problem.rounding import HARD
from designopt.testing.problems import distance, square_root_law, two_kinds

TAUGHT, UNSEEN = (24.0, 30.0, 38.0, 48.0, 60.0), (27.0, 34.0, 42.0, 45.0, 54.0)
PROBLEMS = {"square-root-law": square_root_law, "two-kinds": two_kinds}


def reached(problem: Problem, optimiser: AbstractOptimiser, calls: int, seed: int) -> float:
    """Distance after so many calls' worth of events."""
    evaluator = Evaluator(problem, Allowance(calls * problem.events))
    optimiser.run(evaluator, seed)
    return distance(problem, evaluator.best)


def main() -> None:
    """Train once, design for every unseen budget."""
    options = argparse.ArgumentParser()
    options.add_argument("problem", choices=PROBLEMS)
    options.add_argument("--practise", type=int, default=0)
    options.add_argument("--seeds", type=int, default=3)
    chosen = options.parse_args()
    make, begun = PROBLEMS[chosen.problem], time.process_time()
    policy = BudgetPolicy(practised=chosen.practise).train([make(budget=budget) for budget in TAUGHT])
    calls = policy.events / policy.problems[0].events
    print(f"training: {calls:.0f} calls, {time.process_time() - begun:.0f} s of CPU")
    print("budget  policy alone   fresh 20  fresh 50  fresh 200   from policy 20  from policy 50   (median of seeds)")
    for budget in UNSEEN:
        problem = make(budget=budget)
        (trial,) = Evaluator(problem, Allowance(problem.events)).evaluate(policy.design(problem)[None], sharpness=HARD)
        rows = []
        for optimiser, allowed in [
            (Auto(), 20),
            (Auto(), 50),
            (Auto(), 200),
            (Polish(policy), 20),
            (Polish(policy), 50),
        ]:
            rows.append(np.median([reached(problem, optimiser, allowed, seed) for seed in range(chosen.seeds)]))
        print(f"{budget:6g}  {distance(problem, trial):12.1e}   ", "  ".join(f"{row:9.1e}" for row in rows))


if __name__ == "__main__":
    main()
