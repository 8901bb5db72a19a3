"""Errors of simulated hits on layers of which neighbours move together."""

from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.detectors.tracker.review.conditions import Conditions
from designopt.detectors.tracker.simulation.surfaces import Cylinder, Surface
from designopt.detectors.tracker.simulation.toy import Noise


def hit_noise(conditions: Conditions, alone: Sequence[Surface]) -> Noise:
    """The covariance of hits: between layers that of their places (`Conditions.moving_together`), for each coordinate.

    Args:
        conditions: how layers move.
        alone: every surface with the error of its hits if it moved by itself, its move included.
    """
    errors = {_where(surface): surface.sigmas for surface in alone}

    def noise(path: Sequence[Surface]) -> Float[ndarray, "hit hit"]:
        hits = [(*_where(s), axis) for s in path for axis, sigma in enumerate(s.sigmas) if sigma is not None]
        place = jnp.asarray([place for _, place, _ in hits])
        kind = np.array([2 * barrel + axis for barrel, _, axis in hits])
        own = np.array([errors[barrel, place][axis] or 0.0 for barrel, place, axis in hits])
        shared = np.asarray(conditions.moving_together(place, place)) * (kind[:, None] == kind[None, :])
        return np.where(np.eye(len(hits), dtype=bool), own[:, None] ** 2, shared)

    return noise


def _where(surface: Surface) -> tuple[bool, float]:
    return (True, surface.radius) if isinstance(surface, Cylinder) else (False, surface.z)
