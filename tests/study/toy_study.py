"""A small study for the tests: random and Sobol search on a problem with a known answer."""

from designopt import Allowance, Study
from designopt.benchmarks.problems import mixed_shelf
from designopt.optimisers.baselines import RandomSearch, SobolSearch


def study(quick: bool = False) -> Study:
    problem = mixed_shelf(slots=3)
    calls = 200 if quick else 4000
    return Study(
        name="toy",
        problems=[problem],
        optimisers=[RandomSearch(batch=8), SobolSearch(batch=8)],
        seeds=range(2),
        allowance=Allowance(events=calls * problem.events),
    )
