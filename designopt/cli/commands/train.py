"""Train an agent on a problem: `designopt train`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from designopt.cli.interrupts import in_hand
from designopt.cli.say import be_quiet, say

if TYPE_CHECKING:
    from designopt.optimisers.reinforcement.training import Evaluation, Trained
    from designopt.problem.problem import Problem

ALGORITHMS = {"ppo": "Ppo", "masked-ppo": "MaskedPpo", "sac": "Sac"}
FIGURE, BEST = "learning_curve.png", "best.json"


def train(
    source: Annotated[str, typer.Argument(metavar="STUDY|PROBLEM", help="Name of a problem, or a study's script.")],
    algo: Annotated[
        Literal["ppo", "masked-ppo", "sac"],
        typer.Option(help="Whole layers as real numbers (ppo, sac), or one decision per step (masked-ppo)."),
    ] = "ppo",
    steps: Annotated[int, typer.Option(min=1, help="Steps of all agents together, in whole rounds.")] = 20_000,
    agents: Annotated[int, typer.Option(min=1, help="Agents that step together.")] = 8,
    budget: Annotated[float | None, typer.Option(help="Money in kCHF, if not the problem's own.")] = None,
    problem: Annotated[str | None, typer.Option(help="Which problem, of a study that has several.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the agent.")] = 0,
    start: Annotated[str | None, typer.Option(help="Reference design that actions are relative to.")] = None,
    every: Annotated[int | None, typer.Option(min=1, help="Steps between evaluations; else a twentieth.")] = None,
    evaluations: Annotated[int | None, typer.Option(min=1, help="Stop after so many scored designs.")] = None,
    go_on_from: Annotated[Path | None, typer.Option(help="Policy whose weights the training begins with.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder; else runs/train-<problem>-<algo>-<seed>.")] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Only print what the agent observes and acts on, name by name.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors and the last line.")] = False,
) -> None:
    """Train an agent that builds a design step by step; every simulated event is charged and counted.

    Writes the policy, checkpoints, evaluations, a learning curve and logs for TensorBoard into one folder.

    Example: `designopt train plane-spacing-v1 --algo sac --steps 20000 --out runs/planes`
    """
    from designopt import optimisers
    from designopt.cli.commands.agent_problem import problem_of
    from designopt.optimisers.reinforcement import policies, training
    from designopt.records.files.file_names import slug
    from designopt.study.script import Script

    be_quiet(quiet)
    chosen = problem_of(source, problem, budget)
    folder = out or Path("runs") / f"train-{slug(chosen.name)}-{algo}-{seed}"
    agent: Any = getattr(optimisers, ALGORITHMS[algo])(agents=agents)
    if explain:
        _explain(chosen, policies.ACTIONS[agent.name], start)
        return
    training.check_folder(folder)
    earlier = None if go_on_from is None else policies.AgentPolicy.load(go_on_from, chosen)
    in_hand(lambda: f"Evaluations and checkpoints so far are kept in {folder}; go on with `--go-on-from` one of them.")
    say(f": {agent.name}, {steps:,} steps of {agents} agents together, into {folder}", bold=chosen.name)
    if Path(source).is_file():
        Script(source, quick=False).keep(folder)
    found = training.train(agent, chosen, steps, folder, seed=seed, every=every, start=start, evaluations=evaluations,
                           go_on_from=earlier, tell=_tell)  # fmt: skip
    _write(found, chosen, folder, agent.name)
    _conclude(found, chosen, folder)


def _explain(problem: "Problem", actions: Any, start: str | None) -> None:
    """What an agent observes and acts on, in two tables."""
    from rich.table import Table

    from designopt.envs import environment_id
    from designopt.envs.stack_env import DesignEnv

    env = DesignEnv(problem, start=start, actions=actions)
    say(f': gymnasium.make("designopt.envs:{environment_id(problem.name)}", actions="{actions}")', bold=problem.name)
    for title, names in zip(("Observed, each in [0, 1]", "Acted on"), env.explain(), strict=True):
        table = Table("", "name", "meaning", title=title, box=None)
        for place, one in enumerate(names):
            table.add_row(str(place), one.name, one.meaning)
        say(table)


def _tell(found: "Evaluation") -> None:
    limits = "" if found.feasible else ", breaks side limits"
    recent = "" if found.recent is None else f"; training episodes {found.recent:+.3g} %"
    say(
        f"  {found.steps:>9,} steps, {found.events:,} events: the policy's stack scores {_number(found.score)} "
        f"({found.reward:+.3g} %{limits}){recent}"
    )


def _write(found: "Trained", problem: "Problem", folder: Path, agent: str) -> None:
    """The learning curve, and the best stack of the training as JSON."""
    import dataclasses

    import jax.numpy as jnp
    import numpy as np

    from designopt.analysis.written import written
    from designopt.records.files.whole_file import write_whole
    from designopt.report.figures.learning import learning_curve
    from designopt.report.figures.saving import save

    rows = [dataclasses.asdict(one) for one in found.evaluations]
    title = f"{agent} on {problem.name}, {problem.budget:,.6g} kCHF, {found.events:,} simulated events"
    save(learning_curve(rows, found.start.score, title), folder / FIGURE)
    if found.best is not None:
        design = {name: np.asarray(value) for name, value in problem.build(jnp.asarray(found.best.u)).items()}
        write_whole(folder / BEST, (json.dumps(written(problem, design), indent=1) + "\n").encode())


def _conclude(found: "Trained", problem: "Problem", folder: Path) -> None:
    say(
        f"{found.why} {found.steps:,} steps were taken and {found.events:,} simulated events charged "
        f"({found.events // problem.events:,} designs, the start and the evaluations among them)."
    )
    if found.best is None:
        say("No stack kept the side limits.")
    else:
        say(f"Best stack: {_number(found.best.score)}, the start: {_number(found.start.score)} (less is better).")
    say(f"Policy: {folder} (ask it with `designopt rollout {folder}`)", last=True)


def _number(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.5g}"
