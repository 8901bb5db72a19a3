"""The hadron calorimeter as a detector: from the variables of a design to resolution, cost, limits and a drawing."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.design.space import Design
from designopt.detectors.hadron.cost import SensorPrices
from designopt.detectors.hadron.draw import draw_sensors
from designopt.detectors.hadron.gdml import HEADINGS, block_geometry, written_sensors
from designopt.detectors.hadron.simulation.measure import ENERGIES, deposits, measured
from designopt.detectors.hadron.simulation.sensors import Sensors
from designopt.detectors.hadron.simulation.showers import DEPTH, read_showers, stored_showers
from designopt.problem.detector import AbstractDetector, CostBreakdown, Response

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from designopt.geometry import Geometry


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
        return measured(self.sensors(design), key, self.window)

    def cost(self, design: Design) -> CostBreakdown:
        """Money by item in kCHF: sensors, channels, mechanics."""
        return self.prices.items(self.sensors(design))

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """The last sensor is inside the block."""
        return {"depth": self.sensors(design).depth / self.depth_limit - 1}

    def draw(self, design: Design, axes: "Axes") -> None:
        """The block from the side, its sensors, and the mean shower of 100 GeV."""
        draw_sensors(self.sensors(design), axes, np.asarray(deposits("training pions 100")).mean(axis=0))

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
        return {
            "model": "hadron-calorimeter-1",
            "depth": DEPTH,
            "depth_limit": self.depth_limit,
            "thicknesses": list(self.thicknesses),
            "training_window": self.window,
            "prices": {f.name: float(getattr(self.prices, f.name)) for f in fields(self.prices)},
            **stored_showers(),
        }
