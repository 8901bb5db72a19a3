"""Take designs home: `designopt export`, the winners of a study or a design of one's own as GDML, JSON or CSV."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from designopt.suggestion import suggestion

if TYPE_CHECKING:
    from designopt.problem.problem import Problem
    from designopt.records.designs.candidates import Candidate

OPTUNA = "designopt.cli.commands.export_optuna"
WHOLE = {"optuna": OPTUNA} if find_spec(OPTUNA) else {}
"""Formats of a whole study, by the module whose `export_NAME(run_dir, out)` writes them."""


@dataclass(frozen=True)
class Exported:
    """A design to write: the problem, the design as `designopt evaluate` reads it, and what it is called."""

    problem: "Problem"
    design: Mapping[str, Any]
    name: str


def as_json(one: Exported) -> str:
    """The design as `designopt evaluate` reads it."""
    return json.dumps(one.design, indent=1, allow_nan=False) + "\n"


def as_csv(one: Exported) -> str:
    """The design as a table, with units in the headings."""
    from designopt.analysis.written import VARIABLES
    from designopt.geometry import table

    if isinstance(variables := one.design.get(VARIABLES), Mapping):
        return table.as_csv(table.by_slot(variables))
    return table.as_csv(table.rows_of(one.design, one.problem.detector.headings()))


def as_gdml(one: Exported) -> str:
    """The design as solids in space."""
    from designopt.geometry import Origin, to_gdml

    return to_gdml(one.problem.detector.geometry(one.design), Origin(one.problem.name, one.design))


FORMATS: dict[str, Callable[[Exported], str]] = {"gdml": as_gdml, "json": as_json, "csv": as_csv}
"""How a design can be written, by the word after `--to`."""


def export(
    source: Annotated[
        str,
        typer.Argument(metavar="RUN_DIR|DESIGN", help="A study's folder, or a design as JSON (- is standard input)."),
    ],
    to: Annotated[str, typer.Option(help=f"Format: {', '.join((*FORMATS, *WHOLE))}.")],
    out: Annotated[
        Path | None, typer.Option(help="File, or folder for several designs; if not given, standard output.")
    ] = None,
    problem: Annotated[
        str | None, typer.Option(help="Problem of a design; of a study, the problem whose winners are wanted.")
    ] = None,
    budget: Annotated[float | None, typer.Option(help="Of a study: only the problem at this budget (kCHF).")] = None,
    optimiser: Annotated[str | None, typer.Option(help="Of a study: the winner of this optimiser.")] = None,
    winners: Annotated[int, typer.Option(min=1, help="Of a study: winners of so many optimisers, best first.")] = 1,
    reference: Annotated[bool, typer.Option("--reference", help="Of a study: its reference design instead.")] = False,
) -> None:
    """Write the winner of a study, or a design of your own, as GDML, JSON or CSV.

    GDML holds the solids and materials, and no fields; a note in the file says what it leaves out. JSON is what
    `designopt evaluate` reads. CSV has a row a layer, with units in its headings.

    Example: `designopt export runs/calorimeter-segmentation --to gdml --out winner.gdml`,
    `designopt export stack.json --problem calorimeter-segmentation-v1 --to gdml`
    """
    folder = Path(source)
    if to not in FORMATS and to not in WHOLE:
        raise ValueError(f"No format is called '{to}'.{suggestion(to, (*FORMATS, *WHOLE))}")
    if to in WHOLE:
        _whole(to, folder, out)
        return
    if folder.is_dir():
        found = _of_study(folder, problem, budget, optimiser, winners, reference)
    else:
        for flag, given in (("budget", budget), ("optimiser", optimiser), ("reference", reference or None)):
            if given is not None:
                raise ValueError(f"'--{flag}' chooses among the winners of a study, but {source} is one design.")
        found = [_of_file(folder, problem)]
    _write([FORMATS[to](one) for one in found], [f"{one.name}.{to}" for one in found], out)


def _of_file(path: Path, problem: str | None) -> Exported:
    from designopt.cli.arguments import read_json
    from designopt.problem.registry import make

    if problem is None:
        raise ValueError(f"Which problem is {path} a design of? Name it: `--problem NAME`, from `designopt list`.")
    design, made = read_json(path), make(problem)
    _check(made, design)
    return Exported(made, design, path.stem)


def _check(problem: "Problem", design: Mapping[str, Any]) -> None:
    """Raise ValueError, in a sentence, for what `designopt evaluate` could not read."""
    from designopt.analysis.written import VARIABLES
    from designopt.problem.registry import evaluation
    from designopt.problem.written.by_name import read_by_name
    from designopt.problem.written.form import Entry

    form = getattr(evaluation(problem.name), "FORM", None)
    if form is None:
        return  # its package describes no fields
    if VARIABLES in design and VARIABLES not in form:
        read_by_name(problem, design)
    else:
        Entry.read(design, form)


def _of_study(
    folder: Path, problem: str | None, budget: float | None, optimiser: str | None, winners: int, reference: bool
) -> list[Exported]:
    from designopt.analysis.written import written
    from designopt.problem.registry import remade
    from designopt.records.files.file_names import slugs
    from designopt.records.study_record import load
    from designopt.study.script import with_study_of

    every = load(folder).candidates(10_000)
    chosen = _chosen(every, problem, budget, optimiser, reference)
    chosen = chosen if reference or optimiser else _best(chosen, winners)
    made: dict[str, Problem] = {}
    found = []
    with with_study_of(folder):
        for one in chosen:
            card = json.dumps(one.problem, sort_keys=True)
            made[card] = made.get(card) or remade(one.problem)
            name = f"{one.problem['name']} {one.problem['budget']:g}kCHF {one.entrant}"
            found.append(Exported(made[card], written(made[card], one.design), name))
    files = slugs(one.name for one in found)
    return [replace(one, name=files[one.name]) for one in found]


def _chosen(
    every: "Sequence[Candidate]", problem: str | None, budget: float | None, optimiser: str | None, reference: bool
) -> "list[Candidate]":
    """Those of the problem, budget and optimiser that are asked for; ValueError where there are none."""
    names = sorted({one.problem["name"] for one in every})
    if problem is not None and problem not in names:
        raise ValueError(f"The study has no winner of a problem '{problem}'.{suggestion(problem, names)}")
    found = [one for one in every if problem is None or one.problem["name"] == problem]
    budgets = sorted({float(one.problem["budget"]) for one in found})
    if budget is not None and budget not in budgets:
        known = ", ".join(f"{one:g}" for one in budgets)
        raise ValueError(f"The study has no winner at {budget:g} kCHF. It was carried out at {known} kCHF.")
    found = [one for one in found if budget is None or float(one.problem["budget"]) == budget]
    if reference:
        held = [one for one in found if one.is_reference]
        if not held:
            raise ValueError("The study has no reference design that keeps the side limits. Leave `--reference` out.")
        return held
    found = [one for one in found if optimiser is not None or one.role == "search"]
    entrants = sorted({one.entrant for one in found})
    if optimiser is not None and optimiser not in entrants:
        raise ValueError(f"The study has no winner of an optimiser '{optimiser}'.{suggestion(optimiser, entrants)}")
    found = [one for one in found if optimiser in (None, one.entrant)]
    if not found:
        raise ValueError("No search of the study ended with a feasible design. `--reference` gives the reference's.")
    return found


def _best(found: "Sequence[Candidate]", winners: int) -> "list[Candidate]":
    """The first so many of each problem; they come best first."""
    kept: dict[str, list[Candidate]] = {}
    for one in found:
        kept.setdefault(json.dumps(one.problem, sort_keys=True), []).append(one)
    return [one for group in kept.values() for one in group[:winners]]


def _whole(to: str, folder: Path, out: Path | None) -> None:
    from importlib import import_module

    from designopt.cli.say import say

    if out is None:
        raise ValueError(f"'--to {to}' writes a whole study into a file. Name it: `--out FILE`.")
    getattr(import_module(WHOLE[to]), f"export_{to}")(folder, out)
    say(f"Written: {out}", last=True)


def _write(texts: Sequence[str], names: Sequence[str], out: Path | None) -> None:
    """One text to a file or to standard output, several into a folder."""
    from designopt.cli.say import say
    from designopt.records.files.whole_file import write_whole

    if out is None:
        if len(texts) > 1:
            raise ValueError(
                f"{len(texts)} designs are asked for ({', '.join(names[:4])}{' ...' if len(names) > 4 else ''}). "
                "Choose one with --problem, --budget or --optimiser, or give `--out FOLDER`."
            )
        sys.stdout.write(texts[0])
        return
    folder = out.is_dir() or len(texts) > 1
    if folder and out.exists() and not out.is_dir():
        raise ValueError(f"{len(texts)} designs need a folder, but {out} is a file. Give `--out FOLDER`.")
    for text, name in zip(texts, names, strict=True):
        path = out / name if folder else out
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, text.encode())
        except OSError as error:
            raise ValueError(
                f"{path} cannot be written ({error.strerror}). Choose another place with `--out`."
            ) from error
        say(f"Written: {path}", last=True)
