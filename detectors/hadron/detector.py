"""The hadron calorimeter as a detector: from the variables of a design to resolution, cost, limits and a drawing."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.design.space import Design
from designopt.detectors.hadron.cost import SensorPrices
from designopt.detectors.hadron.draw import draw_sensors
from designopt.detectors.hadron.gdml import HEADINGS, block_geometry, written_sensors
from designopt.detectors.hadron.reading import drawn, expected
from designopt.detectors.hadron.sensors import Sensors
from designopt.detectors.hadron.showers import DEPTH, read_showers
from designopt.detectors.hadron.smoothed import expected_through
from designopt.problem.detector import AbstractDetector, CostBreakdown, Response

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from designopt.geometry import Geometry

ENERGIES = (50, 100)  # GeV
CALIBRATION = ("calibration pions", "calibration photons")


class HadronCalorimeter(AbstractDetector):
    """Thin silicon sensors along a block of stainless steel, 2 m deep, read by stored showers of Geant4.

    Design variables, one value a slot: `gap` (mm of steel in front of the sensor), `present` (0..1) and, where there
    is a choice, the weights of `thickness`. Without a key the response comes from the training showers, with soft
    windows and every fluctuation integrated; a key means the held-out showers, drawn with replacement, hard windows
    and drawn signals.

    A sensor reads one slice of 5 mm or the next, and which of them it is makes the score rugged in the depths. With a
    `window` (mm) training reads the slices around every sensor with the weights of a Gaussian instead: smooth, for
    gradients alone. Built designs are scored without.
    """

    prices: SensorPrices
    thicknesses: tuple[float, ...] = eqx.field(static=True)
    depth_limit: float = eqx.field(static=True)
    window: float = eqx.field(static=True, default=0.0)

    def sensors(self, design: Design) -> Sensors:
        """The layout of a design."""
        gap = design["gap"]
        weights = design.get("thickness", jnp.ones((gap.size, 1)))
        return Sensors(gap, weights @ jnp.asarray(self.thicknesses), design["present"])

    def showers(self) -> int:
        """Stored showers that one evaluation reads."""
        stored = read_showers()
        return sum(len(stored[f"training pions {energy}"].energy) for energy in ENERGIES)

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        """`resolution`: sigma over mean of the estimator for pions of 50 and 100 GeV; `sigma` and `mean` in GeV.

        GeV on the scale `a` that fits photons and pions of 9-200 GeV by least squares (arXiv 2412.10237).
        """
        return self.measured(self.sensors(design), key)

    def measured(self, sensors: Sensors, key: PRNGKeyArray | None = None) -> Response:
        """The response of a layout.

        Args:
            sensors: depths and thicknesses in mm, gates 0 to 1.
            key: None for the training showers, a JAX key for fresh signals.

        Returns `resolution` without unit, `sigma` and `mean` in GeV.
        """
        if key is None:
            names = [f"training pions {energy}" for energy in ENERGIES]
            return self._resolved([self._trained(name, sensors) for name in names], sensors)
        keys = jax.random.split(key, len(ENERGIES))
        drawings = zip(keys, ENERGIES, strict=True)
        return self._resolved(
            [_fresh(k, _deposits(f"final pions {energy}"), sensors) for k, energy in drawings], sensors
        )

    def held_out(self, sensors: Sensors) -> Response:
        """The response of a layout to the held-out showers, every fluctuation integrated."""
        return self._resolved([_integrated(f"final pions {energy}", sensors) for energy in ENERGIES], sensors)

    def _trained(self, name: str, sensors: Sensors) -> tuple[Array, Array]:
        return _moments(*expected_through(self.window, name, sensors)) if self.window else _integrated(name, sensors)

    def _resolved(self, sums: list[tuple[Array, Array]], sensors: Sensors) -> Response:
        mean, sigma = (jnp.stack(column) for column in zip(*sums, strict=True))
        scale = self.scale(sensors)
        return {"resolution": sigma / mean, "sigma": scale * sigma, "mean": scale * mean}

    def scale(self, sensors: Sensors) -> Float[Array, ""]:
        """The factor a of E = a sum w S that is best for photons and pions together, the noise of sensors included.

        Args:
            sensors: depths and thicknesses in mm, gates 0 to 1.

        Returns a factor without unit.
        """
        stored = read_showers()
        raw = [expected(_deposits(name), sensors) for name in CALIBRATION]
        mean, variance = (jnp.concatenate(parts) for parts in zip(*raw, strict=True))
        energy = np.concatenate([stored[name].energy for name in CALIBRATION])
        return jnp.sum(mean * energy) / jnp.maximum(jnp.sum(mean**2 + variance), 1e-12)

    def cost(self, design: Design) -> CostBreakdown:
        """Money by item in kCHF: sensors, channels, mechanics."""
        return self.prices.items(self.sensors(design))

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """The last sensor is inside the block."""
        return {"depth": self.sensors(design).depth / self.depth_limit - 1}

    def draw(self, design: Design, axes: "Axes") -> None:
        """The block from the side, its sensors, and the mean shower of 100 GeV."""
        draw_sensors(self.sensors(design), axes, np.asarray(_deposits("training pions 100")).mean(axis=0))

    def metrics(self, response: Response) -> dict[str, Float[Array, ""]]:
        """Resolution, sigma and mean response at both energies."""
        table: dict[str, Float[Array, ""]] = {}
        for i, energy in enumerate(ENERGIES):
            table[f"sigma(E)/E, pions of {energy} GeV (%)"] = 100 * response["resolution"][i]
            table[f"sigma(E), pions of {energy} GeV (GeV)"] = response["sigma"][i]
            table[f"mean, pions of {energy} GeV (GeV)"] = response["mean"][i]
        return table

    def better(self, label: str) -> int:
        """The smaller resolution; a mean is a property, neither good nor bad."""
        return 0 if label.startswith("mean") else -1

    def written(self, design: Design) -> dict[str, Any]:
        """The sensors as `designopt evaluate` reads them."""
        return written_sensors(self.sensors(design))

    def geometry(self, written: Mapping[str, Any]) -> "Geometry":
        """The block with its sensors."""
        return block_geometry(written)

    def headings(self) -> Mapping[str, str]:
        """Units of written sensors."""
        return HEADINGS

    def settings(self) -> dict[str, Any]:
        """Everything that tells this calorimeter from another, as JSON values."""
        stored = read_showers()
        return {
            "model": "hadron-calorimeter-1",
            "depth": DEPTH,
            "depth_limit": self.depth_limit,
            "thicknesses": list(self.thicknesses),
            "training_window": self.window,
            "prices": {f.name: float(getattr(self.prices, f.name)) for f in fields(self.prices)},
            "showers": {name: len(sample.energy) for name, sample in stored.items()},
            "simulation": sorted({sample.simulation for sample in stored.values()}),
        }


def _deposits(name: str) -> Float[Array, "shower slice"]:
    return jnp.asarray(read_showers()[name].deposit)


def _moments(mean: Float[Array, " shower"], variance: Float[Array, " *shower"]) -> tuple[Array, Array]:
    """Mean and sigma over showers of a sum whose own variance is known; a layout that sees nothing measures nothing."""
    middle = jnp.mean(mean)
    spread = jnp.sum((mean - middle) ** 2) / (mean.size - 1) + jnp.mean(variance)
    return jnp.maximum(middle, 1e-9), jnp.sqrt(jnp.maximum(spread, 1e-18))


def _integrated(name: str, sensors: Sensors) -> tuple[Array, Array]:
    return _moments(*expected(_deposits(name), sensors))


def _fresh(key: PRNGKeyArray, deposits: Float[Array, "shower slice"], sensors: Sensors) -> tuple[Array, Array]:
    which, signals = jax.random.split(key)
    chosen = jax.random.choice(which, deposits.shape[0], (deposits.shape[0],))
    sums = drawn(signals, deposits[chosen], sensors)
    return _moments(sums, jnp.zeros_like(sums))
