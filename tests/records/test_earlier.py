"""Run folders of an earlier version: read, reported, examined no further and resumed, as if written today."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

from designopt import Allowance, Study
from designopt.analysis.examine import examine
from designopt.benchmarks.problems import square_root_law
from designopt.optimisers.baselines import RandomSearch
from designopt.problem.free_budget import with_savings
from designopt.records.designs.design_record import DesignRecord
from designopt.records.designs.robustness import ROBUSTNESS
from designopt.records.designs.verification import VERIFICATION, outcomes
from designopt.records.ledger import LedgerMismatch
from designopt.records.study_record import load
from designopt.report.page import write_report

EARLIER = Path(__file__).parents[1] / "data" / "ledger_v1"
LAW = replace(square_root_law(3, 30.0), name="ledger-law")
FRONT = with_savings(LAW, LAW.reachable()[0] + 1.0)


def objective(response):
    return jnp.where(response["loss"] > 0.5, jnp.nan, response["loss"])


BLIND = replace(square_root_law(3, 30.0), name="ledger-blind-law", gradient_price=None, objective=objective)


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(EARLIER, tmp_path / "earlier"))


def test_cards_are_those_of_the_same_problems_today():
    cards = load(EARLIER).problems
    assert len(cards) == 3
    for problem in (LAW, FRONT, BLIND):
        assert json.loads(json.dumps(problem.card())) in cards


def test_roles_are_read_by_the_old_rule():
    roles = {run.entrant: run.role for run in load(EARLIER).runs}
    assert roles == {
        "RandomSearch": "search",
        "Lbfgs": "search",
        "Reference-uniform": "reference",
        "UniformSearch": "baseline",
    }


def test_the_money_of_a_front_is_that_of_the_built_detector():
    for run in load(EARLIER).runs:
        for trial in run.trials:
            kept = 0.0
            if run.header["problem"]["name"] == FRONT.name:
                built = FRONT.build(jnp.asarray(trial.u), trial.sharpness)
                kept = float(built["kept"])
                assert kept > 0.0 or run.role == "reference"
            assert (trial.paid is None) == (trial.built_cost is None)
            if trial.built_cost is not None:
                assert trial.paid == pytest.approx(trial.built_cost - kept, abs=1e-9)


def test_a_failure_stays_a_failure():
    (broken,) = (run for run in load(EARLIER).runs if run.entrant == "UniformSearch")
    assert "the library gave up" in broken.failure["why"]
    assert not broken.complete


def test_checked_and_examined_designs_are_found_beside_their_reference():
    record = load(EARLIER)
    assert (len(record.verification), len(record.robustness)) == (6, 6)
    assert len(outcomes(record.verification)) == 3
    assert all(one.problem in record.problems for one in (*record.verification, *record.robustness))
    winner = next(one for one in record.robustness if one.entrant == "Lbfgs")
    run = next(run for run in record.runs if f"ledger/{run.path.name}" == winner.file)
    assert winner.result.rescored == run.winner["score"]
    assert {change.compensation for change in winner.result.changes} <= {"nothing", "sizes"}


def test_what_was_examined_is_not_examined_again_and_new_records_go_to_the_new_file(folder):
    assert examine(folder, winners=1, samples=1) == 0
    assert not (folder / ROBUSTNESS.name).exists()
    first = load(folder).verification[0]
    VERIFICATION.append(folder, DesignRecord(first.problem, "Other", "search", first.file, 3, 1, first.result))
    names = [one.entrant for one in load(folder).verification]
    assert names == [one.entrant for one in load(EARLIER).verification] + ["Other"]
    assert (folder / VERIFICATION.earlier).read_bytes() == (EARLIER / VERIFICATION.earlier).read_bytes()


def test_the_report_is_written(folder):
    page = write_report(folder).read_text(encoding="utf-8")
    for heading in ("Does the gain survive", "What the optimum rests on", "Score against money"):
        assert heading in page
    assert "the simulator has no gradient" in page


@pytest.mark.parametrize(("problem", "calls"), [(LAW, 16), (FRONT, 12), (BLIND, 12)], ids=lambda one: str(one)[:9])
def test_a_cut_run_goes_on_to_the_same_end(folder, problem, calls):
    study = Study("toy", [problem], [RandomSearch(batch=4)], range(1), Allowance(calls * problem.events))
    plan = next(plan for plan in study.plans() if plan.optimiser.role == "search")
    path = plan.path(folder)
    whole = next(run for run in load(EARLIER).runs if run.path.name == path.name)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:7]))
    assert plan in study.missing(folder)
    plan.execute(folder, "test")
    run = next(run for run in load(folder).runs if run.path.name == path.name)
    assert run.complete
    assert len(run.trials) == len(whole.trials) == calls
    for mine, theirs in zip(run.trials, whole.trials, strict=True):
        np.testing.assert_array_equal(mine.u, theirs.u)
        assert mine.score == pytest.approx(theirs.score, rel=1e-12)
        assert mine.paid == pytest.approx(theirs.paid, rel=1e-9)
        assert mine.failed == theirs.failed
    assert run.winner["score"] == pytest.approx(whole.winner["score"], rel=1e-12)


def test_another_run_is_still_refused(folder):
    study = Study("toy", [LAW], [RandomSearch(batch=5)], range(1), Allowance(16 * LAW.events))
    with pytest.raises(LedgerMismatch, match=r"settings\.batch is 4, not 5"):
        study.run(folder)
