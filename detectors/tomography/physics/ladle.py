"""The ladle: what stands where, muons that cross it, and the moments of their scattering. Nothing of the design."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Float

from designopt.detectors.tomography.physics.scattering import RADIATION_LENGTH, scattering_angle

SIDE = 1.0  # m: the volume is 1 m x 1 m, its corner at x = y = 0
HEIGHT = 1.8  # m: from the lowest place of a panel to the highest
BOTTOM, TOP = 0.4, 1.4  # m: the ladle; panels stand below and above
WALL = 0.1  # m: iron at the bottom and on all sides (one voxel of TomOpt)
MIDDLE = 0.5 * (BOTTOM + TOP)
FILL = (0.6, 1.3)  # m: how high the steel may stand
SLAG = 0.1  # m: thickness of the slag, one voxel (assumed: what is left between 1.3 m and the top)
RAYS = 128  # and their mirror images, eight each
SLICES = 50  # of 2 cm
FILLS, SLAGS = 6, 3  # nodes of Gauss and Legendre
SMOOTH = 0.1  # of the half-width: how fast the weight of muons falls towards the side walls


@dataclass(frozen=True)
class Rays:
    """Muons through the inside of the ladle, from between its walls at the top to between them at the bottom.

    `place` is where they cross the middle plane (m), `slope` dx/dz and dy/dz, `chance` the probability that a muon
    which crosses the horizontal square metre of the volume goes this way.
    """

    place: Float[np.ndarray, "ray 2"]
    slope: Float[np.ndarray, "ray 2"]
    chance: Float[np.ndarray, " ray"]


@dataclass(frozen=True)
class Levels:
    """Fill heights and tops of the slag (m), and how often each pair comes (adding to one)."""

    fill: Float[np.ndarray, " level"]
    slag: Float[np.ndarray, " level"]
    share: Float[np.ndarray, " level"]


def inside_weight(
    top: Float[np.ndarray, "*shape 2"], bottom: Float[np.ndarray, "*shape 2"]
) -> Float[np.ndarray, "*shape"]:
    r"""Weight of a muon by where its lines cross the top and the bottom of the ladle: 1 in the middle, 0 in the walls.

    $\prod [2 S((1-|d|)/0.1) - 1]$ over x and y of both places, with $d$ the distance from the middle in half-widths
    between the walls and S the logistic function. What crosses the side walls says nothing of the fill height and
    would bias it; TomOpt has the same function of the point of closest approach, in half-widths of the volume.

    Args:
        top, bottom: x and y in m.
    """
    away = np.abs(np.concatenate([top, bottom], axis=-1) - SIDE / 2) / (SIDE / 2 - WALL)
    return np.prod(np.tanh(np.maximum(1.0 - away, 0.0) / (2 * SMOOTH)), axis=-1)


@lru_cache(maxsize=4)
def rays(count: int = RAYS, seed: int | None = None) -> Rays:
    r"""A fixed, evenly spread set of muons, the same after mirroring x or y or exchanging them.

    Intensity $\cos^2\theta$, on a horizontal plane $dN \propto \cos^3\theta\,d\Omega\,dA =
    \cos^6\theta\,dA_t\,dA_b/h^2$ between places at the top and at the bottom, h apart; all muons of the plane are
    $\pi/2$. Places are spread by the powers of the root of $x^5 = x + 1$, evenly in four dimensions.

    Args:
        count: muons before the eightfold mirroring.
        seed: of other muons, as evenly spread: the places moved by random shares of the sides; None: as they are.
    """
    root = 2.0
    for _ in range(60):
        root = (1.0 + root) ** 0.2
    start = 0.5 if seed is None else np.random.default_rng(seed).random(4)
    even = (start + np.outer(np.arange(1, count + 1), root ** -np.arange(1.0, 5.0))) % 1.0
    inside, high = SIDE - 2 * WALL, TOP - BOTTOM
    top, bottom = (WALL + inside * even[:, part] for part in (slice(0, 2), slice(2, 4)))
    place, slope = 0.5 * (top + bottom), (top - bottom) / high
    for flip in ([-1.0, 1.0], [1.0, -1.0]):
        mirrored = SIDE / 2 + (place - SIDE / 2) * flip
        place, slope = np.concatenate([place, mirrored]), np.concatenate([slope, slope * flip])
    place, slope = np.concatenate([place, place[:, ::-1]]), np.concatenate([slope, slope[:, ::-1]])
    cosine6 = (1.0 + np.sum(slope**2, axis=1)) ** -3.0
    return Rays(place, slope, cosine6 * (inside**2 / high) ** 2 / (np.pi / 2 * SIDE**2) / len(cosine6))


@lru_cache(maxsize=4)
def levels(slag: float | None = SLAG) -> Levels:
    """Fill heights uniform in `FILL`, under so much slag.

    Args:
        slag: thickness of the slag in m; None: its top is anywhere between the steel and the top of the ladle.
    """
    node, weight = np.polynomial.legendre.leggauss(FILLS)
    inner, share = np.polynomial.legendre.leggauss(SLAGS)
    fill = FILL[0] + (FILL[1] - FILL[0]) * (node + 1) / 2
    if slag is not None:
        return Levels(fill, np.minimum(fill + slag, TOP), weight / 2)
    fill = np.repeat(fill, SLAGS)
    return Levels(fill, fill + (TOP - fill) * np.tile((inner + 1) / 2, FILLS), np.outer(weight / 2, share / 2).ravel())


def radiation_lengths(
    place: Float[np.ndarray, "*shape 2"], z: Float[np.ndarray, "*shape"], fill: float, slag: float, slice_: float
) -> Float[np.ndarray, "*shape"]:
    """Radiation lengths in a metre, mean over slices of the volume.

    Args:
        place: x and y in m.
        z: height of the slice's middle, m.
        fill, slag: how high steel and slag stand, m.
        slice_: its thickness, m.
    """
    iron, molten, air = (1.0 / RADIATION_LENGTH[name] for name in ("iron", "slag", "air"))
    filled, covered = (np.clip((top - z) / slice_ + 0.5, 0.0, 1.0) for top in (fill, slag))
    inside = air + (molten - air) * covered + (iron - molten) * filled
    edge = np.minimum(place, SIDE - place).min(axis=-1)
    steel = np.where(edge < WALL, 1.0, np.clip((BOTTOM + WALL - z) / slice_ + 0.5, 0.0, 1.0))
    found = inside + (iron - inside) * steel
    return np.where((edge < 0) | (z < BOTTOM) | (z > TOP), air, found)


@lru_cache(maxsize=8)
def moments(
    momentum: float, slag: float | None = SLAG, count: int = RAYS, seed: int | None = None
) -> Float[np.ndarray, "3 level ray"]:
    r"""$\int (z - z_m)^k\,d\theta_0^2$ for k = 0, 1, 2 along every muon, for every level; rad2, rad2 m, rad2 m2.

    $\theta_0$ is that of the whole path (its own thickness in the logarithm), shared in proportion to the radiation
    lengths of each slice; straight paths, no loss of energy. Times $1 + \tan^2\theta$: along both axes across the
    track a kick moves the line by so much more in a horizontal plane.

    Args:
        momentum: p, GeV.
        slag: as in `levels`.
        count, seed: as in `rays`.
    """
    muons, level = rays(count, seed), levels(slag)
    z = BOTTOM + (TOP - BOTTOM) * (np.arange(SLICES) + 0.5) / SLICES
    place = muons.place + (z - MIDDLE)[:, None, None] * muons.slope
    long = 1.0 + np.sum(muons.slope**2, axis=1)
    slice_ = (TOP - BOTTOM) / SLICES
    found = np.empty((3, level.fill.size, long.size))
    for row, (fill, slag) in enumerate(zip(level.fill, level.slag, strict=True)):
        height = np.broadcast_to(z[:, None], place.shape[:2])
        n = np.sqrt(long) * slice_ * radiation_lengths(place, height, fill, slag, slice_)
        total = n.sum(axis=0)
        each = n / total * scattering_angle(total, momentum) ** 2 * long
        for k in range(3):
            found[k, row] = np.sum((height - MIDDLE) ** k * each, axis=0)
    return found
