"""CLD as published: its layers with the material of its own description, for layouts that users write down."""

import jax.numpy as jnp

from designopt.detectors.tracker.layout.site import CLD
from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.review.conditions import TUBE, TUBE_RADIUS, Conditions
from designopt.detectors.tracker.review.references import cld_whole
from designopt.units import um

VERTEX, OUTER = 0.006247, 0.01401
"""x/X0 of a double layer of the vertex detector, and of all others; source: as `cld_whole`."""
SMALL = 120.0  # mm: vertex layers and disks are smaller than that


def cld_as_published(conditions: Conditions) -> Layout:
    """Barrel, disks, pipe and support tube of CLD with hits of 3 and 5 um, moved as `conditions` say."""
    barrel, disks = cld_whole()
    inside = [slot.place < SMALL for slot in barrel] + [slot.extent < SMALL for slot in disks]
    place = jnp.asarray([slot.place for slot in barrel + disks], dtype=float)
    error = jnp.hypot(jnp.where(jnp.asarray(inside), 3 * um, 5 * um), conditions.layer_error(place))
    seen = jnp.concatenate([jnp.zeros(2), jnp.ones(len(inside))])
    sigma = jnp.concatenate([jnp.ones(2), error])
    return Layout(
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
