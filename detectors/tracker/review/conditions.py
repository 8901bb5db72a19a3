"""Conditions of real life: layers that move, cables, a support tube, hits that are missing."""

from dataclasses import dataclass, replace

import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.tracker.layout.assembly import Assembly
from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.layout.technology import BEST_EFFICIENCY
from designopt.units import mm, um

ALIGNMENT = 5 * um
SOFTENING = 100 * mm
FRAME = 30 * mm
"""Assumed, 10-60 mm: the double layers of CLD are 2 mm thick, its vertex layers 19.5 mm apart."""
EFFICIENCY = 0.98
TUBE = 0.0125
TUBE_RADIUS = 686 * mm
FLANGE = 10 * mm
"""Room that the tube takes on either side: CLD's disks end at 663 mm and begin at 718 mm."""
SERVICES = 0.002
ENDLESS = 1e6 * mm


@dataclass(frozen=True)
class Conditions:
    """What a tracker meets in a hall; None leaves a condition out.

    Attributes:
        alignment: error of a layer's place (mm) that a far layer reaches, see `layer_error`; softening: r0 (mm).
        frame: how near layers have to be to move together (mm), see `moving_together`; None: each moves by itself.
        efficiency: probability of a hit in a layer that a track crosses.
        tube: x/X0 of a support tube, a cylinder of radius `TUBE_RADIUS` as long as the room.
        services: x/X0 that cables and cooling add to every layer.
    """

    alignment: float | None = ALIGNMENT
    softening: float = SOFTENING
    frame: float | None = FRAME
    efficiency: float | None = EFFICIENCY
    tube: float | None = TUBE
    services: float | None = SERVICES

    @property
    def inefficiency(self) -> float:
        """Probability that a layer has no hit."""
        return 0.0 if self.efficiency is None else 1.0 - self.efficiency

    def layer_error(self, place: Float[Array, " surface"]) -> Float[Array, " surface"]:
        r"""Error of a layer's place: $a\,r/(r + r_0)$, independent for both coordinates.

        r is the radius of a barrel layer and z of a disk: how far it stands from the vertex. What all layers share
        (twists, the scale of the radius: weak modes) is left out. 5 um and 100 mm: assumed, 1 um at the vertex layers
        and 5 um outside, as CMS and ATLAS state after alignment with tracks (recalled).
        """
        return (self.alignment or 0.0) * place / (place + self.softening)

    def moving_together(
        self, place: Float[Array, " surface"], others: Float[Array, " other"]
    ) -> Float[Array, "surface other"]:
        r"""Covariance of the errors of two layers of one kind, $a_i a_j\,e^{-(r_i - r_j)^2/2L^2}$, L the `frame`.

        Neighbours stand on one frame, so that many layers in one place know it no better than one does.

        Args:
            place, others: radii of barrel layers, or z of disks, mm.

        Returns mm2.
        """
        apart = place[:, None] - others[None, :]
        alike = (apart == 0.0) * 1.0 if self.frame is None else jnp.exp(-0.5 * (apart / self.frame) ** 2)
        return self.layer_error(place)[:, None] * self.layer_error(others)[None, :] * alike

    def place_variance(self, layout: Layout) -> Float[Array, " surface"]:
        r"""Variance of places that makes hits of equal weight average as they do, though the fit takes them apart.

        $\sum_j f_{ij} C_{ij}$ over the layers of its kind, C as in `moving_together`, f the part of layer i that layer
        j covers, times the gate of j. Exact for the mean of hits with equal errors; what a difference of neighbours
        gains (their common move drops out) is given away.

        Args:
            layout: surfaces, mm; what does not measure moves nobody.

        Returns mm2.
        """

        def of(place: Array, inner: Array, outer: Array, seen: Array) -> Array:
            common = jnp.minimum(outer[:, None], outer[None, :]) - jnp.maximum(inner[:, None], inner[None, :])
            covered = jnp.maximum(common, 0.0) / jnp.maximum(outer - inner, 1e-9)[:, None] * seen[None, :]
            own = jnp.eye(place.size)
            return jnp.sum((own + (1.0 - own) * covered) * self.moving_together(place, place), axis=1)

        many, half = layout.barrels, jnp.minimum(layout.half_length, ENDLESS)
        barrel = of(layout.radius, jnp.zeros_like(half), half, layout.measures[:many])
        return jnp.concatenate([barrel, of(layout.z, layout.inner, layout.outer, layout.measures[many:])])

    def moved(self, layout: Layout) -> Layout:
        """The layout whose hits know of the errors of places."""
        variance = self.place_variance(layout)
        return replace(
            layout,
            sigma_rphi=jnp.sqrt(layout.sigma_rphi**2 + variance),
            sigma_along=jnp.sqrt(layout.sigma_along**2 + variance),
        )

    def layout(self, built: Assembly, half_length: float) -> Layout:
        """The layout under these conditions: the pipe, a tube of no or some material, then the slots."""
        layout, gate = built.layout, built.installed

        def more(values: Array, value: float) -> Array:
            return jnp.concatenate([values[:1], jnp.full(1, value), values[1:]])

        whole = 1.0 if self.efficiency is None else BEST_EFFICIENCY
        material = layout.material + jnp.concatenate([jnp.zeros(1), gate]) * (self.services or 0.0)
        seen = layout.measures_rphi / whole
        moved, seen = self.moved(replace(layout, measures_rphi=seen, measures_along=seen)), more(seen, 0.0)
        return Layout(
            radius=more(layout.radius, TUBE_RADIUS),
            half_length=more(layout.half_length, half_length),
            z=layout.z,
            inner=layout.inner,
            outer=layout.outer,
            material=more(material, self.tube or 0.0),
            measures_rphi=seen,
            measures_along=seen,
            sigma_rphi=more(moved.sigma_rphi, 1.0),
            sigma_along=more(moved.sigma_along, 1.0),
        )


PLAIN = Conditions(None, SOFTENING, None, None, None, None)
