"""The spectrometer as a detector: from the variables of a design to resolution, cost, limits and a drawing."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.design.space import Design
from designopt.detectors.spectrometer.catalogue import CATALOGUE, Technology, between
from designopt.detectors.spectrometer.draw import draw_spectrometer
from designopt.detectors.spectrometer.gdml import HEADINGS, spectrometer_geometry, written_spectrometer
from designopt.detectors.spectrometer.magnet import Magnet
from designopt.detectors.spectrometer.references.people import SHIP
from designopt.detectors.spectrometer.review.aperture import relative_area
from designopt.detectors.spectrometer.stations import Stations, track_errors
from designopt.problem.detector import AbstractDetector, CostBreakdown, Response
from designopt.units import mrad, um

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from designopt.geometry import Geometry


class Spectrometer(AbstractDetector):
    """Up to so many stations around a dipole.

    Design variables, one value a slot: `distance` from the middle of the magnet (mm), `downstream` (0: in front of it,
    1: behind it), and what stands there: the `grade` (0: nothing, then the technologies from the cheapest to the
    dearest), or the `resolution` with `present`. A slot that is behind the magnet by the part s is two stations, one on
    each side, that are there by 1 - s and s: the side is a way to go for a gradient, and whole as built. Between two
    grades information, material and price are mixed; between nothing and the first grade the station is there in part.

    With `separate` every slot has a side limit of its own, for training: the gap to its neighbour downstream. The slope
    of the largest of all gaps, which built designs are held to, jumps from pair to pair, and searches with exact slopes
    do not end there.
    """

    magnet: Magnet
    technologies: tuple[Technology, ...] = eqx.field(static=True)  # from the cheapest to the dearest
    momenta: tuple[float, ...] = eqx.field(static=True)
    hits: int = eqx.field(static=True)
    vertex: float = eqx.field(static=True)
    gap: float = eqx.field(static=True)
    fewest: int = eqx.field(static=True)
    log_thickness: float | None = eqx.field(static=True)
    separate: bool = eqx.field(static=True, default=False)

    def _slots(self, design: Design) -> tuple[Array, Array, Array, Array]:
        """Error of each slot's station, its material, price and gate."""
        if "resolution" in design:
            material, price = between(design["resolution"], self.technologies)
            gate = design.get("present", jnp.ones_like(price))
            return design["resolution"] / jnp.sqrt(self.hits), material, price, gate
        grade = design.get("grade", jnp.ones_like(design["distance"]))
        rows = jnp.asarray([[t.resolution**-2, t.material, t.price] for t in self.technologies])
        steps = jnp.arange(1.0, len(rows) + 1)
        information, material, price = (jnp.interp(grade, steps, column) for column in rows.T)
        return 1.0 / jnp.sqrt(self.hits * information), material, price, jnp.minimum(grade, 1.0)

    def stations(self, design: Design) -> Stations:
        """Both possible places of every slot, in front of the magnet first."""
        error, material, _, gate = self._slots(design)
        behind = design["downstream"]
        return Stations(
            z=self.magnet.centre + jnp.concatenate([-design["distance"], design["distance"]]),
            error=jnp.tile(error, 2),
            material=jnp.tile(material, 2),
            present=jnp.concatenate([gate * (1.0 - behind), gate * behind]),
        )

    @property
    def interchangeable(self) -> tuple[int, ...]:
        """A station stands where its distance says, whatever its slot."""
        return (0,)

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        """Relative momentum resolution, slope (rad) and position (mm) at the vertex, for every momentum.

        Exact, so that a key changes nothing. `stations` and `material` (X0) are what stands in the beam.
        """
        stations = self.stations(design)
        found = track_errors(stations, self.magnet, jnp.asarray(self.momenta), self.vertex, self.log_thickness)
        total = jnp.sum(stations.present * stations.material)
        return found | {"stations": jnp.sum(stations.present), "material": total}

    def prices(self, design: Design) -> Float[Array, " slot"]:
        """Price in kCHF of every slot's station, as if it were there in full.

        Args:
            design: values by name of variable, in internal units.
        """
        return self._slots(design)[2]

    def cost(self, design: Design) -> CostBreakdown:
        """Money in kCHF: the price of every station that is there."""
        _, _, price, gate = self._slots(design)
        return {"stations": jnp.sum(gate * price)}

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        r"""Stations stand at least `gap` apart, and there are at least `fewest`.

        The first is the largest $\min(1, 4g_ig_j)\,(2 - |z_i - z_j|/gap) - 1$ of two slots, at least -1: in full for
        two stations that rounding would keep, so that it holds as built, and none for one that is not there; with
        `separate` there is one of each slot. The last is $1 - \sum_i g_i/fewest$.
        """
        enough = {"stations": 1.0 - jnp.sum(self.stations(design).present) / self.fewest}
        gaps = self._gaps(design)
        if self.separate:
            return {f"gap {slot + 1}": gaps[slot] for slot in range(design["distance"].size)} | enough
        return {"gap": jnp.max(gaps)} | enough

    def _gaps(self, design: Design) -> Float[Array, " slot"]:
        """The gap limit of each slot, either side of the magnet: the largest over the stations downstream of it.

        A station upstream and nearer than a gap counts in part, the less the farther it is, so that nothing jumps where
        two stations pass each other. What stands nowhere near is -1. The largest of all slots is that of all pairs.
        """
        stations, slots = self.stations(design), design["distance"].size
        apart = (stations.z[None, :] - stations.z[:, None]) / self.gap
        downstream = jnp.clip(1.0 + apart, 0.0, 1.0)
        both = jnp.minimum(1.0, 4.0 * stations.present[:, None] * stations.present[None, :])
        close = downstream * both * (2.0 - jnp.where(apart >= 0, apart, -apart))  # has a slope at 0, unlike abs
        other = np.arange(2 * slots)[:, None] % slots != np.arange(2 * slots) % slots
        return jnp.max(jnp.where(other, close, 0.0).reshape(2, slots, 2 * slots), axis=(0, 2)) - 1.0

    def metrics(self, response: Response) -> dict[str, Float[Array, ""]]:
        """Momentum resolution at each momentum, slope and vertex at the lowest, stations and material."""
        table = {f"sigma(p)/p at {p:g} GeV (%)": 100 * response["momentum"][i] for i, p in enumerate(self.momenta)}
        low = f"at {self.momenta[0]:g} GeV"
        return table | {
            f"slope {low} (mrad)": response["slope"][0] / mrad,
            f"vertex {low} (um)": response["position"][0] / um,
            "stations": response["stations"],
            "material (% X0)": 100 * response["material"],
        }

    def draw(self, design: Design, axes: "Axes") -> None:
        """Side view with the magnet, and the momentum resolution over the momentum beside that of SHiP's stations."""
        places, momenta = jnp.asarray(SHIP), np.geomspace(1.0, 200.0, 40)
        straws = CATALOGUE[1]
        ship = Stations(
            z=self.magnet.centre + places,
            error=jnp.full_like(places, straws.resolution / np.sqrt(self.hits)),
            material=jnp.full_like(places, straws.material),
            present=jnp.ones_like(places),
        )
        layouts = {"this layout": self.stations(design), "SHiP's stations in this field": ship}
        curves = {}
        for name, stations in layouts.items():
            found = _errors(stations, self.magnet, jnp.asarray(momenta), self.vertex, self.log_thickness)
            curves[name] = momenta, np.asarray(found["momentum"])
        draw_spectrometer(layouts["this layout"], self.magnet, axes, curves)

    def better(self, label: str) -> int:
        """Smaller errors; stations and material are what they are bought with."""
        return 0 if label.startswith(("stations", "material")) else -1

    def written(self, design: Design, aperture: float | None = None) -> dict[str, Any]:
        """The stations as `designopt evaluate` reads them; with an `aperture` each at the price of its area."""
        stations, price = self.stations(design), jnp.tile(self.prices(design), 2)
        paid = np.asarray(price * relative_area(stations.z, aperture))
        return written_spectrometer(
            stations, self.hits, paid, self.magnet, self.momenta, self.vertex, self.log_thickness
        )

    def geometry(self, written: Mapping[str, Any]) -> "Geometry":
        """A plate a station, and the region of the field."""
        return spectrometer_geometry(written)

    def headings(self) -> Mapping[str, str]:
        """Units of written stations."""
        return HEADINGS

    def settings(self) -> dict[str, Any]:
        """Everything that tells this spectrometer from another, as JSON values; mm, GeV, kCHF, T m."""
        names = ("momenta", "hits", "vertex", "gap", "fewest", "log_thickness", "separate")
        plain = {name: list(v) if isinstance(v := getattr(self, name), tuple) else v for name in names}
        magnet = {name: getattr(self.magnet, name) for name in ("bending_power", "length", "centre")}
        return {"model": "spectrometer-1", "magnet": magnet, **plain,
                "technologies": [dict(technology.__dict__) for technology in self.technologies]}  # fmt: skip


_errors = jax.jit(track_errors, static_argnums=(3, 4))
