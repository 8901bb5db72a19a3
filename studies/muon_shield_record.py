"""How few muons get through the best shield of the Challenge's 30 numbers, and through one that could be built?

Gradient descent from the Challenge's baseline on fast muons, fresh ones in every round, tethered to the baseline, which
stops slow ones well. The ends of all rounds are counted as built, slow muons and single losses included, on one common
fresh sample; the best of them once more on many more muons of another seed, beside the baseline. Prints every step.
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
from detectors.muon_shield.renewal import descend


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
    problem = make("muon-shield-v1", saturation=saturation, muons=20)
    start = np.asarray(problem.space.encode(problem.references["baseline"]))
    some, many = (20_000, 100_000) if quick else (400_000, 10_000_000)
    finalists = []
    for number, end in enumerate(descend(problem, start, muons=4000 if quick else 16_000)):
        table = problem.detector.magnets(problem.decode(jnp.asarray(end.wish))).table()
        result = count(table, some, 1, saturation)
        finalists.append((result["hits_per_1e7"], number, table))
        told(f"round {number}, {end.gradients} gradients", result)
    best = min(finalists)[2]
    told("baseline", count(challenge_baseline(), many, 2, saturation))
    told("best", count(best, many, 2, saturation))
    print(json.dumps({"magnets": np.round(best, 2).tolist()}))


if __name__ == "__main__":
    main("saturated" in sys.argv, "--quick" in sys.argv)
