"""How few muons get through the best shield of the Challenge's 30 numbers, and through one that could be built?

Evolution from the Challenge's baseline on muons that are renewed every few generations: a fixed sample is learnt by
heart, its rare slow muons most of all. The centres of the last rounds are counted as built on one common fresh sample,
and the best of them once more on ten times as many muons of another seed, beside the baseline. Prints every step.
`python studies/muon_shield_record.py saturated` is the shield that could be built; without the word it is the
Challenge's field. `--quick` is for a look.
"""

import json
import sys
from typing import Any

import jax.numpy as jnp
import numpy as np

from designopt import make
from detectors.muon_shield.evaluate import evaluate_design
from detectors.muon_shield.reference import challenge_baseline
from detectors.muon_shield.renewal import evolve

FINALISTS = 3


def count(table: np.ndarray, muons: int, seed: int, saturation: bool) -> dict[str, Any]:
    """Hits of a table as built."""
    return evaluate_design({"magnets": table.tolist()}, muons=muons, seed=seed, saturation=saturation)


def told(name: str, result: dict[str, Any]) -> None:
    """One line of the report."""
    print(
        f"{name}: {result['hits_per_1e7']:.1f} +- {result['hits_error']:.1f} hits per 1e7 muons, "
        f"{result['length_m']:.2f} m, {result['cost'] / 1e6:.3f} MCHF, at most {result['peak_field_t']:.1f} T"
    )


def main(saturation: bool, quick: bool) -> None:
    """Search, choose, count again."""
    problem = make("muon-shield-v1", saturation=saturation, muons=4000 if quick else 20_000, edge=100.0)
    start = np.asarray(problem.space.encode(problem.references["baseline"]))
    tables = []
    for number, step in enumerate(evolve(problem, start, rounds=4 if quick else 20, population=14)):
        tables.append(problem.detector.magnets(problem.decode(jnp.asarray(step.wish))).table())
        print(f"round {number}: loss {step.loss:.3f}, over the limits by {step.violation:.4f}, {step.muons:.2g} muons")
    some, many = (20_000, 100_000) if quick else (400_000, 10_000_000)
    finalists = [(count(table, some, 1, saturation)["hits_per_1e7"], i) for i, table in enumerate(tables)][-FINALISTS:]
    best = tables[min(finalists)[1]]
    told("baseline", count(challenge_baseline(), many, 2, saturation))
    told("best", count(best, many, 2, saturation))
    print(json.dumps({"magnets": np.round(best, 2).tolist()}))


if __name__ == "__main__":
    main("saturated" in sys.argv, "--quick" in sys.argv)
