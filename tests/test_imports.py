"""Imports run one way, and importing the library stays light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# A wing may import the wings to its right, and itself.
ORDER = ["study", "optimisers", "envs", "surrogates", "evaluation", "records", "problem", "geometry", "design"]
READERS = {
    "report": {"records", "benchmarks"},
    "analysis": {"records", "problem", "geometry", "design", "study", "optimisers"},
}
EVERYWHERE = {"units", "runtime", "programs", "processes", "lazy", "suggestion", "docstrings", "stored"}
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
    nodes = list(ast.walk(tree) if everywhere else tree.body)
    if not everywhere:  # what stands under a plain `if` is imported too
        for node in [node for node in nodes if isinstance(node, ast.If) and ast.unparse(node.test) != "TYPE_CHECKING"]:
            nodes += [*node.body, *node.orelse]
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


@pytest.mark.parametrize("name", ["array", "interferometer", "muon_edm", "neutrino_telescope", "tomography"])
def test_an_instrument_is_written_with_the_public_interface_only(name):
    public = {"designopt", "designopt.units", "designopt.written", "designopt.design"}  # the last for 64 bits
    for path in files(f"detectors/{name}"):
        ours = {module for module in imported(path) if module.split(".")[0] == "designopt"}
        assert {module for module in ours - public if not module.startswith("designopt.detectors")} == set(), path


@pytest.mark.parametrize("wing", [*ORDER, *READERS])
def test_a_wing_imports_only_the_wings_it_stands_on(wing):
    below = READERS[wing] if wing in READERS else set(ORDER[ORDER.index(wing) :])
    for path in files(f"designopt/{wing}"):
        wings = {name.split(".")[1] for name in imported(path) if name.startswith("designopt.")}
        wrong = (
            wings
            - below
            - {wing, "units", "runtime", "programs", "processes", "lazy", "suggestion", "docstrings", "stored"}
        )
        assert not wrong, f"{path.relative_to(ROOT)} imports {sorted(wrong)}"


def test_core_files_import_nothing_heavy():
    for wing in ("design", "problem", "records", "evaluation"):
        for path in files(f"designopt/{wing}"):
            assert not {name.split(".")[0] for name in imported(path, everywhere=False)} & HEAVY, path


def loaded_by(program: str) -> set[str]:
    """Names of the modules in a process after a program."""
    program = f"import sys; {program}; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(result.stdout.split())


def test_importing_designopt_loads_no_package_of_others():
    others = HEAVY | {"jax", "jaxlib", "numpy", "equinox", "jaxtyping", "rich", "typer"}
    assert not loaded_by("import designopt, designopt.optimisers, designopt.testing, designopt.units") & others


def test_using_it_loads_no_heavy_package():
    loaded = loaded_by("import designopt; designopt.make, designopt.Problem, designopt.Evaluator")
    assert not loaded & (HEAVY - {"optax", "scipy"})
    assert "jax" in loaded


def test_modules_that_import_jax_import_the_place_that_gives_it_64_bits():
    reached = {
        name: {*above(name), *(other for found in imported(path, False) for other in above(found))}
        for name, path in modules().items()
    }
    growing = True
    while growing:
        wider = {
            name: others.union(*(reached.get(other, set()) for other in others)) for name, others in reached.items()
        }
        growing, reached = wider != reached, wider
    for name, path in modules().items():
        if {found.split(".")[0] for found in imported(path, False)} & {"jax", "equinox"}:
            assert "designopt.design" in reached[name], f"{name} imports JAX, and nothing that sets 64 bits"


def modules() -> dict[str, Path]:
    """Every file of the library by the name it is imported by."""
    found = {}
    for path in [*core(), *files("detectors")]:
        parts = path.relative_to(ROOT).with_suffix("").parts
        parts = ("designopt", *parts) if parts[0] == "detectors" else parts
        found[".".join(parts).removesuffix(".__init__")] = path
    return found


def above(name: str) -> set[str]:
    """A module and the packages it lies in, which importing it imports too."""
    parts = name.split(".")
    return {".".join(parts[:end]) for end in range(1, len(parts) + 1)}


LONGEST = 250


def test_no_file_is_long():
    long = {str(path.relative_to(ROOT)): lines for path in [*core(), *files("detectors")]
            if (lines := len(path.read_text().splitlines())) > LONGEST}  # fmt: skip
    assert not long, f"over {LONGEST} lines: {long}"


FULL = 12
FULLER = {
    "detectors/muon_shield": "the shape of every detector (problem, description, cost, reference ...) and its magnets",
    "detectors/spectrometer": "the shape of every detector, its way into space, its catalogue and magnet",
    "detectors/tracker": "the shape of every detector, with two versions of its problem",
    "designopt/cli/commands": "one file for each command",
    "detectors/geant4": "one session with Geant4: what is asked, the process, the cache, the tables",
}
"""Folders that hold more than a dozen modules, and why."""


def test_folders_hold_at_most_a_dozen_modules_or_say_why():
    count: dict[str, int] = {}
    for path in [*core(), *files("detectors")]:
        if path.name not in ("__init__.py", "__main__.py"):
            folder = str(path.parent.relative_to(ROOT))
            count[folder] = count.get(folder, 0) + 1
    wrong = {folder: number for folder, number in count.items() if number > FULL and folder not in FULLER}
    assert not wrong, f"more than {FULL} modules: {wrong}"
