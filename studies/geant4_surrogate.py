"""Geant4 as the only simulator: how many of its showers does a learned surrogate need, and what others?

Ten layers of lead and scintillator for the price of equal ones, electrons of 0.5 GeV, 300 showers per design, so that a
score is uncertain by several per cent. A local surrogate against a Bayesian search and against finite differences. The
best design so far of every run is counted again on 1000 fresh showers; prints its gain in ln sigma(E)/E over equal
layers, and after how many designs the surrogate loop is as good as the Bayesian search in the end.

    python studies/geant4_surrogate.py [--quick] [--out runs/geant4-surrogate]     an hour; needs designopt[geant4]
    python studies/geant4_surrogate.py --calls 30 --showers 800 --initial 3 --out runs/geant4-surrogate-800
"""

from designopt import prepare

prepare()

import argparse

import jax
import numpy as np

from designopt import Allowance, Study
from designopt.detectors.calorimeter.simulation.problem import calorimeter_geant4
from designopt.optimisers.bayesian.skopt_search import BayesianSearch
from designopt.optimisers.gradient.finite_differences import FiniteDifferences
from designopt.optimisers.surrogate.local_surrogate import LocalSurrogate
from designopt.records.study_record import load
from designopt.records.trial import Trial, sort_key

OUT = "runs/geant4-surrogate"
CALLS, SEEDS, KNOTS, INITIAL = 45, 3, 4, 8
GRID = (3, 6, 8, 10, 12, 15, 20, 25, 30, 37, 45)
BEAM, SHOWERS, FRESH = (0.5,), 300, 1000


def study(quick: bool = False, calls: int = CALLS, showers: int = SHOWERS, initial: int = INITIAL) -> Study:
    """The grid of runs; `quick`: one seed and a third of the allowance."""
    problem = calorimeter_geant4(energies=BEAM, showers=showers)
    return Study(
        name="geant4-surrogate",
        problems=[problem],
        optimisers=[
            kind(knots=KNOTS, screened=initial) for kind in (LocalSurrogate, BayesianSearch, FiniteDifferences)
        ],
        seeds=range(1 if quick else SEEDS),
        allowance=Allowance(events=calls // (3 if quick else 1) * problem.events),
    )


def main() -> None:
    """Run what is missing, count winners again, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--out", default=OUT)
    for name, usual in (("--calls", CALLS), ("--showers", SHOWERS), ("--initial", INITIAL)):
        parser.add_argument(name, type=int, default=usual)
    options = parser.parse_args()
    study(options.quick, options.calls, options.showers, options.initial).run(options.out)
    grid = [n for n in GRID if options.initial <= n <= options.calls]
    fresh_problem = calorimeter_geant4(energies=BEAM, showers=FRESH, seed=2)
    fresh = jax.jit(lambda u: fresh_problem.score(fresh_problem.build(u)))
    uniform = float(fresh(fresh_problem.space.encode(fresh_problem.references["uniform"])))

    def gain(trials: list[Trial]) -> float:
        return uniform - float(fresh(min(trials, key=sort_key).u))

    curves: dict[str, list[list[float]]] = {}
    for run in load(options.out).runs:
        curves.setdefault(run.header["optimiser"]["name"], []).append([gain(run.trials[:n]) for n in grid])
    for name, rows in curves.items():
        error = np.std(rows, axis=0, ddof=min(1, len(rows) - 1)) / len(rows) ** 0.5
        cells = [f"{n}: {m:.3f}+-{e:.3f}" for n, m, e in zip(grid, np.mean(rows, axis=0), error, strict=True)]
        print(f"{name:18s}", "  ".join(cells))
    aim, curve = (np.mean(curves[name], axis=0) for name in ("BayesianSearch", "LocalSurrogate"))
    reached = [n for n, value in zip(grid, curve, strict=True) if value >= aim[-1]]
    print(f"the surrogate loop has the Bayesian search's last gain of {aim[-1]:.3f} after {reached[:1]} designs")


if __name__ == "__main__":
    main()
