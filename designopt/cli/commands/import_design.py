"""Read a design back from a GDML file that designopt wrote: `designopt import`."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer


def import_design(
    file: Annotated[Path, typer.Argument(metavar="FILE.gdml", help="GDML that designopt wrote; - is standard input.")],
    out: Annotated[Path | None, typer.Option(help="File; if not given, standard output.")] = None,
) -> None:
    """Print the design that a GDML file of designopt was made from, as JSON that `designopt evaluate` reads.

    A file that others wrote, or whose geometry was changed since, is refused.

    Example: `designopt import winner.gdml | designopt evaluate calorimeter-segmentation-v1 -`
    """
    from designopt.cli.say import say
    from designopt.geometry.read import read_gdml
    from designopt.records.files.whole_file import write_whole

    origin = read_gdml(file)
    text = json.dumps(origin.design, indent=1) + "\n"
    if out is None:
        sys.stdout.write(text)
        return
    try:
        write_whole(out, text.encode())
    except OSError as error:
        raise ValueError(f"{out} cannot be written ({error.strerror}). Choose another place with `--out`.") from error
    say(f"Written: {out}, a design of {origin.problem}", last=True)
