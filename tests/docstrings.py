"""Draw forty public names with a seed and print what their docstrings say, now and at an earlier commit.

Run it as `python tests/docstrings.py COMMIT --seed 1 --count 40`. It reads sources and imports nothing of the library.
"""

import argparse
import ast
import random
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("designopt", "detectors")
UNIT = re.compile(
    r"\b(mm2?|mm3|cm|m|um|GeV2?|MeV|keV|T|T m|rad2?|kCHF|CHF|MCHF|X_?0|radiation lengths?|Molière radii|pF|s"
    r"|electrons|g|t|tonnes?|without unit|any unit|any unit of length|units of|numbers?|share|shares|fraction|relative"
    r"|probability|minutes|ratio|factor"
    r"|radii|pitches|weights?)\b"
)
"""A unit, or the words by which a docstring says that a number has none."""


@dataclass(frozen=True)
class Named:
    """A public function, method or class: where it stands, what it takes, what its docstring says."""

    module: str
    name: str
    arguments: tuple[str, ...]
    signature: str
    docstring: str
    around: str
    """Docstring of the class that a method belongs to."""

    def unnamed(self) -> list[str]:
        """Arguments that neither the docstring nor that of the class around it names."""
        text = f"{self.docstring}\n{self.around}"
        return [argument for argument in self.arguments if not re.search(rf"\b{argument}\b", text)]


def public_names(module: str, source: str) -> Iterator[Named]:
    """Public functions, classes and their public methods of a file."""
    yield from _within(ast.parse(source).body, module, "", "")


def _within(body: list[ast.stmt], module: str, stem: str, around: str) -> Iterator[Named]:
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        text = ast.get_docstring(node) or ""
        if isinstance(node, ast.ClassDef):
            yield Named(module, stem + node.name, (), "", text, around)
            yield from _within(node.body, module, f"{stem}{node.name}.", text)
            continue
        taken = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        arguments = tuple(one.arg for one in taken if one.arg not in ("self", "cls"))
        returned = "" if node.returns is None else ast.unparse(node.returns)
        yield Named(module, stem + node.name, arguments, f"{ast.unparse(node.args)} -> {returned}", text, around)


def today() -> list[Named]:
    """Every public name of the files as they are."""
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    plain = [path for path in paths if not path.is_relative_to(ROOT / "designopt" / "detectors")]
    return [named for path in plain for named in public_names(str(path.relative_to(ROOT)), path.read_text("utf-8"))]


def before(commit: str, named: Named) -> str:
    """The docstring at a commit; empty where the file or the name was not there."""
    shown = subprocess.run(["git", "show", f"{commit}:{named.module}"], cwd=ROOT, capture_output=True, text=True)
    there = public_names(named.module, shown.stdout) if shown.returncode == 0 else ()
    return next((one.docstring for one in there if one.name == named.name), "")


def main() -> None:
    """Print the draw, and how many public docstrings there are, of one line and with named arguments."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("commit", help="what to compare with")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--count", type=int, default=40)
    chosen = asked.parse_args()
    names = today()
    for named in random.Random(chosen.seed).sample(names, chosen.count):
        earlier = before(chosen.commit, named)
        print(f"## {named.module}: {named.name}\n{named.docstring}")  # noqa: T201
        print("   (as before)\n" if earlier == named.docstring else f"-- before:\n{earlier}\n")  # noqa: T201
    taking = [named for named in names if named.arguments]
    single = sum("\n" not in named.docstring for named in names)
    print(  # noqa: T201
        f"{len(names)} public names, {single} docstrings of one line; {len(taking)} functions take arguments, "
        f"{sum(not named.unnamed() for named in taking)} of them name every one."
    )


if __name__ == "__main__":
    main()
