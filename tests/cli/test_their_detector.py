"""The thirty lines of the guide as somebody uses them: from an empty folder, by every command, to the report."""

import re
from pathlib import Path

import pytest

import designopt as do

GUIDE = Path(__file__).parents[2] / "docs/your_detector.md"
FEW = ["RandomSearch", "Slsqp"]
STUDY = """
from designopt.optimisers.by_name import make_optimiser


def study(quick=False):
    problem = hodoscope()
    able = [name for name in {names} if not make_optimiser(name).cannot_search(problem)]
    return do.Study("theirs", [problem], able, [0], do.Allowance({evaluations}))
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder, but for the file of the guide."""
    monkeypatch.chdir(tmp_path)
    lines = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL)[0]
    Path("hodoscope.py").write_text(lines)
    return tmp_path


@pytest.mark.parametrize(
    ("names", "evaluations"),
    [(FEW, 40), pytest.param(None, 24, marks=pytest.mark.slow)],
    ids=["few", "every family"],
)
def test_every_command_knows_it_and_every_winner_costs_the_budget(call, folder, names, evaluations):
    names = names or do.list_optimisers()
    own = STUDY.format(names=names, evaluations=evaluations)  # a study is one file, which is kept with its runs
    Path("theirs.py").write_text(Path("hodoscope.py").read_text() + own)
    code, out, _ = call("describe", "hodoscope.py")
    assert code == 0
    assert "Money goes to pitch (less of it costs more), planes (more of it costs more)" in " ".join(out.split())
    assert call("run", "theirs.py", "--workers", "1", "--out", "theirs")[0] == 0
    runs = do.load("theirs").runs
    assert {run.failure for run in runs} == {None}
    assert len(runs) >= len(names) - 1  # Nsga2 needs money that can be kept
    assert all(run.best.cost == pytest.approx(150.0, rel=1e-9) and run.best.built_cost <= 150.0 for run in runs)
    assert all(set(run.winner["metrics"]) == {"resolution (mm)", "material (X0)"} for run in runs)
    assert call("examine", "theirs")[0] == 0
    assert call("report", "theirs")[0] == 0
    page = Path("theirs/report.html").read_text(encoding="utf-8")
    assert all(word in page for word in ("hodoscope-v1", "resolution", "What the optimum rests on"))
