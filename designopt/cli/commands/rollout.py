"""Ask a trained policy for a design: `designopt rollout`."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from designopt.cli.say import say

if TYPE_CHECKING:
    from designopt.problem.problem import Problem
    from designopt.records.trial import Trial


def rollout(
    policy: Annotated[
        Path, typer.Argument(help="Folder of a training or of a checkpoint, or the .policy.json beside a ledger.")
    ],
    budget: Annotated[float | None, typer.Option(help="Money in kCHF, if not that of the training.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the design as JSON that `designopt evaluate` reads.")
    ] = False,
) -> None:
    """Print the design that a trained policy builds, at the budget of its training or another one.

    The policy takes its likeliest action at every step, which simulates nothing; the design is then scored once. Only
    policies that designopt wrote are loaded: JSON and plain numbers, no pickled code.

    Example: `designopt rollout runs/planes --budget 45`
    """
    import jax.numpy as jnp

    from designopt.analysis.written import written
    from designopt.cli.commands.agent_problem import at_budget, with_script_beside
    from designopt.evaluation.evaluator import Allowance, Evaluator
    from designopt.optimisers.reinforcement.policies import AgentPolicy, read_card
    from designopt.problem.registry import remade

    card = read_card(policy)
    with with_script_beside(policy):
        problem = at_budget(remade(card.problem), budget)
    u = AgentPolicy.load(policy, problem).design(problem)
    design = dict(problem.build(jnp.asarray(u)))
    if as_json:
        sys.stdout.write(json.dumps(written(problem, design), indent=1, allow_nan=False) + "\n")
        return
    (trial,) = Evaluator(problem, Allowance(problem.events)).evaluate(u[None])
    _show(problem, design, trial, f"{card.algorithm}, {card.steps:,} steps, {card.events:,} events")


def _show(problem: "Problem", design: dict[str, Any], trial: "Trial", trained: str) -> None:
    from rich.table import Table

    from designopt.problem.requirements import question
    from designopt.report.tables.design_table import design_table

    found = design_table("the policy", question(problem)["variables"], design)
    columns = [column for column in found.columns if column.heading]
    table = Table(*(column.heading for column in columns), box=None, title=found.caption)
    for row in found.rows:
        table.add_row(*(column.text(row) for column in columns))
    say(f": the design of a policy ({trained})\n", bold=problem.name)
    say(table)
    built = trial.built_violations or trial.violations
    broken = [f"{name} by {100 * excess:.3g} %" for name, excess in built.items() if excess > 0]
    cost = trial.cost if trial.built_cost is None else trial.built_cost
    score = "none, the simulation failed" if trial.score is None else f"{trial.score:.6g}"
    say(f"\nScore (less is better): {score}, for {trial.events:,} simulated event{'s' * (trial.events != 1)}.")
    say(f"Cost: {cost:,.6g} of {problem.budget:,.6g} kCHF. Side limits: {', '.join(broken) or 'kept'}.")
    if trial.feasible or not broken:
        return
    say("It breaks side limits: train longer, or at this budget.")
