"""Put one fault at a time into a copy of the code, and see that the tests that belong to it fail.

    python tests/mutants/run.py              all mutants
    python tests/mutants/run.py rescore      those whose name holds the word
    python tests/mutants/run.py --list       what they are
    python tests/mutants/run.py replay --tests tests/evaluation/test_evaluator.py      with other tests

A mutant is a patch in this folder. Its first line says what is wrong with the code and which tests must notice:
`the winner is scored again on its training events | tests/study/test_rescore.py`. Exit code 0: all were caught;
1: some survived; 2: a patch does not fit, or its tests fail without it.
"""

# ruff: noqa: T201 -- a program: it prints what it finds

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
COPIED = ("designopt", "detectors", "studies", "tests", "docs", "README.md", "pyproject.toml", "Makefile")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.egg-info", ".hypothesis")
HUNK = re.compile(r"^@@ .*@@")
CAUGHT, SURVIVED, SLOW = "caught", "survived", "caught (too slow)"
LONGEST = 600.0
"""Seconds that the tests of one mutant may take."""


@dataclass(frozen=True)
class Mutant:
    """One fault: what is wrong, the tests that must notice, and in each file the text before and after."""

    name: str
    wrong: str
    tests: tuple[str, ...]
    changes: tuple[tuple[str, str, str], ...]

    def faults(self, root: Path) -> list[str]:
        """Why it cannot be tried on the code as it is, in sentences; none if it can."""
        found = [f"{self.name}: the test file {test} is missing." for test in self.files if not (root / test).exists()]
        for path, before, _ in self.changes:
            there = (root / path).read_text().count(before) if (root / path).exists() else 0
            if there != 1:
                found.append(f"{self.name}: {path} holds its lines {there} times, not once. Make the patch anew.")
        return found

    @property
    def files(self) -> set[str]:
        """Files of the tests that must notice."""
        return {test.split("::")[0] for test in self.tests}


def read(path: Path) -> Mutant:
    """A mutant from its patch. Raises ValueError for a file that is none."""
    first, *lines = path.read_text().splitlines(keepends=True)
    wrong, _, tests = first.strip().partition(" | ")
    if not (wrong and tests):
        raise ValueError(f"The first line of {path.name} is {first.strip()!r}. Write: what is wrong | tests/test_it.py")
    changes: list[list[str]] = []
    target = ""
    for line in lines:
        if line.startswith("--- "):
            continue
        if line.startswith("+++ b/"):
            target = line.removeprefix("+++ b/").strip()
        elif HUNK.match(line):
            changes.append([target, "", ""])
        elif changes and line[0] in " -+":
            changes[-1][1] += line[1:] if line[0] in " -" else ""
            changes[-1][2] += line[1:] if line[0] in " +" else ""
    if not changes:
        raise ValueError(f"{path.name} changes nothing. Write a unified diff under its first line.")
    return Mutant(path.stem, wrong, tuple(tests.split()), tuple((t, b, a) for t, b, a in changes))


def mutants(words: list[str] | None = None) -> list[Mutant]:
    """All of them, or those whose name holds one of the words, by name."""
    found = [read(path) for path in sorted(HERE.glob("*.patch"))]
    return [one for one in found if not words or any(word in one.name for word in words)]


@contextmanager
def put_into(root: Path, mutant: Mutant) -> Iterator[None]:
    """The code in `root` has the fault while the block runs."""
    kept = {path: (root / path).read_text() for path, _, _ in mutant.changes}
    try:
        for path, before, after in mutant.changes:
            text = (root / path).read_text()
            (root / path).write_text(text.replace(before, after, 1))
        yield
    finally:
        for path, text in kept.items():
            (root / path).write_text(text)


def copied(folder: Path) -> Path:
    """A copy of the code, which the tests in it import."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, symlinks=True, ignore=LEFT_OUT)
        elif (ROOT / name).exists():
            shutil.copy(ROOT / name, folder / name)
    return folder


def tested(root: Path, tests: tuple[str, ...]) -> tuple[int, str]:
    """Exit code of pytest (0 all passed, 1 some failed, -1 took too long) and the end of what it said."""
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--no-header", *tests]
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=root, env=environment, capture_output=True, text=True, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return -1, "It took too long."
    return done.returncode, (done.stdout + done.stderr)[-2000:]


def first_failure(said: str) -> str:
    """The name of the test that failed, of what pytest said."""
    found = re.search(r"^(?:FAILED|ERROR) \S*?([^/\s]+\.py\S*)", said, flags=re.MULTILINE)
    return found[1] if found else ""


def main() -> int:
    """Try mutants, print a line for each, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", help="only mutants whose name holds one of these")
    parser.add_argument("--tests", nargs="+", help="tests to run instead of those that the patches name")
    parser.add_argument("--list", action="store_true", help="say what they are, and run nothing")
    options = parser.parse_args()
    chosen = mutants(options.words)
    if options.tests:
        chosen = [replace(one, tests=tuple(options.tests)) for one in chosen]
    if not chosen:
        print(f"No mutant's name holds {' or '.join(options.words)}. Known: {', '.join(m.name for m in mutants())}.")
        return 2
    if options.list:
        for one in chosen:
            print(f"{one.name}: {one.wrong}\n    {' '.join(one.tests)}")
        return 0
    unfit = [fault for one in chosen for fault in one.faults(ROOT)]
    if unfit:
        print("\n".join(unfit))
        return 2
    with tempfile.TemporaryDirectory() as folder:
        return _tried(copied(Path(folder)), chosen)


def _tried(root: Path, chosen: list[Mutant]) -> int:
    sound: dict[tuple[str, ...], int] = {}
    survivors, broken = [], []
    for one in chosen:
        if one.tests not in sound:
            sound[one.tests], said = tested(root, one.tests)
            if sound[one.tests]:
                print(f"{' '.join(one.tests)} fails without any fault:\n{said}", flush=True)
        if sound[one.tests]:
            broken.append(one.name)
            continue
        begun = time.monotonic()
        with put_into(root, one):
            code, said = tested(root, one.tests)
        result = {0: SURVIVED, 1: CAUGHT, -1: SLOW}.get(code, "broken")
        survivors += [one.name] if result == SURVIVED else []
        broken += [one.name] if result == "broken" else []
        print(
            f"{result:10s} {one.name}: {one.wrong} [{time.monotonic() - begun:.0f} s] {first_failure(said)}", flush=True
        )
        if result == "broken":
            print(said, flush=True)
    tried = len(chosen) - len(broken)
    print(f"{tried - len(survivors)} of {tried} caught. " + (f"Survived: {', '.join(survivors)}." if survivors else ""))
    return 2 if broken else 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
