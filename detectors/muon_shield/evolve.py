"""Evolution on renewed muons: every generation of shields meets muons that no shield has seen, and counts them all."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray
from numpy import ndarray

from designopt.detectors.muon_shield.detector import MuonShield
from designopt.detectors.muon_shield.muons.beam import Bands
from designopt.detectors.muon_shield.muons.hits import is_hit
from designopt.detectors.muon_shield.muons.sample import Sample, draw_sample
from designopt.detectors.muon_shield.race import Race
from designopt.detectors.muon_shield.transport.shield import shield_exit
from designopt.problem.problem import Problem

BLOCK = 50_000  # muons whose random numbers are kept at a time
SCARCEST = 0.03  # smallest share of the sample in a band of momentum


@dataclass(frozen=True)
class Phase:
    """Generations of one kind.

    Attributes:
        generations: how many.
        width: of the cloud at the beginning, in the unit cube; uncertain counts do not narrow it by themselves.
        muons: that each shield meets.
        halvings: how often the better half meets as many again as it has met. Three halvings of 24 shields cost 2.5
            times the muons of none, and the three shields that are left have met eight times as many.
        steps: in each magnet.
    """

    generations: int
    width: float
    muons: int
    halvings: int
    steps: int

    @property
    def goals(self) -> list[int]:
        """Blocks of muons that a shield has met when the worse half drops out, and at the end."""
        return [-(-self.muons // BLOCK) * 2**n for n in range(self.halvings + 1)]

    @property
    def block(self) -> int:
        """Muons in a block."""
        return self.muons // self.goals[0]


PHASES = (Phase(30, 0.05, 50_000, 0, 12), Phase(20, 0.025, 50_000, 3, 16), Phase(8, 0.0125, 200_000, 3, 16))
"""Few muons tell a bad shield from a worse one; the better they are, the more muons tell them apart. 1.9e8 in all."""

QUICK = (Phase(10, 0.05, 5_000, 0, 8), Phase(2, 0.025, 5_000, 3, 12))


@dataclass(frozen=True)
class Generation:
    """The cloud of shields: its centre, its best shield, the median of its hits, its width, muons so far."""

    centre: Float[ndarray, " coordinate"]
    best: Float[ndarray, " coordinate"]
    hits: float
    width: float
    muons: int


def evolve(
    problem: Problem,
    start: Float[ndarray, " coordinate"],
    phases: Sequence[Phase] = PHASES,
    designs: int = 24,
    seed: int = 0,
) -> Iterator[Generation]:
    """CMA-ES on hits as built from `start`; every generation has fresh muons, the same for its `designs`.

    Slow muons leak by chance, one in 1e5, and no derivative tells it; comparing counts does, if no muon is met twice:
    what a generation overfitted is worth nothing in the next. The average over a generation is what moves the
    cloud, so single counts may be rough. Each phase draws its muons where those before it saw the most uncertain leaks
    (`leaky`). A shield over a side limit is charged for the excess. Hansen, arXiv 1604.00772. Yields each generation.
    """
    import cma

    options = {"popsize": designs, "bounds": [0, 1], "seed": seed + 1, "verbose": -9}
    strategy = cma.CMAEvolutionStrategy(np.clip(start, 0.002, 0.998), phases[0].width, options)
    shield = cast(MuonShield, problem.as_built_detector)
    plan, bands, simulated, key = _plan(problem), shield.bands, 0, jax.random.key(seed)
    for phase in phases:
        draw, count = _tools(shield, bands, phase)
        strategy.sigma = phase.width
        squares = np.zeros(len(bands.shares))
        for _ in range(phase.generations):
            points = strategy.ask()
            shields, excess = zip(*(plan(jnp.asarray(u)) for u in points), strict=True)
            race, met = Race(np.asarray(excess, float)), 0
            fresh = jax.random.fold_in(key, strategy.countiter)
            for goal in phase.goals:
                if met:
                    race.halve()
                for block in range(met, goal):
                    sample = draw(jax.random.fold_in(fresh, block))
                    for i in map(int, race.running):
                        hits, square = count(shields[i], sample)
                        race.see(i, float(hits))
                        squares += np.asarray(square)
                    simulated += len(race.running) * sample.muons.count
                met = goal
            strategy.tell(points, list(race.order()))
            centre, best = np.clip(strategy.result.xfavorite, 0.0, 1.0), points[int(np.argmin(race.order()))]
            yield Generation(centre, best, float(np.median(race.hits)), float(strategy.sigma), simulated)
        bands = leaky(bands, squares)


def leaky(bands: Bands, squares: Float[ndarray, " band"]) -> Bands:
    r"""Shares that make a count of the same muons most certain: $n_b \propto \sqrt{n_b \sum w^2}$ over the hits seen.

    With P muons of the spectrum in a band and n drawn, $\sum w^2 = n h (P/n)^2$ for the chance h to hit, and the
    variance of a stratified count is least for $n \propto P\sqrt h$ (Neyman). No share falls below a floor.
    """
    ideal = np.sqrt(np.asarray(bands.shares) * squares)
    shares = np.maximum(ideal / max(ideal.sum(), 1e-300), SCARCEST)
    return Bands(bands.edges, tuple(float(share) for share in shares / shares.sum()))


def _plan(problem: Problem) -> Callable[[Array], tuple[Any, Array]]:
    """A point as a design, and by how much it exceeds its side limits."""

    @jax.jit
    def function(u: Float[Array, " coordinate"]) -> tuple[Any, Array]:
        design = problem.decode(u)
        limits = jnp.stack(list(problem.constraints(design).values()))
        return design, jnp.sum(jnp.maximum(0.0, limits))

    return function


def _tools(
    shield: MuonShield, bands: Bands, phase: Phase
) -> tuple[Callable[[PRNGKeyArray], Sample], Callable[[Any, Sample], tuple[Array, Array]]]:
    """Of a phase: draw a block of muons; count the hits of a design, and their squared weights in each band."""
    flight = dataclasses.replace(shield.flight, steps=phase.steps)
    edges = jnp.asarray(bands.edges[1:-1])

    @jax.jit
    def draw(key: PRNGKeyArray) -> Sample:
        return draw_sample(key, phase.block, bands, shield.rows.shape[0], phase.steps)

    @jax.jit
    def count(design: Any, sample: Sample) -> tuple[Array, Array]:
        exit = shield_exit(shield.magnets(design), sample.muons, sample.noise, flight)
        weights = (exit.weight * is_hit(exit)).astype(float)
        band = jnp.searchsorted(edges, sample.muons.momentum, side="right")
        return jnp.sum(weights), jax.ops.segment_sum(weights**2, band, len(bands.shares))

    return draw, count
