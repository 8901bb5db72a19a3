"""References that are whole: built as people drew them where they cost no more than the budget, left out where more."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import designopt as do
from designopt.evaluation.allowance import Allowance
from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.baselines import Reference
from designopt.problem.as_built import affordable

PLATES = do.problem(
    "plates-v1",
    variables=[do.Real("size", 1.0, 9.0, count=3)],
    response=lambda design: {"off": jnp.sum((design["size"] - jnp.asarray([4.0, 3.0, 2.0])) ** 2)},
    cost=lambda design: {"plates": 10.0 * jnp.sum(design["size"])},
    objective=lambda response: response["off"],
    budget=150.0,
)
DRAWN = {"size": jnp.asarray([4.0, 3.0, 2.0])}
INFLATED = replace(PLATES, references={"by hand": DRAWN}, compare_with="by hand")
WHOLE = replace(INFLATED, whole=True)
POINT = np.asarray(PLATES.space.encode(DRAWN))


def test_a_whole_reference_keeps_the_money_that_it_does_not_need_and_its_neighbours_spend_it():
    build = jax.jit(WHOLE.build)
    np.testing.assert_allclose(build(POINT)["size"], DRAWN["size"], rtol=1e-12)
    assert float(WHOLE.cost(build(POINT))) == pytest.approx(90.0)
    assert float(WHOLE.cost(build(POINT + 1e-6))) == pytest.approx(150.0)
    assert float(WHOLE.cost(jax.jit(INFLATED.build)(POINT))) == pytest.approx(150.0)


def test_the_optimum_that_was_drawn_is_scored_as_such_and_not_as_what_more_money_makes_of_it():
    scores = {}
    for problem in (WHOLE, INFLATED):
        evaluator = Evaluator(problem, Allowance(10))
        Reference("by hand").search(evaluator, 0)
        scores[problem.whole] = evaluator.best.score
    assert scores[True] == pytest.approx(0.0, abs=1e-20)
    assert scores[False] > 10.0


def test_runs_of_whole_references_are_told_from_runs_of_inflated_ones():
    assert WHOLE.card() == {**INFLATED.card(), "references": "whole"}


def test_designs_that_are_too_dear_are_left_out_with_their_price():
    dear = {"size": jnp.asarray([9.0, 9.0, 9.0])}
    bought, left = affordable({"by hand": DRAWN, "dear": dear}, PLATES.detector.cost, 150.0)
    assert list(bought) == ["by hand"]
    assert left == {"dear": pytest.approx(270.0)}


def test_the_reviewed_calorimeter_compares_with_real_stacks_only_where_its_money_buys_them():
    rich, poor = (do.make("calorimeter-segmentation-v2", budget=budget, uniform=False) for budget in (4100.0, 2700.0))
    assert "CALICE Si-W" in rich.references
    assert poor.dear["CALICE Si-W"] == pytest.approx(4064.1, abs=0.1)
    assert "CALICE Si-W" not in poor.references


def test_what_references_cost_as_drawn_is_in_the_header(tmp_path):
    problem = replace(INFLATED, dear={"gold": 900.0})
    do.Study("listed", [problem], ["RandomSearch"], [0], do.Allowance(2)).run(tmp_path / "run")
    for run in do.load(tmp_path / "run").runs:
        assert run.header["references"] == {"drawn": {"by hand": 90.0}, "dear": {"gold": 900.0}}
