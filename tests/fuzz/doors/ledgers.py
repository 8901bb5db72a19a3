"""Door: run folders as `report`, `resume`, `examine`, `verify` and `designopt.load` read them."""

import json
import logging
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from designopt.records.files.repair import repair
from designopt.records.files.seal import Chain
from designopt.records.run import READ
from designopt.records.study_record import StudyRecord, load
from designopt.records.watch import RunWatch
from designopt.report.data.differences import conditions, differences
from designopt.report.data.grouping import sections, without_beginnings
from designopt.report.data.metrics import measure
from designopt.report.page import write_report
from designopt.study.kept_runs import is_complete
from tests.fuzz.faults import Fault, answer
from tests.fuzz.mutations import Kind, changed
from tests.fuzz.values import short

EARLIER = Path(__file__).parents[2] / "data" / "ledger_v1"
LEDGERS = (
    "ledger-law--30--Lbfgs--0.jsonl", "ledger-law--30--Reference-uniform--0.jsonl",
    "ledger-blind-law--30--RandomSearch--0.jsonl",
)  # fmt: skip
"""Enough of the earlier folder: every kind of run, and few lines."""
PAGES = 200
"""One whole report for so many damaged folders that are read without a refusal."""
_log = logging.getLogger("designopt")


@dataclass(frozen=True)
class Case:
    """One damaged file of a run folder.

    Attributes:
        folder: which of the folders.
        file: the file that is damaged, relative to it.
        content: what it holds instead.
        sealed: the seals fit the lines: only a forger, or another version, writes that.
        page: the whole report is written, too.
    """

    folder: str
    file: str
    content: bytes
    done: str
    sealed: bool
    page: bool


def _sealed(lines: list[bytes]) -> bytes:
    chain = Chain()
    return b"".join(chain.seal(line) for line in lines)


def _plain(record: Any) -> bytes:
    return json.dumps(record).encode() + b"\n"


@cache
def folders() -> dict[str, dict[str, bytes]]:
    """Run folders by name, file by file: of an earlier version, and the same as this one writes it."""
    paths = [path for path in sorted(EARLIER.rglob("*.jsonl")) if path.parent == EARLIER or path.name in LEDGERS]
    files = {str(path.relative_to(EARLIER)): path.read_bytes() for path in paths}
    now = {name: content for name, content in files.items() if not name.startswith("ledger")}
    for name, content in files.items():
        if name.startswith("ledger"):
            records = [json.loads(line) for line in content.splitlines()]
            records[0]["format"] = READ[-1]
            now[name] = _sealed([_plain(record) for record in records])
    note = _plain({"path": "study.py", "quick": False})
    return {"earlier": {**files, "study.json": note}, "sealed": {**now, "study.json": note}}


@st.composite
def _case(draw: Callable[..., Any], kind: str) -> Case:
    folder = draw(st.sampled_from(sorted(folders())))
    files = folders()[folder]
    name = draw(st.sampled_from(sorted(files)))
    whole = files[name]
    page = draw(st.integers(0, PAGES - 1)) == PAGES - 3  # hypothesis likes 0
    if kind == "records" and whole.count(b"\n") > 0:
        return _of_record(draw, folder, name, whole, page)
    content, done = draw(_damaged(whole))
    return Case(folder, name, content, done, False, page)


def _of_record(draw: Any, folder: str, name: str, whole: bytes, page: bool) -> Case:
    """One record says something else; seals, where there are any, are made anew."""
    lines = whole.splitlines(keepends=True)
    place = draw(st.integers(0, len(lines) - 1))
    record = json.loads(lines[place])
    record.pop("seal", None)
    change = draw(changed([record], Kind()))
    try:
        lines[place] = _plain(change.document)
    except (TypeError, ValueError, RecursionError):
        lines[place] = b"[]\n"
    done = f"line {place + 1}: {change.done}"
    if folder != "sealed" or not name.startswith("ledger"):
        return Case(folder, name, b"".join(lines), done, True, page)
    records = [json.loads(line) for line in lines[:place]] + [None] + [json.loads(line) for line in lines[place + 1 :]]
    plain = []
    for i, one in enumerate(records):
        if i == place:
            plain.append(lines[place] if len(lines[place]) > 4 else b'{"kind":"x"}\n')
        else:
            one.pop("seal", None)
            plain.append(_plain(one))
    return Case(folder, name, _sealed(plain), done, True, page)


@st.composite
def _damaged(draw: Callable[..., Any], whole: bytes) -> tuple[bytes, str]:
    """Bytes flipped, cut out or put in; lines lost, doubled, swapped, or of another file."""
    lines = whole.splitlines(keepends=True)
    one, two = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
    start, end = sorted((draw(st.integers(0, len(whole))), draw(st.integers(0, len(whole)))))
    way = draw(st.sampled_from("flip cut end lost doubled swapped foreign other put empty".split()))
    if way == "flip":
        place = min(start, len(whole) - 1)
        flipped = bytes([whole[place] ^ (1 << draw(st.integers(0, 7)))])
        return whole[:place] + flipped + whole[place + 1 :], f"flip {place}"
    if way in ("cut", "end"):
        return whole[:start] + (whole[end:] if way == "cut" else b""), f"{way} {start} {end}"
    if way == "put":
        foreign = draw(st.binary(min_size=1, max_size=20))
        return whole[:start] + foreign + whole[start:], f"put {short(foreign)} at {start}"
    if way == "empty":
        others = [b"", b"\n", b"null\n", b"\x00" * 4096, b"[" * 100_000, b"\xef\xbb\xbf" + whole]
        return draw(st.sampled_from(others)), way
    if way == "lost":
        return b"".join(lines[:one] + lines[one + 1 :]), f"lost line {one + 1}"
    if way == "swapped":
        lines[one], lines[two] = lines[two], lines[one]
        return b"".join(lines), f"swapped {one + 1} {two + 1}"
    other = draw(st.sampled_from(sorted(folders()["sealed"].items())))[1].splitlines(keepends=True)
    line = {
        "doubled": lines[two],
        "other": other[min(two, len(other) - 1)],
        "foreign": draw(st.text(max_size=20)).encode("utf-8", "surrogatepass") + b"\n",
    }[way]
    return b"".join([*lines[:one], line, *lines[one:]]), f"{way} line at {one + 1}"


def cases() -> st.SearchStrategy[Case]:
    """Files damaged as bytes and lines, and records of a wrong schema."""
    return st.one_of(_case("bytes"), _case("records"))


def of(kind: str) -> st.SearchStrategy[Case]:
    """Of one kind alone: "bytes" or "records"."""
    return _case(kind)


@cache
def _home() -> Path:
    base = Path(tempfile.mkdtemp(prefix="fuzz-ledgers-"))
    for name, files in folders().items():
        for file, content in files.items():
            (base / name / file).parent.mkdir(parents=True, exist_ok=True)
            (base / name / file).write_bytes(content)
    return base


class _Told(logging.Handler):
    """What was logged while a folder was read."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def check(case: Case) -> list[Fault]:
    """Faults of everything that reads a run folder with one damaged file in it."""
    folder, whole = _home() / case.folder, folders()[case.folder][case.file]
    path, told = folder / case.file, _Told()
    path.write_bytes(case.content)
    _log.addHandler(told)
    spread, _log.propagate = _log.propagate, False
    try:
        found, refused = _read(folder, path, case)
        if not refused and not told.lines and not case.sealed and case.folder == "sealed":
            found += _silence(case, whole)
        return found
    finally:
        _log.removeHandler(told)
        _log.propagate = spread
        path.write_bytes(whole)


def _read(folder: Path, path: Path, case: Case) -> tuple[list[Fault], bool]:
    """Faults of all readers, and whether one of them refused."""
    record, ledger = load(folder), case.file.startswith("ledger")
    steps: list[Callable[[], Any]] = [
        lambda: record.runs,
        lambda: record.verification,
        lambda: record.robustness,
        lambda: record.note,
        lambda: (record.name, record.problems, record.candidates()),
        lambda: _data(record),
    ]
    if ledger:
        steps += [lambda: is_complete(path), lambda: RunWatch(path).look(), lambda: _repaired(folder, path)]
    if case.page:
        steps.append(lambda: write_report(folder))
    seen = [answer(step, seconds=60.0) for step in steps]
    return [fault for one in seen for fault in one.faults], any(one.refused is not None for one in seen[:4])


def _data(record: StudyRecord) -> Any:
    """What a report says in words, without its figures."""
    runs, _ = without_beginnings([measure(run, record.run_dir) for run in record.runs])
    found = sections(runs)
    return differences(found), conditions(found)


def _repaired(folder: Path, path: Path) -> None:
    """After a repair the ledger is read, or begins anew; what stood there is kept beside it."""
    before = path.read_bytes()
    for sentence in repair(folder):
        if not sentence.endswith("."):
            raise AssertionError(sentence)
        copies = sorted(path.parent.glob("*.damaged*"))
        if not any(copy.read_bytes() == before for copy in copies):
            raise AssertionError("the damaged ledger is not kept")
        for copy in copies:
            copy.unlink()
        RunWatch(path).look()
    path.write_bytes(before)


def _silence(case: Case, whole: bytes) -> list[Fault]:
    """A sealed ledger that was changed is taken in silence, unless it is a beginning of the run."""
    if case.content == whole or not case.file.startswith("ledger") or whole.startswith(case.content):
        return []
    return [Fault("silence", f"{case.file}: {case.done} is accepted", f"{case.folder} {case.done.split()[0]}")]
