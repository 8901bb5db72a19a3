"""The command line: list, describe, evaluate, run, resume, verify, examine, report, export, import."""

import json
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from designopt import __version__
from designopt.cli.commands.compare import compare
from designopt.cli.commands.example import example
from designopt.cli.commands.export import export
from designopt.cli.commands.hands import EXECUTOR, FRESH, HANDS, OUT, QUIET, SCHEDULER
from designopt.cli.commands.import_design import import_design
from designopt.cli.commands.new_detector import new_detector
from designopt.cli.commands.problem_list import list_installed
from designopt.cli.commands.record import record
from designopt.cli.commands.report import report
from designopt.cli.commands.results import examine, verify, write_report_of
from designopt.cli.commands.rollout import rollout
from designopt.cli.commands.schema import schema
from designopt.cli.commands.train import train
from designopt.cli.interrupts import WORKERS, last_words
from designopt.cli.plain_text import write_what_the_terminal_knows
from designopt.cli.plugin_commands import PluginGroup
from designopt.cli.say import be_quiet, complain, say, show_warnings
from designopt.processes import ended_by_signals
from designopt.study.executors.choice import LOCAL, Hands

if TYPE_CHECKING:  # what imports JAX is imported by the command that needs it
    from designopt.study.script import Script

OK, RUN_FAILED, BAD_INPUT = 0, 1, 2

app = typer.Typer(
    cls=PluginGroup,
    no_args_is_help=True,
    context_settings={"help_option_names": ["--help", "-h"]},
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="""Find the best detector that a fixed amount of money can buy.

    Start with `designopt list`, look at a problem with `designopt describe`, price and simulate a detector of your own
    with `designopt evaluate`, and compare optimisers with `designopt run`.

    Exit codes: 0 all went well, 1 a run of a study failed, 2 the input was wrong, 130 interrupted
    (Ctrl-C; 143 by SIGTERM, 129 by SIGHUP).""",
)


app.command("list")(list_installed)


def _say_version(wanted: bool) -> None:
    if wanted:
        say(f"designopt {__version__}")
        raise typer.Exit(OK)


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    pass


@app.command()
def describe(
    problem: Annotated[
        str, typer.Argument(help="Name of a problem, from `designopt list`; or a study's folder, or its script.")
    ],
    budget: Annotated[
        float | None, typer.Option(help="Money in kCHF, if not the problem's own; only with the name of a problem.")
    ] = None,
    measure: Annotated[
        bool, typer.Option("--measure", help="Measure here what a gradient costs in losses; compiles for a minute.")
    ] = False,
) -> None:
    """Show what a problem asks: variables, money, limits, reference designs. Of a study, every problem of it.

    Example: `designopt describe calorimeter-segmentation-v1`, `designopt describe runs/calorimeter-segmentation`
    """
    from designopt.cli.describe import described_problems, show_measured, show_problem

    for found in described_problems(problem, budget):
        show_problem(found, problem)
        if measure:
            show_measured(found)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def evaluate(
    context: typer.Context,
    problem: Annotated[
        str, typer.Argument(help="Name of a problem, from `designopt list`; or a study's script or folder.")
    ],
    design: Annotated[Path, typer.Argument(help="A design as JSON, as `designopt schema` says; - for standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Simulate and price one detector, described in JSON.

    Further options are the problem's own; a wrong one lists them. With the folder or the script of a study in the place
    of a name, a design that its report wrote is scored by the study's own problem, options and prices.

    Example: `designopt evaluate calorimeter-segmentation-v1 stack.json --terms sampling,leakage --json`
    """
    from designopt.cli.arguments import options_of, read_json
    from designopt.cli.commands.study_design import evaluation_of

    read = cache(read_json)
    home = evaluation_of(problem, design, read)
    options = options_of(home.evaluate_design, context.args)
    result = home.evaluate_design(read(design), **options)
    if as_json:
        sys.stdout.write(json.dumps(result, indent=2, allow_nan=False) + "\n")
    else:
        say(home.render_table(result))


@app.command()
def run(
    script: Annotated[Path, typer.Argument(help="A Python file that defines study(quick) -> Study.")],
    quick: Annotated[bool, typer.Option("--quick", help="Ask the script for its small version.")] = False,
    workers: HANDS = WORKERS,
    executor: EXECUTOR = LOCAL,
    scheduler: SCHEDULER = None,
    out: OUT = None,
    fresh: FRESH = False,
    quiet: QUIET = False,
) -> None:
    """Run a study, or what is missing of it, and write its report.

    Runs that the folder holds are taken as they are if nothing of them has changed. A larger allowance goes on from
    them where the search repeats them. What differs in anything else is refused, and nothing is overwritten.

    Example: `designopt run studies/calorimeter_segmentation.py --quick`
    """
    from designopt.records.files.repair import set_aside
    from designopt.study.script import Script

    be_quiet(quiet)
    wanted = Script(str(script), quick)
    study = wanted.load()
    folder = out or Path("runs") / (study.name + ("-quick" if quick else ""))
    if fresh and (aside := set_aside(folder)):
        say(f"What {folder} held is now in {aside}.")
    _carry_out(wanted, study, folder, Hands(workers, executor, scheduler))


@app.command()
def resume(
    run_dir: Annotated[Path, typer.Argument(help="Folder of a study that was interrupted.")],
    workers: HANDS = WORKERS,
    executor: EXECUTOR = LOCAL,
    scheduler: SCHEDULER = None,
    mend: Annotated[
        bool,
        typer.Option("--repair", help="Cut damaged ledgers to what holds; each stays beside it as <ledger>.damaged."),
    ] = False,
    quiet: QUIET = False,
) -> None:
    """Go on with an interrupted study from its ledger; what was simulated is not simulated again.

    Example: `designopt resume runs/calorimeter-segmentation`
    """
    from designopt.records.files.repair import repair
    from designopt.study.script import Script

    be_quiet(quiet)
    for sentence in repair(run_dir) if mend else ():
        say(sentence)
    wanted = Script.kept(run_dir)
    _carry_out(wanted, wanted.load(), run_dir, Hands(workers, executor, scheduler))


def _carry_out(script: "Script", study: Any, run_dir: Path, hands: Hands) -> None:
    from designopt.cli.run_study import run_study

    all_ended = run_study(script, study, run_dir, hands)
    say("Writing the report.")
    write_report_of(run_dir)
    if not all_ended:
        raise typer.Exit(RUN_FAILED)


for told in (report, verify, examine, compare, export, schema, example, train, rollout, record):
    app.command()(told)
app.command("import")(import_design)
new = typer.Typer(no_args_is_help=True, help="Begin a package of your own: `designopt new detector NAME`.")
new.command("detector")(new_detector)
app.add_typer(new, name="new")


def main() -> None:
    """Entry point: errors of the user become one sentence and exit code 2, a signal ends everything at once."""
    write_what_the_terminal_knows()
    be_quiet(False)
    show_warnings()
    try:
        with ended_by_signals(last_words):
            app()
    except (ValueError, OSError) as error:
        complain(error)
        raise SystemExit(BAD_INPUT) from None
