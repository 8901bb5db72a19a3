"""The command line: what it prints can be used, what is wrong gets one sentence and exit code 2."""

import json
from pathlib import Path

import pytest

import designopt as do
from designopt.records.event_log import read_events
from designopt.records.ledger import RunFile, read_runs, run_files

TOY = Path(__file__).parents[1] / "study" / "toy_study.py"
NAME = "calorimeter-segmentation-v1"
LAYER = {"absorber": "W", "absorber_thickness": 2.0, "active": "Si", "active_thickness": 0.5, "pitch": 10.0}
STACK = {"layers": [LAYER] * 24, "energies": [1, 10], "beam": "electron"}
KEYS = {
    "energies", "resolution", "terms", "contained_fraction", "visible_energy", "layer_energy", "position_resolution",
    "two_photon_separation", "depth_x0", "channels", "cost",
}  # fmt: skip


@pytest.fixture
def evaluate(call, tmp_path):
    def run(spec, *words):
        path = tmp_path / "design.json"
        path.write_text(spec if isinstance(spec, str) else json.dumps(spec))
        return call("evaluate", NAME, path, *words)

    return run


def refused(result, *says):
    """One sentence of error, exit code 2, no traceback, nothing on standard output."""
    code, out, err = result
    assert code == 2
    assert out == ""
    assert err.startswith("Error: ")
    assert "Traceback" not in err
    for words in says:
        assert words in err


def test_list_and_describe_tell_what_there_is(call):
    code, out, _ = call("list")
    assert code == 0
    assert NAME in out
    code, out, _ = call("describe", NAME)
    assert code == 0
    for words in ("absorber_thickness", "Budget", "Reference designs", "gradient", "Auto()"):
        assert words in out


def test_evaluate_prints_json(evaluate):
    code, out, _ = evaluate(STACK, "--json")
    result = json.loads(out)
    assert code == 0
    assert set(result) >= KEYS
    assert set(result["terms"]) == {"sampling", "leakage", "noise", "photostatistics", "constant"}
    assert [len(row) for row in result["layer_energy"]] == [24, 24]
    assert result["energies"] == [1, 10]
    for energy in range(2):
        squares = sum(term[energy] ** 2 for term in result["terms"].values())
        assert squares**0.5 == pytest.approx(result["resolution"][energy], rel=1e-6)
        assert sum(result["layer_energy"][energy]) == pytest.approx(result["visible_energy"][energy], rel=1e-6)


def test_terms_restrict_the_resolution(evaluate):
    result = json.loads(evaluate(STACK, "--json", "--terms", "sampling,leakage")[1])
    squares = sum(result["terms"][name][0] ** 2 for name in ("sampling", "leakage"))
    assert result["resolution"][0] == pytest.approx(squares**0.5, rel=1e-6)


def test_evaluate_prints_a_table_for_people(evaluate):
    code, out, _ = evaluate(STACK)
    assert code == 0
    for words in ("kCHF", "X0", "mm", "%"):
        assert words in out


def test_the_users_own_prices_change_the_cost(evaluate, tmp_path):
    from designopt.detectors import prices

    book = tmp_path / "prices.toml"
    book.write_text(Path(prices.__file__).with_name("prices.toml").read_text())
    same = json.loads(evaluate(STACK, "--json", "--prices", book)[1])
    assert same["cost"] == json.loads(evaluate(STACK, "--json")[1])["cost"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda s: s["layers"].clear(), "layer"),
        (lambda s: s["layers"].__setitem__(0, LAYER | {"absorber": "Pbb"}), "Did you mean"),
        (lambda s: s["layers"].__setitem__(0, LAYER | {"absorber_thickness": -1.0}), "-1"),
        (lambda s: s["layers"].__setitem__(0, LAYER | {"absorber_thickness": float("nan")}), "nan"),
        (lambda s: s["layers"].__setitem__(0, LAYER | {"pich": 3.0}), "pich"),
        (lambda s: s.update(energies=[]), "energ"),
        (lambda s: s.update(energies=[-5]), "-5"),
        (lambda s: s.update(beam="pion"), "pion"),
        (lambda s: s.update(layers="many"), "layers"),
    ],
)
def test_a_wrong_design_gets_one_sentence(evaluate, change, says):
    spec = json.loads(json.dumps(STACK))
    change(spec)
    refused(evaluate(spec, "--json"), says)


def test_wrong_files_names_and_options_get_one_sentence(evaluate, call, tmp_path):
    refused(evaluate("{broken", "--json"), "not valid JSON")
    refused(evaluate([1, 2], "--json"))
    refused(evaluate(STACK, "--jsn"), "--jsn")
    refused(evaluate(STACK, "--terms", "samplin"), "Did you mean")
    refused(evaluate(STACK, "--prices", tmp_path / "none.toml"), "none.toml")
    refused(call("evaluate", NAME, tmp_path / "none.json"), "none.json")
    refused(call("evaluate", "calorimeter", tmp_path / "none.json"), "Did you mean")
    refused(call("describe", NAME, "--budget", "1e12"), "cheapest design costs")
    refused(call("describe", NAME, "--budget=-3"), "positive")
    refused(call("report", tmp_path / "nowhere"), "nowhere")
    refused(call("resume", tmp_path / "nowhere"), "study.json")
    refused(call("run", tmp_path / "none.py"), "none.py")


def test_a_folder_that_cannot_be_written_is_said(call, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    refused(call("run", TOY, "--quick", "--out", blocked / "runs"), str(blocked))
    assert blocked.read_text() == "not a folder"


def test_a_ledger_of_another_problem_is_refused_and_kept(call, tmp_path):
    from designopt.study.script import Script

    run_dir = tmp_path / "runs"
    plan = Script(str(TOY), quick=True).load().plans()[0]
    header = plan.header("test")
    RunFile(plan.path(run_dir), header | {"problem": header["problem"] | {"size": 99}}).close()
    (run_dir / "study.py").write_text("# the script of these runs\n")
    before = {path: path.read_bytes() for path in run_dir.rglob("*") if path.is_file()}
    refused(
        call("run", TOY, "--quick", "--out", run_dir, "--workers", "1"),
        "written for another run: its problem.size is 99, not", "--fresh", "--out", "Nothing was changed",
    )  # fmt: skip
    assert {path: path.read_bytes() for path in run_dir.rglob("*") if path.is_file()} == before


SHORT = """
from designopt import Allowance, Study
from designopt.benchmarks.problems import square_root_law
from designopt.optimisers.baselines import RandomSearch

def study(quick=False):
    law = square_root_law(3, 30.0)
    allowance = Allowance(events=(4 if quick else 8) * law.events)
    return Study("short", [law], [RandomSearch(batch=BATCH)], range(SEEDS), allowance)
"""


@pytest.fixture
def short(tmp_path, monkeypatch):
    """Write a short study's script, and stay in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def write(batch=4, seeds=1):
        path = tmp_path / "script.py"
        path.write_text(SHORT.replace("BATCH", str(batch)).replace("SEEDS", str(seeds)))
        return path

    return write


def test_the_demo_and_then_the_full_study_have_folders_of_their_own(call, short):
    assert call("run", short(), "--quick", "--workers", "1")[0] == 0
    assert call("run", short(), "--workers", "1", "--quiet") == (0, "Report: runs/short/report.html\n", "")
    ends = [event for event in read_events("runs/short") if event["event"] == "run-ends"]
    assert [event["outcome"] for event in ends] == ["done"] * len(run_files("runs/short"))
    assert ends[-1]["evaluations"] == 8
    for folder, trials in (("runs/short-quick", 4), ("runs/short", 8)):
        assert {len(run.trials) for run in read_runs(Path(folder)) if run.role == "search"} == {trials}
        assert (Path(folder) / "report.html").exists()
    code, out, _ = call("run", short(), "--workers", "1")
    assert code == 0
    assert f"Kept {len(run_files('runs/short'))} finished runs of this very configuration" in out


def test_a_changed_study_is_refused_unless_fresh_moves_the_old_one_aside(call, short):
    assert call("run", short(), "--quick", "--workers", "1")[0] == 0
    folder = Path("runs/short-quick")
    before = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    refused(call("run", short(batch=2), "--quick"), "settings.batch is 4, not 2", "--fresh")
    assert {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    code, out, _ = call("run", short(batch=2), "--quick", "--workers", "1", "--fresh")
    assert code == 0
    aside = Path("runs/short-quick.1")
    assert aside.name in out
    assert {path.relative_to(aside): path.read_bytes() for path in aside.rglob("*") if path.is_file()} == before
    assert "batch=2" in (folder / "study.py").read_text()


def test_a_wider_script_goes_on_and_the_earlier_one_is_kept(call, short):
    first = short().read_text()
    assert call("run", short(), "--quick", "--workers", "1")[0] == 0
    assert call("run", short(seeds=2), "--quick", "--workers", "1")[0] == 0
    assert Path("runs/short-quick/study.1.py").read_text() == first
    assert "range(2)" in Path("runs/short-quick/study.py").read_text()


def test_a_doubled_line_is_one_sentence_in_report_and_resume_and_repair_goes_on(call, short):
    assert call("run", short(), "--quick", "--workers", "1")[0] == 0
    path = next(path for path in run_files("runs/short-quick") if "RandomSearch" in path.name)
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:5], *lines[4:]]))  # sed -i 5p
    for command in ("report", "resume", "verify", "examine"):
        refused(call(command, "runs/short-quick"), "Line 6 of the ledger", path.name, "4 evaluations before it hold")
    refused(call("run", short(), "--quick"), "Line 6 of the ledger")
    code, out, _ = call("resume", "runs/short-quick", "--repair", "--workers", "1")
    assert code == 0
    assert "cut before line 6" in " ".join(out.split())
    assert path.with_name(path.name + ".damaged").read_bytes() == b"".join([*lines[:5], *lines[4:]])
    assert path.read_bytes().splitlines()[:5] == whole.splitlines()[:5]
    assert call("report", "runs/short-quick")[0] == 0


def test_repeated_layers_are_reported_one_by_one(evaluate):
    spec = STACK | {"layers": [LAYER | {"repeat": 20}, LAYER | {"repeat": 4}]}
    result, plain = (json.loads(evaluate(s, "--json")[1]) for s in (spec, STACK))
    assert [len(row) for row in result["layer_energy"]] == [24, 24]
    assert result == plain


def test_the_list_of_optimisers_is_what_a_study_may_name(call, announce):
    announce("designopt.optimisers", "Walk", "designopt.optimisers:RandomSearch")
    announce("designopt.optimisers", "Lost", "no_such_module_at_all:Lost")
    code, out, err = call("list", "optimisers")
    assert code == 0
    assert set(do.list_optimisers()) - {"Lost"} == {line.split()[0] for line in out.splitlines()}
    assert all(len(line.split()) > 2 for line in out.splitlines())
    assert "'Lost' of their-package" in err
    assert "designopt list optimisers" in call("list")[1]
    refused(call("list", "optimizers"), "Did you mean 'optimisers'?")
