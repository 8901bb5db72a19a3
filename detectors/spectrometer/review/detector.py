"""A spectrometer as a review board looks at it: stations move, miss tracks, die, and are as large as they must be."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.design.space import Design
from designopt.detectors.spectrometer.detector import Spectrometer
from designopt.detectors.spectrometer.gdml import HEADINGS, spectrometer_geometry
from designopt.detectors.spectrometer.review.aperture import relative_area
from designopt.detectors.spectrometer.review.goals import mass_resolution
from designopt.detectors.spectrometer.review.patterns import (
    Patterns,
    largest_loss,
    measured_share,
    over_patterns,
    pattern_errors,
)
from designopt.detectors.spectrometer.stations import Stations
from designopt.problem.detector import AbstractDetector, CostBreakdown, Response

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from designopt.geometry import Geometry

LIMITS = {"momentum": "lost station, momentum", "position": "lost station, vertex"}
"""Side limits on the loss of one station, by the quantity that must survive it."""


class ReviewedSpectrometer(AbstractDetector):
    """A `Spectrometer` with the requirements of a review board.

    Attributes:
        bare: stations, magnet and grades, without any requirement.
        alignment: error of every station's place in mm, independent, added in quadrature. Weak modes are left out.
        efficiency: probability that a station gives its measurement.
        redundancy: largest factor by which the loss of a station may raise an error; None: no limit.
        aperture: z in mm from which tracks of a fixed angle pass every station; None: places cost the same.
        mass: of the particle that decays, in GeV.
    """

    bare: Spectrometer
    alignment: float = eqx.field(static=True)
    efficiency: float = eqx.field(static=True)
    redundancy: float | None = eqx.field(static=True)
    aperture: float | None = eqx.field(static=True)
    mass: float = eqx.field(static=True)

    @property
    def momenta(self) -> tuple[float, ...]:
        """Momenta in GeV."""
        return self.bare.momenta

    @property
    def interchangeable(self) -> tuple[int, ...]:
        """As of the bare spectrometer."""
        return self.bare.interchangeable

    def aligned(self, stations: Stations) -> Stations:
        """Stations with the error of their places in their own."""
        return eqx.tree_at(lambda s: s.error, stations, jnp.sqrt(stations.error**2 + self.alignment**2))

    def stations(self, design: Design) -> Stations:
        """Both possible places of every slot, with alignment."""
        return self.aligned(self.bare.stations(design))

    def patterns(self, stations: Stations) -> Patterns:
        """Errors of aligned stations, and what the loss of each does."""
        bare = self.bare
        return pattern_errors(stations, bare.magnet, jnp.asarray(bare.momenta), bare.vertex, bare.log_thickness)

    def measured(self, stations: Stations) -> Response:
        """Response of aligned stations: means over hit patterns, mass resolution, share of measured tracks."""
        found = over_patterns(self.patterns(stations), stations.present, self.efficiency)
        mass = mass_resolution(found["momentum"], found["slope"], jnp.asarray(self.momenta), self.mass)
        return found | {
            "mass": mass,
            "measured": measured_share(stations.present, self.efficiency),
            "stations": jnp.sum(stations.present),
            "material": jnp.sum(stations.present * stations.material),
        }

    def losses(self, stations: Stations) -> dict[str, Float[Array, ""]]:
        """ln(factor) / ln(limit) - 1 of the loss of a station (smooth maximum), by side limit; none without a limit.

        Args:
            stations: places in mm, errors of a hit in mm, thickness in X0, gates 0 to 1.

        Returns numbers without unit, met when not positive.
        """
        if self.redundancy is None:
            return {}
        found = self.patterns(stations).without
        worst = {limit: largest_loss(found[name], stations.present) for name, limit in LIMITS.items()}
        return {limit: value / jnp.log(self.redundancy) - 1.0 for limit, value in worst.items()}

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        """Means over hit patterns of sigma(p)/p, slope (rad) and vertex (mm), and the mass resolution; exact."""
        return self.measured(self.stations(design))

    def cost(self, design: Design) -> CostBreakdown:
        """Money in kCHF: the price of every station times its relative area."""
        stations, price = self.bare.stations(design), jnp.tile(self.bare.prices(design), 2)
        return {"stations": jnp.sum(stations.present * price * relative_area(stations.z, self.aperture))}

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """Distances and number of stations as of the bare spectrometer, and the loss of any one."""
        return self.bare.constraints(design) | self.losses(self.stations(design))

    def draw(self, design: Design, axes: "Axes") -> None:
        """The bare spectrometer, to scale."""
        self.bare.draw(design, axes)

    def metrics(self, response: Response) -> dict[str, Float[Array, ""]]:
        """As of the bare spectrometer, and the mass resolution at each momentum."""
        mass = {
            f"sigma(m)/m of {self.mass:g} GeV from two of {p:g} GeV (%)": 100 * response["mass"][i]
            for i, p in enumerate(self.momenta)
        }
        return self.bare.metrics(response) | mass

    def better(self, label: str) -> int:
        """As of the bare spectrometer; the mass resolution, less."""
        return self.bare.better(label)

    def written(self, design: Design) -> dict[str, Any]:
        """The stations as `designopt evaluate` reads them, which adds alignment and efficiency by itself."""
        return self.bare.written(design, self.aperture)

    def geometry(self, written: Mapping[str, Any]) -> "Geometry":
        """A plate a station, as large as the aperture there, and the region of the field."""
        return spectrometer_geometry(written, self.aperture)

    def headings(self) -> Mapping[str, str]:
        """Units of written stations."""
        return HEADINGS

    def settings(self) -> dict[str, Any]:
        """Everything that tells this spectrometer from another, as JSON values; mm, GeV, kCHF, T m."""
        names = ("alignment", "efficiency", "redundancy", "aperture", "mass")
        return self.bare.settings() | {"model": "spectrometer-2"} | {name: getattr(self, name) for name in names}
