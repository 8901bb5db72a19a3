"""Imports run one way, and importing the library stays light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# A wing may import the wings to its right, and itself.
ORDER = ["study", "optimisers", "envs", "surrogates", "evaluation", "records", "problem", "design"]
READERS = {"report": {"records"}, "analysis": {"records", "problem", "design", "study", "optimisers"}}
HEAVY = {
    "torch",
    "skopt",
    "sklearn",
    "cma",
    "stable_baselines3",
    "sb3_contrib",
    "optax",
    "gymnasium",
    "matplotlib",
    "optuna",
    "pymoo",
    "scipy",
}


def imported(path: Path, everywhere: bool = True) -> set[str]:
    """Modules that a file imports; with `everywhere` False only those of its top level."""
    tree = ast.parse(path.read_text())
    nodes = ast.walk(tree) if everywhere else tree.body
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def core() -> list[Path]:
    return [path for path in files("designopt") if "detectors" not in path.parts]


def test_the_core_imports_no_detector_and_no_study():
    for path in core():
        wrong = [name for name in imported(path) if name.startswith(("designopt.detectors", "detectors", "studies"))]
        assert not wrong, (path, wrong)


def test_detectors_import_no_study():
    for path in files("detectors"):
        assert not [name for name in imported(path) if name.split(".")[0] == "studies"], path


@pytest.mark.parametrize("wing", [*ORDER, *READERS])
def test_a_wing_imports_only_the_wings_it_stands_on(wing):
    below = READERS[wing] if wing in READERS else set(ORDER[ORDER.index(wing) :])
    for path in files(f"designopt/{wing}"):
        wings = {name.split(".")[1] for name in imported(path) if name.startswith("designopt.")}
        wrong = wings - below - {wing, "units", "runtime", "processes"}
        assert not wrong, f"{path.relative_to(ROOT)} imports {sorted(wrong)}"


def test_core_files_import_nothing_heavy():
    for wing in ("design", "problem", "records", "evaluation"):
        for path in files(f"designopt/{wing}"):
            assert not {name.split(".")[0] for name in imported(path, everywhere=False)} & HEAVY, path


def test_importing_designopt_loads_no_heavy_package():
    program = (
        "import sys, designopt; designopt.make, designopt.Problem, designopt.Evaluator; print(' '.join(sys.modules))"
    )
    loaded = set(
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not loaded & (HEAVY - {"optax", "scipy"})
    assert "jax" in loaded
