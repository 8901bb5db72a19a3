"""One run as a task of any executor: what a worker is told, perhaps on another machine, and what it answers.

Importing this imports no JAX: the task prepares its process first. One run at a time in a process, whose programs are
compiled once: the study of a script is loaded once too.
"""

import hashlib
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MARK = ".shared"
"""File in the run folder by which a worker knows that it sees the same folder."""

KEPT = 7 * 86_400.0
"""Seconds for which a worker that shares no folder keeps a run after its last line."""


@dataclass(frozen=True)
class Order:
    """What a task is told.

    Attributes:
        script, quick: the study, as text, and how it was asked to run.
        run_dir, token: the folder as the client sees it, and what its mark says.
        number: of the run in `study.plans()`; `ledger` is the name of its file.
        command: as typed; it stands in the header of a ledger.
        known: the ledger so far, for a worker that does not share the folder; None: not sent.
    """

    script: bytes
    quick: bool
    run_dir: str
    token: str
    number: int
    ledger: str
    command: str
    known: bytes | None = None


@dataclass(frozen=True)
class Answer:
    """What a task says at its end.

    Attributes:
        held: another process writes this ledger, as a sentence; nothing was done.
        wants_ledger: the folder is not shared, and the ledger so far is needed to begin.
        error: one that is not the run's own, such as a ledger of another run.
        files: contents by name for the folder of ledgers, from a worker that does not share it.
    """

    held: str = ""
    wants_ledger: bool = False
    error: Exception | None = None
    files: dict[str, bytes] = field(default_factory=dict)


_turn = threading.Lock()
_studies: dict[tuple[bytes, bool], Any] = {}


def carry_out_run(order: Order) -> Answer:
    """Carry out one run, from its ledger on, in the client's folder if this machine shares it, else in one of its own.

    What goes wrong in the run itself is written in its ledger; the answer holds other errors.
    """
    from designopt.runtime import cache_folder, prepare

    prepare()
    with _turn:
        from designopt.study.executors.portable import portable

        try:
            mark = Path(order.run_dir) / MARK
            if _says(mark, order.token):
                return _executed(order, mark.parent, mark.parent / "study.py")
            return _elsewhere(order, cache_folder() / "runs")
        except Exception as error:
            return Answer(error=portable(error))


def worked_out(function: Any, item: Any) -> tuple[bool, Any]:
    """Whether a function worked for an item, and what it returned or raised; its process is prepared before."""
    from designopt.runtime import prepare

    prepare()
    from designopt.study.executors.portable import portable

    try:
        return True, function(item)
    except Exception as error:
        return False, portable(error)


def _says(mark: Path, token: str) -> bool:
    """Whether this machine sees the client's folder."""
    try:
        return mark.read_text(encoding="utf-8") == token
    except OSError:
        return False


def _elsewhere(order: Order, shelf: Path) -> Answer:
    """Carry the run out in a folder of this machine, from what it or the client holds; send its ledger back."""
    from designopt.records.files.file_names import ledger_folder
    from designopt.records.files.whole_file import write_whole

    _tidy(shelf)
    place = shelf / hashlib.sha256(order.token.encode()).hexdigest()[:16]
    path = ledger_folder(place) / order.ledger
    mine = path.read_bytes() if path.exists() else b""
    if order.known is None:
        return Answer(wants_ledger=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    if order.known and not mine.startswith(order.known):
        write_whole(path, order.known)
    script = place / f"study-{hashlib.sha256(order.script).hexdigest()[:8]}.py"
    write_whole(script, order.script)
    answer = _executed(order, place, script)
    if answer.held:
        return answer
    beside = path.parent.glob(f"{path.stem}.*")
    return Answer(files={one.name: one.read_bytes() for one in beside if one.suffix != ".new"})


def _executed(order: Order, folder: Path, script: Path) -> Answer:
    try:
        _plan(order, script).execute(folder, order.command)
    except BlockingIOError as error:
        return Answer(held=str(error))
    return Answer()


def _plan(order: Order, script: Path) -> Any:
    from designopt.study.script import Script

    key = order.script, order.quick
    if key not in _studies:
        _studies.clear()
        _studies[key] = Script(str(script), order.quick).load().plans()
    return _studies[key][order.number]


def _tidy(shelf: Path) -> None:
    """Delete what earlier studies left here a week ago."""
    for path in shelf.glob("*/ledger/*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > KEPT:
                path.unlink()
