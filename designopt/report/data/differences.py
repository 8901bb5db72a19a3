"""Were the runs of a report made alike: every difference in physics, money, allowance, settings and versions."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from designopt.records.identity import flattened
from designopt.report.data.comparison import Section
from designopt.report.data.metrics import RunMetrics, largest

MONEY = 1e-6
"""A cost that is further from the budget than this share of it is not the same money; searches keep it to 1e-9."""
NO_RESULT = ("matplotlib",)
"""Packages whose version changes no result."""
SHOWN = 4
"""Differing entries that one sentence names; the tables hold the others."""


def conditions(found: Sequence[Section]) -> str:
    """The sentence on equal conditions that is true of these sections; empty if their runs differ in anything."""
    if differences(found):
        return ""
    money = "same money" if all(s.problem["spend"] == "exactly" for s in found) else "at most the same money"
    alike = f"same physics, {money}, same allowance of simulated events for every search."
    return f"Within each problem: {alike}" if len(found) > 1 else alike[0].upper() + alike[1:]


def differences(found: Sequence[Section]) -> list[str]:
    """One sentence per difference between runs that the report shows side by side, from their headers and trials.

    Compared are the problem's description for one name and budget; within a section the allowance of the searches,
    the settings of each optimiser and the money of every trial; over all runs the study, commit and versions.
    """
    sentences = [*_physics(found)]
    for section in found:
        place = f"On {section.title}" if len(found) > 1 else ""
        sentences += [*_allowance(section, place), *_settings(section, place), *_money(section, place)]
    return [*sentences, *_made_with([run for section in found for run in section.runs])]


def _physics(found: Sequence[Section]) -> Iterator[str]:
    titles: dict[str, list[Section]] = {}
    for section in found:
        titles.setdefault(section.place, []).append(section)
    for title, twins in titles.items():
        if len(twins) > 1:
            differing = _differing(twin.problem for twin in twins)
            yield (
                f"The runs on {title} are of {len(twins)} different problems, which are compared apart: {differing}."
            )


def _allowance(section: Section, place: str) -> Iterator[str]:
    searches = section.searchers or section.entrants
    allowed: dict[float, list[str]] = {}
    for entrant in searches:
        for run in entrant.runs:
            allowed.setdefault(float(run.header["allowance"]), []).append(entrant.name)
    if len(allowed) > 1:
        listed = "; ".join(f"{events:,.0f} events: {_names(allowed[events])}" for events in sorted(allowed))
        yield _placed(
            place,
            f"the searches had different allowances ({listed}). Scores are compared within the smallest, "
            f"{section.allowance:,.0f} events, but a search that was allowed more may have been planned for more.",
        )


def _settings(section: Section, place: str) -> Iterator[str]:
    for entrant in section.entrants:
        cards = [run.header["optimiser"] for run in entrant.runs]
        kinds = {json.dumps([card.get("library"), card.get("version")], sort_keys=True) for card in cards}
        if len(kinds) > 1:
            differing = _differing({"library": card.get("library"), "version": card.get("version")} for card in cards)
            yield _placed(
                place,
                f"the runs of {entrant.name} were not made with one version ({differing}); they are pooled all the "
                "same, so its numbers are of no single optimiser.",
            )
    yield from _variants(section, place)


def _variants(section: Section, place: str) -> Iterator[str]:
    """Optimisers of one name that took part with several settings."""
    cards: dict[str, list[Mapping[str, Any]]] = {}
    for entrant in sorted(section.entrants, key=lambda entrant: entrant.name):
        optimiser = entrant.runs[0].header["optimiser"]
        cards.setdefault(optimiser["name"], []).append(optimiser.get("settings", {}))
    for name, settings in cards.items():
        if len(settings) > 1:
            yield _placed(
                place,
                f"there are {len(settings)} variants of {name}, each an entrant of its own: {_differing(settings)}.",
            )


def _money(section: Section, place: str) -> Iterator[str]:
    worst = largest([run.cost_miss for run in section.runs])
    if worst.value > MONEY:
        yield _placed(
            place,
            f"not every design cost the same: the worst misses the budget by {100 * worst.value:.2g} % "
            f"(trial {worst.trial} of {worst.file}).",
        )


def packages_of(header: Mapping[str, Any]) -> dict[str, str]:
    """Version of every package that a run was made with, those that plug into designopt too."""
    return {**header.get("versions", {}), **header.get("plugins", {})}


def _made_with(runs: Sequence[RunMetrics]) -> Iterator[str]:
    """Studies, commits, physics and versions: they hold for a run as a whole, whatever its problem."""
    for key, what in (("study", "studies"), ("physics", "versions of the physics"), ("commit", "commits of designopt")):
        seen = _counted(json.dumps(run.header[key]).strip('"') for run in runs if run.header.get(key))
        if len(seen) > 1:
            yield f"The runs are of different {what}: {_listed(seen)}."
    packages = sorted({package for run in runs for package in packages_of(run.header)} - {*NO_RESULT})
    mixed = []
    for package in packages:
        versions = (packages_of(run.header) for run in runs)
        seen = _counted(str(found[package]) for found in versions if package in found)
        if len(seen) > 1:
            mixed.append(f"{package} {_listed(seen)}")
    if mixed:
        yield f"The runs were made with different versions: {'; '.join(mixed)}."


def _differing(cards: Iterable[Mapping[str, Any]]) -> str:
    """Entries in which the cards differ, each with its values."""
    flat = [flattened(card) for card in cards]
    keys = [key for key in dict.fromkeys(key for card in flat for key in card) if len({c.get(key) for c in flat}) > 1]
    named = [f"{key} is {' or '.join(dict.fromkeys(card.get(key, 'absent') for card in flat))}" for key in keys]
    return ", ".join(named[:SHOWN]) + (f" and {len(named) - SHOWN} more" if len(named) > SHOWN else "")


def _counted(values: Iterable[str]) -> dict[str, int]:
    seen: dict[str, int] = {}
    for value in values:
        seen[value] = seen.get(value, 0) + 1
    return dict(sorted(seen.items()))


def _listed(seen: Mapping[str, int]) -> str:
    return " and ".join(f"{value} ({times} {'run' if times == 1 else 'runs'})" for value, times in seen.items())


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"{name} ({times} {'run' if times == 1 else 'runs'})" for name, times in _counted(names).items())


def _placed(place: str, sentence: str) -> str:
    return f"{place} {sentence}" if place else sentence[0].upper() + sentence[1:]
