"""Clipped cotangents: the derivatives of a few chaotic muons must not drown those of all others."""

import jax
import jax.numpy as jnp

from designopt.detectors.muon_shield.transport.step import Numbers, Track
from designopt.units import GeV, m

ARM = 80 * m  # how far a direction acts
DISPERSION = 5 * m / GeV  # how far an energy acts


@jax.custom_vjp
def clipped_cotangents(track: Track, limit: Numbers) -> Track:
    """The same muons. In reverse mode their cotangents are clipped to `limit` per mm of place.

    A slow muon that scatters from magnet to magnet turns a millimetre at the start into metres at the end: its
    derivative is right, grows without bound and says nothing about the mean. Those of directions are clipped to `limit`
    times 80 m, those of energies to `limit` times 5 m/GeV, which no straight flight exceeds.

    Args:
        track: place in mm, direction and energy in GeV of every muon.
        limit: per mm, shape (muon,).
    """
    return track


def _forward(track: Track, limit: Numbers) -> tuple[Track, Numbers]:
    return track, limit


def _backward(limit: Numbers, slope: Track) -> tuple[Track, Numbers]:
    place, direction, energy = limit, limit * ARM, limit * DISPERSION
    bounds = Track(place, place, direction, direction, direction, energy)
    held = (jnp.clip(value, -bound, bound) for value, bound in zip(slope, bounds, strict=True))
    return Track(*held), jnp.zeros_like(limit)


clipped_cotangents.defvjp(_forward, _backward)
