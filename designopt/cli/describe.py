"""What `designopt describe` shows of a problem: variables, money, limits, reference designs, options."""

import inspect

from rich.table import Table

from designopt.cli.say import say
from designopt.optimisers.auto import choose
from designopt.problem import registry
from designopt.problem.allowed import doubt
from designopt.problem.problem import Problem


def show_problem(problem: Problem, name: str) -> None:
    """Print the problem that is registered as `name`."""
    maker = registry.maker(name)
    say(f": {inspect.getdoc(maker)}\n", bold=problem.name)
    say(variables(problem))
    cheapest, dearest = problem.reachable()
    say(f"\nBudget: {problem.budget:,.1f} kCHF, spent {problem.spend}; reachable: {cheapest:,.1f} to {dearest:,.1f}.")
    say(f"Side limits: {', '.join(problem.constraint_names) or 'none'}.")
    if problem.requirements:
        say(requirements(problem))
    if problem.cheapest_allowed is not None:
        say(f"The cheapest design that keeps them costs {problem.cheapest_allowed:,.1f} kCHF.")
    if sentence := doubt(problem):
        say(f" {sentence}", bold="Warning:")
    blind = problem.gradient_price is None
    gradient = "and has no gradient." if blind else f"with its gradient {problem.gradient_price:g} x."
    say(f"One evaluation is charged as {problem.events} simulated events, {gradient}")
    say(f"Reference designs: {', '.join(problem.references) or 'none'}.")
    gradients = 0 if blind else 100
    chosen, reason = choose(problem, gradients)
    say(f"`Auto()` with {gradients} gradients to spend is {chosen.name}: {reason}")
    options = inspect.signature(maker).parameters.values()
    say("Options: " + ", ".join(f"{option.name}={option.default!r}" for option in options))


def variables(problem: Problem) -> Table:
    """One row per design variable: its range in its own unit, or its choices."""
    table = Table("variable", "from", "to", "unit or choices", "slots", "step as built", title="Variables", box=None)
    for variable in problem.space.variables:
        slots = str(variable.count or "")
        if variable.choice:
            table.add_row(variable.name, "", "", ", ".join(variable.choices), slots, "")
            continue
        low, high = (f"{bound / variable.unit:g}" for bound in (variable.lower, variable.upper))
        step = "" if variable.step is None else f"{variable.step / variable.unit:g}"
        table.add_row(variable.name, low, high, variable.label if variable.continuous else "", slots, step)
    return table


def requirements(problem: Problem) -> Table:
    """One row per requirement: what is asked, how much, the side limit that enforces it, source, option."""
    table = Table("asked of every design", "value", "side limit", "source", "option", title="Requirements", box=None)
    for one in problem.requirements:
        off = f"{one.option}={one.off!r} takes it away"
        table.add_row(one.meaning, one.value, one.limit or "in the response", one.source, off)
    return table
