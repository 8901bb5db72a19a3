"""Conditions of real life: layers that move, cables, a support tube, hits that are missing."""

from dataclasses import dataclass

import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.tracker.layout.assembly import Assembly
from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.layout.technology import BEST_EFFICIENCY
from designopt.units import mm, um

ALIGNMENT = 5 * um
SOFTENING = 100 * mm
EFFICIENCY = 0.98
TUBE = 0.0125
TUBE_RADIUS = 686 * mm
SERVICES = 0.002


@dataclass(frozen=True)
class Conditions:
    """What a tracker meets in a hall; None leaves a condition out.

    Attributes:
        alignment: error of a layer's place (mm) that a far layer reaches, see `layer_error`; softening: r0 (mm).
        efficiency: probability of a hit in a layer that a track crosses.
        tube: x/X0 of a support tube, a cylinder of radius `TUBE_RADIUS` as long as the room.
        services: x/X0 that cables and cooling add to every layer.
    """

    alignment: float | None = ALIGNMENT
    softening: float = SOFTENING
    efficiency: float | None = EFFICIENCY
    tube: float | None = TUBE
    services: float | None = SERVICES

    @property
    def inefficiency(self) -> float:
        """Probability that a layer has no hit."""
        return 0.0 if self.efficiency is None else 1.0 - self.efficiency

    def layer_error(self, place: Float[Array, " surface"]) -> Float[Array, " surface"]:
        r"""Error of a layer's place: $a\,r/(r + r_0)$, independent from layer to layer and for both coordinates.

        r is the radius of a barrel layer and z of a disk: how far it stands from the vertex. What all layers share
        (twists, the scale of the radius: weak modes) is left out. 5 um and 100 mm: assumed, 1 um at the vertex layers
        and 5 um outside, as CMS and ATLAS state after alignment with tracks (recalled).
        """
        return (self.alignment or 0.0) * place / (place + self.softening)

    def layout(self, built: Assembly, half_length: float) -> Layout:
        """The layout under these conditions: the pipe, a tube of no or some material, then the slots."""
        layout, gate = built.layout, built.installed

        def more(values: Array, value: float) -> Array:
            return jnp.concatenate([values[:1], jnp.full(1, value), values[1:]])

        whole = 1.0 if self.efficiency is None else BEST_EFFICIENCY
        error = self.layer_error(jnp.concatenate([layout.radius, layout.z]))
        material = layout.material + jnp.concatenate([jnp.zeros(1), gate]) * (self.services or 0.0)
        seen = more(layout.measures_rphi / whole, 0.0)
        return Layout(
            radius=more(layout.radius, TUBE_RADIUS),
            half_length=more(layout.half_length, half_length),
            z=layout.z,
            inner=layout.inner,
            outer=layout.outer,
            material=more(material, self.tube or 0.0),
            measures_rphi=seen,
            measures_along=seen,
            sigma_rphi=more(jnp.hypot(layout.sigma_rphi, error), 1.0),
            sigma_along=more(jnp.hypot(layout.sigma_along, error), 1.0),
        )


PLAIN = Conditions(None, SOFTENING, None, None, None)
