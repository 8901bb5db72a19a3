"""One way to read a run folder: `load`, and nothing outside of records opens its files."""

import ast
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from designopt import Allowance, Study
from designopt.benchmarks.problems import square_root_law
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.stop import Stop
from designopt.records.study_note import StudyNote
from designopt.records.study_record import load
from designopt.report.data.grouping import sections
from designopt.report.data.metrics import measure

ROOT = Path(__file__).parents[2]
LAW = square_root_law(3, 30.0)
WRITERS = {
    "RunFile",
    "run_file",
    "read_run",
    "run_files",
    "read_header",
}  # who runs a study writes its ledger, and asks what is missing of it
FILES = (".jsonl", "study.json")
READERS = ("designopt.records.ledger", "designopt.records.files.lines")


@dataclass(frozen=True)
class UniformSearch(AbstractOptimiser):
    """A search, whatever it is called."""

    def search(self, evaluator, seed):
        evaluator.evaluate(np.random.default_rng(seed).random((4, evaluator.size)))
        return Stop.EXHAUSTED


@dataclass(frozen=True)
class ReferenceFreeCma(UniformSearch):
    """Another."""


@dataclass(frozen=True)
class Middle(UniformSearch):
    """A baseline, as it says itself."""

    role = "baseline"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    run_dir = tmp_path_factory.mktemp("record")
    optimisers = [UniformSearch(), ReferenceFreeCma(), Middle()]
    Study("toy", [LAW], optimisers, range(2), Allowance(10 * LAW.events)).run(run_dir)
    return run_dir


def test_everything_that_was_recorded_is_there(folder):
    record = load(folder)
    assert record.name == "toy"
    assert len(record.runs) == 7
    assert len(record.problems) == 1
    assert record.problems[0]["name"] == LAW.name
    assert all(run.complete and run.failure is None for run in record.runs)
    assert record.verification == record.robustness == ()
    assert record.note is record.script is None
    StudyNote("study.py", True).write(folder)
    kept = load(folder)
    assert kept.note == StudyNote("study.py", True)
    assert kept.script == folder / "study.py"
    (folder / "study.json").unlink()


def test_a_role_is_what_the_optimiser_says_and_never_guessed_from_its_name(folder):
    roles = {run.entrant: run.role for run in load(folder).runs}
    assert roles == {
        "UniformSearch": "search",
        "ReferenceFreeCma": "search",
        "Middle": "baseline",
        "Reference-uniform": "reference",
    }
    (section,) = sections([measure(run, folder) for run in load(folder).runs])
    assert {entrant.name for entrant in section.searchers} == {"UniformSearch", "ReferenceFreeCma"}
    assert section.baseline.name == "Reference-uniform"
    chosen = load(folder).candidates(winners=5)
    assert chosen[0].is_reference
    assert {one.entrant for one in chosen[1:]} == {"UniformSearch", "ReferenceFreeCma"}


def test_a_folder_without_a_ledger_is_refused_at_once(tmp_path):
    with pytest.raises(ValueError, match=r"holds no ledger\. Give the folder"):
        load(tmp_path / "nowhere")


def test_a_study_without_a_feasible_winner_has_nothing_to_look_at(folder, tmp_path):
    first = load(folder).runs[0].path
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger" / first.name).write_text(first.read_text().splitlines()[0] + "\n")
    with pytest.raises(ValueError, match="nothing to look at"):
        load(tmp_path).candidates()


def test_nothing_but_records_opens_the_files_of_a_run_folder():
    paths = [path for folder in ("designopt", "detectors", "studies") for path in (ROOT / folder).rglob("*.py")]
    outside = [path for path in paths if "records" not in path.relative_to(ROOT).parts]
    assert len(outside) > 100
    for path in outside:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                names_a_file = node.value == "ledger" or node.value.endswith(FILES)
                assert not names_a_file or path.name == "benchmark.py", (path, node.value)
            if isinstance(node, ast.ImportFrom) and node.module in READERS:
                taken = {alias.name for alias in node.names} - WRITERS - {"Run"}
                assert not taken, f"{path} reads {taken} itself. Use `load(run_dir)`."
