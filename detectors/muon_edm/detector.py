"""The injection as a detector: from the variables of a design to the stored fraction, money and a drawing."""

from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import PRNGKeyArray

from designopt import AbstractDetector, CostBreakdown, Design, Response
from designopt.detectors.muon_edm.cost import Prices, items
from designopt.detectors.muon_edm.description import FINEST
from designopt.detectors.muon_edm.physics.beam import Beam, Injection
from designopt.detectors.muon_edm.physics.fields import Fields, Kicker, Region
from designopt.detectors.muon_edm.physics.storage import Storage, flights
from designopt.units import MeV, T, mm, mrad

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TRAINING = 20250301
"""Seed of the training muons, the same for every design."""


class MuonInjection(AbstractDetector):
    """Muons that are led into a solenoid and kicked onto an orbit in its middle.

    Design variables: `kick_field` (T), `kick_time`, `kick_width` (ns), `coil_current` (ampere-turns) and `coil_place`
    (mm) of each correction coil, `injection_angle` (rad), `injection_radius`, `channel_offset`, `channel_radius` (mm).
    `counted` counts stored muons, as designs are built and ranked; else the count is smooth.
    """

    beam: Beam = Beam()
    region: Region = Region()
    kicker: Kicker = Kicker()
    storage: Storage = Storage()
    prices: Prices = Prices()
    main: float = eqx.field(static=True, default=2.5 * T)
    bump: float = eqx.field(static=True, default=0.01)
    bump_length: float = eqx.field(static=True, default=100.0 * mm)
    coil_radius: float = eqx.field(static=True, default=70.0 * mm)
    start: float = eqx.field(static=True, default=-100.0 * mm)
    muons: int = eqx.field(static=True, default=200)
    counted: bool = eqx.field(static=True, default=False)

    @property
    def simulated(self) -> int:
        """Muons of one response."""
        return self.muons

    def fields(self, design: Design) -> Fields:
        """The fields of a design, T; values by name of variable in internal units."""
        return Fields(
            self.main, self.bump, design["coil_current"], design["coil_place"],
            design["kick_field"], design["kick_time"], design["kick_width"],
            self.bump_length, self.coil_radius, self.kicker,
        )  # fmt: skip

    def injection(self, design: Design) -> Injection:
        """Where the channel of a design ends and points, mm and rad; values by name of variable."""
        return Injection(design["injection_angle"], design["injection_radius"], design["channel_offset"], self.start)

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        """Stored fraction of the muons at the channel, and the fraction that comes through it.

        `likelihood` is the stored fraction, or half a muon where none was counted: its logarithm is the objective.
        """
        normal = self.beam.draw(jax.random.key(TRAINING) if key is None else key, self.muons)
        flown = flights(self.fields(design), self.region, self.injection(design), self.beam, normal, self.storage)
        count = flown.counted if self.counted else flown.smooth
        stored, passed = map(jnp.mean, count(self.storage.limit, self.region, design["channel_radius"]))
        least = 0.5 / self.muons if self.counted else 0.0
        return {"stored": stored, "passed": passed, "likelihood": jnp.maximum(stored, least)}

    def cost(self, design: Design) -> CostBreakdown:
        """Channel, kicker and correction coils in kCHF; the solenoid with its bump is there already."""
        return items(
            self.prices, self.kicker, design["kick_field"], design["kick_width"], design["coil_current"],
            design["channel_radius"],
        )  # fmt: skip

    def metrics(self, response: Response) -> dict[str, Any]:
        """Stored and passed, in per cent of the muons at the channel."""
        return {"stored (%)": 100 * response["stored"], "through the channel (%)": 100 * response["passed"]}

    def better(self, label: str) -> int:
        """More of both."""
        return 1

    def draw(self, design: Design, axes: "Axes") -> None:
        """Paths of a few muons along the axis over time, with the kick, and the vessel."""
        from designopt.detectors.muon_edm.draw import draw_injection

        draw_injection(self, design, axes)

    def written(self, design: Design) -> dict[str, Any]:
        """The design as `designopt evaluate` reads it; a channel less than a micrometre off the axis is on it."""
        number = {name: float(value) for name, value in design.items() if jnp.ndim(value) == 0}
        offset = number["channel_offset"] if abs(number["channel_offset"]) >= FINEST else 0.0
        coils = zip(design["coil_current"].tolist(), design["coil_place"].tolist(), strict=True)
        return {
            "kick": {"field_t": number["kick_field"], "time_ns": number["kick_time"], "width_ns": number["kick_width"]},
            "coils": [{"current_a": amps, "place_mm": z, "radius_mm": self.coil_radius} for amps, z in coils],
            "injection": {"angle_rad": number["injection_angle"], "radius_mm": number["injection_radius"],
                          "offset_mm": offset, "start_mm": self.start},
            "channel": {"radius_mm": number["channel_radius"], "length_mm": self.beam.channel},
            "solenoid": {"field_t": self.main, "bump": self.bump, "bump_length_mm": self.bump_length},
            "beam": {"momentum_mev": self.beam.momentum / MeV, "spread": self.beam.spread, "size_mm": self.beam.size,
                     "slope_mrad": self.beam.slope / mrad, "jitter_ns": self.beam.jitter},
            "storage": {"limit_mm": self.storage.limit, "flight_ns": self.storage.flight, "late": self.storage.late},
        }  # fmt: skip

    def settings(self) -> dict[str, Any]:
        """Everything that tells this injection from another, as JSON values; mm, ns, GeV, T, kCHF."""
        parts = {name: vars(getattr(self, name)) for name in ("beam", "region", "kicker", "storage", "prices")}
        names = ("main", "bump", "bump_length", "coil_radius", "start", "muons", "counted")
        return {"model": "muon-injection-1", **{name: dict(part) for name, part in parts.items()},
                **{name: getattr(self, name) for name in names}}  # fmt: skip
