"""Damaged ledgers cut back to what holds, whole folders moved aside: nothing is ever deleted."""

from collections.abc import Iterator
from pathlib import Path

from designopt.records.files.lock import lock
from designopt.records.files.whole_file import write_whole
from designopt.records.ledger import run_files
from designopt.records.run import DamagedLedger, LedgerReader, read_ledger
from designopt.records.study_note import FILE


def repair(run_dir: Path | str) -> Iterator[str]:
    """Cut every damaged ledger of a run folder before its first damaged line; the whole file stays as `.damaged`.

    Yields a sentence per ledger that was cut. Raises BlockingIOError where another process writes one, OSError where a
    copy or the ledger cannot be written.
    """
    for path in run_files(run_dir):
        reader = LedgerReader(path)
        try:
            read_ledger(path, reader)
        except DamagedLedger:
            refuse_if_written(path)
            copy = unused(path.with_name(path.name + ".damaged"))
            try:
                write_whole(copy, path.read_bytes())
                with path.open("r+b") as file:
                    file.truncate(reader.length)
            except OSError as error:
                raise OSError(
                    f"The ledger {path} cannot be repaired: {error.filename} cannot be written ({error.strerror}). It "
                    "stays as it was: make room, or the folder writable, and try again."
                ) from error
            yield (
                f"The ledger {path} was cut before line {reader.lines + 1}: {len(reader.trials)} evaluations hold. "
                f"As it was it is kept as {copy.name}."
            )


def set_aside(run_dir: Path) -> Path | None:
    """Move a run folder to the first free name of `NAME.1`, `NAME.2` and so on; None where it holds no study yet.

    Raises BlockingIOError where another process writes one of its ledgers, OSError where it cannot be moved.
    """
    if not run_files(run_dir) and not (run_dir / FILE).exists():
        return None
    for path in run_files(run_dir):
        refuse_if_written(path)
    whole = run_dir.resolve()
    aside = unused(whole.with_name(whole.name + ".1"))
    try:
        return whole.rename(aside)
    except OSError as error:
        raise OSError(
            f"The folder {whole} cannot be moved to {aside} ({error.strerror}). It stays as it was: move it, or "
            "choose another with `--out`."
        ) from error


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
        lock(file.fileno(), f"Another process is writing {path}. Wait for it to end, or stop it.")
