"""A toy Monte Carlo: muons through ladles, hits, fits, points of closest approach. Shares no formula with the model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

Array = np.ndarray
SIDE, BOTTOM, TOP, WALL = 1.0, 0.4, 1.4, 0.1  # m
LOW, HIGH = 0.6, 1.3  # m: fill heights
IRON, SLAG, AIR = 0.01757, 0.08211, 304.0  # m: radiation lengths
STEP = 0.02  # m
MARGIN = 0.1  # m: muons that would pass the bottom so far inside the walls may still scatter back
LADLES = 1500


@dataclass(frozen=True)
class Setup:
    """Rows of panels above and below (x, y, z, span_x, span_y in m), how they measure, and what is scanned.

    `resolution` and `edge` in m, `momentum` in GeV; `muons` cross the square metre of every ladle; `slag` is a
    thickness in m or None; `degree` is that of the calibration curve.
    """

    above: Sequence[Sequence[float]]
    below: Sequence[Sequence[float]]
    resolution: float = 1e-4
    efficiency: float = 0.9
    edge: float = 0.02
    momentum: float = 5.0
    muons: int = 1000
    slag: float | None = 0.1
    degree: int = 1


@dataclass(frozen=True)
class Lines:
    """Straight lines: place at a height of 0.9 m (m) and slope, in x and y; `known` is the variance of a slope."""

    place: Float[Array, "muon 2"]
    slope: Float[Array, "muon 2"]
    known: Float[Array, " muon"] | None = None

    def at(self, z: float) -> Float[Array, "muon 2"]:
        """Places at a height.

        Args:
            z: the height, m.
        """
        return self.place + (z - 0.9) * self.slope

    def taken(self, which: Array) -> "Lines":
        """Some of the lines.

        Args:
            which: their numbers, or true where one is taken.
        """
        return Lines(self.place[which], self.slope[which], None if self.known is None else self.known[which])


def simulate(setup: Setup, ladles: int = LADLES, seed: int = 1) -> Mapping[str, tuple[float, float]]:
    """Value and standard error of what the model predicts, from so many ladles.

    Args:
        setup: the detector and the task.
        ladles: how many, each with another fill height.
        seed: of the random numbers.

    Returns `fill_height` (m, root of the mean squared error), `seen` (share of muons through the inside), `slope`
    (rad) and `vertex` (m), both with the estimator's weights. ValueError where hardly any ladle is seen.
    """
    random = np.random.default_rng(seed)
    fill = random.uniform(LOW, HIGH, ladles)
    slag = random.uniform(fill, TOP) if setup.slag is None else np.minimum(fill + setup.slag, TOP)
    ladle, entering = _muons(random, ladles, setup.muons)
    inside = np.all(np.abs(entering.at(BOTTOM) - SIDE / 2) < SIDE / 2 - WALL, axis=1)
    leaving = _scatter(random, entering, fill[ladle], slag[ladle], setup.momentum)
    first, seen_above = _measure(random, entering, setup.above, setup)
    second, seen_below = _measure(random, leaving, setup.below, setup)
    both = seen_above & seen_below
    reference = (0.0136 / setup.momentum) ** 2 * 10 * (1 + 0.038 * np.log(10)) ** 2
    true = [lines.taken(both) for lines in (entering, leaving)]
    found = [lines.taken(both) for lines in (first, second)]
    trust = np.prod([1 / (1 + line.known / reference) for line in found if line.known is not None], axis=0)
    z, turned = _closest(*found)
    weight = trust * turned * _inside(found[0].at(TOP)) * _inside(found[1].at(BOTTOM))
    total = np.bincount(ladle[both], weight, ladles)
    if np.count_nonzero(total) < ladles / 2:
        raise ValueError("Hardly any ladle is seen by a muon. Simulate more muons, or larger panels.")
    height = np.bincount(ladle[both], weight * z, ladles)[total > 0] / total[total > 0]
    wanted = fill[total > 0]
    scale = (height - height.mean()) / height.std()
    left = wanted - np.polyval(np.polyfit(scale, wanted, setup.degree), scale)
    squared = np.mean(left**2)
    share = np.mean(both[inside])
    kept = inside[both]
    slopes = [np.mean((line.slope - truth.slope) ** 2, axis=1) for line, truth in zip(found, true, strict=True)]
    apart = (found[1].place - true[1].place) - (found[0].place - true[0].place)
    direction = np.column_stack([true[0].slope, np.ones(len(apart))])
    along = np.sum(apart * true[0].slope, axis=1) / np.sum(direction**2, axis=1)
    across = (np.sum(apart**2, axis=1) - along * np.sum(apart * true[0].slope, axis=1)) / np.sum(direction**2, axis=1)
    return {
        "fill_height": (float(np.sqrt(squared)), float(0.5 * np.std(left**2) / np.sqrt(len(left) * squared))),
        "seen": (float(share), float(np.sqrt(share * (1 - share) / inside.sum()))),
        "slope": _root_mean(0.5 * (slopes[0] + slopes[1])[kept], trust[kept]),
        "vertex": _root_mean(across[kept] / (4 * reference), trust[kept]),
    }


def _root_mean(values: Array, weight: Array) -> tuple[float, float]:
    mean = np.sum(weight * values) / np.sum(weight)
    error = np.sqrt(np.sum((weight * (values - mean)) ** 2)) / np.sum(weight)
    return float(np.sqrt(mean)), float(0.5 * error / np.sqrt(mean))


def _muons(random: np.random.Generator, ladles: int, muons: int) -> tuple[Array, Lines]:
    """Ladle and line of the muons that enter through the top and may leave through the bottom."""
    ladle, rows = [], []
    for start in range(0, ladles, 200):
        count = min(200, ladles - start) * muons
        place = random.uniform(0, SIDE, (count, 2))
        cosine, turn = random.uniform(0, 1, count) ** 0.25, random.uniform(0, 2 * np.pi, count)
        tangent = np.sqrt(1 / cosine**2 - 1)
        lines = Lines(place, tangent[:, None] * np.column_stack([np.cos(turn), np.sin(turn)]))
        top, bottom = (np.abs(lines.at(z) - SIDE / 2).max(axis=1) for z in (TOP, BOTTOM))
        near = (top < SIDE / 2 - WALL) & (bottom < SIDE / 2 - WALL + MARGIN)
        ladle.append(start + np.flatnonzero(near) // muons)
        rows.append(lines.taken(near))
    return np.concatenate(ladle), Lines(*(np.concatenate([getattr(r, n) for r in rows]) for n in ("place", "slope")))


def _per_metre(at: Array, z: Array, fill: Array, slag: Array) -> Array:
    """Radiation lengths in a metre at points: iron walls and bottom, steel, slag, air."""
    edge = np.minimum(at, SIDE - at).min(axis=1)
    found = np.where(z <= fill, 1 / IRON, np.where(z <= slag, 1 / SLAG, 1 / AIR))
    found = np.where((edge < WALL) | (z < BOTTOM + WALL), 1 / IRON, found)
    return np.where(edge < 0, 1 / AIR, found)


def _scatter(random: np.random.Generator, entering: Lines, fill: Array, slag: Array, momentum: float) -> Lines:
    """Lines behind the ladle: in steps, each with an angle and the displacement that goes with it, in space."""
    steps = round((TOP - BOTTOM) / STEP)
    heights = [TOP - (k + 0.5) * STEP for k in range(steps)]
    long = STEP * np.sqrt(1 + np.sum(entering.slope**2, axis=1))
    jitter = STEP * (random.uniform(size=len(fill)) - 0.5)  # so that no level falls on the grid of steps
    total = sum(long * _per_metre(entering.at(z), z + jitter, fill, slag) for z in heights)
    widest = (0.0136 / momentum * (1 + 0.038 * np.log(total))) ** 2
    at, slope = entering.at(TOP), entering.slope.copy()
    for z in heights:
        stretch = 1 + np.sum(slope**2, axis=1)
        path = STEP * np.sqrt(stretch)
        angle = np.sqrt(widest * path * _per_metre(at - 0.5 * STEP * slope, z + jitter, fill, slag))
        steep = np.sqrt(stretch - 1)
        radial = np.where(steep[:, None] > 1e-12, slope / np.maximum(steep, 1e-12)[:, None], [1.0, 0.0])
        normal = np.column_stack([-radial[:, 1], radial[:, 0]])
        change, shift = np.zeros_like(slope), np.zeros_like(slope)
        for axis, factor in ((radial, stretch), (normal, np.sqrt(stretch))):
            one, two = random.standard_normal((2, len(angle)))
            across = path * angle * (one / np.sqrt(12) + two / 2)
            # A kick downwards turns dx/dz the other way; a shift along the slope is seen longer in a horizontal plane.
            change -= (angle * two * factor)[:, None] * axis
            shift += (across * factor / np.sqrt(stretch))[:, None] * axis
        at = at - STEP * slope + shift
        slope = slope + change
    return Lines(at + (0.9 - BOTTOM) * slope, slope)


def _measure(
    random: np.random.Generator, lines: Lines, panels: Sequence[Sequence[float]], setup: Setup
) -> tuple[Lines, Array]:
    """Fitted lines, and which of them have two hits or more."""
    sums, count = np.zeros((7, len(lines.place))), np.zeros(len(lines.place))
    for x, y, z, span_x, span_y in panels:
        at = lines.at(z)
        inside = np.ones(len(at))
        for axis, (middle, span) in enumerate(((x, span_x), (y, span_y))):
            for sign in (-1, 1):
                away = (span / 2 + sign * (at[:, axis] - middle)) / setup.edge
                inside *= 0.5 * (1 + np.tanh(away / 2))
        hit = random.uniform(size=len(at)) < setup.efficiency * inside
        error = setup.resolution / np.maximum(inside, 1e-9)
        weight = hit / error**2
        points = at + error[:, None] * random.standard_normal(at.shape)
        height = z - 0.9
        count += hit
        sums += [weight, weight * height, weight * height**2, *(weight * points.T), *(weight * height * points.T)]
    w, wz, wzz, *moments = sums
    spread = np.where(count > 1, w * wzz - wz**2, 1.0)
    where, turned = np.column_stack(moments[:2]), np.column_stack(moments[2:])
    slope = (w[:, None] * turned - wz[:, None] * where) / spread[:, None]
    place = (wzz[:, None] * where - wz[:, None] * turned) / spread[:, None]
    return Lines(place, slope, w / spread), count > 1


def _closest(one: Lines, other: Lines) -> tuple[Array, Array]:
    """Height of the middle between two lines where they are closest, and their angle squared, as seen across them."""
    a, b = (np.column_stack([line.slope, np.ones(len(line.slope))]) for line in (one, other))
    apart = np.column_stack([other.place - one.place, np.zeros(len(a))])
    aa, bb, ab = (np.sum(p * q, axis=1) for p, q in ((a, a), (b, b), (a, b)))
    ad, bd = np.sum(a * apart, axis=1), np.sum(b * apart, axis=1)
    size = aa * bb - ab**2
    along_one, along_other = (bb * ad - ab * bd) / size, (ab * ad - aa * bd) / size
    return 0.9 + 0.5 * (along_one + along_other), size / aa


def _inside(at: Array) -> Array:
    """Weight of a muon by its distance from the walls."""
    away = np.maximum(1 - np.abs(at - SIDE / 2) / (SIDE / 2 - WALL), 0)
    return np.prod(2 / (1 + np.exp(-away / 0.1)) - 1, axis=1)
