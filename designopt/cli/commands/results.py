"""The commands `verify` and `examine`: winners of a study that was run are looked at again."""

from pathlib import Path
from typing import Annotated

import typer

from designopt.cli.interrupts import in_hand
from designopt.cli.say import say
from designopt.study.provenance import command


def verify(
    run_dir: Annotated[Path, typer.Argument(help="Folder of a study.")],
    winners: Annotated[int, typer.Option(min=1, help="How many optimisers send the winner of their best run.")] = 2,
    events: Annotated[int | None, typer.Option(min=1, help="Events of the independent simulation a design.")] = None,
    minutes: Annotated[float | None, typer.Option(min=0.01, help="Time for each design.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the independent simulation.")] = 1,
) -> None:
    """Check the winners of a study, and its reference, in an independent simulation; the report gets a table.

    What was checked before is not simulated again.

    Example: `designopt verify runs/calorimeter-segmentation --minutes 10`
    """
    from designopt.analysis.verify import verify as check
    from designopt.cli.gains import show_gains
    from designopt.study.script import with_study_of

    in_hand(_once_more)
    with with_study_of(run_dir):
        checked = check(run_dir, winners, events, minutes, seed, say)
    say(f"{checked} designs checked.")
    show_gains(run_dir)
    write_report_of(run_dir)


def examine(
    run_dir: Annotated[Path, typer.Argument(help="Folder of a study.")],
    winners: Annotated[int, typer.Option(min=1, help="How many optimisers send the winner of their best run.")] = 2,
    samples: Annotated[int, typer.Option(min=1, help="Event samples that every change is scored on.")] = 10,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the events and of the random changes.")] = 1,
    assumed: Annotated[bool, typer.Option(help="Requirements at both ends of the ranges of their numbers.")] = True,
) -> None:
    """Say what the winners of a study rest on: sensitivity at constant cost, the shadow price, robustness.

    Prices, budget and sizes are changed a little, and every change is built and scored again; the report gets two
    figures and three tables. Numbers of requirements that nobody has sourced are looked at where their ranges end,
    which may compile each of them anew: `--no-assumed` leaves them out. What was examined before is not examined again.

    Example: `designopt examine runs/calorimeter-segmentation`
    """
    from designopt.analysis.examine import examine as look
    from designopt.records.designs.design_record import beside_reference
    from designopt.records.study_record import load
    from designopt.report.sections.robustness import robustness_table, verdicts
    from designopt.study.script import with_study_of

    in_hand(_once_more)
    with with_study_of(run_dir):
        say(f"{look(run_dir, winners, samples, seed, assumed, say)} designs examined.")
    for pair in beside_reference(load(run_dir).robustness):
        say(f"{pair[0].problem['name']}: {' '.join(verdicts(robustness_table(pair)))}")
    write_report_of(run_dir)


def _once_more() -> str:
    return f"What was finished is kept.\nGo on with: {command()}"


def write_report_of(run_dir: Path) -> None:
    """Write the report of a study's folder, and say where it is."""
    from designopt.analysis.different_designs import of_problem
    from designopt.analysis.drawing import draw_design
    from designopt.analysis.written import written_design
    from designopt.report.page import write_report
    from designopt.study.script import with_study_of

    with with_study_of(run_dir):
        say(f"Report: {write_report(run_dir, draw_design, written_design, find=of_problem)}", last=True)
