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
