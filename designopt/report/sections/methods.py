"""A paragraph on methods, as a publication needs it: what was asked, of whom, how it was scored, made with what."""

from collections.abc import Sequence
from typing import Any

from designopt.report.content import Content
from designopt.report.data.comparison import Section
from designopt.report.data.differences import packages_of
from designopt.report.data.metrics import RunMetrics
from designopt.report.data.statistics import RESAMPLES
from designopt.report.tables.table import count, number


def methods(content: Content) -> str:
    """The methods of a study in sentences, made of what its ledgers hold."""
    return " ".join([*map(_problem, content.sections), *_judged(content), _made_with(content.known)])


def _made_with(runs: Sequence[RunMetrics]) -> str:
    """Commit and versions that the ledgers name."""
    commits = sorted({_commit(run.header) for run in runs} - {""})
    versions: dict[str, set[str]] = {}
    for run in runs:
        for package, version in packages_of(run.header).items():
            versions.setdefault(package, set()).add(str(version))
    listed = ", ".join(f"{package} {' and '.join(sorted(versions[package]))}" for package in sorted(versions))
    return f"Commit: {', '.join(commits) or 'not recorded'}. Versions: {listed or 'not recorded'}."


def _commit(header: dict[str, Any]) -> str:
    """The commit of a ledger; a package that was installed has none, and its version stands in the ledger instead."""
    commit = str(header.get("commit", ""))
    installed = commit and commit == packages_of(header).get("designopt")
    return f"none (designopt {commit}, installed)" if installed else commit


def _problem(section: Section) -> str:
    card = section.problem
    spend = "exactly" if card["spend"] == "exactly" else "at most"
    price = card.get("gradient_price")
    gradient = f", a gradient as {number(price, 3)} evaluations" if price and price < 1e9 else ""
    limits = ", ".join(card.get("constraints") or [])
    return (
        f"Designs of the problem {card['name']} ({number(card['size'])} coordinates) cost {spend} "
        f"{number(card['budget'])} kCHF: every optimiser searched the same unit cube, whose points are projected to "
        f"the budget.{f' Side limits: {limits}.' if limits else ''} {_entrants(section)} Each run was allowed "
        f"{count(section.allowance)} simulated events, of which an evaluation is charged as "
        f"{number(card['events'])}{gradient}."
    )


def _entrants(section: Section) -> str:
    named = [f"{entrant.name} ({_settings(entrant.runs[0].header['optimiser'])})" for entrant in section.searchers]
    seeds = sorted({run.seed for entrant in section.searchers for run in entrant.runs})
    if not named:
        return "Nothing was searched."
    few = ", ".join(map(str, seeds))
    which = few if len(seeds) < 4 or seeds != [*range(seeds[0], seeds[-1] + 1)] else f"{seeds[0]} to {seeds[-1]}"
    return f"Searched with seeds {which}: {'; '.join(named)}."


def _settings(optimiser: dict[str, Any]) -> str:
    library = f"{optimiser.get('library', 'library not recorded')} {optimiser.get('version', '')}".strip()
    settings = {key: value for key, value in optimiser.get("settings", {}).items() if value not in (None, "", [])}
    return ", ".join([library, *(f"{key} = {value}" for key, value in settings.items() if not isinstance(value, dict))])


def _judged(content: Content) -> list[str]:
    if not content.sections:
        return []
    tests = sorted({pair.test for section in content.sections for pair in section.pairs if pair.p is not None})
    rescored = all(section.rescored for section in content.sections)
    said = [
        "The best design of a run is the one with the lowest score as built (whole layers, one material each, sizes "
        + (
            "that can be made) within the side limits; it was scored again on fresh events."
            if rescored
            else "that can be made) within the side limits, as recorded during the search."
        ),
        f"Quoted are interquartile means over seeds with 95 % percentile bootstrap intervals ({RESAMPLES} resamples).",
    ]
    if tests:
        said.append(f"Pairs were tested with {' and '.join(tests)}, with Holm's correction.")
    return said
