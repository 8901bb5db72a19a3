"""The figures of a site's own tracker that limits compare with: on file for the default options, else computed."""

import hashlib
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from designopt.design.space import Design
from designopt.detectors.tracker.review.detector import ReviewedTracker
from designopt.detectors.tracker.review.figures import Figures, SiteFigures

FILE = Path(__file__).with_name("site_figures.json")
DIGITS = 12


def site_figures(plain: ReviewedTracker, own: Design) -> SiteFigures:
    """The figures of a site's own tracker under the conditions of a problem.

    They are the same for every budget and goal; compiling them takes longer than all else that making a problem does.

    Args:
        plain: the tracker with its conditions.
        own: the site's own design.
    """
    key = key_of(plain, own)
    if key in (known := _stored()):
        return SiteFigures(*(jnp.asarray(known[key][name]) for name in ("errors", "acceptance")))
    return computed(plain, own)


def computed(plain: ReviewedTracker, own: Design) -> SiteFigures:
    """The same, not from the file."""
    found: Callable[[Design], Figures] = jax.jit(lambda design: plain.figures(plain.layout(design)))
    figures = found(own)
    return SiteFigures(figures.errors, figures.acceptance)


def key_of(plain: ReviewedTracker, own: Design) -> str:
    """What the figures depend on, as sixteen hexadecimal digits."""
    settings = plain.settings()
    tracker = {name: value for name, value in settings["tracker"].items() if name != "prices"}
    design = {name: np.asarray(value).round(9).tolist() for name, value in own.items()}
    card = {"conditions": settings["conditions"], "tracker": tracker, "own": design}
    return hashlib.sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()[:16]


def written(figures: SiteFigures) -> dict[str, Any]:
    """An entry of the file."""
    return {
        name: np.vectorize(lambda x: float(f"{x:.{DIGITS}g}"))(np.asarray(getattr(figures, name))).tolist()
        for name in ("errors", "acceptance")
    }


@cache
def _stored() -> dict[str, Any]:
    return dict(json.loads(FILE.read_text())) if FILE.exists() else {}
