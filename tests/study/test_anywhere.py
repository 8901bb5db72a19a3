"""A study on any executor: the ledgers of an undisturbed one, whoever dies, and whether or not the folder is shared."""

from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from designopt.benchmarks.campaign.comparison import compare
from designopt.benchmarks.campaign.studies import small_study
from designopt.records.ledger import LedgerMismatch, RunFile, run_files
from designopt.study.executors import anywhere
from designopt.study.executors.anywhere import carry_out_anywhere
from designopt.study.executors.choice import Hands
from designopt.study.executors.engines import Engine, engine_of
from designopt.study.executors.task import MARK
from designopt.study.script import Script

TOY = Path(small_study.__file__)  # one problem in a process, so that its programs are compiled once


class WorkerDied(Exception):
    """What an executor says when a worker died."""


@dataclass
class Inline:
    """An executor that does everything at once, in this process, except what is `wrong`: one entry a task."""

    wrong: list
    elsewhere: bool = False

    def submit(self, function, order):
        future: Future = Future()
        error = self.wrong.pop(0) if self.wrong else None
        if error == "refuses":
            raise RuntimeError("cannot schedule new futures")
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(function(replace(order, run_dir="/nowhere") if self.elsewhere else order))
        return future

    def shutdown(self, wait=True, cancel_futures=False):
        pass


def inline(*wrong, elsewhere=False) -> Engine:
    executor = Inline(list(wrong), elsewhere)
    return Engine("a test's executor", lambda: executor, lambda error: isinstance(error, WorkerDied))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("undisturbed")
    Script(str(TOY), quick=True).load().run(folder)
    return folder


def carried_out(engine: Engine, run_dir: Path) -> None:
    script = Script(str(TOY), quick=True).keep(run_dir)
    study = script.load()
    carry_out_anywhere(engine, script, study, run_dir, "test", lambda: None, study.missing(run_dir))


@pytest.mark.parametrize("elsewhere", [False, True], ids=["shared", "not shared"])
def test_ledgers_are_those_of_an_undisturbed_study(tmp_path, undisturbed, elsewhere, monkeypatch):
    monkeypatch.setenv("DESIGNOPT_CACHE", str(tmp_path / "cache"))
    died, lost = WorkerDied(), BrokenExecutor("the pool is broken")
    carried_out(inline(died, None, lost, died, "refuses", elsewhere=elsewhere), tmp_path / "runs")
    differences = compare(tmp_path / "runs", undisturbed)
    assert differences.none, differences
    assert differences.same > 0
    assert not (tmp_path / "runs" / MARK).exists()


def test_a_begun_ledger_goes_on_elsewhere_and_comes_back(tmp_path, undisturbed, monkeypatch):
    monkeypatch.setenv("DESIGNOPT_CACHE", str(tmp_path / "cache"))
    (path, *_), whole = run_files(undisturbed), run_files(undisturbed)[0].read_bytes()
    begun = tmp_path / "runs" / "ledger" / path.name
    begun.parent.mkdir(parents=True)
    begun.write_bytes(b"".join(whole.splitlines(keepends=True)[:3]))
    carried_out(inline(elsewhere=True), tmp_path / "runs")
    assert begun.read_bytes().startswith(b"".join(whole.splitlines(keepends=True)[:3]))  # not simulated again
    assert compare(tmp_path / "runs", undisturbed).none


def test_workers_that_only_die_end_their_run_and_an_executor_that_is_only_lost_ends_in_a_sentence(tmp_path):
    script = Script(str(TOY), quick=True).keep(tmp_path)
    study = script.load()
    first = study.missing(tmp_path)[:1]
    carry_out_anywhere(inline(*[WorkerDied()] * 3), script, study, tmp_path, "test", lambda: None, first)
    text = first[0].path(tmp_path).read_text()
    assert '"failure"' in text
    assert "died 3 times in a row" in text
    with pytest.raises(ConnectionError, match=r"was lost .*resume"):
        carry_out_anywhere(inline(*[BrokenExecutor("gone")] * 3), script, study, tmp_path, "test", lambda: None, first)


def test_a_ledger_that_another_process_holds_is_waited_for_and_then_ends_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(anywhere, "PATIENCE", 0.5)
    monkeypatch.setattr(anywhere, "AGAIN", 0.1)
    script = Script(str(TOY), quick=True).keep(tmp_path)
    study = script.load()
    plan = study.plans()[-1]
    held = RunFile(plan.path(tmp_path), plan.header("other"))
    before = plan.path(tmp_path).read_bytes()
    with pytest.raises(BlockingIOError, match="Another process is writing"):
        carried_out(inline(), tmp_path)
    assert plan.path(tmp_path).read_bytes() == before
    assert [one.label for one in study.missing(tmp_path)] == [plan.label]
    held.close()
    carried_out(inline(), tmp_path)
    assert study.missing(tmp_path) == []


def test_errors_that_are_not_a_runs_own_are_raised(tmp_path):
    script = Script(str(TOY), quick=True).keep(tmp_path)
    study = script.load()
    plan = study.plans()[0]
    header = plan.header("test")
    RunFile(plan.path(tmp_path), header | {"problem": header["problem"] | {"size": 99}}).close()
    with pytest.raises(LedgerMismatch, match="another run"):
        carry_out_anywhere(inline(), script, study, tmp_path, "test", lambda: None, [plan])


def threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(2)


def no_executor() -> int:
    return 3


def test_an_executor_of_ones_own_by_module_and_function(tmp_path, undisturbed):
    engine = engine_of(f"{threads.__module__}:threads", 2)
    carried_out(engine, tmp_path)
    assert compare(tmp_path, undisturbed).none


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"executor": "slurm"}, "local, dask, or MODULE:FUNCTION"),
        ({"executor": "no_such_module:pool"}, "cannot be imported"),
        ({"executor": "json:pool"}, "has no function 'pool'"),
        ({"executor": "json:dumps", "scheduler": "tcp://1"}, "Only Dask has a scheduler"),
        ({"scheduler": "tcp://1"}, "--executor dask"),
    ],
)
def test_what_is_no_executor_is_refused_in_a_sentence(asked, sentence):
    with pytest.raises(ValueError, match=sentence):
        Hands(2, **asked)


def test_a_function_that_returns_no_executor_is_refused(tmp_path):
    with pytest.raises(ValueError, match="returned int"):
        carried_out(engine_of(f"{threads.__module__}:no_executor", 2), tmp_path)


def test_how_to_go_on_names_the_executor():
    assert Hands(4, "json:dumps").options(2) == ["--workers", "4", "--executor", "json:dumps"]
    assert Hands(2).options(2) == []
