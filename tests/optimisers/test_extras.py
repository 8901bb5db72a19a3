"""Without the extra [rl] everything imports; who needs it is left out or refused, with the command that installs it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from designopt.optimisers.auto import Auto
from designopt.optimisers.bayesian.optuna_search import OptunaBayes
from designopt.optimisers.composite import Then
from designopt.optimisers.evolution.nondominated import Nsga2
from designopt.optimisers.extras import install_command, lacking
from designopt.optimisers.gradient.methods import Lbfgs
from designopt.optimisers.lineup import default_lineup
from designopt.optimisers.reinforcement.agents import Ppo
from designopt.optimisers.reinforcement.masked import MaskedPpo

ROOT = Path(__file__).parents[2]
HIDDEN = """
import importlib.abc, sys

class Hide(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"torch", "stable_baselines3", "sb3_contrib"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Hide())
"""
STUDY = """
import designopt as do
from designopt.benchmarks.problems import two_kinds

def study(quick=False):
    problem = two_kinds()
    return do.Study("two-kinds", [problem], {optimisers}, seeds=range(1), allowance=do.Allowance(4 * problem.events))
"""


def without_rl(program: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", HIDDEN + program], cwd=folder, env=environment, capture_output=True, text=True
    )


def run_study(optimisers: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "script.py").write_text(STUDY.format(optimisers=optimisers))
    program = (
        "sys.argv = ['designopt', 'run', 'script.py', '--workers', '1']; from designopt.cli.app import main; main()"
    )
    return without_rl(program, folder)


def test_every_module_imports_without_the_extra():
    folders = "('designopt', 'designopt/detectors')"
    program = f"""
import importlib, pathlib
names = [".".join(path.with_suffix("").parts) for folder in {folders} for path in pathlib.Path(folder).rglob("*.py")
         if path.name not in ("__init__.py", "__main__.py") and "child" not in path.parts]
for name in names:
    importlib.import_module(name)
print(len(set(names)), "torch" in sys.modules)
"""
    result = without_rl(program)
    assert result.returncode == 0, result.stderr
    count, torch = result.stdout.split()
    assert int(count) > 200
    assert torch == "False"


def test_a_study_that_names_an_agent_is_refused_before_anything_starts(tmp_path):
    result = run_study("[do.optimisers.RandomSearch(), do.optimisers.Ppo()]", tmp_path)
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "The study 'two-kinds' names Ppo" in result.stderr
    assert "pip install 'designopt[rl]'" in result.stderr
    assert not (tmp_path / "runs").exists()


def test_the_default_lineup_says_first_who_is_left_out(tmp_path):
    result = run_study("do.optimisers.default_lineup(quick=True)[:1]", tmp_path)
    assert result.returncode == 0, result.stderr
    assert result.stderr.splitlines()[0] == "Left out for want of an extra: Ppo (pip install 'designopt[rl]')."
    assert result.stderr.count("Left out") == 1


@pytest.mark.parametrize(
    "call",
    [
        "do.optimisers.Ppo().run(do.Evaluator(two_kinds(), nine), 0)",
        "do.optimisers.Then(do.optimisers.Adam(), do.optimisers.Ppo()).run(do.Evaluator(two_kinds(), nine), 0)",
        "do.optimisers.BudgetPolicy().train([two_kinds()])",
    ],
)
def test_an_agent_alone_is_refused_with_the_command(call):
    result = without_rl(
        f"import designopt as do; from designopt.benchmarks.problems import two_kinds;nine = do.Allowance(9); {call}"
    )
    assert result.stderr.splitlines()[-1].startswith("ValueError")
    assert "pip install 'designopt[rl]'" in result.stderr


def test_an_optimiser_asks_for_the_extras_of_its_parts(monkeypatch):
    monkeypatch.setattr("designopt.optimisers.base.lacking", list)
    assert Then(Lbfgs(), Then(MaskedPpo(), OptunaBayes())).missing_extras() == ["bayes", "rl"]
    assert Nsga2().missing_extras() == ["front"]
    assert Auto().missing_extras() == []
    assert install_command(["rl", "bayes", "rl"]) == "pip install 'designopt[bayes,rl]'"


def test_with_everything_installed_nobody_is_left_out():
    assert lacking(Ppo.modules) == []
    assert [entrant.name for entrant in default_lineup()][-1] == "Ppo"
    assert lacking(["json", "no_such_module"]) == ["no_such_module"]
