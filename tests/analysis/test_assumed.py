"""Numbers that nobody has sourced are looked at where they end: the same design, another requirement."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt import Allowance, Study
from designopt.analysis.assumed import at_the_ends
from designopt.analysis.examine import examine
from designopt.analysis.scoring import ChangeScorer
from designopt.benchmarks.problems import knapsack, limited_law, square_root_law
from designopt.optimisers.baselines import RandomSearch
from designopt.problem.problem import Problem
from designopt.problem.registry import register
from designopt.problem.requirements import Requirement
from designopt.records.study_record import load
from designopt.report.sections.robustness import robustness_table, verdicts

NAME = "asked-law-4"


def asked(budget: float = 40.0, limit: float = 22.0, places: int = 4) -> Problem:
    """A law whose limit is a board's, and whose places change what can be designed."""
    law = limited_law(places, budget, limit)
    board = (
        Requirement("limit", "the first half is small", f"{limit:g} kCHF", "assumed, 18-30", range=(18.0, 30.0)),
        Requirement("places", "there are as many places", f"{places}", "assumed, 2-4", range=(2, 4)),
    )
    return replace(law, name=NAME, requirements=board, options={"budget": budget, "limit": limit, "places": places})


@pytest.fixture(scope="module")
def scorer():
    register(NAME, asked)
    return ChangeScorer(asked(), samples=1, seed=1)


def test_every_end_is_another_problem_and_other_variables_are_left_out(scorer):
    ends = list(at_the_ends(scorer.problem))
    assert [(one.what, one.amount) for one in ends] == [("limit: 18 kCHF", 18.0), ("limit: 30 kCHF", 30.0)]
    assert [one.problem.card()["options"]["limit"] for one in ends] == [18.0, 30.0]
    (end,) = at_the_ends(asked(limit=18.0))
    assert end.amount == 30.0
    assert list(at_the_ends(square_root_law(4, 30.0))) == []
    assert list(at_the_ends(replace(asked(), name="of-no-package"))) == []


def test_a_design_meets_each_end_as_it_is(scorer):
    built = jax.jit(scorer.problem.build)(jnp.asarray(np.full(scorer.problem.size, 0.6)))
    found = scorer.examine(built, moved=False)
    small, large = found.of("assumed")
    assert small.scores == large.scores == found.nominal.scores  # the limit is no part of the score
    (limit,) = scorer.problem.constraints(built).values()
    held = 22.0 * (1 + float(limit))
    assert small.excess == pytest.approx(max(0.0, held / 18.0 - 1))
    assert large.excess == pytest.approx(max(0.0, held / 30.0 - 1))
    assert small.excess > large.excess


def test_where_an_end_makes_a_design_too_dear_whole_things_may_go():
    """Sizes alone cannot pay there: the rule is that of dearer prices."""

    def sack(budget: float, places: int = 6) -> Problem:
        board = Requirement("budget", "what is left for it", f"{budget:g} kCHF", range=(0.7 * full, 1.2 * full))
        one = knapsack(places, budget)
        return replace(one, name="asked-sack", requirements=(board,), options={"budget": budget, "places": places})

    full = knapsack(6).budget
    register("asked-sack", sack)
    scorer = ChangeScorer(sack(full), samples=1, seed=1)
    built = jax.jit(scorer.problem.build)(jnp.full(scorer.problem.size, 0.9))
    small, large = scorer.examine(built, moved=False).of("assumed")
    assert large.compensation == "nothing"
    assert small.compensation == "2 less"
    assert small.spent <= 1.0 + 1e-12
    alone = sack(0.7 * full).build(scorer.problem.space.encode(built))
    assert small.score < float(scorer.problem.score(alone))


def test_the_report_says_what_they_decide(scorer, tmp_path):
    Study("toy", [asked()], [RandomSearch()], range(1), Allowance(events=600)).run(tmp_path)
    assert examine(tmp_path, winners=1, samples=1) == 2
    table = robustness_table(load(tmp_path).robustness)
    rows = {row["change"]: row for row in table.rows if row["kind"] == "assumed"}
    assert list(rows) == ["limit: 18 kCHF", "limit: 30 kCHF"]
    assert rows["limit: 30 kCHF"]["limits"] == "kept"
    (sentence,) = verdicts(table)
    assert "at least" in sentence
    assert "limit: 18 kCHF" in sentence or "limit: 30 kCHF" in sentence


def test_a_range_goes_from_small_to_large():
    with pytest.raises(ValueError, match="The range of 'limit' is"):
        Requirement("limit", "what", "22 kCHF", range=(30.0, 18.0))
