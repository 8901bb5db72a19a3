"""Two cheap searches, for disasters and for tests."""

from designopt import Allowance, Study
from designopt.benchmarks.campaign.studies.slow_disk import slow_if_asked
from designopt.benchmarks.campaign.studies.toy import toy
from designopt.optimisers.baselines import RandomSearch
from designopt.optimisers.evolution.cma_es import CmaEs

slow_if_asked()


def study(quick: bool = False) -> Study:
    """Random search and an evolution strategy."""
    problem = toy()
    return Study("small", [problem], [RandomSearch(batch=4), CmaEs()], [0], Allowance(32 * problem.events))
