"""What does a better spectrometer cost? The front of score against money, and searches at three fixed costs beside it.

NSGA-II searches detectors of 2000 to 6000 kCHF at once, with as many simulated events as the three fixed-cost searches
of another family spend together. `python studies/front_of_money.py [calls at each fixed cost] [seeds]` runs what is
missing and writes a report whose figure shows both; the table gives medians for every sum.
"""

from designopt import prepare

prepare()

import sys

from designopt import Allowance, Study, make
from designopt.analysis.drawing import draw_design
from designopt.analysis.written import written_design
from designopt.optimisers.auto import Auto
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.evolution.nondominated import Nsga2
from designopt.problem.free_budget import with_savings
from designopt.report.page import write_report

NAME = "front-of-money"
OPTIONS = {"granularity": "continuous"}
CUTS = (2500.0, 4000.0, 6000.0)
LEAST = 2000.0


def studies(calls: int, seeds: int) -> list[Study]:
    """The front at all sums, then the cuts."""
    dearest = make("spectrometer-layout-v1", budget=CUTS[-1], **OPTIONS)
    whole = Allowance(len(CUTS) * calls * dearest.events)
    fixed = [make("spectrometer-layout-v1", budget=budget, **OPTIONS) for budget in CUTS]
    each = Allowance(calls * dearest.events)
    return [
        Study(NAME, [with_savings(dearest, LEAST)], [Nsga2()], range(seeds), whole),
        Study(NAME, fixed, [CmaEs(), Auto()], range(seeds), each),
    ]


def study(quick: bool = False) -> Study:
    """The front alone."""
    return studies(200 if quick else 1000, 2 if quick else 10)[0]


def main(calls: int = 1000, seeds: int = 10) -> None:
    """Run what is missing and write the report."""
    folder = f"runs/{NAME}"
    for one in studies(calls, seeds):
        one.run(folder)
    print(f"Report: {write_report(folder, draw_design, written_design)}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
