"""The events that a telescope is scored on: even in a cylinder, in all directions, in the logarithm of energy."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import PRNGKeyArray

from designopt.detectors.neutrino_telescope.light.information import Events

DIMENSIONS = 6


def _steps() -> np.ndarray:
    """The additive recurrence of M. Roberts: powers of the root of x^(d+1) = x + 1, nowhere near each other."""
    root = 2.0
    for _ in range(50):
        root = (1.0 + root) ** (1.0 / (DIMENSIONS + 1))
    return root ** -np.arange(1.0, DIMENSIONS + 1.0)


def events_of(
    count: int,
    start: int,
    radius: float,
    depths: tuple[float, float],
    energies: tuple[float, float],
    key: PRNGKeyArray | None = None,
) -> Events:
    """So many events of a quasi-random sequence from its member `start` on; a key shifts them all.

    Args:
        count: number of events.
        start: number of members that are passed over.
        radius: of the cylinder of vertices, m.
        depths: of its top and its bottom, m below the surface.
        energies: smallest and largest, GeV; even in their logarithm.
        key: None for the training events.
    """
    shift = jnp.full(DIMENSIONS, 0.5) if key is None else jax.random.uniform(key, (DIMENSIONS,))
    u = (shift + jnp.arange(start + 1.0, start + count + 1.0)[:, None] * _steps()) % 1.0
    r, around = radius * jnp.sqrt(u[:, 0]), 2.0 * jnp.pi * u[:, 1]
    z = -(depths[0] + (depths[1] - depths[0]) * u[:, 2])
    low, high = (float(np.log10(energy)) for energy in energies)
    return Events(
        vertex=jnp.stack([r * jnp.cos(around), r * jnp.sin(around), z], axis=-1),
        theta=jnp.arccos(1.0 - 2.0 * u[:, 3]),
        phi=2.0 * jnp.pi * u[:, 4],
        log_energy=low + (high - low) * u[:, 5],
    )
