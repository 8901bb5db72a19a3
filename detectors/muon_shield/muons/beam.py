"""The muons a shield has to sweep away: drawn in bands of momentum, so that the rare ones that leak are not missed."""

from functools import lru_cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.detectors.muon_shield.muons.spectrum import mixture, read
from designopt.units import GeV, cm, m

PER = 1e7
"""Weights add to this: a weighted count of hits is per 1e7 muons of the spectrum."""

Numbers = Float[Array, " muon"]


class Muons(eqx.Module):
    """Muons at their production points, in float32. Lengths in mm, z = 0 at the front face of the first magnet.

    `charge` is +1 or -1, `momentum` in GeV, the direction a unit vector; `weight` is how many of `PER` muons of the
    spectrum each one stands for.
    """

    x: Numbers
    y: Numbers
    z: Numbers
    direction_x: Numbers
    direction_y: Numbers
    direction_z: Numbers
    momentum: Numbers
    charge: Numbers
    weight: Numbers

    @property
    def count(self) -> int:
        """How many there are."""
        return self.x.shape[0]

    def mirrored(self) -> "Muons":
        """The other charge at -x: a shield lets as many of them through."""
        where = lambda s: (s.x, s.direction_x, s.charge)  # noqa: E731
        return eqx.tree_at(where, self, (-self.x, -self.direction_x, -self.charge))


class Bands(eqx.Module):
    """Bands of momentum and the share of a sample that is drawn in each.

    The default serves both leaks: muons below 60 GeV that scatter out or are bent back (nine tenths of the spectrum,
    seven tenths of the sample, so that none stands for many) and those beyond 150 GeV that are hardly bent (0.3 % of
    the spectrum, an eighth of the sample). Muons below `counted_from` GeV are drawn with the weight 0.
    """

    edges: tuple[float, ...] = eqx.field(default=(0.0, 14.0, 20.0, 30.0, 60.0, 100.0, 150.0, 200.0, 400.0), static=True)
    shares: tuple[float, ...] = eqx.field(default=(0.06, 0.30, 0.20, 0.16, 0.08, 0.07, 0.07, 0.06), static=True)
    counted_from: float = eqx.field(default=0.0, static=True)

    def __check_init__(self) -> None:
        rising = all(a < b for a, b in zip(self.edges, self.edges[1:], strict=False))
        if not rising or len(self.edges) != len(self.shares) + 1 or min(self.shares) <= 0:
            raise ValueError(
                f"Bands of momentum with the edges {self.edges} and the shares {self.shares} cannot be drawn: edges "
                "rise, there is one share a band, and every share is positive."
            )

    def counts(self, muons: int) -> np.ndarray:
        """Muons drawn in each band; at least one each.

        Returns whole numbers.
        """
        if muons < len(self.shares):
            raise ValueError(f"A sample of {muons} muons has fewer than one for each of {len(self.shares)} bands.")
        ideal = 1 + (muons - len(self.shares)) * np.array(self.shares) / sum(self.shares)
        counts = np.floor(ideal).astype(int)
        counts[np.argsort(ideal - counts)[::-1][: muons - counts.sum()]] += 1
        return counts

    def focused(self, squares: Float[np.ndarray, " band"]) -> "Bands":
        r"""Shares that make a count of hits most certain, from the sums $\sum w^2$ over the hits seen in each band.

        With P muons of the spectrum in a band and n drawn, $\sum w^2 = n h (P/n)^2$ for the chance h to hit, and the
        variance of a stratified count is least for $n \propto P\sqrt h$, so for $n \propto \sqrt{n \sum w^2}$
        (Neyman, J. R. Stat. Soc. 97 (1934) 558). No share falls below `SCARCEST` before they are made to add to 1.

        Args:
            squares: $\sum w^2$ of the hits in each band.
        """
        ideal = np.sqrt(np.asarray(self.shares) * squares)
        shares = np.maximum(ideal / max(ideal.sum(), 1e-300), SCARCEST)
        return Bands(self.edges, tuple(float(share) for share in shares / shares.sum()), self.counted_from)


SCARCEST = 0.03
"""Smallest share of a focused sample in a band: other designs may let others through."""

PLAIN = Bands(edges=(0.0, 400.0), shares=(1.0,))
"""The spectrum as it is: every muon of a sample has the same weight."""

SLOWEST = 22 * GeV
FAST = Bands(
    edges=(0.0, SLOWEST, 30.0, 40.0, 60.0, 100.0, 150.0, 200.0, 250.0, 400.0),
    shares=(0.0005, 0.2, 0.2, 0.15, 0.08, 0.08, 0.1, 0.1, 0.09),
    counted_from=SLOWEST,
)
"""Fast muons alone: their derivatives are those of the mean, while slow ones fly chaotic paths through the yokes."""


@lru_cache(maxsize=16)
def _tables(bands: Bands) -> tuple[np.ndarray, ...]:
    """Probability of each band, and in each the components' cumulative shares and their ranges of the normal law."""
    fit = mixture()
    below = np.array([fit.below(edge) for edge in bands.edges])
    shares = fit.weight * (below[1:] - below[:-1])
    total = shares.sum(axis=1)
    return total / total.sum(), np.cumsum(shares / total[:, None], axis=1), below[:-1], below[1:]


def draw_muons(key: PRNGKeyArray, muons: int, bands: Bands | None = None) -> Muons:
    """Draw a sample of the spectrum: so many muons in each band, weighted back. One key a purpose.

    Momentum and angle from the mixture (`spectrum`); azimuth uniform; charge at random; production point on a ring of
    5 cm smeared by 1.6 cm; z from a beta law, 26 cm in the mean and up to 2.1 m deep in the first magnet. Good to 1 %
    in the quantiles up to 99.9 %. lfpc/MuonShieldChallenge@15c5b3f, MuonsGenerator.py.

    Args:
        key: of the random numbers.
        muons: how many.
        bands: of momentum, and the share drawn in each; None: the default.

    Returns places in mm, momenta in GeV, charges and weights.
    """
    bands = bands or Bands()
    probability, cumulative, low, high = _tables(bands)
    counts = bands.counts(muons)
    band = np.repeat(np.arange(len(counts)), counts)
    keys = {name: jax.random.fold_in(key, i) for i, name in enumerate(_PURPOSES)}

    pick = jax.random.uniform(keys["component"], (muons,))
    component = jnp.minimum(jnp.sum(pick[:, None] > cumulative[band], axis=1), cumulative.shape[1] - 1)
    momentum, slope = _momentum(keys, component, *(jnp.asarray(end)[band, component] for end in (low, high)))
    around = 2 * jnp.pi * jax.random.uniform(keys["azimuth"], (muons,))
    sine = jnp.sin(jnp.arctan(slope))
    x, y, z = _origin(keys, muons)
    counted = jnp.where(momentum > bands.counted_from, 1.0, 0.0) if bands.counted_from else 1.0
    values = (
        x, y, z, sine * jnp.cos(around), sine * jnp.sin(around), jnp.cos(jnp.arctan(slope)), momentum,
        jax.random.rademacher(keys["charge"], (muons,), dtype=float),
        jnp.asarray(PER * probability[band] / counts[band]) * counted,
    )  # fmt: skip
    return Muons(*(value.astype(jnp.float32) for value in values))


_PURPOSES = ("component", "momentum", "slope", "azimuth", "charge", "ring", "smear", "depth")


def _momentum(
    keys: dict[str, PRNGKeyArray], component: Array, low: Array, high: Array
) -> tuple[Float[Array, " muon"], Float[Array, " muon"]]:
    """Momentum in GeV and p_T/p_z of each component between two values of its normal law."""
    fit, scale = mixture(), read()
    chance = low + (high - low) * jax.random.uniform(keys["momentum"], component.shape)
    normal = jax.scipy.special.ndtri(jnp.clip(chance, 1e-12, 1 - 1e-12))
    u = jnp.asarray(fit.mean_u)[component] + jnp.asarray(fit.sigma_u)[component] * normal
    v = jnp.asarray(fit.mean_v)[component] + jnp.asarray(fit.slope * fit.sigma_u)[component] * normal
    v += jnp.asarray(fit.sigma_v)[component] * jax.random.normal(keys["slope"], component.shape)
    share = jax.nn.sigmoid(scale["u_mean"] + scale["u_std"] * u)
    momentum = scale["p_min"] + (scale["p_max"] - scale["p_min"]) * share
    return momentum * GeV, jnp.exp(scale["v_mean"] + scale["v_std"] * v)


@lru_cache(maxsize=1)
def _depths(a: float, b: float) -> tuple[np.ndarray, np.ndarray]:
    """The beta law's distribution function on a grid that is finer than a muon's step: sampling is then a look-up."""
    from scipy.special import betainc

    depth = np.linspace(0.0, 1.0, 4097)
    return betainc(a, b, depth), depth


def _origin(keys: dict[str, PRNGKeyArray], muons: int) -> tuple[Array, Array, Array]:
    """Production points in mm."""
    scale = read()
    beta = scale["z_beta"]
    around = 2 * jnp.pi * jax.random.uniform(keys["ring"], (muons,))
    smear = scale["ring_sigma"] * m * jax.random.normal(keys["smear"], (2, muons))
    ring = scale["ring_radius"] * m
    chance, depth = _depths(beta["a"], beta["b"])
    drawn = jnp.interp(jax.random.uniform(keys["depth"], (muons,)), chance, depth)
    z = (beta["loc"] + beta["scale"] * drawn) * cm
    return ring * jnp.cos(around) + smear[0], ring * jnp.sin(around) + smear[1], z
