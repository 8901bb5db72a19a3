"""The reviewed hadron calorimeter as a detector: silicon or tiles along a steel block, boards, a coil around it."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.design.space import Design
from designopt.detectors.few_kinds import membership
from designopt.detectors.hadron.draw import draw_sensors
from designopt.detectors.hadron.gdml import block_geometry
from designopt.detectors.hadron.review.description import HEADINGS, SENSOR
from designopt.detectors.hadron.review.limits import Limits, coarsest_gap, in_the_tail, pion_nonlinearity
from designopt.detectors.hadron.review.offered import Offer, offered
from designopt.detectors.hadron.review.prices import Prices
from designopt.detectors.hadron.simulation.measure import ENERGIES, deposits, measured
from designopt.detectors.hadron.simulation.sensors import Sensors
from designopt.detectors.hadron.simulation.showers import DEPTH, read_showers, stored_showers
from designopt.problem.detector import AbstractDetector, CostBreakdown, Response

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from designopt.geometry import Geometry


class ReviewedHadron(AbstractDetector):
    """Sensors along a block of stainless steel, read by the stored showers of `hadron-calorimeter-v1`.

    Design variables, one value a kind of layer: `gap` (mm of steel in front) and, where there is a choice, the weights
    of the `sensor`, among those `on_offer`; one a slot: `present` (0..1) and the weights of its `kind`. `board` is the
    thickness of board, cassette and air of every sensor (mm): it takes depth and showers nothing. With a `window` (mm)
    training reads smoothly, as in the first version.
    """

    prices: Prices
    limits: Limits
    on_offer: tuple[str, ...] = eqx.field(static=True)
    board: float
    window: float = eqx.field(static=True, default=0.0)

    @property
    def offers(self) -> tuple[Offer, ...]:
        """What the weights of `sensor` are about, in their order."""
        return offered(self.on_offer)

    def offers_of(self, design: Design) -> Float[Array, "slot offer"]:
        """Weights of the sensors on offer in each slot.

        Args:
            design: values by name of variable, in internal units (mm).

        Returns weights without unit.
        """
        return membership(design, "gap") @ design.get("sensor", jnp.ones((design["gap"].size, 1)))

    def sensors(self, design: Design) -> Sensors:
        """The layout of a design."""
        weights = self.offers_of(design)
        thickness, grains, deep, tile = (
            weights @ jnp.asarray([getattr(one, name) for one in self.offers])
            for name in ("thickness", "grain", "deep", "tile")
        )
        return Sensors(membership(design, "gap") @ design["gap"], thickness, design["present"], grains, deep, tile)

    def depth(self, design: Design) -> Float[Array, ""]:
        """Depth of everything, boards too.

        Args:
            design: values by name of variable, in internal units (mm).

        Returns mm.
        """
        sensors = self.sensors(design)
        return jnp.sum(sensors.present * (sensors.gap + sensors.thickness + self.board))

    def showers(self) -> int:
        """Stored showers that one evaluation reads."""
        stored = read_showers()
        return sum(len(stored[f"training pions {energy}"].energy) for energy in ENERGIES)

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        """`resolution`, `sigma` and `mean` of pions of 50 and 100 GeV (`measure`); `nonlinearity` of 20-175 GeV.

        `leakage` is the share of pions of 100 GeV that leave more than a tenth behind, `depth` in mm.
        """
        sensors = self.sensors(design)
        return {
            **measured(sensors, key, self.window),
            "nonlinearity": pion_nonlinearity(sensors, self.window),
            "leakage": in_the_tail(sensors.depth),
            "depth": self.depth(design),
        }

    def cost(self, design: Design) -> CostBreakdown:
        """Money by item in kCHF: sensors, channels, mechanics, steel, coil, a second read-out."""
        present, weights = design["present"], self.offers_of(design)
        steel = jnp.sum(present * (membership(design, "gap") @ design["gap"]))
        return self.prices.items(present, weights, steel, self.depth(design))

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """The last sensor is inside the simulated block; voltage of the silicon, linearity, leakage, coarsest gap."""
        sensors, limits = self.sensors(design), self.limits
        found = {"depth": sensors.depth / limits.depth - 1}
        if limits.voltage is not None:
            needed = self.offers_of(design) @ jnp.asarray([one.voltage for one in self.offers])
            found["depletion voltage"] = jnp.max(sensors.present * needed) / limits.voltage - 1
        if limits.linearity is not None:
            found["pion linearity"] = (pion_nonlinearity(sensors, self.window) / limits.linearity) ** 2 - 1
        if limits.leakage is not None:
            found["leakage tail"] = in_the_tail(sensors.depth) / limits.leakage - 1
        if limits.coarsest is not None:
            found["coarsest gap"] = coarsest_gap(sensors, self.window > 0) / limits.coarsest - 1
        return found

    def draw(self, design: Design, axes: "Axes") -> None:
        """The block from the side, its sensors, and the mean shower of 100 GeV."""
        draw_sensors(self.sensors(design), axes, np.asarray(deposits("training pions 100")).mean(axis=0))

    def metrics(self, response: Response) -> dict[str, Float[Array, ""]]:
        """Resolution and mean at both energies, linearity, leakage, depth."""
        table: dict[str, Float[Array, ""]] = {}
        for i, energy in enumerate(ENERGIES):
            table[f"sigma(E)/E, pions of {energy} GeV (%)"] = 100 * response["resolution"][i]
            table[f"mean, pions of {energy} GeV (GeV)"] = response["mean"][i]
        return {
            **table,
            "non-linearity of pions of 20-175 GeV (%)": 100 * response["nonlinearity"],
            "pions of 100 GeV that leave more than a tenth (%)": 100 * response["leakage"],
            "depth with boards (mm)": response["depth"],
        }

    def better(self, label: str) -> int:
        """Smaller, but for the mean and the non-linearity, which have two sides."""
        return 0 if label.startswith(("mean", "non-linearity")) else -1

    def written(self, design: Design) -> dict[str, Any]:
        """The sensors as `designopt evaluate` reads them: mm of steel, equal neighbours in one entry."""
        kinds = np.asarray(self.offers_of(design)).argmax(axis=1)
        gaps = np.asarray(membership(design, "gap") @ design["gap"])
        rows: list[dict[str, Any]] = []
        for slot in np.flatnonzero(np.asarray(design["present"]) > 0.5):
            one = self.offers[kinds[slot]]
            gap = round(float(gaps[slot]), 9)
            row = {"absorber": gap, "thickness": one.thickness, "sensor": one.sensor}
            if rows and all(rows[-1][key] == value for key, value in row.items()):
                rows[-1]["repeat"] += 1
            else:
                rows.append({**row, "repeat": 1})
        return {"sensors": rows}

    def geometry(self, written: Mapping[str, Any]) -> "Geometry":
        """The block with its sensors; boards, which shower nothing, are left out."""
        return block_geometry(written, SENSOR)

    def headings(self) -> Mapping[str, str]:
        """Units of written sensors."""
        return HEADINGS

    def settings(self) -> dict[str, Any]:
        """Everything that tells this calorimeter from another, as JSON values; prices in kCHF, lengths in mm."""
        return {
            "model": "hadron-calorimeter-2",
            "depth": DEPTH,
            "board": self.board,
            "limits": {f.name: getattr(self.limits, f.name) for f in fields(self.limits)},
            "sensors": {
                name: [one.thickness, one.grain, one.deep] for name, one in zip(self.on_offer, self.offers, strict=True)
            },
            "training_window": self.window,
            "prices": {f.name: np.asarray(getattr(self.prices, f.name)).tolist() for f in fields(self.prices)},
            **stored_showers(),
        }
