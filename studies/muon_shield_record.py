"""How few muons get through the best shield of the Challenge's 30 numbers, and through one that could be built?

Evolution from the Challenge's baseline on hits as built: fresh muons for every generation, more of them as fewer get
through. The centres and the best shields of the last six generations are counted on a million common fresh muons, the
best of them once more on ten million of another seed, beside the baseline.

    python studies/muon_shield_record.py                    # the Challenge's field, which saturates nowhere
    python studies/muon_shield_record.py saturated          # steel of at most 2 T: the shield that could be built
    python studies/muon_shield_record.py --budget 7371      # kCHF; the baseline's own cost
    python studies/muon_shield_record.py --quick            # a look
"""

import argparse
import json
import time

import jax.numpy as jnp
import numpy as np

from designopt import make
from designopt.units import MCHF
from detectors.muon_shield.evaluate import evaluate_design
from detectors.muon_shield.evolve import PHASES, QUICK, evolve
from detectors.muon_shield.reference import challenge_baseline


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
    began, wishes = time.perf_counter(), []
    problem = make("muon-shield-v1", saturation=saturation, budget=budget, muons=20)
    start = np.asarray(problem.space.encode(problem.references["baseline"]))
    some, many = (20_000, 100_000) if quick else (1_000_000, 10_000_000)
    for n, here in enumerate(evolve(problem, start, QUICK if quick else PHASES, seed=seed)):
        wishes += [here.centre, here.best]
        minutes = (time.perf_counter() - began) / 60
        print(f"generation {n}: {here.hits:.0f} hits (median), {here.muons:.3g} muons, {minutes:.1f} min", flush=True)
    tables = [problem.detector.magnets(problem.decode(jnp.asarray(u))).table().round(3) for u in wishes[-12:]]
    counts = [told(f"finalist {i}", table, some, 1001, saturation) for i, table in enumerate(tables)]
    best = tables[int(np.argmin(counts))]
    print(f"counted and chosen after {(time.perf_counter() - began) / 60:.1f} min")
    told("baseline", challenge_baseline(), many, 1002, saturation)
    told("best", best, many, 1002, saturation)
    print(json.dumps({"magnets": best.tolist()}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("field", nargs="?", choices=["challenge", "saturated"], default="challenge")
    parser.add_argument("--budget", type=float, default=8 * MCHF)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    main(given.field == "saturated", given.budget, given.quick, given.seed)
