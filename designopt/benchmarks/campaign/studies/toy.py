"""The toy of the campaign: one object in a process, so that its programs are compiled once."""

from functools import cache

from designopt.benchmarks.problems import square_root_law
from designopt.problem.problem import Problem


@cache
def toy() -> Problem:
    """Three layers along a shower."""
    return square_root_law(3, 15.0)
