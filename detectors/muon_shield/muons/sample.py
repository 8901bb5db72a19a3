"""A sample of muons with its frozen random numbers: the same for every design, or fresh from a key."""

from dataclasses import replace
from functools import lru_cache

import equinox as eqx
import jax
from jaxtyping import PRNGKeyArray

from designopt.detectors.muon_shield.muons.beam import Bands, Muons, draw_muons
from designopt.detectors.muon_shield.transport.shield import draw_noise
from designopt.detectors.muon_shield.transport.step import Noise


class Sample(eqx.Module):
    """Muons and the random numbers of their scattering and energy loss, step by step; `seed` of a training one."""

    muons: Muons
    noise: Noise
    seed: int | None = eqx.field(static=True, default=None)


def draw_sample(key: PRNGKeyArray, muons: int, bands: Bands, magnets: int, steps: int) -> Sample:
    """A fresh sample: one key for the muons, one for what happens to them.

    Args:
        key: a JAX key.
        muons: how many.
        bands: of momentum (GeV), and the share drawn in each.
        magnets: how many.
        steps: how many in each magnet.
    """
    born, flown = jax.random.split(key)
    return Sample(draw_muons(born, muons, bands), draw_noise(flown, muons, magnets, steps))


def renewed(sample: Sample, key: PRNGKeyArray | None, bands: Bands) -> Sample:
    """Without a key the sample itself, with one fresh muons and random numbers of the same shape.

    Args:
        sample: muons in mm and GeV.
        key: a JAX key.
        bands: of momentum (GeV), and the share drawn in each.
    """
    if key is None:
        return sample
    magnets, steps, muons = sample.noise.angle_x.shape
    return draw_sample(key, muons, bands, magnets, steps)


@lru_cache(maxsize=2)
def frozen_sample(seed: int, muons: int, bands: Bands, magnets: int, steps: int) -> Sample:
    """The training sample of a seed, made once a process."""
    draw = jax.jit(draw_sample, static_argnames=("muons", "bands", "magnets", "steps"))
    return replace(draw(jax.random.key(seed), muons, bands, magnets, steps), seed=seed)
