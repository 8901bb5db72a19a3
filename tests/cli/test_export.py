"""`designopt export` and `designopt import`: winners and designs of one's own go out and come back as they were."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from synthetic import write_winners

from designopt.analysis.written import written, written_design
from designopt.problem import registry
from designopt.problem.detector import AbstractDetector
from designopt.problem.registry import make
from designopt.problem.requirements import question
from designopt.records.study_record import load
from designopt.report.tables.design_table import write_design

OWN = Path(__file__).parents[1] / "data" / "own_problem.py"
NAME = "spectrometer-layout-v1"
STATION = {"resolution_um": 120.0, "x_over_x0": 0.0043}
DESIGN = {
    "magnet": {"bending_power_tm": 0.65, "length_mm": 2000.0},
    "stations": [{"z_mm": z, **STATION} for z in (-5500.0, -3500.0, 3500.0, 5500.0)],
}


@pytest.fixture(scope="module")
def problem():
    return make(NAME, stations=5)


@pytest.fixture(scope="module")
def run_dir(problem, tmp_path_factory):
    """A study as its ledgers say it: the problem's references, scored, one of them as if a search had found it."""
    return write_winners(tmp_path_factory.mktemp("spectrometer") / "run", problem, problem.references)


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """A study of a detector that only its script defines."""
    from designopt.study.script import Script

    folder = tmp_path_factory.mktemp("foreign") / "run"
    script = Script(str(OWN), quick=True)
    script.keep(folder)
    script.load().run(folder)
    return folder


@pytest.fixture
def design(tmp_path):
    path = tmp_path / "design.json"
    path.write_text(json.dumps(DESIGN))
    return path


@pytest.fixture
def quick_make(monkeypatch, problem):
    """The command line makes the problem of this file's options, once for all tests."""
    monkeypatch.setattr(registry, "make", lambda name, **_: problem)


def refused(result, *says):
    code, out, err = result
    assert code == 2
    assert out == ""
    assert err.startswith("Error: ")
    for words in says:
        assert words in err, err


def test_a_design_goes_to_gdml_and_back(call, design, tmp_path, quick_make):
    code, out, _ = call("export", design, "--problem", NAME, "--to", "gdml", "--out", tmp_path / "it.gdml")
    assert code == 0
    assert "Written" in out
    code, out, _ = call("import", tmp_path / "it.gdml")
    assert code == 0
    assert json.loads(out) == DESIGN
    code, out, _ = call("import", tmp_path / "it.gdml", "--out", tmp_path / "back.json")
    assert json.loads((tmp_path / "back.json").read_text()) == DESIGN
    assert NAME in out


def test_a_design_becomes_a_table_with_units(call, design, quick_make):
    code, out, _ = call("export", design, "--problem", NAME, "--to", "csv")
    assert code == 0
    magnet, *stations = csv.DictReader(io.StringIO(out))
    assert magnet["bending power (T m)"] == "0.65"
    assert [row["z (mm)"] for row in stations] == ["-5500.0", "-3500.0", "3500.0", "5500.0"]
    assert {row["resolution (um)"] for row in stations} == {"120.0"}


def test_the_winner_of_a_study_scores_the_same_by_evaluate(call, run_dir, problem, tmp_path):
    winner = next(one for one in load(run_dir).candidates() if one.role == "search")
    path = tmp_path / "winner.json"
    assert call("export", run_dir, "--to", "json", "--out", path)[0] == 0
    code, out, _ = call("evaluate", NAME, path, "--json")
    assert code == 0
    found = json.loads(out)
    score = np.mean(np.log([point["sigma_p_over_p"] for point in found["points"]]))
    assert score == pytest.approx(winner.winner["score"], rel=1e-9)
    assert found["total_cost"] == pytest.approx(winner.winner["cost"], rel=1e-9)


def test_the_report_writes_the_winner_in_the_problems_own_schema(run_dir, problem):
    winner = next(one for one in load(run_dir).candidates() if one.role == "search")
    card, score = winner.problem, winner.winner
    write_design(run_dir / "designs" / "it.json", card, question(problem)["variables"], score, written_design)
    own, found = (json.loads((run_dir / "designs" / f"it{end}.json").read_text()) for end in ("", ".found"))
    assert own == written(problem, winner.design)
    assert found["budget_kchf"] == problem.budget
    assert found["variables"]["distance"]["unit"] == "mm"
    assert {"score", "cost", "cost_items", "violations", "metrics"} <= set(found)
    write_design(run_dir / "designs" / "plain.json", card, question(problem)["variables"], score)
    assert set(json.loads((run_dir / "designs" / "plain.json").read_text())) == {"problem", "budget_kchf", "variables"}


def test_the_reference_of_a_study_can_be_had_and_wrong_choices_get_a_sentence(call, run_dir, tmp_path):
    code, out, _ = call("export", run_dir, "--reference", "--to", "json")
    assert code == 0
    assert json.loads(out)["stations"]
    refused(
        call("export", run_dir, "--to", "json", "--problem", "spectrometer-layout-v9"), "no winner of a problem", NAME
    )
    refused(call("export", run_dir, "--to", "json", "--optimiser", "Randomsearch"), "Did you mean", "RandomSearch")
    refused(call("export", run_dir, "--to", "json", "--budget", "7"), "no winner at 7 kCHF", "4000 kCHF")
    refused(call("export", run_dir, "--to", "step"), "No format is called 'step'")
    refused(call("export", tmp_path, "--to", "json"), "holds no ledger")


def test_a_design_needs_its_problem_and_no_choice_of_winners(call, design, tmp_path):
    refused(call("export", design, "--to", "json"), "--problem NAME")
    refused(call("export", design, "--to", "json", "--problem", NAME, "--reference"), "is one design")
    refused(call("export", tmp_path / "none.json", "--to", "gdml", "--problem", NAME), "cannot be read")


def test_a_foreign_winner_is_written_by_variable_with_units(call, foreign):
    code, out, _ = call("export", foreign, "--to", "json")
    assert code == 0
    found = json.loads(out)
    assert found["problem"] == "plates-v1"
    assert found["variables"]["thickness"]["unit"] == "mm"
    assert sum(found["variables"]["thickness"]["values"]) == pytest.approx(40.0)
    code, out, _ = call("export", foreign, "--to", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["slot"] for row in rows] == ["1", "2", "3", "4"]
    assert [float(row["thickness (mm)"]) for row in rows] == found["variables"]["thickness"]["values"]


def test_a_foreign_winner_without_a_geometry_says_how_to_give_one(call, foreign):
    refused(
        call("export", foreign, "--to", "gdml"), "Plates has no geometry", "geometry(self, written)", "docs/geometry.md"
    )


def test_a_geometry_of_ones_own_is_one_method(call, foreign, monkeypatch):
    page = (OWN.parents[2] / "docs" / "geometry.md").read_text(encoding="utf-8")
    names: dict = {}
    exec(page.partition("```python\n")[2].partition("```")[0], names)
    monkeypatch.setattr(AbstractDetector, "geometry", names["Plates"].geometry)
    code, out, _ = call("export", foreign, "--to", "gdml")
    assert code == 0
    assert out.count("<physvol") == 4


def test_several_winners_need_a_folder(call, foreign, tmp_path):
    refused(call("export", foreign, "--to", "json", "--winners", "2"), "2 designs are asked for", "--out FOLDER")
    assert call("export", foreign, "--to", "json", "--winners", "2", "--out", tmp_path / "all")[0] == 0
    assert len(list((tmp_path / "all").glob("plates-v1-80kCHF-*.json"))) == 2


def test_a_file_that_is_not_ours_gets_a_sentence(call, tmp_path):
    path = tmp_path / "other.gdml"
    path.write_text("<gdml><structure/></gdml>")
    refused(call("import", path), "designopt did not write it")
    path.write_text('<!DOCTYPE gdml [<!ENTITY a "b">]><gdml>&a;</gdml>')
    refused(call("import", path), "document type")
