"""A folder's runs are taken for a study's only where they are the same: variants, allowances and changes."""

import time
from dataclasses import dataclass, replace

import numpy as np
import pytest

from designopt import Allowance, Study
from designopt.benchmarks.known_optima import square_root_law
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.stop import Stop
from designopt.records.identity import LedgerMismatch
from designopt.records.ledger import RunFile, read_run, read_runs, run_files
from designopt.records.study_record import load
from designopt.report.data.differences import differences
from designopt.report.data.grouping import sections, without_beginnings
from designopt.report.data.metrics import measure
from designopt.report.page import write_report

LAW = square_root_law(3, 30.0)


@dataclass(frozen=True)
class Steps(AbstractOptimiser):
    """Random points, one a step; with a `schedule`, other ones for another allowance."""

    step: float = 0.1
    schedule: bool = False
    wait: float = 0.0

    def search(self, evaluator, seed):
        events = evaluator.allowance.events if self.schedule else 0
        random = np.random.default_rng([seed, events])
        while True:
            time.sleep(self.wait)
            evaluator.evaluate(random.random((1, evaluator.size)) * self.step)


@dataclass(frozen=True)
class Short(Steps):
    """Stops of itself after two evaluations."""

    def search(self, evaluator, seed):
        evaluator.evaluate(np.full((2, evaluator.size), self.step))
        return Stop.EXHAUSTED


def study(calls=5, *optimisers, problems=(LAW,), seeds=(0,)):
    return Study("toy", problems, optimisers or [Steps()], seeds, Allowance(calls * LAW.events))


def searches(folder):
    return [run for run in read_runs(folder) if run.role == "search"]


def points(run):
    return [trial.u.tolist() for trial in run.trials]


def test_the_file_name_tells_variants_apart_and_they_live_side_by_side(tmp_path):
    other = replace(LAW, options={**LAW.options, "granularity": "continuous"})
    both = study(5, Steps(), Steps(step=0.2), problems=[LAW, other], seeds=(0, 1))
    both.run(tmp_path)
    assert both.missing(tmp_path) == []
    assert len(run_files(tmp_path)) == 2 * 2 * 2 + 2 * len(LAW.references)
    assert all(len(path.stem.rpartition("--")[2]) == 8 for path in run_files(tmp_path))
    found = sections([measure(run, tmp_path) for run in load(tmp_path).runs])
    assert len({section.title for section in found}) == 2
    assert any("granularity continuous" in section.title for section in found)
    for section in found:
        assert {e.name for e in section.searchers} == {"Steps (step 0.1)", "Steps (step 0.2)"}
        assert all(len(entrant.by_seed) == len(entrant.runs) == 2 for entrant in section.searchers)
    sentences = " ".join(differences(found))
    assert "granularity is absent or continuous" in sentences or "granularity is continuous or absent" in sentences
    assert "Steps took part with 2 settings" in sentences
    page = write_report(tmp_path).read_text(encoding="utf-8")
    assert "same physics" not in page.lower()
    assert len(list((tmp_path / "tables").glob("*runs.csv"))) == 2


def test_exact_twins_are_refused():
    with pytest.raises(ValueError, match="twice"):
        study(5, Steps(), Steps())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda s: replace(s, optimisers=[Steps(step=0.2)]), r"optimiser\.settings\.step is 0\.1, not 0\.2"),
        (lambda s: replace(s, problems=[replace(LAW, options={"law": 7})]), r"problem\.options\.law is absent, not 7"),
        (lambda s: replace(s, allowance=Allowance(3 * LAW.events)), "allowance is .*, not "),
        (lambda s: replace(s, name="another"), "study is toy, not another"),
    ],
)
def test_a_changed_study_is_refused_by_name_and_nothing_is_touched(tmp_path, change, says):
    study().run(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(LedgerMismatch, match=says) as refusal:
        change(study()).run(tmp_path)
    for way_out in ("--fresh", "--out", "Nothing was changed"):
        assert way_out in str(refusal.value)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_more_seeds_optimisers_and_budgets_go_into_the_same_folder(tmp_path):
    study().run(tmp_path)
    wider = study(5, Steps(), Short(), seeds=(0, 1))
    assert len(wider.missing(tmp_path)) == 3
    wider.run(tmp_path)
    assert study().missing(tmp_path) == []


def test_a_larger_allowance_goes_on_from_where_the_run_is(tmp_path):
    study(5).run(tmp_path / "two")
    (short,) = searches(tmp_path / "two")
    before = short.path.read_bytes()
    study(9).run(tmp_path / "two")
    study(9).run(tmp_path / "one")
    (whole,) = searches(tmp_path / "one")
    assert short.path.read_bytes() == before
    long = next(run for run in searches(tmp_path / "two") if run.path != short.path)
    assert long.header["continues"] == {"file": short.path.name, "trials": 5}
    assert points(long) == points(whole)
    assert [t.at for t in long.trials[:5]] == [t.at for t in short.trials]  # copied, not simulated again
    assert long.winner["score"] == whole.winner["score"]
    kept, left_out = without_beginnings([measure(run, tmp_path / "two") for run in load(tmp_path / "two").runs])
    assert short.path.name in {run.file.rpartition("/")[2] for run in left_out}
    assert long.path.name in {run.file.rpartition("/")[2] for run in kept}
    assert "Left out are" in write_report(tmp_path / "two").read_text(encoding="utf-8")


def test_a_search_that_its_allowance_changes_begins_anew_and_says_so(tmp_path, caplog):
    study(5, Steps(schedule=True)).run(tmp_path / "two")
    (short,) = searches(tmp_path / "two")
    before = short.path.read_bytes()
    study(9, Steps(schedule=True)).run(tmp_path / "two")
    study(9, Steps(schedule=True)).run(tmp_path / "one")
    long = next(run for run in searches(tmp_path / "two") if run.path != short.path)
    assert short.path.read_bytes() == before
    assert "begins anew" in caplog.text
    assert "continues" not in long.header
    assert long.complete
    assert points(long) == points(searches(tmp_path / "one")[0])


def test_a_ledger_named_as_earlier_versions_did_is_found_and_gone_on_with(tmp_path):
    study(5).run(tmp_path)
    plan = study(5).plans()[-1]
    path = plan.path(tmp_path)
    whole = read_run(path)
    old = path.with_name(path.name.replace("--" + path.stem.rpartition("--")[2], ""))
    old.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:3]))
    path.unlink()
    assert plan.path(tmp_path) == old
    study(5).run(tmp_path)
    assert not path.exists()
    assert points(read_run(old)) == points(whole)


def test_a_search_that_ends_before_its_ledger_does_is_a_failure(tmp_path):
    plan = study(5, Short()).plans()[-1]
    plan.execute(tmp_path / "short", "test")
    trials = read_run(plan.path(tmp_path / "short")).trials
    file = RunFile(plan.path(tmp_path), plan.header("test"))
    for number in range(3):
        file.append(replace(trials[number % 2], number=number).to_record())
    file.close()
    plan.execute(tmp_path, "test")
    assert "ends after 2 evaluations, and its ledger holds 3" in read_run(plan.path(tmp_path)).failure["why"]


def test_the_clock_of_a_resumed_run_leaves_out_the_replay(tmp_path):
    plan = study(12, Steps(wait=0.1)).plans()[-1]
    plan.execute(tmp_path, "test")
    path = plan.path(tmp_path)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:11]))  # 10 trials: a second of replay
    plan.execute(tmp_path, "test")
    at = [trial.at for trial in read_run(path).trials]
    assert len(at) == 12
    assert at == sorted(at)
    assert 0.1 <= at[10] - at[9] < 0.6
