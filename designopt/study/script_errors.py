"""What goes wrong in a study script, as a sentence that names the file and the line."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LONGEST = 600
"""Characters of an error of the script that are shown."""


@contextmanager
def errors_as_sentences(path: Path) -> Iterator[None]:
    """Within it, whatever the script raises, `sys.exit` too, becomes a ValueError with a sentence."""
    try:
        yield
    except (Exception, SystemExit, GeneratorExit) as error:
        raise ValueError(_sentence(path, error)) from error


def _sentence(path: Path, error: BaseException) -> str:
    if isinstance(error, SyntaxError) and _same(error.filename, path):
        return f"The study script {path} is not valid Python: {error.msg} in line {error.lineno}. Mend that line."
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if _same(frame.filename, path)]
    where = f"The study script {path}{f', line {lines[-1]},' if lines else ''}"
    if isinstance(error, SystemExit):
        return f"{where} ends the program (sys.exit). Remove that: a script only defines `study(quick)`."
    words = _words(error)
    if isinstance(error, ImportError):
        return f"{where} cannot import what it needs: {words}. {_where_it_lies(path, error)}"
    if isinstance(error, ValueError) and words:
        return f"{where} was refused: {words}{'' if words[-1] in '.?!' else '.'}"
    return f"{where} raises {type(error).__name__}{f': {words}' if words else ''}. Mend the script."


def _where_it_lies(path: Path, error: ImportError) -> str:
    """What to do about a module that is missing: one beside the script, or here, is found if Python is told."""
    for folder in (path.resolve().parent, Path.cwd()):
        if error.name and (folder / f"{error.name}.py").is_file():
            return (
                f"It lies in {folder}: give PYTHONPATH={folder} before the command and later ones on this study, "
                "which every process loads, from its run folder too; or put both into one file."
            )
    return "Install it, or correct the name."


def _words(error: BaseException) -> str:
    """What an error says, in one line that any terminal shows; the middle of a very long one is left out."""
    plain = "".join(letter if letter.isprintable() or letter.isspace() else "?" for letter in str(error))
    line = " ".join(plain.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST // 2]} ... {line[-LONGEST // 2 :]}"


def _same(name: str | None, path: Path) -> bool:
    return name is not None and Path(name).resolve() == path.resolve()
