"""Options that `run` and `resume` share: who carries out the runs, and how much is said."""

from pathlib import Path
from typing import Annotated

import typer

HANDS = Annotated[int, typer.Option(min=1, help="Processes that carry out runs side by side; 1: no extra process.")]
EXECUTOR = Annotated[
    str,
    typer.Option(
        metavar="local|dask|MODULE:FUNCTION",
        help="Who carries out runs: processes of this machine, Dask, or a function that returns an executor.",
    ),
]
SCHEDULER = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="Dask's scheduler; if not given, a cluster on this machine.")
]
QUIET = Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors, warnings and the last line.")]
OUT = Annotated[
    Path | None,
    typer.Option(help="Folder of the results; if not given, runs/<study>, or runs/<study>-quick with --quick."),
]
FRESH = Annotated[bool, typer.Option("--fresh", help="Begin anew: what the folder holds is moved to <folder>.1.")]
