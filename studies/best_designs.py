"""Which are the best designs known of the reviewed problems, at three budgets each?

Annealing, `Auto` and CMA-ES, two seeds each, 3000 evaluations' worth of events: `python studies/best_designs.py
tracker` runs what is missing, and `designopt record runs/best-tracker` says what is new against those that
`designopt/benchmarks/best_known` holds.
"""

from designopt import prepare

prepare()

import argparse
import shlex
import sys
from pathlib import Path

from designopt import Allowance, Study, make
from designopt.optimisers import Auto, CmaEs, SimulatedAnnealing

PROBLEMS = {
    "spectrometer": ("spectrometer-layout-v2", (2800.0, 4000.0, 5600.0)),
    "hadron": ("hadron-calorimeter-v2", (4100.0, 5900.0, 8300.0)),
    "calorimeter": ("calorimeter-segmentation-v2", (2900.0, 4100.0, 5700.0)),
    "tracker": ("tracker-layout-v2", (45_700.0, 65_260.0, 91_400.0)),
}
SEARCHES = [SimulatedAnnealing(), Auto(), CmaEs()]


def study(quick: bool = False, detector: str = "hadron") -> Study:
    """One detector at its budgets, all searches; quick: one budget, one seed, 30 evaluations."""
    name, budgets = PROBLEMS[detector]
    problems = [make(name, budget=budget) for budget in budgets[: 1 if quick else None]]
    events = Allowance((30 if quick else 3000) * problems[0].events)
    return Study(f"best-{detector}", problems, SEARCHES, range(1 if quick else 2), events)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("detector", choices=list(PROBLEMS))
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args()
    asked, folder = study(chosen.quick, chosen.detector), Path("runs") / f"best-{chosen.detector}"
    for plan in asked.missing(folder):
        plan.execute(folder, shlex.join(sys.argv))
