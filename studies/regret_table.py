"""How far do searches end above the best designs known? Regret on fresh events, as interquartile means over seeds.

`python studies/regret_table.py` runs what is missing of five searches on five problems with 200 and 1000 evaluations'
worth of events, and prints the table; interrupt and repeat at will. `--seeds 3` and `--only NAME` do less. The reviewed
problems (`--only v2`) are searched by all families, those that think for a tenth of a second and more a call with 200
evaluations alone.
"""

from designopt import prepare

prepare()

import argparse
import json
import shlex
import sys
from pathlib import Path

import numpy as np

from designopt import Allowance, Study, load, make
from designopt.benchmarks.best_known import best_known
from designopt.optimisers.auto import Auto
from designopt.optimisers.baselines import RandomSearch
from designopt.optimisers.bayesian.gradient_search import GradientBayes
from designopt.optimisers.bayesian.skopt_search import BayesianSearch
from designopt.optimisers.evolution.annealing import SimulatedAnnealing
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.evolution.differential_evolution import DifferentialEvolution
from designopt.optimisers.gradient.methods import Adam, Lbfgs, Slsqp
from designopt.optimisers.reinforcement.agents import Ppo
from designopt.optimisers.reinforcement.compiled import CompiledPpo
from designopt.optimisers.reinforcement.masked import MaskedPpo
from designopt.optimisers.surrogate.local_surrogate import LocalSurrogate
from designopt.report.data.statistics import interquartile_mean

PROBLEMS = [
    ("calorimeter-segmentation-v1", {}, 2700.0),
    ("hadron-calorimeter-v1", {}, 4517.0),
    ("spectrometer-layout-v1", {"granularity": "continuous"}, 4000.0),
    ("spectrometer-layout-v1", {"granularity": "catalogue"}, 4500.0),
    ("tracker-layout-v1", {}, 59_960.0),
    ("spectrometer-layout-v2", {}, 4000.0),
    ("hadron-calorimeter-v2", {}, 5900.0),
    ("calorimeter-segmentation-v2", {}, 4100.0),
    ("tracker-layout-v2", {}, 65_260.0),
]
SEARCHES = [Auto(), Slsqp(), Lbfgs(), CmaEs(), DifferentialEvolution()]
REVIEWED = [*SEARCHES, SimulatedAnnealing(), Adam(), LocalSurrogate(), CompiledPpo(), RandomSearch()]
"""Searches of the reviewed problems, whose requirements and choices decide."""
SLOW = [GradientBayes(), GradientBayes(gradients=False), BayesianSearch(), Ppo(), MaskedPpo()]
"""Of the reviewed problems too, with 200 evaluations: what models the score, or learns step by step."""


def study(quick: bool = False, place: int = 0, calls: int = 200, seeds: int = 10) -> Study:
    """One problem, all of its searches."""
    name, options, budget = PROBLEMS[place]
    problem = make(name, budget=budget, **options)
    events = Allowance((50 if quick else calls) * problem.events)
    searches = SEARCHES if name.endswith("-v1") else REVIEWED if calls > 200 else [*REVIEWED, *SLOW]
    return Study(f"regret-{calls}", [problem], searches, range(2 if quick else seeds), events)


def main() -> None:
    """Run what is missing; print the regret of every search, problem after problem."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--only", default="", help="part of the name of a problem or of its options")
    chosen = parser.parse_args()
    places = [place for place, (name, options, _) in enumerate(PROBLEMS) if chosen.only in f"{name} {options}"]
    for place in places:
        for calls in (200, 1000):
            one, folder = study(place=place, calls=calls, seeds=chosen.seeds), Path("runs") / f"regret-{calls}-{place}"
            for plan in one.missing(folder):
                plan.execute(folder, shlex.join(sys.argv))
            runs, card = load(folder).runs, json.loads(json.dumps(one.problems[0].card()))
            known = best_known(card) or {"fresh_score": float("nan")}
            for search in one.optimisers:
                scores = [run.winner["score"] for run in runs if run.entrant == search.name and run.winner]
                regret = interquartile_mean(np.array(scores)) - known["fresh_score"] if scores else float("nan")
                print(f"{PROBLEMS[place][:2]} {calls} {search.name}: {regret:.4f} ({len(scores)} runs)", flush=True)


if __name__ == "__main__":
    main()
