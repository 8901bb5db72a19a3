"""All families on real detectors: what they get for the same events, and how many of them exact gradients save.

Six problems, each at three budgets, ten seeds, one setting of every optimiser for all; a gradient is charged at its
measured price. Two allowances: 200 evaluations' worth of events, and 1000 for those that think for less than a tenth of
a second per call; the slowest take part at the middle budgets only. The reports hold final scores with intervals,
pairs, events and seconds that gradients need to be as good as the best that sees scores only, side limits, and score
against money.
`python studies/compare_on_detectors.py` runs what is missing and writes both reports; interrupt and repeat at will.
"""

from designopt import prepare

prepare()

import argparse
import shlex
import sys
from pathlib import Path

from designopt import Allowance, Study, make
from designopt.analysis.drawing import draw_design
from designopt.analysis.written import written_design
from designopt.optimisers.auto import Auto
from designopt.optimisers.baselines import RandomSearch
from designopt.optimisers.bayesian.gradient_search import GradientBayes
from designopt.optimisers.bayesian.skopt_search import BayesianSearch
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.evolution.differential_evolution import DifferentialEvolution
from designopt.optimisers.gradient.methods import Adam, Lbfgs, Slsqp
from designopt.optimisers.reinforcement.agents import Ppo
from designopt.optimisers.reinforcement.compiled import CompiledPpo
from designopt.optimisers.reinforcement.masked import MaskedPpo
from designopt.optimisers.surrogate.local_surrogate import LocalSurrogate
from designopt.report.page import write_report

NAME = "compare-on-detectors"
QUICK = [RandomSearch(), Auto(), Lbfgs(), Slsqp(), Adam(), CmaEs(), DifferentialEvolution(), LocalSurrogate()]
MODELS = [GradientBayes(gradients=False), Ppo()]
SLOW = [GradientBayes(), BayesianSearch(), MaskedPpo(), CompiledPpo()]
ENTRANTS = {200: ([*QUICK, *MODELS, *SLOW], [*QUICK, *MODELS]), 1000: (QUICK, QUICK)}
"""By evaluations: at the middle budget, and at the others."""
DETECTORS = [
    ("plane-spacing-v1", {"planes": 12}, ()),
    ("spectrometer-layout-v1", {"granularity": "continuous"}, (4000.0, 3000.0, 6000.0)),
    ("spectrometer-layout-v1", {"granularity": "catalogue"}, (4500.0, 3500.0, 5500.0)),
    ("hadron-calorimeter-v1", {}, (4517.0, 3500.0, 6022.0)),
    ("calorimeter-segmentation-v1", {}, (2700.0, 1500.0, 5000.0)),
    ("tracker-layout-v1", {}, (59_960.0, 45_000.0, 80_000.0)),
]
"""Problem, options, budgets in kCHF, the middle one first; planes have no price to choose."""


def studies(calls: int, seeds: int, only: str = "") -> list[Study]:
    """One study a problem and budget, since evaluations differ in their number of events; middle budgets first."""
    found = []
    for place in range(3):
        for name, options, budgets in DETECTORS:
            if only in f"{name} {options}" and (budgets or not place):
                problem = make(name, **options, **({"budget": budgets[place]} if budgets else {}))
                allowance = Allowance(calls * problem.events)
                found.append(Study(f"{NAME}-{calls}", [problem], ENTRANTS[calls][place > 0], range(seeds), allowance))
    return found


def study(quick: bool = False) -> Study:
    """The spacing of planes alone."""
    return studies(200, 2 if quick else 10, "plane-spacing")[0]


def main() -> None:
    """Run what is missing, then write the reports."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--only", default="", help="part of the name of a problem or of its options")
    chosen = parser.parse_args()
    for calls in ENTRANTS:
        folder = Path("runs") / f"{NAME}-{calls}"
        for one in studies(calls, chosen.seeds, chosen.only):
            for plan in one.missing(folder):
                plan.execute(folder, shlex.join(sys.argv))
        print(f"Report: {write_report(folder, draw_design, written_design)}")


if __name__ == "__main__":
    main()
