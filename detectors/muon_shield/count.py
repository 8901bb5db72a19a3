"""Count the hits of a shield on many fresh muons, block by block, and again where a few heavy ones own the count."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.detectors.muon_shield.detector import REPORTED
from designopt.detectors.muon_shield.magnets.row import Magnets
from designopt.detectors.muon_shield.muons.beam import Bands
from designopt.detectors.muon_shield.muons.hits import is_hit, soft_hit
from designopt.detectors.muon_shield.muons.interval import EMPTY, effective, interval
from designopt.detectors.muon_shield.muons.sample import draw_sample
from designopt.detectors.muon_shield.transport.shield import Settings, shield_exit
from designopt.stored import StoredJit

BLOCK = 50_000  # muons simulated at a time: their random numbers take 140 MB
BANDS = Bands(
    edges=(0.0, 14.0, 30.0, 60.0, 100.0, 150.0, 200.0, 400.0), shares=(0.12, 0.42, 0.24, 0.07, 0.05, 0.06, 0.04)
)
"""More low momenta than in training: nine tenths of the spectrum lie there, and those that scatter out are few."""

PLANES = {"smaller": 0.9, "larger": 1.1}
UNDERSTOOD = 20.0
"""Effective number of events from which the error of a count is to be trusted; with fewer, a second sample is drawn."""
SECOND = 3
"""So many times larger than the first is the second sample: both together halve the error."""
Sums = dict[str, np.ndarray]


@dataclass(frozen=True)
class Count:
    """Weighted hits per 1e7 muons of one sample.

    Attributes:
        muons: size of the sample.
        sums: sums of the weights and of their squares over the hits, by name: "all", "+", "-", bands of momentum,
            planes.
        heaviest: the largest weight of any muon, a hit or not, by name: "all" and bands of momentum.
        largest: the largest weight among the hits.
        stopped: share of the muons that stop in the shield.
    """

    muons: int
    sums: Sums
    heaviest: dict[str, float]
    largest: float
    stopped: float

    def pair(self, name: str) -> tuple[float, float]:
        """Hits and their error, the root of the sum of the squared weights."""
        total, squares = self.sums[name]
        return float(total), float(np.sqrt(squares))

    @property
    def effective(self) -> float:
        """Effective number of hits."""
        total, squares = map(float, self.sums["all"])
        return effective(total, squares)

    @property
    def interval(self) -> tuple[float, float]:
        """Where the hits per 1e7 muons lie, at 95 %; see `muons.interval`."""
        total, squares = map(float, self.sums["all"])
        return interval(total, squares, self.heaviest["all"])

    def empty(self) -> dict[str, float]:
        """Bands of momentum without a hit, and how many hits each may have at 95 %: 3 x the largest weight there."""
        bands = [f"{a}-{b}" for a, b in REPORTED]
        return {band: EMPTY * self.heaviest[band] for band in bands if not self.sums[band][0]}

    def with_more(self, other: "Count") -> "Count":
        """One sample made of two."""
        mine, its = (part.muons / (self.muons + other.muons) for part in (self, other))
        scale = np.array([[mine, mine**2], [its, its**2]])
        return Count(
            self.muons + other.muons,
            {name: sums * scale[0] + other.sums[name] * scale[1] for name, sums in self.sums.items()},
            {name: max(top * mine, other.heaviest[name] * its) for name, top in self.heaviest.items()},
            max(self.largest * mine, other.largest * its),
            self.stopped * mine + other.stopped * its,
        )


def count_hits(magnets: Magnets, settings: Settings, muons: int, key: PRNGKeyArray, block: int = BLOCK) -> Count:
    """Weighted counts, added up block by block, `block` muons at a time at most.

    Args:
        magnets: the shield, mm and T.
        settings: steps, softness and physics of the transport.
        muons: how many in all.
        key: of the muons and of their random numbers.
        block: how many at a time.
    """
    sums: Sums = {}
    heaviest: dict[str, float] = {}
    largest, stopped = 0.0, 0.0
    for size, share in _blocks(muons, block):
        key, fresh = jax.random.split(key)
        found, tops, top, lost = _simulate(magnets, settings, size, fresh)
        for name, (weight, square) in found.items():
            sums[name] = sums.get(name, np.zeros(2)) + np.array([float(weight) * share, float(square) * share**2])
        heaviest = {name: max(heaviest.get(name, 0.0), float(value) * share) for name, value in tops.items()}
        largest, stopped = max(largest, float(top) * share), stopped + float(lost) * share
    return Count(muons, sums, heaviest, largest, stopped)


def again(first: Count, magnets: Magnets, settings: Settings, key: PRNGKeyArray) -> Count:
    """A second sample, `SECOND` times larger and drawn in the same way; `key` is that of the first.

    Args:
        first: the count that a few heavy muons own.
        magnets: the shield, mm and T.
        settings: steps, softness and physics of the transport.
        key: a JAX key.
    """
    size = -(-first.muons // -(-first.muons // BLOCK))  # the blocks of the first: one compiled program
    return count_hits(magnets, settings, SECOND * first.muons, jax.random.fold_in(key, 2), size)


def understood(first: Count, second: Callable[[], Count]) -> Count:
    """The count itself, or with a second sample beside it where it rests on fewer than `UNDERSTOOD` effective hits."""
    return first if first.effective >= UNDERSTOOD else first.with_more(second())


def honest(first: Count, whole: Count) -> dict[str, Any]:
    """What `evaluate` says of the error of a count: the interval, and what it rests on, as plain numbers."""
    hits, error = whole.pair("all")
    return {
        "hits_interval_95": list(whole.interval),
        "hits_interval": {
            "hits_per_1e7": hits,
            "error": error,
            "effective_hits": whole.effective,
            "muons": whole.muons,
            "second_sample": whole is not first,
            "heaviest_weight": whole.heaviest["all"],
            "empty_bands_95": {f"{band} GeV": upper for band, upper in whole.empty().items()},
        },
    }


def _blocks(muons: int, block: int) -> Iterator[tuple[int, float]]:
    """Sizes of blocks, nearly equal so that at most two programs are compiled, and the share of each in the whole."""
    blocks = -(-muons // block)
    for i in range(blocks):
        size = muons // blocks + (i < muons % blocks)
        yield size, size / muons


@partial(StoredJit, numbers=True)
def _simulate(
    magnets: Magnets, settings: Settings, size: int, key: PRNGKeyArray
) -> tuple[dict[str, Any], dict[str, Array], Array, Array]:
    """Sums of weights and of their squares, the largest weights of all, and of the hits, the share that stops."""
    sample = draw_sample(key, size, BANDS, magnets.field.size, settings.steps)
    exit = shield_exit(magnets, sample.muons, sample.noise, settings)
    hit = is_hit if settings.hard else soft_hit
    weights = (exit.weight * hit(exit)).astype(float)
    momentum = sample.muons.momentum
    bands = {f"{a}-{b}": (momentum >= a) & (momentum < b) for a, b in REPORTED}
    chosen = {
        "all": weights,
        "+": jnp.where(exit.charge > 0, weights, 0.0),
        "-": jnp.where(exit.charge < 0, weights, 0.0),
    }
    chosen |= {band: jnp.where(inside, weights, 0.0) for band, inside in bands.items()}
    chosen |= {name: (exit.weight * is_hit(exit, size)).astype(float) for name, size in PLANES.items()}
    total = jnp.sum(exit.weight.astype(float))
    stopped = jnp.sum((exit.weight * (1 - exit.alive)).astype(float)) / total
    tops = {band: jnp.max(jnp.where(inside, exit.weight, 0.0)) for band, inside in bands.items()}
    tops["all"] = jnp.max(exit.weight)
    return {name: _both(values) for name, values in chosen.items()}, tops, jnp.max(weights), stopped


def _both(values: Float[Array, " muon"]) -> tuple[Array, Array]:
    return jnp.sum(values), jnp.sum(values**2)
