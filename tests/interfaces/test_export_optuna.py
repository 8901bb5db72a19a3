"""`designopt export --to optuna`: Optuna finds in the file what the ledgers hold, and calls the same trial the best."""

from datetime import datetime

import jax
import numpy as np
import pytest

import designopt as do
from designopt.cli.commands.export_optuna import export_optuna
from designopt.problem.registry import known_too
from designopt.units import mm

optuna = pytest.importorskip("optuna")


def plates() -> do.Problem:
    """Sizes in a unit, whole numbers, choices in slots, and a side limit that about half of all designs break."""
    return do.problem(
        "plates-v1",
        variables=[
            do.Real("thickness", 1 * mm, 30 * mm, unit=mm, label="mm", count=3),
            do.Integer("planes", 1, 5),
            do.Real("gap", 1 * mm, 100 * mm, unit=mm, label="mm", scale="log"),
            do.Categorical("glue", ["epoxy", "silicone"], count=2),
        ],
        response=lambda design: {"error": (1.0 / design["thickness"]).sum() + 0.01 * design["glue"][:, 1].sum()},
        cost=lambda design: design["thickness"].sum() / mm + design["planes"],
        objective=lambda response: response["error"],
        constraints=lambda design: {"first": 1.0 - design["thickness"][0] / (12 * mm)},
        budget=40.0,
    )


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Folder of a study with two optimisers of one name."""
    folder = tmp_path_factory.mktemp("plates") / "run"
    searches = [do.optimisers.RandomSearch(batch=4), do.optimisers.RandomSearch(batch=2)]
    do.Study("plates", [plates()], searches, [3], do.Allowance(12)).run(folder)
    return folder


@pytest.fixture(scope="module", params=["a 100% name?#.db", "a name.log"])
def exported(request, study, tmp_path_factory):
    """The same as Optuna reads it: its studies by the ledger that they come from."""
    out = tmp_path_factory.mktemp("out") / "not there yet" / request.param
    with known_too(lambda: [plates()]):
        assert export_optuna(study, out) == 24
    plain = out.rename(out.parent / f"plain{out.suffix}")
    storage = optuna_dashboard_reads(plain)
    names = optuna.get_all_study_names(storage)
    assert len(names) == 2
    return {
        run.path: (run, optuna.load_study(study_name=name, storage=storage))
        for run in do.load(study).runs
        for name in names
        if name == f"plates-v1 40 kCHF RandomSearch seed 3 ({run.path.stem})"
    }


def optuna_dashboard_reads(path):
    """A storage, as optuna-dashboard opens a file: a database, or else a journal."""
    if path.read_bytes().startswith(b"SQLite format 3"):
        return optuna.storages.RDBStorage(f"sqlite:///{path}")
    return optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(str(path)))


def test_every_run_is_a_study_of_optuna_with_a_name_of_its_own(study, exported):
    assert sorted(exported) == sorted((study / "ledger").glob("*.jsonl"))


def test_trials_and_the_best_of_them_are_those_of_the_ledger(exported):
    broken = 0
    for run, found in exported.values():
        assert [trial.value for trial in found.trials] == [trial.score for trial in run.trials]
        assert [trial.user_attrs["cost"] for trial in found.trials] == [trial.built_cost for trial in run.trials]
        assert found.best_trial.user_attrs["number"] == run.best.number
        assert found.user_attrs["designopt"]["allowance"] == 12
        broken += sum(not trial.feasible for trial in run.trials)
    assert broken > 3  # so that the best of all would be another one, were limits forgotten


def test_the_dashboard_names_what_it_shows_and_when_it_was(exported):
    for run, found in exported.values():
        assert found.metric_names == ["score as built"]
        assert found.trials[0].distributions["gap"].log
        assert not found.trials[0].distributions["thickness[0]"].log
        begun = datetime.fromisoformat(run.header["started"]).timestamp()
        for trial, told in zip(run.trials, found.trials, strict=True):
            assert told.datetime_complete.timestamp() - begun == pytest.approx(trial.at, abs=1e-3)
            assert told.duration.total_seconds() == pytest.approx(trial.seconds, abs=1e-5)


def test_parameters_are_the_built_design_in_its_units(exported):
    build = jax.jit(plates().build)
    for run, found in exported.values():
        for trial, told in zip(run.trials[:4], found.trials, strict=False):
            design = build(np.asarray(trial.u), trial.sharpness)
            sizes = [told.params[f"thickness[{slot}]"] for slot in range(3)]
            assert sizes == pytest.approx(np.asarray(design["thickness"]) / mm)
            assert told.params["planes"] == int(design["planes"])
            chosen = [told.params[f"glue[{slot}]"] for slot in range(2)]
            assert chosen == [("epoxy", "silicone")[int(np.argmax(row))] for row in np.asarray(design["glue"])]


@pytest.mark.parametrize("place", ["file", "folder"])
def test_nothing_is_overwritten(study, tmp_path, place):
    out = tmp_path / "there"
    out.write_text("mine") if place == "file" else out.mkdir()
    with known_too(lambda: [plates()]), pytest.raises(ValueError, match="nothing is overwritten"):
        export_optuna(study, out)


def test_a_folder_without_runs_and_one_that_cannot_be_written_leave_nothing(study, tmp_path):
    (tmp_path / "empty" / "ledger").mkdir(parents=True)
    with pytest.raises(ValueError, match="empty"):
        export_optuna(tmp_path / "empty", tmp_path / "out.db")
    (tmp_path / "file").write_text("")
    with known_too(lambda: [plates()]), pytest.raises(OSError):
        export_optuna(study, tmp_path / "file" / "out.db")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file"]
