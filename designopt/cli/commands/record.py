"""`designopt record`: propose the best design of a study as the best that is known of its problem."""

import json
from pathlib import Path
from typing import Annotated

import typer

from designopt.cli.say import say


def record(
    run_dir: Annotated[Path, typer.Argument(help="Folder of a study.")],
    out: Annotated[Path | None, typer.Option(help="Where entries are written; without it they are only told.")] = None,
) -> None:
    """Propose the best design of every problem of a study as the best known, and say how it compares with that.

    An entry is written to the folder `--out` where it is better by a millionth, or nothing was known.

    Example: `designopt record runs/spectrometer-layout --out designopt/benchmarks/best_known`
    """
    from designopt.benchmarks.best_known import proposals
    from designopt.records.files.whole_file import write_whole

    for name, entry, known in proposals(run_dir):
        what = f"{entry['problem']} at {entry['budget']:g} kCHF: {entry['score']:.6g} by {entry['how']}"
        better = known is None or entry["score"] < known["score"] - 1e-6
        if known is None:
            say(f"{what}. Nothing was known of it.")
        else:
            say(f"{what}; known so far {known['score']:.6g}, a regret of {entry['score'] - known['score']:.4g}.")
        if not better:
            say("It is no better than what is known, so nothing is proposed.")
        elif out is None:
            say(f"Give --out to write it as {name}.")
        else:
            out.mkdir(parents=True, exist_ok=True)
            write_whole(out / name, (json.dumps(entry, indent=1, allow_nan=False) + "\n").encode())
            say(f"Written: {out / name}")
