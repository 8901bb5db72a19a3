"""Where a model expects most: logarithm of expected improvement times the probability that every limit is met."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.optimisers.common.constraint_models import LimitModels, log_chance
from designopt.optimisers.common.trust_region import candidates, corners
from designopt.surrogates.with_slopes import SlopeProcess

FAR = -1000.0
"""Below this many standard deviations the improvement follows its asymptote."""


def log_gain(z: Float[ndarray, "*any"]) -> tuple[Float[ndarray, "*any"], Float[ndarray, "*any"]]:
    r"""$\ln[\varphi(z) + z\,\Phi(z)]$ and its derivative, for any z.

    For negative z through $\Phi/\varphi = \sqrt{\pi/2}\,\mathrm{erfcx}(-z/\sqrt2)$, which does not underflow; below
    `FAR` the asymptote $-z^2/2 - \ln(\sqrt{2\pi}\,z^2)$, good to 3e-6. Ament et al., arXiv 2310.20708.
    """
    from scipy.special import erfcx, ndtr

    up, down, far = np.maximum(z, 0.0), np.clip(z, FAR, 0.0), np.minimum(z, FAR)
    gain = np.exp(-0.5 * up**2) / np.sqrt(2.0 * np.pi) + up * ndtr(up)
    ratio = np.sqrt(0.5 * np.pi) * erfcx(-down / np.sqrt(2.0))
    low = -0.5 * down**2 - 0.5 * np.log(2.0 * np.pi) + np.log1p(down * ratio)
    tail = -0.5 * far**2 - np.log(np.sqrt(2.0 * np.pi) * far**2)
    value = np.where(z > 0.0, np.log(gain), np.where(z > FAR, low, tail))
    slope = np.where(z > 0.0, ndtr(up) / gain, np.where(z > FAR, ratio / (1.0 + down * ratio), -far - 2.0 / far))
    return value, slope


@dataclass(frozen=True)
class Expectation:
    """The acquisition of one fitted model; `lowest` None while no feasible design is known: then only limits count."""

    model: SlopeProcess
    limits: LimitModels
    lowest: float | None

    def values(self, points: Float[ndarray, "query axis"]) -> Float[ndarray, " query"]:
        """The acquisition at many points."""
        chance = self.limits.log_probability(points)
        if self.lowest is None:
            return chance
        mean, deviation = self.model.predict(points)
        return np.log(deviation) + log_gain((self.lowest - mean) / deviation)[0] + chance

    def slope(self, point: Float[ndarray, " axis"]) -> tuple[float, Float[ndarray, " axis"]]:
        """The acquisition at one point and its gradient."""
        value, gradient = 0.0, np.zeros(len(point))
        if self.lowest is not None:
            mean, rise, deviation, widening = self.model.slopes(point)
            z = (self.lowest - mean) / deviation
            gain, steepness = log_gain(np.asarray(z))
            value += float(np.log(deviation) + gain)
            gradient += widening / deviation + steepness * (-rise - z * widening) / deviation
        for limit in self.limits.models:
            mean, rise, deviation, widening = limit.slopes(point)
            w = -mean / deviation
            chance = float(log_chance(np.asarray(mean), np.asarray(deviation)))
            value += chance
            gradient += np.exp(-0.5 * w**2 - chance) / np.sqrt(2.0 * np.pi) * (-rise - w * widening) / deviation
        return value, gradient

    def kriging_believer(self, point: Float[ndarray, " axis"]) -> "Expectation":
        """The acquisition with the model's opinion of a point taken for an observation: for the next of a batch."""
        limits = LimitModels(tuple(_with_fantasy(limit, point) for limit in self.limits.models))
        return Expectation(_with_fantasy(self.model, point), limits, self.lowest)

    def best(
        self, centre: Float[ndarray, " axis"], half: float, random: np.random.Generator, count: int, descents: int
    ) -> Float[ndarray, " axis"]:
        """The best point of a box, shape (axis,): of `count` `candidates`, and of ascents from `descents` of them."""
        from scipy.optimize import minimize

        low, high = corners(centre, half)
        cloud = candidates(random, centre, low, high, count)
        values = self.values(cloud)
        order = np.argsort(-values, kind="stable")
        ends = [(-float(values[order[0]]), cloud[order[0]])]
        for row in order[:descents]:
            end = minimize(
                lambda point: tuple(-part for part in self.slope(point)),
                cloud[row],
                jac=True,
                method="L-BFGS-B",
                bounds=np.stack([low, high], 1),
                options={"maxiter": 30},
            )
            ends.append((float(end.fun), np.clip(end.x, low, high)))
        return min(ends, key=lambda end: end[0])[1]


def _with_fantasy(model: SlopeProcess, point: Float[ndarray, " axis"]) -> SlopeProcess:
    mean, rise, _, _ = model.slopes(point)
    gradients = None if model.gradients is None else np.concatenate([model.gradients, rise[None]])
    points, values = np.concatenate([model.points, point[None]]), np.append(model.values, mean)
    return SlopeProcess(points, values, gradients, model.scales)
