"""What the command line prints: words that are never read as markup, whoever wrote them."""

import logging
import os
import re
import sys
from collections.abc import Iterator
from copy import copy
from typing import Any
from unicodedata import category

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from designopt.problem import plugins

console = Console(markup=False, emoji=False)
"""Standard output. Design names, files and plug-ins may hold brackets or colons: all of it is shown as it is."""

LONGEST_WORD = 300
"""Characters without a space, beyond which a word of an error is cut: no path or name that somebody means is longer."""
_quiet = [False]


def be_quiet(quiet: bool) -> None:
    """From now on `say` prints nothing, or prints again. Errors, warnings and last lines are always printed.

    Of the quiet XLA keeps to itself that it compiles slowly, here and in the processes that this one starts; what goes
    wrong in it comes as an exception anyway. It is asked before JAX is imported.
    """
    _quiet[0] = quiet
    if quiet:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def is_quiet() -> bool:
    """Whether `say` prints nothing."""
    return _quiet[0]


def printable(text: str) -> str:
    """Text whose control characters, which could move the cursor or ring, are shown as Python writes them."""
    return "".join(one if one in "\n\t" or category(one) != "Cc" else repr(one)[1:-1] for one in text)


def say(*parts: Any, bold: str = "", last: bool = False) -> None:
    """Print text or tables to standard output, after a `bold` word if one is given. A path in a text stays whole.

    Words follow one another; what stands beside a table, such as notes and the titles of others, has lines of its own.
    A `last` line is what the whole command was for: it is printed to the quiet too.
    """
    if is_quiet() and not last:
        return
    plain = all(isinstance(part, str) for part in parts)
    parts = tuple(one for part in parts for one in _lines(part))
    between = "" if bold else " " if plain else "\n"
    console.print(*([Text(bold, style="bold")] if bold else []), *parts, sep=between, soft_wrap=plain)


def _lines(part: Any) -> Iterator[Any]:
    """What is printed of a part; a table's title goes before it, since rich breaks it to the width of the table."""
    if isinstance(part, Group):
        for one in part.renderables:
            yield from _lines(one)
    elif isinstance(part, Table) and part.title:
        table = copy(part)
        table.title = None
        yield from (Text(str(part.title), style="italic"), table)
    else:
        yield printable(part) if isinstance(part, str) else part


def complain(error: str | Exception) -> None:
    """Print an error to standard error, on as many lines as the terminal makes of it."""
    _to_stderr(Text.assemble(("Error:", "bold red"), " ", shortened(printable(sentence(error)))))


def sentence(error: str | Exception) -> str:
    """An error as a sentence; one of the operating system says which path it is about, and what to do."""
    if not isinstance(error, OSError) or not error.strerror:
        return str(error)
    if error.filename is None:
        return f"The operating system says: {error.strerror}. Look at the disk and the rights of the folder."
    name = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else str(error.filename)
    return f"{name} cannot be used ({error.strerror}). Give another path, or mend that one."


def shortened(text: str) -> str:
    """Text whose words without end are cut in their middle."""
    return re.sub(rf"\S{{{LONGEST_WORD},}}", lambda word: f"{word[0][:60]}...{word[0][-20:]}", text)


def remark(sentence: str) -> None:
    """Print a warning to standard error."""
    _to_stderr(Text.assemble(("Warning:", "bold yellow"), " ", printable(sentence)))


def show_warnings() -> None:
    """Print warnings that are logged to standard error, those about plug-ins as one line each and nowhere else."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # it takes another font, in many words
    logger = logging.getLogger(plugins.__name__)
    if not any(isinstance(handler, _WarningLine) for handler in logger.handlers):
        logger.addHandler(_WarningLine())
        logger.propagate = False


class _WarningLine(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        remark(record.getMessage())


def _to_stderr(line: Text) -> None:
    Console(stderr=True, markup=False, emoji=False).print(line, soft_wrap=True, highlight=False)
