"""The command line: list, describe, evaluate, run, resume, verify, examine, report."""

import inspect
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from designopt.cli.arguments import options_of, read_json
from designopt.cli.commands.compare import compare
from designopt.cli.commands.example import example
from designopt.cli.commands.report import report
from designopt.cli.commands.schema import schema
from designopt.cli.interrupts import WORKERS, in_hand, last_words
from designopt.cli.plain_text import write_what_the_terminal_knows
from designopt.cli.plugin_commands import PluginGroup
from designopt.cli.say import be_quiet, complain, say, show_warnings
from designopt.problem import registry
from designopt.problem.plugins import BrokenPlugin, warn
from designopt.processes import ended_by_signals
from designopt.records.repair import repair, set_aside
from designopt.study.provenance import command
from designopt.study.script import Script, with_study_of

OK, RUN_FAILED, BAD_INPUT = 0, 1, 2
QUIET = Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors, warnings and the last line.")]

app = typer.Typer(
    cls=PluginGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="""Find the best detector that a fixed amount of money can buy.

    Start with `designopt list`, look at a problem with `designopt describe`, price and simulate a detector of your own
    with `designopt evaluate`, and compare optimisers with `designopt run`.

    Exit codes: 0 all went well, 1 a run of a study failed, 2 the input was wrong, 130 interrupted
    (Ctrl-C; 143 by SIGTERM, 129 by SIGHUP).""",
)


@app.command("list")
def list_problems() -> None:
    """Name every problem that is installed.

    Example: `designopt list`
    """
    for name in registry.list_problems():
        try:
            maker = registry.maker(name)
        except BrokenPlugin as error:
            warn(str(error))
            continue
        say("  " + (inspect.getdoc(maker) or "").split("\n")[0], bold=name)


@app.command()
def describe(
    problem: Annotated[
        str, typer.Argument(help="Name of a problem, from `designopt list`; or a study's folder, or its script.")
    ],
    budget: Annotated[
        float | None, typer.Option(help="Money in kCHF, if not the problem's own; only with the name of a problem.")
    ] = None,
) -> None:
    """Show what a problem asks: variables, money, limits, reference designs. Of a study, every problem of it.

    Example: `designopt describe calorimeter-segmentation-v1`, `designopt describe runs/calorimeter-segmentation`
    """
    from designopt.cli.describe import described_problems, show_problem

    for found in described_problems(problem, budget):
        show_problem(found, problem)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def evaluate(
    context: typer.Context,
    problem: Annotated[str, typer.Argument(help="Name of a problem, from `designopt list`.")],
    design: Annotated[
        Path,
        typer.Argument(help="A design as JSON, as `designopt schema` says; - for standard input."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Simulate and price one detector, described in JSON.

    Further options are the problem's own; a wrong one lists them.

    Example: `designopt evaluate calorimeter-segmentation-v1 stack.json --terms sampling,leakage --json`
    """
    home = registry.evaluation(problem)
    options = options_of(home.evaluate_design, context.args)
    result = home.evaluate_design(read_json(design), **options)
    if as_json:
        sys.stdout.write(json.dumps(result, indent=2, allow_nan=False) + "\n")
    else:
        say(home.render_table(result))


@app.command()
def run(
    script: Annotated[Path, typer.Argument(help="A Python file that defines study(quick) -> Study.")],
    quick: Annotated[bool, typer.Option("--quick", help="Ask the script for its small version.")] = False,
    workers: Annotated[
        int, typer.Option(min=1, help="Processes that carry out runs side by side; 1: no extra process.")
    ] = WORKERS,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the results; if not given, runs/<study>, or runs/<study>-quick with --quick."),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Begin anew: what the folder holds is moved aside, to <folder>.1.")
    ] = False,
    quiet: QUIET = False,
) -> None:
    """Run a study, or what is missing of it, and write its report.

    Runs that the folder holds are taken as they are if nothing of them has changed. A larger allowance goes on from
    them where the search repeats them. What differs in anything else is refused, and nothing is overwritten.

    Example: `designopt run studies/calorimeter_segmentation.py --quick`
    """
    be_quiet(quiet)
    wanted = Script(str(script), quick)
    study = wanted.load()
    folder = out or Path("runs") / (study.name + ("-quick" if quick else ""))
    if fresh and (aside := set_aside(folder)):
        say(f"What {folder} held is now in {aside}.")
    _carry_out(wanted, study, folder, workers)


@app.command()
def resume(
    run_dir: Annotated[Path, typer.Argument(help="Folder of a study that was interrupted.")],
    workers: Annotated[
        int, typer.Option(min=1, help="Processes that carry out runs side by side; 1: no extra process.")
    ] = WORKERS,
    mend: Annotated[
        bool,
        typer.Option("--repair", help="Cut damaged ledgers to what holds; each stays beside it as <ledger>.damaged."),
    ] = False,
    quiet: QUIET = False,
) -> None:
    """Go on with an interrupted study from its ledger; what was simulated is not simulated again.

    Example: `designopt resume runs/calorimeter-segmentation`
    """
    be_quiet(quiet)
    for sentence in repair(run_dir) if mend else ():
        say(sentence)
    wanted = Script.kept(run_dir)
    _carry_out(wanted, wanted.load(), run_dir, workers)


@app.command()
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

    in_hand(_once_more)
    with with_study_of(run_dir):
        checked = check(run_dir, winners, events, minutes, seed, say)
    say(f"{checked} designs checked.")
    show_gains(run_dir)
    _report(run_dir)


@app.command()
def examine(
    run_dir: Annotated[Path, typer.Argument(help="Folder of a study.")],
    winners: Annotated[int, typer.Option(min=1, help="How many optimisers send the winner of their best run.")] = 2,
    samples: Annotated[int, typer.Option(min=1, help="Event samples that every change is scored on.")] = 10,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the events and of the random changes.")] = 1,
) -> None:
    """Say what the winners of a study rest on: sensitivity at constant cost, the shadow price, robustness.

    Prices, budget and sizes are changed a little, and every change is built and scored again; the report gets two
    figures and three tables. What was examined before is not examined again.

    Example: `designopt examine runs/calorimeter-segmentation`
    """
    from designopt.analysis.examine import examine as look
    from designopt.records.design_record import beside_reference
    from designopt.records.study_record import load
    from designopt.report.sections.robustness import robustness_table, verdicts

    in_hand(_once_more)
    with with_study_of(run_dir):
        say(f"{look(run_dir, winners, samples, seed, say)} designs examined.")
    for pair in beside_reference(load(run_dir).robustness):
        say(f"{pair[0].problem['name']}: {' '.join(verdicts(robustness_table(pair)))}")
    _report(run_dir)


def _carry_out(script: Script, study: Any, run_dir: Path, workers: int) -> None:
    from designopt.cli.run_study import run_study

    all_ended = run_study(script, study, run_dir, workers)
    say("Writing the report.")
    _report(run_dir)
    if not all_ended:
        raise typer.Exit(RUN_FAILED)


def _once_more() -> str:
    return f"What was finished is kept.\nGo on with: {command()}"


def _report(run_dir: Path) -> None:
    from designopt.analysis.drawing import draw_design
    from designopt.report.page import write_report

    with with_study_of(run_dir):
        say(f"Report: {write_report(run_dir, draw=draw_design)}", last=True)


app.command()(report)
app.command()(compare)
app.command()(schema)
app.command()(example)


def main() -> None:
    """Entry point: errors of the user become one sentence and exit code 2, a signal ends everything at once."""
    write_what_the_terminal_knows()
    be_quiet(False)
    show_warnings()
    try:
        with ended_by_signals(last_words):
            app()
    except (ValueError, OSError) as error:
        complain(str(error))
        raise SystemExit(BAD_INPUT) from None
