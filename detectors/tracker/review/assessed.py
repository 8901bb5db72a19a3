"""Figures held against requirements, as plain numbers: value, limit, kept."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from designopt.detectors.tracker.detector import MISSING, PURE
from designopt.detectors.tracker.review.decays import kinds
from designopt.detectors.tracker.review.figures import SLOW, Figures
from designopt.detectors.tracker.review.goals import CHARM
from designopt.detectors.tracker.review.required import Required

Reviewed = tuple[dict[str, dict[str, Any]], dict[str, dict[str, float]], float]
"""Requirements, acceptances of decays, and the largest |cos(theta)| that is covered."""
BELOW = ("loss", "slow", "worst", "impact", "z0")
"""Requirements whose limit is not to be exceeded; the others are to be reached."""
ROUNDING = 1e-3
"""Relative tolerance of a requirement: tables of detectors are rounded to that."""


def assessed(
    own: Figures,
    cld: Figures,
    momenta: tuple[float, ...],
    hits: float,
    clean: float,
    lost: float,
    slow: float,
    cone: float,
    wanted: Required,
) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, float]]]:
    """Every requirement that is on: value, limit, kept; and the acceptances of decays beside those of CLD.

    Exact maxima, not the smooth ones of the problem. `hits` are the fewest that count, `clean` the least probability
    that no layer offers a wrong hit, `lost` and `slow` the largest growth of a limited error without one layer, `cone`
    the least opening of a disk over its z.
    """
    ratios = np.asarray(own.errors) / np.asarray(cld.errors)
    charm = [momenta.index(momentum) for momentum in CHARM]
    decays = np.asarray(own.acceptance) / np.asarray(cld.acceptance)
    rows = {
        "loss": (lost, wanted.loss),
        "slow": (slow, wanted.slow),
        "hits": (hits, None if wanted.hits is None else wanted.hits - MISSING),
        "finding": (clean, None if wanted.crowd is None else PURE),
        "v0": (float(np.min(decays)), wanted.v0),
        "worst": (float(np.max(ratios)), wanted.worst),
        "impact": (float(np.exp(np.mean(np.log(ratios[1, charm])))), wanted.impact),
        "z0": (float(np.exp(np.mean(np.log(ratios[2, np.asarray(momenta) >= SLOW])))), wanted.z0),
        "cone": (cone, wanted.cone),
    }
    found = {
        name: {
            "value": value,
            "limit": limit,
            "unit": "",
            "kept": bool(value <= limit * (1 + ROUNDING) if name in BELOW else value >= limit * (1 - ROUNDING)),
        }
        for name, (value, limit) in rows.items()
        if limit is not None
    }
    both = zip(kinds(), np.asarray(own.acceptance), np.asarray(cld.acceptance), strict=True)
    return found, {kind: {"value": float(mine), "cld": float(theirs)} for kind, mine, theirs in both}


def worse_of(sides: Sequence[Reviewed]) -> Reviewed:
    """Of the two sides of a tracker the worse, requirement by requirement; of one side that itself."""
    more = {}
    for name in sides[0][0]:
        rows, sign = [side[0][name] for side in sides], 1 if name in BELOW else -1
        more[name] = rows[int(np.argmax([sign * row["value"] for row in rows]))]
    acceptance = {}
    for kind in sides[0][1]:
        entries = [side[1][kind] for side in sides]
        acceptance[kind] = entries[int(np.argmin([entry["value"] for entry in entries]))]
    return more, acceptance, min(side[2] for side in sides)


def coverage_of(hits: Float[np.ndarray, " angle"], cosine: float, least: int) -> float:
    """Largest |cos(theta)| of the counted directions up to which all have `least` hits; 0 where the first has not.

    Args:
        hits: how many, by rising |cos(theta)|.
        cosine: the largest |cos(theta)| that is counted.
        least: how many are asked for.

    Returns a number without unit, 0 to 1.
    """
    enough = hits >= least - MISSING
    first = int(np.argmin(enough)) if not enough.all() else enough.size
    return float(np.linspace(0.0, cosine, enough.size)[first - 1]) if first else 0.0
