"""Studies are scripts that nothing else imports: what they take from the package is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted((ROOT / "studies").glob("*.py"))


def names_of(module: str) -> set[str] | None:
    """What a module defines or imports, and the modules of a package; None where names are made on demand."""
    path = ROOT / module.replace(".", "/")
    inside = {child.stem for child in path.glob("*")} if path.is_dir() else set()
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    return None if "__getattr__" in found else found | inside


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_what_a_study_imports_from_the_package_exists(script):
    missing = []
    for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("designopt"):
            known = names_of(node.module)
            missing += [f"{node.module}.{a.name}" for a in node.names if known is not None and a.name not in known]
    assert missing == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_the_paths_that_a_study_names_exist(script):
    named = re.findall(r"(?<![\w/.:-])(?:designopt|detectors|tests|studies|docs)/[\w/.-]*\w", script.read_text())
    assert [path for path in named if not (ROOT / path).exists()] == []
