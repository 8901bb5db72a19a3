"""What limits compare with: the figures of a site's own tracker, from a file or computed, and CLD as published."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from designopt.design.space import Design
from designopt.detectors.tracker.layout.site import CLD
from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.review.conditions import TUBE, TUBE_RADIUS, Conditions
from designopt.detectors.tracker.review.detector import ReviewedTracker
from designopt.detectors.tracker.review.figures import FINE, Figures, SiteFigures
from designopt.detectors.tracker.review.references import cld_whole
from designopt.units import um

FILE = Path(__file__).with_name("site_figures.json")
DIGITS = 12
VERTEX, OUTER = 0.006247, 0.01401
"""x/X0 of a double layer of the vertex detector, and of all others; source: as `cld_whole`."""
SMALL = 120.0  # mm: vertex layers and disks are smaller than that


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
    plain = replace(plain, directions=FINE)
    found: Callable[[Design], Figures] = jax.jit(lambda design: plain.figures(plain.layout(design)))
    figures = found(own)
    return SiteFigures(figures.errors, figures.acceptance)


def key_of(plain: ReviewedTracker, own: Design) -> str:
    """What the figures depend on, as sixteen hexadecimal digits."""
    settings = plain.settings()
    tracker = {name: value for name, value in settings["tracker"].items() if name != "prices"}
    design = {name: np.asarray(value).round(9).tolist() for name, value in own.items()}
    card = {"conditions": settings["conditions"], "tracker": tracker, "own": design, "directions": FINE}
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


def cld_as_published(conditions: Conditions) -> Layout:
    """Barrel, disks, pipe and support tube of CLD with hits of 3 and 5 um, moved as `conditions` say."""
    barrel, disks = cld_whole()
    inside = [slot.place < SMALL for slot in barrel] + [slot.extent < SMALL for slot in disks]
    error = jnp.where(jnp.asarray(inside), 3 * um, 5 * um)
    seen = jnp.concatenate([jnp.zeros(2), jnp.ones(len(inside))])
    sigma = jnp.concatenate([jnp.ones(2), error])
    layout = Layout(
        radius=jnp.asarray([CLD.pipe, TUBE_RADIUS, *(slot.place for slot in barrel)]),
        half_length=jnp.asarray([jnp.inf, CLD.half_length, *(slot.extent for slot in barrel)], dtype=float),
        z=jnp.asarray([slot.place for slot in disks], dtype=float),
        inner=jnp.asarray([slot.opening for slot in disks], dtype=float),
        outer=jnp.asarray([slot.extent for slot in disks], dtype=float),
        material=jnp.asarray([CLD.pipe_material, TUBE, *(VERTEX if small else OUTER for small in inside)]),
        measures_rphi=seen,
        measures_along=seen,
        sigma_rphi=sigma,
        sigma_along=sigma,
    )
    return conditions.moved(layout)
