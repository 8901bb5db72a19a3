"""Do toy showers, each fitted, rank layouts of an array as Fisher's errors do?

    python studies/array_referee.py [runs/array-layout] [SHOWERS [TOYS]]

Rings and wide rings made by hand, and the best winner of every optimiser in the folder, see the same SHOWERS (300)
fresh photons, each TOYS (8) times. Particles fall into tanks, 50 hit tanks trigger; a fit of maximum likelihood, which
starts two errors away from the truth, gives direction and energy; a cut on drawn counts tells photons from protons.
Fisher's errors only scale where fits start. With errors e a shower counts exp(-e^2 / s^2) for its direction and
exp(-(e1^2 + e2^2) / 2 s^2) of two fits for its energy: for Gaussian errors the mean is the 1 / (1 + sigma^2 / s^2) of
the goal. How far toys and model are apart in the difference of two layouts has a 95 % interval by resampling showers,
which are the same for both. 4.5 ms of CPU for each fit.
"""

import sys
from dataclasses import replace

from designopt import prepare

prepare()

import jax
import jax.numpy as jnp
import numpy as np
from gain_on_fresh import own_winners, toys_and_model

from designopt import make
from designopt.detectors.array.goal import EXACT, FRACTION, SHARES, SHARP, shares
from designopt.detectors.array.layout import placed
from designopt.detectors.array.showers.flux import TANKS
from designopt.detectors.array.showers.information import BACKGROUND, SHAPE, tally
from designopt.detectors.array.showers.quality import FEWEST, errors, quality
from designopt.detectors.array.showers.shower import UNKNOWNS, signal
from designopt.detectors.array.simulation.toy import fitted, read_out

DRAWN, FAR = 400, 1e6


def main(folder: str = "", wanted: str = "300", toys: str = "8") -> None:
    """Print scores by model and by toys, and how far each layout is behind the wide rings."""
    problem = make("array-layout-v1", units=48, showers=int(wanted))
    key, found = jax.random.key(4), {}
    designs = {name: problem.references[name] for name in ("wide rings", "rings")}
    if folder:
        designs |= own_winners(folder)
    for name, design in designs.items():
        x, y, there = (np.asarray(v, float) for v in placed({key: jnp.asarray(v) for key, v in design.items()}))
        x = np.where(there > 0.5, x, FAR)  # no shower reaches it: layouts of any number of units are one program
        found[name] = simulated(problem.detector.showers(key), x, y, there > 0.5, int(toys))
        model, by_toys, off, error = toys_and_model(found[name], found["wide rings"], score_of)
        print(
            f"{name}: behind the wide rings by {model:+.4f} in the model, by {by_toys:+.4f} in toys; toys less "
            f"model {off:+.4f} +- {error:.4f}; shares in model and toys "
            f"{np.round(100 * np.mean(found[name], axis=2), 1).tolist()} %",
            flush=True,
        )


def score_of(counted: np.ndarray) -> float:
    """Minus the mean logarithm of three shares, (share, shower)."""
    return -float(np.mean(np.log(counted.mean(axis=1))))


def simulated(showers, x: np.ndarray, y: np.ndarray, there: np.ndarray, toys: int) -> tuple[np.ndarray, np.ndarray]:
    """What every shower counts as, told from protons, energy, direction, (3, shower): in the model, and by toys."""
    sums = tally(showers, jnp.asarray(x), jnp.asarray(y), jnp.asarray(there, float))
    scale, said = np.asarray(errors(sums)), quality(sums)
    model = jax.vmap(shares)(said.trigger, said.angle, said.energy, said.confused)
    random = np.random.default_rng(5)
    hit, away = [], []
    for seed in range(toys):
        read = read_out(showers, x, y, seed)
        away.append(fitted(showers, x, y, read, scale, 1000 + seed)[0])
        tanks = random.multinomial(read.counts.sum(axis=1)[:, there].astype(int), np.full(TANKS, 1 / TANKS))
        hit.append((tanks > 0).sum(axis=(1, 2)) >= FEWEST)
    hit, away = np.array(hit), np.array(away)
    direction = np.exp(-np.sum(away[:, :, 2:4] ** 2, axis=2) / SHARP**2)
    energy = (away[:, :, 4] / np.log(10.0) / EXACT) ** 2
    pairs = hit[::2] * np.exp(-0.5 * (energy[::2] + energy[1::2]))
    wrong = confused(showers, x, y, random)
    mixed = FRACTION * (1.0 - 2.0 * wrong) + wrong
    told = (1.0 - 2.0 * wrong) ** 2 * FRACTION * (1.0 - FRACTION) / (mixed * (1.0 - mixed))
    counted = np.stack([hit.mean(axis=0) * told, pairs.mean(axis=0), (hit * direction).mean(axis=0)])
    return np.stack([model[name] for name in SHARES]), counted


def confused(showers, x: np.ndarray, y: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Share of photons and of protons that a cut on drawn muon counts takes for the other kind, one a shower."""
    of = jax.jit(jax.vmap(lambda shower: signal(jnp.zeros(len(UNKNOWNS)), shower, jnp.asarray(x), jnp.asarray(y))[0]))
    means = [np.asarray(of(replace(showers, kind=kind + 0 * showers.kind)))[:, 0] + float(BACKGROUND[0])
             for kind in (0, 1)]  # fmt: skip
    slope = np.log(means[0] / means[1]) - np.log((means[0] + SHAPE) / (means[1] + SHAPE))
    ratios = []
    for mean in means:
        drawn = random.poisson(random.gamma(SHAPE, np.broadcast_to(mean / SHAPE, (DRAWN, *mean.shape))))
        ratios.append(np.sort(np.sum(drawn * slope, axis=2), axis=0))
    lost = np.arange(DRAWN)[:, None] / DRAWN  # photons below the k-th smallest of their ratios
    taken = np.array([np.mean(ratios[1][:, i] >= ratios[0][:, i, None], axis=1) for i in range(len(slope))]).T
    return np.take_along_axis(0.5 * (lost + taken), np.argmin(np.abs(lost - taken), axis=0)[None], 0)[0]


if __name__ == "__main__":
    main(*sys.argv[1:])
