"""Pages for people who bring a detector, a simulator or an optimiser: their code runs as it stands there."""

import re
from pathlib import Path

import numpy as np
import pytest

import designopt as do
from designopt.problem import registry
from designopt.report.data.starts import starts

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.usefixtures("types_unchecked")


def code(page: str, language: str = "python") -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / "docs" / page).read_text(encoding="utf-8"), flags=re.DOTALL)


def carried_out(page: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict:
    """Every block of a page, one after the other, in an empty folder."""
    monkeypatch.chdir(folder)
    names: dict = {}
    for number, block in enumerate(code(page)):
        path = folder / f"block_{number}.py"
        path.write_text(block)
        exec(compile(block, str(path), "exec"), names)
    return names


def test_the_page_on_detectors(tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "_makers", dict(registry._makers))
    names = carried_out("your_detector.md", tmp_path, monkeypatch)
    assert names["by_class"].spend_on == {"pitch": -1, "planes": 1}
    assert names["study"](quick=True).plans()
    problem = names["problem"]
    trial = do.Evaluator(problem, do.Allowance(1)).evaluate(np.array([[0.1, 0.4, 0.3]]))[0]
    assert trial.built_cost <= 150.0


def test_the_page_on_simulators(tmp_path, monkeypatch):
    script = code("your_simulator.md", "sh")[0]
    (tmp_path / "simulate.sh").write_text(script)
    (tmp_path / "simulate.sh").chmod(0o755)
    names = carried_out("your_simulator.md", tmp_path, monkeypatch)
    found = names["by_template"].response({"thickness": 5.0})
    assert float(found["resolution"]) == 0.5


def test_the_page_on_optimisers(tmp_path, monkeypatch):
    names = carried_out("your_optimiser.md", tmp_path, monkeypatch)
    start = do.load("runs/warm").runs[0].header["start"]
    assert (start["from"], start["charged"]) == ("runs/outside", 0)
    assert start["events"] > 0
    said = starts([run.header for run in do.load("runs/warm").runs])
    assert said == [f"1 run of plates-v1 began from a design of runs/outside, found with {start['events']} simulated "
                    "events, which are not charged."]  # fmt: skip
    assert names["study"].missing("runs/warm") == []
    with pytest.raises(ValueError, match=r"took .* simulated events, and the allowance is 20"):
        do.Study("warm", [names["problem"]], ["CmaEs"], [0], do.Allowance(20), names["study"].start_from, True)
