"""Every table of a report's section, without its figures, in the order in which they are read."""

from dataclasses import replace

from designopt.report.content import Content
from designopt.report.data import progress
from designopt.report.data.comparison import Section
from designopt.report.sections.limits import limits_table
from designopt.report.sections.question import asked, requirements_table
from designopt.report.sections.robustness import robustness_table
from designopt.report.sections.sensitivity import sensitivity_table, shadow_prices
from designopt.report.tables import results, run_tables
from designopt.report.tables.design_table import design_table
from designopt.report.tables.speed import speed
from designopt.report.tables.table import Table
from designopt.report.tables.verification_table import verification_table


def tables(content: Content, section: Section) -> list[Table]:
    """The tables of one section that have rows; `name` tells what each holds."""
    known = [one for one in content.robustness if one.problem == section.problem]
    examined = [one for one in known if not one.is_reference]
    found = [requirements_table(section, examined), results.final(section)]
    if progress.metrics(section):
        gains = section.baseline is not None and progress.gains(section)
        found += [*([results.physics_gains(section)] if gains else []), results.physics(section)]
    if len(section.entrants) > 1:
        found.append(results.pairs(section))
    found += [results.targets(section), speed(section), limits_table(section)]
    found.append(verification_table(section, content.verification))
    if examined:
        found += [sensitivity_table(examined), shadow_prices(examined), robustness_table(known)]
    found += [*winners(section), content.alternatives[content.sections.index(section)], results.money(section)]
    found += [run_tables.problem(section), run_tables.optimisers(section)]
    found += [run_tables.budget_kept(section), run_tables.failures(section), run_tables.runs(section)]
    return [table for table in found if table.rows]


def winners(section: Section) -> list[Table]:
    """The slots of every winner with their units; none where the ledgers do not hold the variables."""
    variables = asked(section).get("variables", [])
    ended = [(entrant.name, entrant.winner.winner) for entrant in section.entrants if entrant.winner]
    return [
        replace(design_table(name, variables, winner["design"]), name=f"design-{section.marks[name]}")
        for name, winner in ended
        if variables and winner
    ]
