"""Winners of a small study held against a made-up simulation that knows a weakness of the model."""

import csv
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import designopt.analysis.verify
from designopt.analysis.verify import verify
from designopt.benchmarks.problems import square_root_law
from designopt.problem.registry import register, verification
from designopt.records.designs.verification_result import Measured, Verification
from designopt.records.study_record import load
from designopt.report.page import write_report
from designopt.study.script import Script

TOY = Path(__file__).parents[1] / "study" / "toy_study.py"
LAW = "square-root-law-4"


def law(places: int = 4, budget: float = 30.0):
    return square_root_law(places, budget)


def spoilt(problem, design, events, minutes, seed):
    """A simulation in which a tenth of the resolution does not depend on the design."""
    predicted = float(problem.detector.response(design)["loss"])
    return Verification("toy 2", (Measured("resolution (%)", predicted, predicted + 0.1, 0.001),), events or 50, "Toy.")


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory):
    register(LAW, law)
    folder = tmp_path_factory.mktemp("verified")
    replace(Script(str(TOY), quick=True).load(), problems=[law()]).run(folder)
    return folder


@pytest.fixture
def installed(monkeypatch):
    monkeypatch.setattr(designopt.analysis.verify, "verification", lambda name: SimpleNamespace(verify_design=spoilt))


def test_the_reference_comes_first_then_the_best_runs(run_dir):
    chosen = load(run_dir).candidates(winners=2)
    assert chosen[0].entrant == "Reference-uniform"
    scores = [one.winner["score"] for one in chosen[1:]]
    assert len(scores) == 2
    assert scores == sorted(scores)
    assert len(load(run_dir).candidates(winners=1)) == 2


def test_only_what_is_unchecked_is_simulated_and_the_report_says_what_survives(run_dir, installed):
    assert verify(run_dir, winners=1, events=20) == 2
    assert verify(run_dir, winners=1, events=20) == 0
    assert verify(run_dir, winners=2, events=20) == 1
    reference, winner, _ = (one.result.quantities[0] for one in load(run_dir).verification)
    share = np.log(reference.found / winner.found) / np.log(reference.predicted / winner.predicted)
    assert 0 < share < 1
    page = write_report(run_dir).read_text()
    assert "Does the gain survive" in page
    with (run_dir / "tables" / "verification.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2
    assert float(rows[0]["survives"]) == pytest.approx(100 * share)
    assert rows[0]["events"] == "20"


def test_a_problem_without_a_simulation_says_so(run_dir):
    with pytest.raises(ValueError, match="No independent simulation"):
        verification(LAW)
