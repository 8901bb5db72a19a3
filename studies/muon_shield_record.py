"""How few muons get through the best shield of the Challenge's 30 numbers, and through one that could be built?

Evolution from the Challenge's baseline on hits as built: fresh muons for every generation, more of them as fewer get
through. The best of each phase is counted on four million common fresh muons, the best of these on ten million others,
beside the baseline. With `saturated` steel carries at most 2 T: the shield that could be built.
`--budget 7371` (kCHF) is the baseline's cost, `--quick` a look.
"""

from designopt import prepare

prepare()

import argparse
import json
import time

import jax.numpy as jnp
import numpy as np

from designopt import Allowance, Evaluator, make
from designopt.detectors.muon_shield.evaluate import evaluate_design
from designopt.detectors.muon_shield.problem import focused
from designopt.detectors.muon_shield.reference import challenge_baseline
from designopt.optimisers.evolution.renewed_evolution import Phase, RenewedCmaEs
from designopt.units import MCHF

PHASES = ((36, 12, Phase(1.0, 0.05)), (60, 16, Phase(1.0, 0.025, 1, 3)), (96, 16, Phase(1.0, 0.0125, 4, 3)))
"""Millions of muons, steps in each magnet, generations; the next phase draws its muons where this one's leaks are."""

LOOK = ((0.15, 6, Phase(1.0, 0.05)), (0.15, 6, Phase(1.0, 0.025)))
"""The same with few muons: that it runs and what it prints, not how good a shield can be."""


def told(name: str, table: np.ndarray, muons: int, seed: int, saturation: bool) -> float:
    """Count the hits of a table as built, and say them."""
    found = evaluate_design({"magnets": table.tolist()}, muons=muons, seed=seed, saturation=saturation)
    bands = ", ".join(f"{row['hits']:.1f} from {band}" for band, row in found["hits_by_momentum"].items())
    print(
        f"{name}: {found['hits_per_1e7']:.2f} +- {found['hits_error']:.2f} hits per 1e7 muons ({bands}), "
        f"{found['length_m']:.2f} m, {found['total_cost'] / 1e3:.3f} MCHF, at most {found['peak_field_t']:.1f} T"
    )
    return found["hits_per_1e7"]


def main(saturation: bool, budget: float, quick: bool, seed: int) -> None:
    """Search, choose, count again."""
    began, million = time.perf_counter(), 25_000 if quick else 1_000_000
    phases, muons, members = (LOOK, 2500, 8) if quick else (PHASES, 50_000, 24)
    points: list[np.ndarray] = []
    for number, (millions, steps, phase) in enumerate(phases):
        problem = make("muon-shield-v1", saturation=saturation, budget=budget, muons=muons, steps=steps)
        points = points or [np.asarray(problem.space.encode(problem.references["baseline"]))]
        problem = focused(problem, points[-2:], seed) if number else problem
        evaluator = Evaluator(problem, Allowance(round(millions * 1_000_000)))
        with evaluator.stage(evaluator.remaining, points[-1:]):
            RenewedCmaEs(phases=(phase,), members=members).run(evaluator, seed + 1000 * number)
        assert evaluator.best is not None, "No shield of this phase keeps its limits."
        points.append(evaluator.best.u)
        minutes = (time.perf_counter() - began) / 60
        hits = np.expm1(evaluator.best.score)
        print(f"phase {number}: {hits:.0f} hits, {evaluator.spent:.3g} muons, {minutes:.1f} min", flush=True)
    tables = [problem.detector.magnets(problem.decode(jnp.asarray(u))).table().round(3) for u in points]
    counts = [told(f"point {n}", table, 4 * million, 1002, saturation) for n, table in enumerate(tables)]
    best = tables[int(np.argmin(counts))]
    told("baseline", challenge_baseline(), 10 * million, 1003, saturation)
    told("best", best, 10 * million, 1003, saturation)
    print(json.dumps({"magnets": best.tolist()}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("field", nargs="?", choices=["challenge", "saturated"], default="challenge")
    parser.add_argument("--budget", type=float, default=8 * MCHF)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    main(given.field == "saturated", given.budget, given.quick, given.seed)
