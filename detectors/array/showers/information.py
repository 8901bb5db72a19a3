"""What an array learns of each shower: sums over its units, in chunks, so that thousands of units fit into memory."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.array.showers.flux import AREA, TANKS
from designopt.detectors.array.showers.shower import UNKNOWNS, Showers, signal, slopes

WINDOW = 128.0
"""ns in which particles of the background are counted."""
BACKGROUND = jnp.array([1.826e-6, 2e-7]) * WINDOW * AREA
"""Muons and electrons of the background in a unit. Rates by m2 and ns: arXiv 2310.01857."""
TIMING = 10.0
"""Error of the arrival time of one particle, ns. arXiv 2310.01857."""
SMEARING = 0.05
"""Relative error of counts besides their Poisson spread. arXiv 2310.01857."""
SHAPE = 1.0 / SMEARING**2
"""Counts are Poisson with a mean that is smeared by a gamma distribution of this shape: negative binomial."""
CHUNK = 512
"""Units that are summed at a time."""


class Tally(eqx.Module):
    """Sums over the units of an array, for each shower.

    `information` of `UNKNOWNS`; `tanks` that are hit; and of the log-likelihood ratio of photon and proton from muon
    counts: the distance of its means, and its variance if it is a photon, and a proton.
    """

    information: Float[Array, "*shower unknown unknown"]
    tanks: Float[Array, "*shower"]
    distance: Float[Array, "*shower"]
    photon: Float[Array, "*shower"]
    proton: Float[Array, "*shower"]


def tally(
    showers: Showers, x: Float[Array, " unit"], y: Float[Array, " unit"], present: Float[Array, " unit"],
    separate: bool = True,
) -> Tally:  # fmt: skip
    r"""Sums over units for each shower, linear in the number of units; more than `CHUNK` are summed chunk by chunk.

    Fisher information $\sum_u g_u[\sum_k \partial\lambda_k\,\partial\lambda_k^T/(\mu_k + \mu_k^2/r)
    + \partial T\,\partial T^T\sum_k\lambda_k/\sigma_t^2]$ for counts of mean $\mu = \lambda + b$, negative binomial of
    shape r = 400 (exact for a Poisson count whose mean is smeared by 5 %), and the mean time of the particles of a
    unit, 10 ns each; g is the part of a unit that is there. Tanks that are hit: $\sum_u g_u 19(1 - e^{-\mu/19})$.
    A time that belongs to the background is taken to be told apart, and clocks to be perfect.

    Args:
        showers: energies in PeV, angles in rad, cores in m.
        x: of the units, m.
        y: of the units, m.
        present: 0 to 1.
        separate: whether photons and protons are told apart, which takes the flux of the other kind too; else zeros.
    """
    units = x.shape[0]

    def of(x: Array, y: Array, present: Array) -> Tally:
        return jax.vmap(lambda shower: _of_one(shower, x, y, present, separate))(showers)

    if units <= CHUNK:
        return of(x, y, present)
    chunks = -(-units // CHUNK)
    rows = [jnp.pad(values, (0, chunks * CHUNK - units)).reshape(chunks, CHUNK) for values in (x, y, present)]

    def add(sofar: Tally, row: list[Array]) -> tuple[Tally, None]:
        return jax.tree.map(jnp.add, sofar, of(*row)), None

    many, unknowns = showers.energy.shape, len(UNKNOWNS)
    nothing = Tally(jnp.zeros((*many, unknowns, unknowns)), *(jnp.zeros(many) for _ in range(4)))
    return jax.lax.scan(jax.checkpoint(add), nothing, rows)[0]


def _of_one(shower: Showers, x: Array, y: Array, present: Array, separate: bool) -> Tally:
    signals, change, front = slopes(shower, x, y)
    counts = signals + BACKGROUND[:, None]
    weight = present / (counts + counts**2 / SHAPE)
    timed = present * jnp.sum(signals, axis=0) / TIMING**2
    rows = jnp.concatenate([change.reshape(len(UNKNOWNS), -1), front], axis=1)
    information = (rows * jnp.concatenate([weight.ravel(), timed])) @ rows.T
    tanks = jnp.sum(present * TANKS * -jnp.expm1(-jnp.sum(counts, axis=0) / TANKS))
    if not separate:
        return Tally(information, tanks, *(jnp.zeros(()),) * 3)
    other, _ = signal(jnp.zeros(len(UNKNOWNS)), eqx.tree_at(lambda one: one.kind, shower, 1 - shower.kind), x, y)
    mine, theirs = counts[0], other[0] + BACKGROUND[0]
    photon, proton = jnp.where(shower.kind == 0, mine, theirs), jnp.where(shower.kind == 0, theirs, mine)
    slope = jnp.log(photon / proton) - jnp.log((photon + SHAPE) / (proton + SHAPE))
    return Tally(
        information,
        tanks,
        jnp.sum(present * slope * (photon - proton)),
        jnp.sum(present * slope**2 * (photon + photon**2 / SHAPE)),
        jnp.sum(present * slope**2 * (proton + proton**2 / SHAPE)),
    )
