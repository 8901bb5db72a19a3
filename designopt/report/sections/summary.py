"""The summary in plain words: who won, by how much, and how sure that is."""

import math
import re
from collections.abc import Sequence

import numpy as np

from designopt.report.data import statistics
from designopt.report.data.comparison import Entrant, Section
from designopt.report.data.metrics import COMPLETE
from designopt.report.data.progress import Gain, gains
from designopt.report.sections.references import on_references
from designopt.report.tables.table import count, interval, number, with_error

SAME_COST = 0.01
"""Part of the budget that a reference may leave and still count as one of the same cost."""
UNIT = re.compile(r" \((%( X0)?|[numkMG]?(m|s|eV|rad|W|T)[23]?|deg|X0|kCHF)\)$")


def summary(section: Section) -> list[str]:
    """A few sentences on one section. They claim no more than the intervals allow."""
    ranked = [entrant for entrant in section.entrants if entrant.completed]
    if not ranked:
        return [f"No run on {section.title} ended with a feasible design, so there is nothing to compare."]
    best = ranked[0]
    against = [*_baseline(section, best), *_strongest(section, best), *on_references(section)]
    return [_first(section, best), *_runner_up(section, ranked), *against, *_misses(section)]


def smoke_test(section: Section) -> str:
    """A warning where there are too few seeds for any claim; otherwise empty."""
    seeds = section.fewest_seeds
    if seeds >= statistics.SEEDS_FOR_A_CLAIM:
        return ""
    return (
        f"Smoke test: {seeds} {'seed' if seeds == 1 else 'seeds'} per optimiser. No claim is made from fewer than "
        f"{statistics.SEEDS_FOR_A_CLAIM}: the order below may be chance, and the intervals are too narrow."
    )


def _first(section: Section, best: Entrant) -> str:
    seeds = len(best.runs)
    over = "one run" if seeds == 1 else f"interquartile mean over {seeds} seeds with 95 % interval"
    level = next((one for one in section.entrants if one.is_baseline and one.completed and one.mean <= best.mean), None)
    if best.is_baseline:
        lead = f"{best.name} has the best score of all, without a search"
    elif level is not None:
        lead = f"No search found anything better than {level.name}: {best.name}, first among them, ends at its score"
    else:
        lead = f"{best.name} found the best designs"
    return (
        f"{lead}: {interval(best.mean, best.interval)} in score as built ({over}; lower is better), within "
        f"{count(section.allowance)} simulated events per run."
    )


def _runner_up(section: Section, ranked: list[Entrant]) -> list[str]:
    best, rest = ranked[0], ranked[1:]
    searchers = [entrant for entrant in rest if not entrant.is_baseline]
    if not searchers:
        return []
    second = searchers[0]
    places = 9 - math.ceil(math.log10(abs(best.mean) + 1e-12))  # what two optima of one function differ by is no gap
    gap = np.round(second.resampled - best.resampled, places)
    bounds = statistics.percentile_interval(gap)
    pair = next(pair for pair in section.pairs if {pair.first, pair.second} == {best.name, second.name})
    chance = pair.superiority if pair.first == best.name else 1 - pair.superiority
    test = "" if pair.corrected is None else f", Holm-corrected p = {number(pair.corrected, 2)}"
    near = [entrant.name for entrant in searchers if best.overlaps(entrant)]
    verdict = (
        f"The 95 % intervals of {_list([best.name, *near])} overlap: this study does not separate them."
        if near
        else f"The 95 % interval of {best.name} overlaps with that of no other optimiser."
    )
    difference = float(np.round(second.mean - best.mean, places))
    single = max(len(best.runs), len(second.runs)) == 1
    if difference == 0:
        if single:
            return [f"{second.name} ends level with it, from one run each: nothing is known about chance."]
        return [f"{second.name} ends level with it{f'. {verdict}' if near else '.'}"]
    if single:
        errors = [run.winner.get("score_error") or 0.0 for one in (best, second) if (run := one.winner) and run.winner]
        error = math.hypot(*errors)
        behind = with_error(difference, error) if error else number(difference, 2)
        return [f"{second.name} follows {behind} behind, from one run each: nothing is known about chance."]
    behind = interval(difference, bounds)
    return [
        f"{second.name} follows {behind} behind; a run of {best.name} scores lower than one of {second.name} with "
        f"probability {chance:.2f}{test}. {verdict}"
    ]


def _baseline(section: Section, best: Entrant) -> list[str]:
    baseline = section.baseline
    if baseline is None or best.is_baseline:
        return []
    changes = [gain for gain in gains(section) if gain.entrant == best.name]
    if not changes:
        lower = number(baseline.mean - best.mean, 3)
        return [f"Against {baseline.name}{_at(section, baseline)}, its score is {lower} lower."]
    over = "interquartile mean over seeds" if len(best.runs) > 1 else "one run"
    return [f"Against {baseline.name}{_at(section, baseline)}, its designs change as follows ({over})."] + [
        f"{heading}: {'; '.join(f'{_quantity(gain.metric)} {_change(gain)}' for gain in found)}."
        for heading, found in traded(changes).items()
        if found
    ]


def _strongest(section: Section, best: Entrant) -> list[str]:
    """Which reference scores better than the one that gains are quoted against."""
    held = section.baseline
    strongest = next((one for one in section.entrants if one.is_baseline and one.completed), None)
    if held is None or strongest is None or best.is_baseline or strongest.mean >= held.mean:
        return []
    ahead = strongest.mean - best.mean
    lead = f"; {best.name} is {number(ahead, 2)} ahead of it" if ahead > 0 else ""
    return [f"The strongest reference is {strongest.name}, with a score of {number(strongest.mean)}{lead}."]


def _at(section: Section, baseline: Entrant) -> str:
    """What the baseline costs, in words."""
    winner = baseline.winner.winner if baseline.winner else None
    cost, budget = (winner or {}).get("cost"), section.problem["budget"]
    if cost is None or cost > (1 - SAME_COST) * budget:
        return " at the same cost"
    return f", which costs {number(cost, 5)} of {number(budget, 5)} kCHF"


def traded(changes: Sequence[Gain]) -> dict[str, list[Gain]]:
    """The whole trade against the baseline: what got better, what got worse, the rest; the largest change first."""
    ranked = sorted(changes, key=lambda gain: -abs(gain.mean))
    known = any(gain.better for gain in changes)
    return {
        "Better": [gain for gain in ranked if gain.verdict > 0],
        "Worse": [gain for gain in ranked if gain.verdict < 0],
        "Neither, or not told apart" if known else "Changed": [gain for gain in ranked if gain.verdict == 0],
    }


def _misses(section: Section) -> list[str]:
    missed = {
        entrant.name: [run.short for run in entrant.runs if run.status != COMPLETE] for entrant in section.entrants
    }
    if not any(missed.values()):
        return []
    who = _list([f"{name}: {'; '.join(dict.fromkeys(shorts))}" for name, shorts in missed.items() if shorts])
    return [
        f"{sum(map(len, missed.values()))} of {len(section.runs)} runs ended without a result ({who}); they count with "
        f"the worst score seen, {number(section.worst)}, and stay in every table."
    ]


def _quantity(metric: str) -> str:
    """A metric without its unit, which beside a change in per cent would be read as that of the change."""
    return UNIT.sub("", metric)


def _change(gain: Gain) -> str:
    one = math.isnan(gain.interval[0])  # of one run nobody knows the spread
    text, place, rest = (number(gain.mean, 2) if one else interval(gain.mean, gain.interval)).partition(" [")
    return ("+" if gain.mean > 0 else "") + f"{text} %{place}{rest}"


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
