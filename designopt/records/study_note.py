"""The note in a run folder of which study script its runs belong to, and how the script was asked."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from designopt.records.files.whole_file import write_whole

FILE = "study.json"


@dataclass(frozen=True)
class StudyNote:
    """Name of the script's copy in the run folder, and whether its small version was asked for."""

    path: str
    quick: bool

    def write(self, run_dir: Path) -> None:
        """Write the note, whole or not at all. Raises OSError where the folder cannot be written to."""
        write_whole(run_dir / FILE, (json.dumps(asdict(self)) + "\n").encode())


def read_note(run_dir: Path) -> StudyNote | None:
    """The note of a run folder, or None where none was kept. Raises ValueError for a damaged one."""
    note = run_dir / FILE
    if not note.is_file():
        return None
    try:
        stored = json.loads(note.read_text())
        return StudyNote(str(stored["path"]), bool(stored["quick"]))
    except KeyError as error:
        raise ValueError(f"The file {note} is damaged (it has no {error}). Run the study's script again.") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise ValueError(f"The file {note} is damaged ({str(error)!r:.100}). Run the study's script again.") from error
