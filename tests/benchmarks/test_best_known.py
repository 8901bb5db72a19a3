"""The best designs known are what they say: scored again, within the budget and the limits, and told as a regret."""

import json

import jax
import jax.numpy as jnp
import pytest
from typer.testing import CliRunner

from designopt import make
from designopt.benchmarks.best_known import best_known, entries, file_name, proposals
from designopt.benchmarks.problems import mixed_shelf
from designopt.cli.app import app
from designopt.evaluation.allowance import Allowance
from designopt.optimisers.baselines import RandomSearch
from designopt.records.ledger import read_runs
from designopt.report.data.grouping import sections
from designopt.report.data.metrics import measure
from designopt.report.tables.results import final
from designopt.study.study import Study

KNOWN = entries()


@pytest.mark.parametrize("entry", KNOWN, ids=file_name)
def test_an_entry_scores_what_it_says_within_its_budget_and_limits(entry):
    problem = make(entry["problem"], budget=entry["budget"], **entry["options"])
    design = {name: jnp.asarray(value) for name, value in entry["design"].items()}
    score, cost, limits = jax.jit(lambda d: (problem.score(d), problem.cost(d), problem.constraints(d)))(design)
    assert float(score) == pytest.approx(entry["score"], rel=1e-9)
    assert float(cost) == pytest.approx(entry["cost"], rel=1e-9)
    assert float(cost) <= entry["budget"] * (1 + 1e-12)
    assert all(float(g) <= 1e-9 for g in limits.values())
    assert best_known(json.loads(json.dumps(problem.card()))) == entry


def test_the_best_of_a_study_is_proposed_and_known_once_it_is_written(tmp_path):
    problem, folder = mixed_shelf(slots=3), tmp_path / "known"
    Study("shelf", [problem], [RandomSearch(batch=8)], range(2), Allowance(64 * problem.events)).run(tmp_path / "run")
    ((name, entry, known),) = proposals(tmp_path / "run", folder)
    assert known is None
    assert entry["evaluations"] == 2 * 64 + 1  # the reference was scored too
    assert entry["families"] == ["RandomSearch"]
    told = CliRunner().invoke(app, ["record", str(tmp_path / "run"), "--out", str(folder)])
    assert told.exit_code == 0
    assert [path.name for path in folder.iterdir()] == [name]
    assert best_known(problem.card(), folder) == entry
    assert proposals(tmp_path / "run", folder)[0][2] == entry
    other = {**problem.card(), "budget": 2 * problem.budget}
    assert best_known(other, folder) is None


def test_the_report_tells_how_far_above_the_best_known_an_optimiser_ends(tmp_path):
    for planes, known in ((12, True), (5, False)):
        problem, folder = make("plane-spacing-v1", planes=planes), tmp_path / str(planes)
        Study("planes", [problem], [RandomSearch(batch=8)], range(2), Allowance(16 * problem.events)).run(folder)
        (section,) = sections([measure(run, folder) for run in read_runs(folder)])
        table = final(section)
        (row,) = [row for row in table.rows if row["optimiser"] == "Random search"]
        assert any("best known" in column.heading for column in table.columns) == known
        if known:
            entry = best_known(problem.card())
            assert row["regret"] == pytest.approx(row["interquartile_mean"] - entry["fresh_score"])
            assert row["regret"] > 0


def test_a_folder_without_designs_and_a_file_that_lacks_something_are_refused(tmp_path):
    with pytest.raises(ValueError, match="holds no ledger"):
        proposals(tmp_path)
    (tmp_path / "a.json").write_text('{"problem": "toy-v1"}')
    with pytest.raises(ValueError, match="lacks options"):
        entries(tmp_path)
