"""Can a policy that was trained at five budgets design for budgets it never saw, without simulating anything?

It copies what gradient descent built at the five, and is asked for five others. Prints its design, a fresh search with
20, 50 and 200 calls' worth of events, and a search that begins at its design with 20 and 50: for problems whose optimum
is known the distance to it (0 there, 1 at the uniform design), else how much the score exceeds the best of the row,
in per cent. `--practise 200` adds 200 calls of PPO per training budget.
"""

from designopt import prepare

prepare()

import argparse
import time

import numpy as np

from designopt import Allowance, Evaluator, Problem, make
from designopt.benchmarks.problems import distance, square_root_law, two_kinds
from designopt.optimisers.auto import Auto
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.reinforcement.amortised import BudgetPolicy, Polish
from designopt.problem.rounding import HARD
from designopt.records.trial import Trial


def spectrometer(budget: float) -> Problem:
    """Six stations of any resolution: where, on which side, how fine."""
    return make("spectrometer-layout-v1", budget=budget, stations=6, count="fixed", granularity="continuous")


TOY = (24.0, 30.0, 38.0, 48.0, 60.0), (27.0, 34.0, 42.0, 45.0, 54.0)
MONEY = (4000.0, 5000.0, 6200.0, 7700.0, 9600.0), (4500.0, 5600.0, 6900.0, 7300.0, 8600.0)  # kCHF
PROBLEMS = {"square-root-law": (square_root_law, *TOY), "two-kinds": (two_kinds, *TOY),
            "spectrometer": (spectrometer, *MONEY)}  # fmt: skip


def found(problem: Problem, optimiser: AbstractOptimiser, calls: int, seed: int) -> Trial | None:
    """The best after so many calls' worth of events."""
    evaluator = Evaluator(problem, Allowance(calls * problem.events))
    optimiser.run(evaluator, seed)
    return evaluator.best


def main() -> None:
    """Train once, design for every unseen budget."""
    options = argparse.ArgumentParser()
    options.add_argument("problem", choices=PROBLEMS)
    options.add_argument("--practise", type=int, default=0)
    options.add_argument("--seeds", type=int, default=3)
    chosen = options.parse_args()
    maker, taught, unseen = PROBLEMS[chosen.problem]
    begun = time.process_time()
    policy = BudgetPolicy(practised=chosen.practise).train([maker(budget=budget) for budget in taught])
    calls = policy.events / policy.problems[0].events
    print(f"training: {calls:.0f} calls, {time.process_time() - begun:.0f} s of CPU")
    print("budget  policy alone   fresh 20  fresh 50  fresh 200   from policy 20  from policy 50   (median of seeds)")
    for budget in unseen:
        problem = maker(budget=budget)
        u = policy.design(problem)
        row = [Evaluator(problem, Allowance(problem.events)).evaluate(u[None], sharpness=HARD)]
        for optimiser, allowed in [
            (Auto(), 20),
            (Auto(), 50),
            (Auto(), 200),
            (Polish(policy), 20),
            (Polish(policy), 50),
        ]:
            row.append([found(problem, optimiser, allowed, seed) for seed in range(chosen.seeds)])
        if chosen.problem == "spectrometer":
            scores = [[t.score if t and t.feasible else np.inf for t in cell] for cell in row]
            least = min(min(cell) for cell in scores)
            values = [100 * np.expm1(np.median(cell) - least) for cell in scores]
        else:
            values = [np.median([distance(problem, trial) for trial in cell]) for cell in row]
        print(f"{budget:6g}  {values[0]:12.1e}   ", "  ".join(f"{value:9.1e}" for value in values[1:]), flush=True)


if __name__ == "__main__":
    main()
