"""What does each requirement cost, in score and in money?

One search of the problem as it is asked, one with each requirement taken away, and one with a tenth more money, all
with the same optimiser, events and seeds: `python studies/cost_of_requirements.py tracker-layout-v2`. A requirement
costs what the score gains without it; in money, what buys that gain where a tenth more buys what it was measured to.
The searches must be long enough to find their optima, or the differences are those of the searches: compare the cost
with the spread of the seeds. Where built designs lead, as for the reviewed calorimeters, take `--search annealing`.
"""

from designopt import prepare

prepare()

import argparse
import math

import numpy as np

from designopt import Allowance, Evaluator, Problem, make
from designopt.optimisers.auto import Auto
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.evolution.annealing import SimulatedAnnealing

MORE = 1.1
"""Times the budget, for the price of money."""
SEARCHES: dict[str, AbstractOptimiser] = {"auto": Auto(), "annealing": SimulatedAnnealing()}


def variants(name: str, options: dict[str, float]) -> dict[str, Problem]:
    """The problem as asked, each requirement taken away, and with a tenth more money."""
    asked = make(name, **options)
    less = {one.option: one.off for one in asked.requirements}
    found = {"as asked": asked, f"{MORE:g} x the money": make(name, **{**options, "budget": MORE * asked.budget})}
    budget = {"budget": asked.budget}
    return found | {
        f"without {option}": make(name, **{**options, **budget, option: off}) for option, off in less.items()
    }


def searched(problem: Problem, search: AbstractOptimiser, calls: int, seeds: int) -> np.ndarray:
    """Best score as built of each seed that found a design within the limits."""
    found = []
    for seed in range(seeds):
        evaluator = Evaluator(problem, Allowance(calls * problem.events))
        search.run(evaluator, seed)
        if evaluator.best is not None:
            found.append(evaluator.best.score)
    return np.array(found)


def main() -> None:
    """Print one row per requirement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("problem", help="a problem with requirements, such as tracker-layout-v2")
    parser.add_argument("--calls", type=int, default=400, help="evaluations' worth of events for each search")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--search", choices=list(SEARCHES), default="auto")
    parser.add_argument("--budget", type=float, help="kCHF; the problem's own without it")
    parser.add_argument("--quick", action="store_true", help="40 evaluations, one seed: shows that it runs")
    chosen = parser.parse_args()
    calls, seeds = (40, 1) if chosen.quick else (chosen.calls, chosen.seeds)
    options = {} if chosen.budget is None else {"budget": chosen.budget}
    scores = {}
    for label, problem in variants(chosen.problem, options).items():
        scores[label] = searched(problem, SEARCHES[chosen.search], calls, seeds)
        values = ", ".join(f"{score:.4f}" for score in sorted(scores[label])) or "nothing allowed was found"
        print(f"{label:28s} {values}", flush=True)
    if any(not len(values) for values in scores.values()):
        raise SystemExit("A search found nothing allowed: give it more calls.")
    asked, richer = scores.pop("as asked").min(), scores.pop(f"{MORE:g} x the money").min()
    bought = (asked - richer) / math.log(MORE)  # of score, for the budget's logarithm
    print("\nrequirement                    score   money")
    for label, values in scores.items():
        cost = asked - values.min()
        money = f"{100 * math.expm1(cost / bought):6.1f} %" if bought > 0 and cost / bought < 3 else "beyond the range"
        print(f"{label.removeprefix('without '):28s} {cost:7.4f}  {money}")


if __name__ == "__main__":
    main()
