"""What does each requirement cost, in score and in money?

One search of the problem as it is asked, one with each requirement taken away, and one with a tenth more money, all
with the same optimiser, events and seeds: `python studies/cost_of_requirements.py tracker-layout-v2`. A requirement
costs what the mean score of the seeds gains without it, with a 95 % interval, beside what the best of them gains; in
money, what buys that gain where a tenth more buys what it was measured to. The searches must be long enough to find
their optima, or the differences are those of the searches. Where built designs lead, as for the reviewed calorimeters,
take `--search annealing`.
"""

from designopt import prepare

prepare()

import argparse
import math

import numpy as np
from scipy.stats import t

from designopt import Problem, make
from designopt.benchmarks.ends import ends_of_seeds
from designopt.optimisers.auto import Auto
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.evolution.annealing import SimulatedAnnealing
from designopt.problem.registry import without_each

MORE = 1.1
"""Times the budget, for the price of money."""
SEARCHES: dict[str, AbstractOptimiser] = {"auto": Auto(), "annealing": SimulatedAnnealing()}


def variants(name: str, options: dict[str, float]) -> dict[str, Problem]:
    """The problem as asked, each requirement taken away, and with a tenth more money."""
    asked = make(name, **options)
    found = {"as asked": asked, f"{MORE:g} x the money": make(name, **{**options, "budget": MORE * asked.budget})}
    return found | {f"without {option}": problem for option, problem in without_each(asked, **options)}


def cost(asked: np.ndarray, without: np.ndarray) -> tuple[float, float]:
    """How much lower a seed ends without, in the mean, and half of its 95 % interval: the same draws, seed by seed."""
    lower = (asked - without)[np.isfinite(asked - without)]
    if len(lower) < 2:
        return float(lower.mean()), np.inf
    return float(lower.mean()), float(t.ppf(0.975, len(lower) - 1) * lower.std(ddof=1) / math.sqrt(len(lower)))


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
        scores[label] = ends_of_seeds(problem, SEARCHES[chosen.search], calls, seeds)
        values = ", ".join(f"{score:.4f}" for score in scores[label])
        print(f"{label:28s} {values}", flush=True)
    if any(np.isnan(values).all() for values in scores.values()):
        raise SystemExit("A search found nothing allowed: give it more calls.")
    asked, richer = scores.pop("as asked"), scores.pop(f"{MORE:g} x the money")
    bought = cost(asked, richer)[0] / math.log(MORE)  # of score, for the budget's logarithm
    print("\nrequirement                  mean score, 95 %      of the best  money")
    for label, values in scores.items():
        mean, error = cost(asked, values)
        money = f"{100 * math.expm1(mean / bought):6.1f} %" if bought > 0 and mean / bought < 3 else "beyond the range"
        best = np.nanmin(asked) - np.nanmin(values)
        told = money if abs(mean) > error else "not told from none" if error else "none"
        print(f"{label.removeprefix('without '):28s} {mean:7.4f} +- {error:<9.4f} {best:9.4f}  {told}")


if __name__ == "__main__":
    main()
