"""The array as a detector: from the variables of a design to shares of showers, cost, limits and a drawing."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

import designopt as do
from designopt.detectors.array.cost import Prices, bill
from designopt.detectors.array.description import FINEST
from designopt.detectors.array.draw import draw_array
from designopt.detectors.array.goal import shares
from designopt.detectors.array.layout import crowding, placed, trench
from designopt.detectors.array.showers.information import tally
from designopt.detectors.array.showers.quality import quality
from designopt.detectors.array.showers.sample import photons
from designopt.detectors.array.showers.shower import Showers
from designopt.units import m

if TYPE_CHECKING:
    from matplotlib.axes import Axes

EXAMPLE = {"kind": "photon", "energy_pev": 2.0, "theta_deg": 30.0, "phi_deg": 0.0, "core": [0.0, 0.0]}
"""The shower that a written design is asked about."""
LABELS = {
    "photon_share": "photons told from protons (%)",
    "energy_share": "well-measured energies (%)",
    "pointing_share": "well-measured directions (%)",
    "triggered": "triggered (%)",
}


class GroundArray(do.AbstractDetector):
    """Units of 19 tanks on level ground.

    Design variables: how far every unit is from its home (`layout.homes`), `x` and `y`, in units of the `width` (mm)
    that all have in common, and whether it is `present`; one that is there by half gives half the information, and
    costs half. Designs are scored with `count` photons of `energies` (PeV), up to `zenith` (rad), whose cores fall
    within `reach` (m).
    """

    prices: Prices
    count: int
    energies: tuple[float, float]
    zenith: float
    reach: float
    spacing: float

    @property
    def simulated(self) -> int:
        """Showers of one evaluation."""
        return self.count

    def showers(self, key: PRNGKeyArray | None = None, count: int | None = None) -> Showers:
        """The showers of training, or fresh ones: energies in PeV, angles in rad, cores in m.

        Args:
            key: None for those of training, else the same quasi-random sequence is shifted at random.
            count: how many, if not as many as one evaluation takes.
        """
        shift = 0.5 if key is None else jax.random.uniform(key, (5,))
        return photons(count or self.count, self.energies, self.zenith, self.reach, shift)

    def response(self, design: do.Design, key: PRNGKeyArray | None = None) -> do.Response:
        """Shares of showers that are as good as perfectly measured, 0 to 1, and the size of the array."""
        x, y, present = placed(design)
        found = quality(tally(self.showers(key), x, y, present))
        return {
            **shares(found.trigger, found.angle, found.energy, found.confused),
            "triggered": jnp.mean(found.trigger),
            "units": jnp.sum(present),
            "trench": trench(x, y, present) * m,
        }

    def cost(self, design: do.Design) -> do.CostBreakdown:
        """Units, trench and cable, area; kCHF."""
        return bill(self.prices, *placed(design))

    def constraints(self, design: do.Design) -> dict[str, Float[Array, ""]]:
        """Units stand apart by `spacing` (m)."""
        return {"spacing": crowding(*placed(design), self.spacing)}

    def metrics(self, response: do.Response) -> dict[str, Float[Array, ""]]:
        """Shares in per cent, units, and trench in km."""
        found = {label: 100.0 * response[name] for name, label in LABELS.items()}
        return {**found, "units": response["units"], "trench (km)": response["trench"] / (1000.0 * m)}

    def better(self, label: str) -> int:
        """More showers; units and trench are what they are bought with."""
        return 1 if label in LABELS.values() else 0

    def draw(self, design: do.Design, axes: "Axes") -> None:
        """The array from above, with the hub and the disc in which cores fall."""
        x, y, present = (np.asarray(values, float) for values in placed(design))
        draw_array(x, y, present, self.reach, axes)

    def written(self, design: do.Design) -> dict[str, Any]:
        """The units as `designopt evaluate` reads them, with one shower; on an axis if within 1 cm of it."""
        x, y, present = (np.asarray(values, float) for values in placed(design))
        places = np.stack([x, y], axis=1)[present > 0.5]
        units = np.where(np.abs(places) < FINEST, 0.0, places).tolist()
        return {"units": units, "hub": [0.0, 0.0], "showers": [dict(EXAMPLE)]}

    def headings(self) -> Mapping[str, str | Sequence[str]]:
        """Units of written layouts."""
        return {"units": ("x (m)", "y (m)"), "hub": "m", "core": "m"}

    def settings(self) -> dict[str, Any]:
        """Everything that tells this array from another, as JSON values; kCHF, PeV, rad, m."""
        prices = {name: getattr(self.prices, name) for name in ("unit", "metre", "ground")}
        names = ("count", "energies", "zenith", "reach", "spacing")
        plain = {name: list(v) if isinstance(v := getattr(self, name), tuple) else v for name in names}
        return {"model": "array-1", "prices": prices, **plain}
