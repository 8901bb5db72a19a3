"""Door: the command line, its own `main` called in this process; some words are right, the others strange."""

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.doors import designs, ledgers, prices, studies
from tests.fuzz.faults import Fault, answer, faults_of_sentence
from tests.fuzz.values import short

COMMANDS = ("list", "describe", "evaluate", "run", "resume", "report", "verify", "examine", "transport")
WORDS = (
    "", "-", "--", "--json", "--quick", "--help=3", "--budget", "--budget=nan", "--budget=1e400", "--budget=-1", "-1",
    "--budget=" + "9" * 400, "--workers=0", "--workers=x", "--seed=-1", "--winners=0", "--samples=99999999999999999999",
    "--minutes=nan", "--minutes=-1", "--events=0", "--out=", "--repair", "--fresh", "--log=nan", "--log", "--mass=-1",
    "--prices=/nothing", "--prices", "--muons=0", "--muons=1e3", "--steps=2000", "--terms=x", "--beam=x", "--pitch=0",
    "--pitch=nan", "--silicon=-1", "--constant-term=2", "--no-json", "[/b]", "[bold]x", "\x1b[31m", "\u202e", "\ud800",
    "x" * 3000, "/dev/null", "/", ".", "..", "/proc/self/mem", "nothing.json", "muon-sheild-v1", "tracker-layout-v1x",
)  # fmt: skip
ANSWERS = (0, 1, 2)


@dataclass(frozen=True)
class Case:
    """Words after `designopt`, and the files that they name: `{design}`, `{script}`, `{prices}`, `{folder}`."""

    words: tuple[str, ...]
    files: tuple[tuple[str, bytes], ...] = ()
    owed: int | None = None

    def __repr__(self) -> str:
        return f"{self.words} with {short({name: content[:300] for name, content in self.files}, 700)}"


def _json(value: Any) -> bytes:
    try:
        return json.dumps(value).encode("utf-8", "surrogatepass")
    except (ValueError, TypeError, RecursionError):
        return b"[" * 1000


@st.composite
def _evaluate(draw: Callable[..., Any]) -> Case:
    """A changed design, or one that is none at all, with options that may be strange."""
    case = draw(designs.cases())
    content = draw(st.sampled_from([_json(case.design.document)] * 4 + [b"", b"\xff", b"[" * 200_000, b"{}", b"null"]))
    short_run = ("--muons=100", "--steps=2") if case.problem.startswith("muon") else ()
    extra = tuple(draw(st.lists(st.sampled_from(WORDS), max_size=2)))
    return Case(("evaluate", case.problem, "{design}", *short_run, *extra), (("design", content),))


@st.composite
def _priced(draw: Callable[..., Any]) -> Case:
    """A sound design with a changed price book."""
    problem = draw(
        st.sampled_from([name for name in designs.problems() if "shield" not in name and "spec" not in name])
    )
    document = _json(designs.family(problem).documents[0])
    book = draw(prices.cases())
    words = ("evaluate", problem, "{design}", "--prices", "{prices}", "--json")
    return Case(words, (("design", document), ("prices", book.content)))


@st.composite
def _folder(draw: Callable[..., Any]) -> Case:
    """A run folder with a damaged file; nothing of it is simulated."""
    case = draw(ledgers.cases())
    command = draw(st.sampled_from(["resume", "resume", "verify", "examine"]))
    extra = tuple(draw(st.lists(st.sampled_from(WORDS), max_size=1)))
    return Case((command, "{folder}", *extra), ((f"folder/{case.file}", case.content),))


@st.composite
def _script(draw: Callable[..., Any]) -> Case:
    """A study script that is no study; what is one is not run here."""
    case = draw(studies.of("end") | studies.of("text"))
    return Case(("run", "{script}", "--out", "{folder}", "--workers", "1"), (("script", case.content),))


@st.composite
def _words(draw: Callable[..., Any]) -> Case:
    """A command, or none, with strange words."""
    command = draw(st.sampled_from([*COMMANDS, "lst", "", "--version", "--help", "[/b]"]))
    words = draw(st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=3))
    return Case((command, *words))


@st.composite
def _described(draw: Callable[..., Any]) -> Case:
    """A problem with a strange budget."""
    budget = draw(st.sampled_from(["nan", "inf", "-1", "0", "1e-300", "1e25", "1e400", "x", "", "9" * 400, "3", "1e5"]))
    name = draw(
        st.sampled_from(["plane-spacing-v1", "spectrometer-layout-v1", "muon-shield-v1", "[/b]", "plane-spacing"])
    )
    return Case(("describe", name, "--budget", budget))


def cases() -> st.SearchStrategy[Case]:
    """All commands."""
    return st.one_of(_evaluate(), _priced(), _folder(), _script(), _words(), _words(), _described())


def of(kind: str) -> st.SearchStrategy[Case]:
    """Of one kind alone."""
    known = {"evaluate": _evaluate, "priced": _priced, "folder": _folder, "script": _script, "words": _words}
    return (known | {"described": _described})[kind]()


@cache
def _home() -> Path:
    home = Path(tempfile.mkdtemp(prefix="fuzz-cli-"))
    (home / "folder" / "ledger").mkdir(parents=True)
    return home


NAMES = {"design": "design.json", "prices": "prices.toml", "script": "script.py", "folder": "folder"}


def arguments(case: Case, home: Path) -> list[str]:
    """Write the files of a case into a folder; its words with their paths."""
    for name, content in case.files:
        path = home / NAMES.get(name, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    paths = {f"{{{name}}}": str(home / file) for name, file in NAMES.items()}
    return [paths.get(word, word) for word in case.words]


def check(case: Case) -> list[Fault]:
    """Faults of one command: its exit code, what it printed."""
    from designopt.cli.app import main

    home = _home()
    words = arguments(case, home)
    try:
        with _in(home, words) as (out, err):
            seen = answer(lambda: _code(main), seconds=120.0)
    finally:
        for name, _ in case.files:
            (home / NAMES.get(name, name)).unlink(missing_ok=True)
    return [*seen.faults, *faults_of(case, seen.returned, out.getvalue(), err.getvalue())]


def check_apart(case: Case) -> list[Fault]:
    """Faults of one command as a user gives it: the program in a process of its own."""
    home = _home()
    words = arguments(case, home)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "designopt", *words],
            cwd=home, stdin=subprocess.DEVNULL, capture_output=True, timeout=300.0,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return [Fault("hang", f"no answer in 300 s: {case.words}", case.words[0])]
    except (ValueError, UnicodeEncodeError):  # no operating system hands over a NUL or half a pair
        return []
    finally:
        for name, _ in case.files:
            (home / NAMES.get(name, name)).unlink(missing_ok=True)
    out, err = (text.decode("utf-8", "replace") for text in (done.stdout, done.stderr))
    return faults_of(case, done.returncode, out, err)


def faults_of(case: Case, code: Any, out: str, err: str) -> list[Fault]:
    """Faults of what a command printed and ended with."""
    mark = " ".join(case.words[:1])
    if "Traceback (most recent call last)" in err + out:
        return [Fault("traceback", err[-300:], mark)]
    if code not in ANSWERS:
        return [Fault("exit code", f"{code}: {err[-200:]}", mark)]
    if code == 0 and not out.strip():
        return [Fault("silence", f"nothing is said: {case.words}", mark)]
    if code and not err.strip():
        return [Fault("words", f"exit code {code}, and nothing is said", mark)]
    if code == 2 and err.startswith("Error:"):
        return [Fault("words", fault, mark) for fault in faults_of_sentence(" ".join(err.split()))]
    return []


def _code(main: Callable[[], None]) -> int:
    try:
        main()
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else 0 if error.code is None else 1
    return 0


@contextlib.contextmanager
def _in(home: Path, words: list[str]) -> Iterator[tuple[io.StringIO, io.StringIO]]:
    """This process as the command line sees it: its words, its folder, its outputs."""
    before, folder, out, err = sys.argv, Path.cwd(), io.StringIO(), io.StringIO()
    stdin = sys.stdin
    sys.argv = ["designopt", *words]
    sys.stdin = io.TextIOWrapper(io.BytesIO(b""))
    os.chdir(home)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            yield out, err
    finally:
        sys.argv, sys.stdin = before, stdin
        os.chdir(folder)
