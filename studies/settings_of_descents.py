"""Which settings of a descent earn their place?

`Slsqp` and `Lbfgs` as they are and with one setting changed at a time, on five problems at budgets that no table of the
documentation has, 1000 evaluations' worth of events: `python studies/settings_of_descents.py`. Prints how much higher
the best score as built ends than with all settings as they are, mean of the seeds that found a design within the
limits.
"""

from designopt import prepare

prepare()

import argparse
from dataclasses import replace
from functools import partial

import numpy as np

from designopt import make
from designopt.benchmarks.ends import ends_of_seeds
from designopt.optimisers import Lbfgs, Slsqp

PROBLEMS = [
    ("hadron-calorimeter-v1", {"budget": 3500.0}),
    ("calorimeter-segmentation-v1", {"budget": 1500.0}),
    ("spectrometer-layout-v1", {"budget": 3500.0, "granularity": "catalogue"}),
    ("spectrometer-layout-v1", {"budget": 3000.0, "granularity": "continuous"}),
    ("tracker-layout-v1", {"budget": 45_000.0}),
]
CHANGES: list[dict[str, object]] = [
    {},
    {"starts": 1}, {"starts": 8},
    {"screened": 4}, {"screened": 64},
    {"scouted": 3}, {"scouted": 12},
    {"stage": 12}, {"stage": 50},
    {"hardening": (8.0,)}, {"hardening": (1.0, 8.0)}, {"hardening": (1.0, 2.0, 4.0, 8.0, 16.0)},
    {"scored_every": 1}, {"scored_every": 20},
    {"margin": 0.0}, {"margin": 0.01},
]  # fmt: skip


def main() -> None:
    """Print one row for each change, with the score of every seed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1000, help="evaluations' worth of events for each search")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument(
        "--quick", action="store_true", help="one problem, one seed, 40 evaluations: shows that it runs"
    )
    chosen = parser.parse_args()
    calls, seeds = (40, 1) if chosen.quick else (chosen.calls, chosen.seeds)
    for name, options in PROBLEMS[: 1 if chosen.quick else None]:
        problem = make(name, **options)
        for descent in (Slsqp(), Lbfgs()):
            found = partial(ends_of_seeds, problem, calls=calls, seeds=seeds)
            before = found(descent)
            for change in CHANGES:
                scores = before if not change else found(replace(descent, **change))
                print(f"{name} {options} {descent.name} {change}: {np.nanmean(scores):.4f}"
                      f" ({np.nanmean(scores - before):+.4f}) {scores.round(4).tolist()}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
