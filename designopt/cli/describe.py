"""What `designopt describe` shows of a problem: variables, money, limits, reference designs, options."""

import inspect
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from designopt.cli.plain_text import formulas_in_words
from designopt.cli.say import say
from designopt.docstrings import paragraphs, told
from designopt.optimisers.auto import choose
from designopt.problem import registry
from designopt.problem.allowed import doubt
from designopt.problem.problem import Problem
from designopt.problem.requirements import prices_of_references, question
from designopt.records.entrant import is_scaled
from designopt.records.study_note import read_note
from designopt.records.study_record import load
from designopt.study.script import Script


def described_problems(name: str, budget: float | None) -> Sequence[Problem]:
    """The problem of this name, or every problem of a study, from its folder or its script.

    The problems of a folder are those of the script kept there; where none was kept, those of its ledgers. Raises
    ValueError for a name that is neither, a script that cannot be loaded, or another budget for a study.
    """
    path = Path(name)
    if not path.is_dir() and not (path.suffix == ".py" and path.is_file()):
        return [registry.make(name, **({} if budget is None else {"budget": budget}))]
    if budget is not None:
        raise ValueError("The budgets of a study are in its script. Leave `--budget` out, or name a problem.")
    if path.is_file():
        return Script(name, quick=False).load().problems
    if read_note(path) is not None:
        return Script.kept(path).load().problems
    return [registry.remade(card) for card in load(path).problems]


def show_problem(problem: Problem, asked: str = "") -> None:
    """Print a problem: an installed one under the name it was `asked` by, or one that only a script defines."""
    installed = registry.list_problems()
    name = asked if asked in installed else problem.name
    own = name not in installed
    meaning = problem.detector.meaning if own else inspect.getdoc(registry.maker(name))
    words = paragraphs(meaning or "defined in a study, without a word on it")
    say(f": {formulas_in_words(words)}\n", bold=problem.name)
    asked_for = question(problem)["objective"]
    if asked_for["words"]:
        weights = ", ".join(f"{key} = {value}" for key, value in asked_for["settings"].items())
        say(f": {formulas_in_words(told(asked_for['words']))}{f' ({weights})' if weights else ''}\n", bold="Objective")
    say(variables(problem))
    cheapest, dearest = problem.reachable()
    say(f"\nBudget: {problem.budget:,.1f} kCHF, spent {problem.spend}; reachable: {cheapest:,.1f} to {dearest:,.1f}.")
    if problem.spend_on:
        ways = {1: "more of it costs more", -1: "less of it costs more"}
        say("Money goes to " + ", ".join(f"{name} ({ways[sign]})" for name, sign in problem.spend_on.items()) + ".")
    say(f"Side limits: {', '.join(problem.constraint_names) or 'none'}.")
    if problem.requirements:
        say("Asked of every design:")
        for sentence in requirements(problem):
            say(f"- {sentence}")
    if problem.cheapest_allowed is not None:
        say(f"The cheapest design that keeps them costs {problem.cheapest_allowed:,.1f} kCHF.")
    if sentence := doubt(problem):
        say(f" {sentence}", bold="Warning:")
    blind = problem.gradient_price is None
    gradient = "and has no gradient." if blind else f"with its gradient {problem.gradient_price:g} x."
    say(f"One evaluation is charged as {problem.events} simulated event{'s' * (problem.events != 1)}, {gradient}")
    whole = ", built as they are drawn" if problem.whole and problem.references else ""
    say(f"Reference designs{whole}: {', '.join(problem.references) or 'none'}.")
    for left_out, price in problem.dear.items():
        say(f"'{left_out}' is left out: it costs {price:,.0f} kCHF, more than the budget.")
    if not problem.whole and problem.spend == "exactly":
        drawn = prices_of_references(problem)["drawn"].items()
        scaled = [f"{name} ({price:,.0f} kCHF)" for name, price in drawn if is_scaled(price, problem.budget)]
        if scaled:
            say(f"Drawn for other budgets and scaled to this one, which may spoil them: {', '.join(scaled)}.")
    gradients = 0 if blind else 100
    chosen, reason = choose(problem, gradients)
    say(f"`Auto()` with {gradients} gradients to spend is {chosen.name}: {reason}")
    if not own:
        say(f"A design to start from: `designopt example {name}`; what it may say: `designopt schema {name}`.")
    if own:
        fixed = ", ".join(f"{name}={value!r}" for name, value in problem.options.items())
        say(f"Options: none, a study's script defines it{f' with {fixed}' if fixed else ''}.")
        return
    options = inspect.signature(registry.maker(name)).parameters.values()
    say(
        "Options: "
        + ", ".join(f"{option.name}={problem.options.get(option.name, option.default)!r}" for option in options)
    )


def show_measured(problem: Problem) -> None:
    """Measure the price of a gradient on this machine, and print it beside what is charged."""
    if problem.gradient_price is None:
        say("The simulator has no gradient, so there is nothing to measure.")
        return
    from designopt.evaluation.programs.measured_price import measured_price

    found = measured_price(problem)
    say(
        f"Measured here, in batches of {found.rows}: {found.loss * 1e3:.3g} ms a loss, {found.gradient * 1e3:.3g} ms "
        f"with its gradient, {found.price:.2f} x; charged as {problem.gradient_price:g} x."
    )


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


def requirements(problem: Problem) -> list[str]:
    """A sentence per requirement: what is asked, how much, the side limit that enforces it, source, option."""
    sentences = []
    for one in problem.requirements:
        where = f"side limit '{one.limit}'" if one.limit else "in the model"
        off = f"{one.option}={one.off!r} takes it away"
        sentences.append(f"{one.meaning}: {one.value} ({where}; source: {one.source}; {off})")
    return sentences
