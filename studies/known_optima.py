"""Do the optimisers find optima that are known exactly? Two kinds of tracker problem, family by family.

Plane spacing: N equal planes in a field; the best layout is a quarter of them at each end and half in the middle,
16 sigma pT / (0.3 B L^2 sqrt(N)). Found means within 2 %.
Spectrometer: four equal stations on a grid of 0.5 m around a dipole. Exhaustive search of all 4845 layouts gives the
optimum; at 5 GeV it is not symmetric, and symmetric ones lie in another basin. Then all 2.8 million layouts of four to
eight stations of three technologies for 4000 kCHF on the same grid. Found means within 0.01 %; near is within 1 %.
"""

from designopt import prepare

prepare()

import argparse

import numpy as np

from designopt import Allowance, Evaluator, Problem, make
from designopt.detectors.spectrometer.references.exhaustive import every_layout
from designopt.optimisers.baselines import RandomSearch
from designopt.optimisers.bayesian.skopt_search import BayesianSearch
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.gradient.methods import Adam, Lbfgs
from designopt.optimisers.reinforcement.agents import Ppo
from designopt.optimisers.reinforcement.compiled import CompiledPpo
from designopt.optimisers.reinforcement.masked import MaskedPpo

ENTRANTS = [RandomSearch(), Adam(), Lbfgs(), CmaEs(), BayesianSearch(), Ppo(), MaskedPpo(),
            CompiledPpo()]  # fmt: skip
GRID = np.arange(1500.0, 6001.0, 500.0)
PLACES = [*(-GRID).tolist(), *GRID.tolist()]
FOUR = {"stations": 4, "count": "fixed", "technologies": {"straws": {"resolution_um": 100.0, "x_over_x0": 0.005}},
        "hits": 1, "log_thickness": None}  # fmt: skip
COARSE = {"step": 500.0, "gap": 500.0}


def spaced(problem: Problem) -> float:
    """Logarithm of the best resolution that so many planes can have."""
    return float(np.log(problem.detector.best(problem.space["position"].count)))


def cases(only: str) -> list:
    """Label, problem, logarithm of the known optimum, and what counts as found."""
    spacing = [(f"{n} planes", make("plane-spacing-v1", planes=n), None, 0.02) for n in (4, 8, 12)]
    few = [(f"4 stations, {p:g} GeV", make("spectrometer-layout-v1", momenta=[p], **FOUR, **COARSE), [4], 1e-4)
           for p in (5.0, 20.0)]  # fmt: skip
    mixed = ("4-8 stations, mixed", make("spectrometer-layout-v1", **COARSE), range(4, 9), 1e-4)
    return [
        (label, p, every_layout(p, PLACES, counts)[0].score if counts else spaced(p), close)
        for label, p, counts, close in [*spacing, *few, mixed]
        if only in label
    ]


def main() -> None:
    """Print how many seeds of each family find the optimum."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--calls", type=int, default=1000, help="evaluations' worth of events for each run")
    parser.add_argument("--only", default="", help="names of optimisers, with commas")
    parser.add_argument("--case", default="", help="part of the label of a case; all without it")
    chosen = parser.parse_args()
    for label, problem, best, close in cases(chosen.case):
        for optimiser in [entrant for entrant in ENTRANTS if not chosen.only or entrant.name in chosen.only.split(",")]:
            over = []
            for seed in range(chosen.seeds):
                evaluator = Evaluator(problem, Allowance(chosen.calls * problem.events))
                optimiser.run(evaluator, seed)
                over.append(np.exp(evaluator.best.score - best) - 1 if evaluator.best else np.inf)
            found, near = (sum(o < limit for o in over) for limit in (close, 0.01))
            print(f"{label:22s} {optimiser.name:15s} found {found}, within 1 % {near} of {chosen.seeds} seeds; "
                  f"median excess {100 * np.median(over):6.2f} %", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
