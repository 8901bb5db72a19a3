"""Study scripts: files that define `study(quick: bool) -> Study`, and the copy kept beside their results."""

import importlib.util
import inspect
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from designopt.design.declared import described
from designopt.problem.problem import Problem
from designopt.problem.registry import known_too
from designopt.records.files.whole_file import write_whole
from designopt.records.study_note import StudyNote, read_note
from designopt.study.script_errors import errors_as_sentences
from designopt.study.study import Study

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Script:
    """A study script and how it was asked to run."""

    path: str
    quick: bool

    def load(self) -> Study:
        """The study that the script defines.

        Raises ValueError, in a sentence with the line of the script, if it defines none: whatever the script raises,
        and where it ends itself.
        """
        path = Path(self.path)
        if not path.is_file():
            raise ValueError(f"There is no study script at {path}. Give the path of a Python file.")
        spec = importlib.util.spec_from_file_location(f"study_{path.stem}", path)
        if spec is None or spec.loader is None:
            raise ValueError(f"The file {path} is not Python. A study script ends in .py.")
        module = importlib.util.module_from_spec(spec)
        sys.modules[module.__name__] = module
        with errors_as_sentences(path):
            spec.loader.exec_module(module)
        maker = getattr(module, "study", None)
        if maker is None:
            raise ValueError(f"The script {path} defines no function `study(quick)`. Let it return a Study.")
        if not callable(maker):
            raise ValueError(f"In the script {path}, `study` is {described(maker)}. Make it a function `study(quick)`.")
        with errors_as_sentences(path):
            study = maker(self.quick)
        if inspect.iscoroutine(study):
            study.close()  # else Python warns that it was never awaited
        if not isinstance(study, Study):
            raise ValueError(f"`study(quick)` of the script {path} returns {described(study)}. Let it return a Study.")
        return study

    def keep(self, run_dir: Path) -> "Script":
        """Copy the script into the study's folder, so that it can be resumed from there; returns the copy.

        An earlier script that says something else stays beside it as `study.1.py`, `study.2.py` and so on. Raises
        OSError where the folder cannot be written to.
        """
        copy, script = run_dir / "study.py", Path(self.path)
        try:
            run_dir.mkdir(parents=True, exist_ok=True)
            if not copy.exists() or copy.read_bytes() != script.read_bytes():
                _keep_earlier(copy)
                write_whole(copy, script.read_bytes())
            kept = Script(str(copy), self.quick)
            StudyNote(copy.name, self.quick).write(run_dir)
        except OSError as error:
            raise OSError(
                f"The folder {run_dir} cannot be written to ({error.strerror}): {error.filename}. What it holds stays "
                "as it was: make room, or the folder writable, and try again, or choose another with `--out`."
            ) from error
        return kept

    @classmethod
    def kept(cls, run_dir: Path) -> "Script":
        """The script kept in a study's folder. Raises ValueError where there is none."""
        note = read_note(run_dir)
        if note is None:
            raise ValueError(
                f"The folder {run_dir} holds no study to resume: study.json is missing. "
                "Give the folder that `designopt run` made."
            )
        return cls(str(run_dir / note.path), note.quick)


def _keep_earlier(copy: Path) -> None:
    """Copy the script that is kept to the first free name, or to the one that holds it already."""
    if not copy.exists():
        return
    text, number = copy.read_bytes(), 1
    while (earlier := copy.with_name(f"{copy.stem}.{number}{copy.suffix}")).exists() and earlier.read_bytes() != text:
        number += 1
    write_whole(earlier, text)
    _log.warning("The study's script has changed. The one that was kept in %s is now %s.", copy.parent, earlier.name)


@contextmanager
def with_study_of(run_dir: Path) -> Iterator[None]:
    """Within it, the problems that only the script kept in a study's folder defines are found by what reads the folder.

    The script is loaded when such a problem is needed. Raises ValueError then if it cannot be.
    """

    @lru_cache(maxsize=1)
    def problems() -> Sequence[Problem]:
        if read_note(run_dir) is None:
            return []
        script = Script.kept(run_dir)
        try:
            return script.load().problems
        except Exception as error:
            raise ValueError(
                f"A problem of this study is defined in {script.path}, which cannot be loaded "
                f"({type(error).__name__}: {error}). Mend the script, or install what it imports."
            ) from error

    with known_too(problems):
        yield
