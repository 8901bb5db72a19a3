"""Do the intervals of hit counts mean what they say: how many of 200 short samples hold the count of a large one?

For the Challenge's baseline (a thousand hits) and for an evolved shield (tens): `count` and `understood` as `evaluate`
calls them, 200 samples of 20,000 muons, against one sample of tens of millions. Then, since all muons of a band of
momentum weigh the same, samples of any size drawn from the hit rates of the large one, whose count is then exact.
`--quick` is a look. Muons cross each magnet in 8 steps here: the statistics are the same, the hits a little different.
"""

from designopt import prepare

prepare()

import argparse
import time
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from designopt.detectors.muon_shield.count import BANDS, BLOCK, SECOND, UNDERSTOOD, again, count_hits, understood
from designopt.detectors.muon_shield.magnets.row import Magnets
from designopt.detectors.muon_shield.muons.beam import PER
from designopt.detectors.muon_shield.muons.hits import is_hit
from designopt.detectors.muon_shield.muons.interval import effective, interval
from designopt.detectors.muon_shield.muons.sample import draw_sample
from designopt.detectors.muon_shield.muons.spectrum import mixture
from designopt.detectors.muon_shield.reference import DESIGNS
from designopt.detectors.muon_shield.transport.shield import Settings, shield_exit
from designopt.detectors.muon_shield.transport.step import Physics
from designopt.units import MeV

STEPS = 8
FLIGHT = Settings(softness=None, steps=STEPS, physics=Physics(stopped=100 * MeV))
DRAWN = 10_000
"""Samples of each size that are drawn from the rates."""


@partial(jax.jit, static_argnames="size")
def band_hits(magnets: Magnets, size: int, key: jax.Array) -> jax.Array:
    """Hits in each band, unweighted."""
    sample = draw_sample(key, size, BANDS, magnets.field.size, STEPS)
    hit = is_hit(shield_exit(magnets, sample.muons, sample.noise, FLIGHT))
    band = jnp.searchsorted(jnp.asarray(BANDS.edges[1:-1]), sample.muons.momentum, side="right")
    return jax.ops.segment_sum(hit, band, len(BANDS.shares))


def weights(muons: int) -> np.ndarray:
    """What a muon of each band stands for in a sample."""
    below = np.array([mixture().below(edge) for edge in BANDS.edges])
    chance = (below[1:] - below[:-1]) @ mixture().weight
    return PER * chance / chance.sum() / BANDS.counts(muons)


def covered(ends: np.ndarray, truth: float) -> str:
    """Share of the intervals that hold a count."""
    held = (ends[:, 0] <= truth) & (truth <= ends[:, 1])
    low, high = (100 * np.mean(side) for side in (truth < ends[:, 0], truth > ends[:, 1]))
    return f"{100 * held.mean():.1f} % hold {truth:.1f} (too high {low:.1f} %, too low {high:.1f} %)"


def ends_of(hits: np.ndarray, muons: int) -> tuple[float, float, float]:
    """The interval of a sample with so many hits in each band, and its effective hits."""
    w = weights(muons)
    total, squares = float(hits @ w), float(hits @ w**2)
    return *interval(total, squares, float(w.max())), effective(total, squares)


def drawn(rates: np.ndarray, muons: int, generator: np.random.Generator) -> tuple[float, float]:
    """The interval of a sample drawn from the rates, with the second sample where `evaluate` takes one."""
    hits = generator.binomial(BANDS.counts(muons), rates)
    low, high, seen = ends_of(hits, muons)
    if seen >= UNDERSTOOD:
        return low, high
    more = generator.binomial(BANDS.counts(SECOND * muons), rates)
    return ends_of(hits + more, (1 + SECOND) * muons)[:2]


def main(shields: list[str], quick: bool, samples: int, muons: int, blocks: int) -> None:
    """The shields, one after the other."""
    for name in shields:
        began, magnets = time.process_time(), Magnets.from_table(DESIGNS[name]())
        keys = jax.random.split(jax.random.key(11), blocks)
        hits = np.sum([np.asarray(band_hits(magnets, BLOCK, key)) for key in keys], axis=0)
        w = weights(BLOCK) / blocks
        truth, error = float(hits @ w), float(np.sqrt(hits @ w**2))
        print(f"{name}: {truth:.1f} +- {error:.1f} hits per 1e7 muons, from {blocks * BLOCK:,}", flush=True)
        found = []
        for number in range(samples):
            key = jax.random.key(1000 + number)
            one = count_hits(magnets, FLIGHT, muons, key)
            found.append(understood(one, partial(again, one, magnets, FLIGHT, key)))
        ends = np.array([one.interval for one in found])
        twice = np.mean([one.muons > muons for one in found])
        print(
            f"  {samples} samples of {muons:,} muons ({100 * twice:.0f} % with a second one): {covered(ends, truth)};"
        )
        for side in (-1, 1):
            print(f"    with the large sample {side:+d} of its errors: {covered(ends, truth + side * error)}")
        print(f"    median interval {np.median(ends[:, 0]):.1f} to {np.median(ends[:, 1]):.1f}", flush=True)
        rates, generator = hits / (blocks * BANDS.counts(BLOCK)), np.random.default_rng(5)
        for size in (muons, 10 * muons, 800_000, 8_000_000):
            many = np.array([drawn(rates, size, generator) for _ in range(DRAWN // (50 if quick else 1))])
            middle = np.median(many, axis=0)
            print(
                f"  drawn, {size:,} muons: {covered(many, truth)}; median {middle[0]:.1f} to {middle[1]:.1f}",
                flush=True,
            )
        print(f"  {(time.process_time() - began) / 60:.1f} min of CPU", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--shields", nargs="+", choices=list(DESIGNS), default=["challenge-baseline", "evolved"])
    parser.add_argument("--muons", type=int, help="Muons of a short sample.")
    parser.add_argument("--blocks", type=int, help="Blocks of 50,000 muons of the large sample.")
    given = parser.parse_args()
    samples, muons, blocks = (4, 2000, 2) if given.quick else (200, 20_000, 400)
    main(given.shields, given.quick, samples, given.muons or muons, given.blocks or blocks)
