"""Requirements of a problem are checked when it is made, and printed by `describe`."""

from dataclasses import replace

import pytest

from designopt import make
from designopt.benchmarks.problems import limited_law
from designopt.cli.describe import requirements
from designopt.problem.requirements import Requirement

ASKED = Requirement("limit", "the first places get no more than this", "22 kCHF", limit="first half")


REVIEWED = [
    "calorimeter-segmentation-v2", "hadron-calorimeter-v2", "muon-shield-ship-v2", "spectrometer-layout-v2",
    "tracker-layout-v2",
]  # fmt: skip


def test_describe_prints_them():
    problem = limited_law()
    limit = problem.constraint_names[0]
    problem = replace(problem, requirements=(replace(ASKED, limit=limit),))
    (sentence,) = requirements(problem)
    assert sentence == f"{ASKED.meaning}: 22 kCHF (side limit '{limit}'; source: assumed; limit=None takes it away)"


def test_a_limit_that_is_none_is_refused():
    with pytest.raises(ValueError, match="names the side limit 'first half'"):
        replace(limited_law(), requirements=(ASKED,))


def test_every_part_is_said():
    with pytest.raises(ValueError, match="has no source"):
        replace(ASKED, source="")


@pytest.mark.parametrize("name", REVIEWED)
def test_what_is_said_to_take_a_requirement_away_does(name):
    problem = make(name)
    fast = {"uniform": False} if "uniform" in problem.options else {}
    for option, off in {(one.option, one.off) for one in problem.requirements}:  # one option may ask for several limits
        left = make(name, **{option: off, **fast})
        assert option not in [other.option for other in left.requirements]
