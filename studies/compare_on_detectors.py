"""How many simulated events do exact gradients save on real detectors?

The gradient family against optimisers that see scores only, on five detectors, each at three budgets, 1000 evaluations'
worth of events a run and a gradient charged at its measured price. For every detector the report finds the best of
those that see scores only and counts the events that a gradient optimiser needs to be as good as that one in the end.
`python studies/compare_on_detectors.py [seeds at the middle budget] [seeds at the others]` runs what is missing,
prints the table and writes the report; interrupt and repeat at will.
"""

import shlex
import sys
from pathlib import Path

from designopt import Allowance, Study, make
from designopt.optimisers.auto import Auto
from designopt.optimisers.evolution import CmaEs, DifferentialEvolution
from designopt.optimisers.gradient import Lbfgs
from designopt.report.page import write_report
from designopt.study.drawing import draw_design
from designopt.study.study import unfinished

NAME = "compare-on-detectors"
ENTRANTS = [CmaEs(), DifferentialEvolution(), Lbfgs(), Auto()]
CALLS = 1000
DETECTORS = [
    ("spectrometer-layout-v1", {"granularity": "continuous"}, (3000.0, 4000.0, 6000.0)),
    ("plane-spacing-v1", {"planes": 12}, ()),
    ("hadron-calorimeter-v1", {}, (3500.0, 4517.0, 6022.0)),
    ("calorimeter-segmentation-v1", {}, (1500.0, 2700.0, 5000.0)),
    ("tracker-layout-v1", {}, (45_000.0, 59_960.0, 80_000.0)),
]
"""Problem, options, budgets in kCHF, the problem's own in the middle; planes have no price to choose."""


def grid(seeds: int, others: int) -> list[Study]:
    """One study a problem, the middle budgets first: evaluations have different numbers of events."""
    middle = [(name, options, budgets[1:2]) for name, options, budgets in DETECTORS]
    sides = [(name, options, (budget,)) for name, options, budgets in DETECTORS for budget in budgets[::2]]
    studies = []
    for number, cells in ((seeds, middle), (others, sides)):
        for name, options, budget in cells if number else ():
            problem = make(name, **options, **({"budget": budget[0]} if budget else {}))
            studies.append(Study(NAME, [problem], ENTRANTS, range(number), Allowance(CALLS * problem.events)))
    return studies


def study(quick: bool = False) -> Study:
    """The spectrometer alone."""
    return grid(2 if quick else 10, 0)[0]


def main(seeds: int = 10, others: int = 5) -> None:
    """Run what is missing, seed by seed so that an unfinished study is balanced; then the report."""
    folder = Path("runs") / NAME
    plans = sorted((plan for one in grid(seeds, others) for plan in one.plans()), key=lambda plan: plan.seed)
    for plan in unfinished(plans, folder):
        plan.execute(folder, shlex.join(sys.argv))
    print(f"Report: {write_report(folder, draw=draw_design)}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
