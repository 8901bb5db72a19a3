"""One import reaches everything: names are lazy, listed and typed, and importing changes nothing of the process."""

import ast
import importlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import designopt as do
from designopt.optimisers.base import AbstractOptimiser

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "tests" / "data" / "own_problem.py"
FAMILIES = ["bayesian", "evolution", "gradient", "reinforcement", "surrogate"]
PACKAGES = ["designopt", "designopt.optimisers", "designopt.testing", *(f"designopt.optimisers.{f}" for f in FAMILIES)]


def python(program: str, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_is_reached_listed_and_seen_by_type_checkers(package):
    module = importlib.import_module(package)
    assert set(module.__all__) <= set(dir(module))
    for name in module.__all__:
        assert getattr(module, name) is not None
    tree = ast.parse(Path(module.__file__).read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If))
    typed = {}
    for node in block.body:
        assert isinstance(node, ast.ImportFrom)
        for alias in node.names:
            assert alias.asname == alias.name, f"{package}.{alias.name} is not exported again"
            own = f"{node.module}.{alias.name}"
            typed[alias.name] = (
                own
                if importlib.util.find_spec(node.module).submodule_search_locations and importlib.util.find_spec(own)
                else node.module
            )
    assert typed == module._HOMES


def test_a_wrong_name_is_refused_with_the_known_ones():
    with pytest.raises(AttributeError, match=r"no attribute 'Adm'.*Adam"):
        do.optimisers.Adm  # noqa: B018


def test_every_optimiser_is_public():
    for path in sorted((ROOT / "designopt" / "optimisers").rglob("*.py")):
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    waiting, found = [AbstractOptimiser], set()
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        found |= {kind.__name__} if kind.__module__.startswith("designopt.optimisers.") else set()
    found = {name for name in found if not name.startswith("Abstract")}
    assert found
    assert not found - set(do.optimisers.__all__)


def test_importing_changes_nothing_of_the_process_and_imports_no_jax():
    result = python(
        "import os, sys, json; before = dict(os.environ); import designopt, designopt.optimisers, designopt.testing;"
        "dir(designopt); print(json.dumps([before == dict(os.environ), sorted(sys.modules)]))"
    )
    unchanged, modules = json.loads(result.stdout)
    assert unchanged
    assert not {name.split(".")[0] for name in modules} & {"jax", "jaxlib", "numpy", "scipy", "torch", "matplotlib"}


def test_the_first_variable_gives_jax_64_bits_and_no_variable_of_ours():
    ours = "('OPENBLAS_NUM_THREADS', 'NPROC', 'JAX_ENABLE_X64', 'JAX_COMPILATION_CACHE_DIR')"
    result = python(
        f"import os; [os.environ.pop(name, None) for name in {ours}]; import designopt as do; do.Real('x', 0.0, 1.0);"
        f"import jax; print(jax.numpy.ones(1).dtype, [name for name in {ours} if name in os.environ])"
    )
    assert result.stdout.split() == ["float64", "[]"]


SIMULATE = """
import os, sys, warnings
os.cpu_count = lambda: 2
[os.environ.pop(name, None) for name in ('OPENBLAS_NUM_THREADS', 'NPROC')]
{first}
import designopt as do
from designopt.benchmarks.problems import two_kinds
problem = two_kinds()
for _ in range(2):
    do.optimisers.RandomSearch().run(do.Evaluator(problem, do.Allowance(4 * problem.events)), 0)
"""


@pytest.mark.parametrize(
    ("first", "said"),
    [
        ("", ["JAX started with several threads"]),
        ("import designopt; designopt.prepare()", []),
        ("os.environ.update(OPENBLAS_NUM_THREADS='1', NPROC='1')", []),
        ("import jax, designopt; designopt.prepare()", ["prepare() came after JAX was imported"]),
    ],
)
def test_a_process_with_several_threads_is_warned_once(first, said):
    result = python(SIMULATE.format(first=first))
    assert result.returncode == 0, result.stderr
    assert result.stderr.count("ThreadWarning: ") == len(said)
    assert all(sentence in result.stderr for sentence in said)


def test_the_command_line_prepares_itself_before_jax():
    result = python(
        "import os, sys; os.environ.pop('OPENBLAS_NUM_THREADS', None); os.environ.pop('NPROC', None);"
        "sys.addaudithook(lambda event, args: print('threads', os.environ.get('OPENBLAS_NUM_THREADS'))"
        " if event == 'import' and args[0] == 'jax' else None); import designopt.cli.app, designopt.design"
    )
    assert result.stdout.splitlines() == ["threads 1"]


def test_the_name_detectors_is_not_ours(tmp_path):
    for folder in (ROOT, tmp_path):
        result = python(
            "import designopt.detectors; print(designopt.detectors.__name__)\n"
            "try:\n    import detectors\nexcept ModuleNotFoundError as error:\n    print(error.name)\n"
            "else:\n    print(detectors.__file__)",
            folder,
        )
        ours, theirs = result.stdout.splitlines()
        assert ours == "designopt.detectors"
        assert theirs == "detectors" or not Path(theirs).resolve().is_relative_to(ROOT / "detectors")


def test_somebody_elses_detectors_are_found_from_the_root_of_the_repository(tmp_path):
    (tmp_path / "detectors").mkdir()
    (tmp_path / "detectors" / "__init__.py").write_text("WHOSE = 'theirs'\n")
    (tmp_path / "detectors" / "part.py").write_text("from detectors import WHOSE\n")
    result = python(
        "import detectors.part; print(detectors.WHOSE, detectors.part.WHOSE);"
        "import designopt.detectors.materials; print(designopt.detectors.materials.__name__)",
        PYTHONPATH=f"{ROOT}{os.pathsep}{tmp_path}",
    )
    assert result.stdout.split() == ["theirs", "theirs", "designopt.detectors.materials"], result.stderr


def test_a_script_with_one_import_runs_two_optimisers_and_writes_the_report(tmp_path):
    shutil.copy(SCRIPT, tmp_path)
    result = subprocess.run(
        [sys.executable, SCRIPT.name],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("plates: 4 runs")
    assert "ThreadWarning" not in result.stderr
    assert "Lbfgs" in (tmp_path / "runs" / "plates" / "report.html").read_text()


def test_that_script_has_real_types_under_strict_checking(tmp_path):
    names = [*do.__all__, *(f"optimisers.{name}" for name in do.optimisers.__all__)]
    names = [name for name in names if name not in ("optimisers", "testing", "units")]
    shutil.copy(SCRIPT, tmp_path)
    wrong = tmp_path / "wrong.py"
    wrong.write_text(
        "import designopt as do\n\ndo.Allowance('many')\ndo.Reall\ndo.optimisers.Adm\n"
        + "".join(f"reveal_type(do.{name})\n" for name in names)
    )
    settings = tmp_path / "mypy.ini"
    settings.write_text("[mypy]\nstrict = True\n[mypy-designopt.*]\nfollow_imports = silent\n")
    result = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", str(settings), "--cache-dir", str(tmp_path / "cache"),
         SCRIPT.name, wrong.name],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )  # fmt: skip
    errors = [line for line in result.stdout.splitlines() if " error: " in line]
    assert [line.split(":")[:2] for line in errors] == [["wrong.py", "3"], ["wrong.py", "4"], ["wrong.py", "5"]], errors
    revealed = [line for line in result.stdout.splitlines() if "Revealed type is" in line]
    assert len(revealed) == len(names)
    assert not [line for line in revealed if line.endswith('is "Any"')]
