"""Figures held against requirements, as plain numbers: value, limit, kept."""

from typing import Any

import numpy as np
from jaxtyping import Float

from designopt.detectors.tracker.detector import MISSING, PURE
from designopt.detectors.tracker.review.decays import kinds
from designopt.detectors.tracker.review.figures import Figures
from designopt.detectors.tracker.review.goals import CHARM
from designopt.detectors.tracker.review.required import Required

ROUNDING = 1e-3
"""Relative tolerance of a requirement: tables of detectors are rounded to that."""


def assessed(
    own: Figures,
    cld: Figures,
    momenta: tuple[float, ...],
    hits: float,
    clean: float,
    lost: float,
    wanted: Required,
) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, float]]]:
    """Every requirement that is on: value, limit, kept; and the acceptances of decays beside those of CLD.

    Exact maxima, not the smooth ones of the problem. `hits` are the fewest that count, `clean` the least probability
    that no layer offers a wrong hit, `lost` the largest growth of a limited error without one layer.
    """
    ratios = np.asarray(own.errors) / np.asarray(cld.errors)
    charm = [momenta.index(momentum) for momentum in CHARM]
    decays = np.asarray(own.acceptance) / np.asarray(cld.acceptance)
    rows = {
        "loss": (lost, wanted.loss, True),
        "hits": (hits, None if wanted.hits is None else wanted.hits - MISSING, False),
        "finding": (clean, None if wanted.crowd is None else PURE, False),
        "v0": (float(np.min(decays)), wanted.v0, False),
        "worst": (float(np.max(ratios)), wanted.worst, True),
        "impact": (float(np.exp(np.mean(np.log(ratios[1, charm])))), wanted.impact, True),
    }
    found = {
        name: {
            "value": value,
            "limit": limit,
            "kept": bool(value <= limit * (1 + ROUNDING) if below else value >= limit * (1 - ROUNDING)),
        }
        for name, (value, limit, below) in rows.items()
        if limit is not None
    }
    both = zip(kinds(), np.asarray(own.acceptance), np.asarray(cld.acceptance), strict=True)
    return found, {kind: {"value": float(mine), "cld": float(theirs)} for kind, mine, theirs in both}


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
