"""How few muons get through the best shield of the Challenge's 30 numbers, and through one that could be built?

Evolution from the Challenge's baseline on hits as built: fresh muons for every generation, more of them as fewer get
through. The centres and best shields of the last four generations are counted on a million common fresh muons, the best
three on four million others, the best of these on ten million others, beside the baseline. With `saturated` steel
carries at most 2 T: the shield that could be built. `--budget 7371` (kCHF) is the baseline's cost, `--quick` a look.
"""

from designopt import prepare

prepare()

import argparse
import json
import time

import jax.numpy as jnp
import numpy as np

from designopt import make
from designopt.detectors.muon_shield.evaluate import evaluate_design
from designopt.detectors.muon_shield.evolve import PHASES, QUICK, evolve
from designopt.detectors.muon_shield.reference import challenge_baseline
from designopt.units import MCHF


def told(name: str, table: np.ndarray, muons: int, seed: int, saturation: bool) -> float:
    """Count the hits of a table as built, and say them."""
    found = evaluate_design({"magnets": table.tolist()}, muons=muons, seed=seed, saturation=saturation)
    bands = ", ".join(f"{row['hits']:.1f} from {band}" for band, row in found["hits_by_momentum"].items())
    print(
        f"{name}: {found['hits_per_1e7']:.2f} +- {found['hits_error']:.2f} hits per 1e7 muons ({bands}), "
        f"{found['length_m']:.2f} m, {found['cost'] / 1e6:.3f} MCHF, at most {found['peak_field_t']:.1f} T"
    )
    return found["hits_per_1e7"]


def main(saturation: bool, budget: float, quick: bool, seed: int) -> None:
    """Search, choose, count again."""
    began, points = time.perf_counter(), []
    problem = make("muon-shield-v1", saturation=saturation, budget=budget, muons=20)
    start = np.asarray(problem.space.encode(problem.references["baseline"]))
    million = 10_000 if quick else 1_000_000
    for n, here in enumerate(evolve(problem, start, QUICK if quick else PHASES, seed=seed)):
        points += [here.centre, here.best]
        minutes = (time.perf_counter() - began) / 60
        print(f"generation {n}: {here.hits:.0f} hits (median), {here.muons:.3g} muons, {minutes:.1f} min", flush=True)
    tables = [problem.detector.magnets(problem.decode(jnp.asarray(u))).table().round(3) for u in points[-8:]]
    for seed, muons, kept in ((1001, million, 3), (1002, 4 * million, 1)):
        counts = [told("finalist", table, muons, seed, saturation) for table in tables]
        tables = [tables[i] for i in np.argsort(counts, kind="stable")[:kept]]
    print(f"chosen after {(time.perf_counter() - began) / 60:.1f} min")
    told("baseline", challenge_baseline(), 10 * million, 1003, saturation)
    told("best", tables[0], 10 * million, 1003, saturation)
    print(json.dumps({"magnets": tables[0].tolist()}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("field", nargs="?", choices=["challenge", "saturated"], default="challenge")
    parser.add_argument("--budget", type=float, default=8 * MCHF)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    main(given.field == "saturated", given.budget, given.quick, given.seed)
