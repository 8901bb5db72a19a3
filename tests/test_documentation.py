"""The documentation is built without a warning, and its notebooks run from the first cell to the last."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def python(*words: str, seconds: float) -> subprocess.CompletedProcess[str]:
    kept = {"PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}", "MPLBACKEND": "Agg"}
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env={**os.environ, **kept}, capture_output=True, text=True, timeout=seconds
    )


def test_every_page_is_in_the_index():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^([\w/]+)$", index, flags=re.MULTILINE))
    for page in (ROOT / "docs").rglob("*.md"):
        name = page.relative_to(ROOT / "docs").with_suffix("").as_posix()
        assert name == "index" or name in listed or name.startswith(("detectors/", "problems/"))


@pytest.mark.slow
def test_the_documentation_is_built_without_a_warning(tmp_path):
    done = python("-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "docs", str(tmp_path), seconds=900)
    assert done.returncode == 0, done.stderr
    reference = (tmp_path / "reference" / "api.html").read_text(encoding="utf-8")
    assert 'id="designopt.problem.registry.make"' in reference
    assert len(re.findall(r'<dt class="sig sig-object py" id=', reference)) > 80


ELSEWHERE = {  # page: the module of tests that carries out its blocks, and how many there are
    "README.md": ("test_readme.py", 1),
    "docs/clusters.md": ("envs/test_pages.py", 1),
    "docs/geometry.md": ("cli/test_export.py", 1),
    "docs/train.md": ("envs/test_pages.py", 2),
    "docs/your_detector.md": ("test_doors_pages.py", 5),
    "docs/your_optimiser.md": ("test_doors_pages.py", 8),
    "docs/your_simulator.md": ("test_doors_pages.py", 3),
}
HERE = {"docs/quickstart.md": 1, "docs/studies.md": 1}


def blocks(page: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), flags=re.DOTALL)


def test_every_block_of_code_is_carried_out_by_a_test():
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    names = [path.relative_to(ROOT).as_posix() for path in pages]
    found = {name: len(blocks(name)) for name in names if blocks(name)}
    assert found == HERE | {page: count for page, (_, count) in ELSEWHERE.items()}
    for page, (module, _) in ELSEWHERE.items():
        assert page.rpartition("/")[2] in (ROOT / "tests" / module).read_text(encoding="utf-8")


def test_the_code_of_the_first_pages_runs(capsys):
    names: dict = {}
    exec(blocks("docs/studies.md")[0], names)
    assert len(names["study"](quick=True).optimisers) == 3
    exec(blocks("docs/quickstart.md")[0], {})
    assert re.search(r"CmaEs: [\d.-]+ at [\d.]+ kCHF of", capsys.readouterr().out)


def test_notebooks_hold_no_output():
    assert len(NOTEBOOKS) == 3
    for path in NOTEBOOKS:
        cells = nbformat.read(path, as_version=4).cells
        assert all(not cell.get("outputs") and not cell.get("execution_count") for cell in cells)


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path):
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=900, kernel_name="python3", resources={"metadata": {"path": ROOT}}).execute()
    printed = "".join(out.get("text", "") for cell in notebook.cells for out in cell.get("outputs", []))
    assert re.search(r"kCHF|score", printed)
