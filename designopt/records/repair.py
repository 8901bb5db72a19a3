"""Damaged ledgers cut back to what holds, whole folders moved aside: nothing is ever deleted."""

import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

from designopt.records.ledger import run_files
from designopt.records.run import DamagedLedger, LedgerReader, read_ledger
from designopt.records.study_note import FILE


def repair(run_dir: Path | str) -> Iterator[str]:
    """Cut every damaged ledger of a run folder before its first damaged line; the whole file stays as `.damaged`.

    Yields a sentence per ledger that was cut. Raises BlockingIOError where another process writes one.
    """
    for path in run_files(run_dir):
        reader = LedgerReader(path)
        try:
            read_ledger(path, reader)
        except DamagedLedger:
            refuse_if_written(path)
            copy = unused(path.with_name(path.name + ".damaged"))
            shutil.copy2(path, copy)
            with path.open("r+b") as file:
                file.truncate(reader.length)
            yield (
                f"The ledger {path} was cut before line {reader.lines + 1}: {len(reader.trials)} evaluations hold. "
                f"As it was it is kept as {copy.name}."
            )


def set_aside(run_dir: Path) -> Path | None:
    """Move a run folder to the first free name of `NAME.1`, `NAME.2` and so on; None where it holds no study yet.

    Raises BlockingIOError where another process writes one of its ledgers.
    """
    if not run_files(run_dir) and not (run_dir / FILE).exists():
        return None
    for path in run_files(run_dir):
        refuse_if_written(path)
    whole = run_dir.resolve()
    return whole.rename(unused(whole.with_name(whole.name + ".1")))


def unused(path: Path) -> Path:
    """The path itself, or where it is taken, the first free one with a higher number at its end."""
    stem, number = (path.with_suffix(""), int(path.suffix[1:])) if path.suffix[1:].isdigit() else (path, 1)
    while path.exists():
        number += 1
        path = stem.with_name(f"{stem.name}.{number}")
    return path


def refuse_if_written(path: Path) -> None:
    """Raise BlockingIOError if another process writes the ledger."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BlockingIOError(f"Another process is writing {path}. Wait for it to end, or stop it.") from None
