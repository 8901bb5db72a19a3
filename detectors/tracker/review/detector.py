"""The tracker that a review board looks at: the same layout under conditions of real life, with its requirements."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.design.space import Design
from designopt.detectors.tracker.detector import MISSING, PURE, Tracker
from designopt.detectors.tracker.gdml import HEADINGS, tracker_geometry
from designopt.detectors.tracker.layout.assembly import Assembly
from designopt.detectors.tracker.layout.site import Site
from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.resolution.track_parameters import resolution_and_losses
from designopt.detectors.tracker.review.conditions import FLANGE, TUBE_RADIUS, Conditions
from designopt.detectors.tracker.review.figures import (
    DIRECTIONS,
    FINE,
    SLOW,
    Figures,
    SiteFigures,
    doubts_of,
    errors_over_patterns,
    figures_of,
    hits_of,
    losses_of,
    z0_above,
)
from designopt.detectors.tracker.review.goals import CHARM
from designopt.detectors.tracker.review.patterns import smooth_maximum
from designopt.detectors.tracker.review.required import Required
from designopt.detectors.tracker.simulation.layouts import surfaces_of
from designopt.detectors.tracker.simulation.noise import hit_noise
from designopt.detectors.tracker.simulation.toy import Noise
from designopt.problem.detector import AbstractDetector, CostBreakdown, Response
from designopt.units import mm, um

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from designopt.geometry import Geometry

HITS_SHARP = 0.05
"""Temperature of the smooth minimum of hits."""
NEVER = 1e-6
"""Acceptance of a tracker that finds no decay, so that its logarithm is a number."""


class ReviewedTracker(AbstractDetector):
    """A `Tracker` under `conditions`, held to what is `required` in so many `directions`.

    `yardstick` has the figures of the site's own in `FINE` directions.
    """

    tracker: Tracker
    conditions: Conditions = eqx.field(static=True)
    required: Required = eqx.field(static=True)
    yardstick: SiteFigures | None = None
    directions: int = eqx.field(static=True, default=DIRECTIONS)

    @property
    def site(self) -> Site:
        """Where it stands."""
        return self.tracker.site

    @property
    def interchangeable(self) -> tuple[int, ...]:
        """As of the tracker."""
        return self.tracker.interchangeable

    @property
    def cosine(self) -> float:
        """Largest |cos(theta)| that is looked at."""
        return self.tracker.cosine

    @property
    def inefficiency(self) -> float:
        """Probability that a layer has no hit."""
        return self.conditions.inefficiency

    def layout(self, design: Design) -> Layout:
        """The layout under the conditions: pipe, support tube, slots."""
        return self.conditions.layout(self.tracker.assembly(design), self.tracker.site.half_length)

    def noise(self, design: Design) -> Noise:
        """Errors of hits for the toy Monte Carlo: their own, and layers that move together."""
        alone = replace(self, conditions=replace(self.conditions, frame=None)).layout(design)
        return hit_noise(self.conditions, surfaces_of(alone))

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        """As `Tracker.response`; errors of pT, d0, z0 are means over hit patterns, `lost` is the worst loss in pT.

        `lost` is $\\ln(\\sigma_{without}/\\sigma)$ with the layer that hurts most, by momentum and angle.
        """
        layout = self.layout(design)
        tracks, share = self.tracker.tracks(layout) if key is None else self.tracker.fresh_tracks(key)
        found, losses = resolution_and_losses(layout, tracks, self.tracker.site.field)
        plain = {name: getattr(found, name) for name in ("phi", "cot", "hits", "material")}
        mean = dict(
            zip(("pt", "d0", "z0"), errors_over_patterns(found, losses, self.conditions.inefficiency), strict=True)
        )
        return mean | plain | {"sine": tracks.sine, "share": share, "lost": jnp.max(losses[0], axis=-1)}

    def events(self) -> int:
        """Tracks of one evaluation: those of `Tracker.events`, and where the support tube ends."""
        return self.tracker.events() + len(self.tracker.momenta) * self.tracker.site.vertices

    def cost(self, design: Design) -> CostBreakdown:
        """Money by item in kCHF: sensors, channels, mechanics, power."""
        return self.tracker.cost(design)

    def figures(self, layout: Layout) -> Figures:
        """What the limits compare, at all momenta in all directions."""
        tracker, missing, count = self.tracker, self.conditions.inefficiency, self.directions
        return figures_of(layout, tracker.momenta, tracker.cosine, tracker.site.field, missing, count)

    def _compared(self) -> SiteFigures | None:
        """The yardstick in the directions that are looked at."""
        if self.yardstick is None:
            return None
        every = (FINE - 1) // (self.directions - 1)
        return SiteFigures(self.yardstick.errors[..., ::every], self.yardstick.acceptance)

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """Occupancy, power and envelope as before; no disk through the `tube`; each requirement that is on, by name."""
        built, layout, wanted = self.tracker.assembly(design), self.layout(design), self.required
        limits = self.tracker.plant_limits(built)
        limits |= {"tube": self._through_tube(built)} if self.conditions.tube else {}
        limits |= {"cone": self._in_the_machine(built)} if wanted.cone is not None else {}
        limits |= {"hits": self._few_hits(layout)} if wanted.hits is not None else {}
        limits |= {"finding": self._wrong_hits(layout)} if wanted.crowd is not None else {}
        names = [name for name in ("loss", "slow", "worst", "impact", "z0", "v0") if getattr(wanted, name) is not None]
        if not names:
            return limits
        own, other = self.figures(layout), self._compared()
        if wanted.loss is not None:
            limits["loss"] = smooth_maximum(losses_of(own, self.tracker.momenta)) / np.log(wanted.loss) - 1
        if wanted.slow is not None and min(self.tracker.momenta) < SLOW:
            limits["slow"] = smooth_maximum(losses_of(own, self.tracker.momenta, slow=True)) / np.log(wanted.slow) - 1
        if other is not None and wanted.worst is not None:
            limits["worst"] = smooth_maximum(jnp.log(own.errors / other.errors)) / np.log(wanted.worst) - 1
        if other is not None and wanted.impact is not None:
            rows = jnp.asarray([self.tracker.momenta.index(momentum) for momentum in CHARM])
            limits["impact"] = jnp.mean(jnp.log(own.errors[1, rows] / other.errors[1, rows])) - np.log(wanted.impact)
        if other is not None and wanted.z0 is not None:
            limits["z0"] = z0_above(own, other, self.tracker.momenta) - np.log(wanted.z0)
        if other is not None and wanted.v0 is not None:
            limits["v0"] = smooth_maximum(jnp.log(wanted.v0 * other.acceptance / jnp.maximum(own.acceptance, NEVER)))
        return limits

    def _through_tube(self, built: Assembly) -> Float[Array, ""]:
        """How far a layer reaches into the support tube and its flanges, over the tube's radius; below 0 beside it."""
        gate, place = built.installed, built.layout.radius[1:]
        inner, outer = (jnp.concatenate([place, edge]) for edge in (built.layout.inner, built.layout.outer))
        into = jnp.minimum(outer - (TUBE_RADIUS - FLANGE), TUBE_RADIUS + FLANGE - inner) / TUBE_RADIUS
        return jnp.max(gate * into - (1 - gate), initial=-1.0)

    def _in_the_machine(self, built: Assembly) -> Float[Array, ""]:
        """How far below the cone of the machine a disk opens, over the cone's radius there; below 0 outside it."""
        gate, layout, cone = built.installed[self.tracker.barrels :], built.layout, self.required.cone or 0.0
        return jnp.max(gate * (1 - layout.inner / (cone * layout.z)) - (1 - gate), initial=-1.0)

    def _few_hits(self, layout: Layout) -> Float[Array, ""]:
        least, tracker = self.required.hits or 0, self.tracker
        hits = hits_of(layout, tracker.cosine, tracker.site.field, self.required.spread)
        return (least - MISSING + smooth_maximum(-hits, HITS_SHARP)) / least

    def _wrong_hits(self, layout: Layout) -> Float[Array, ""]:
        tracker, efficiency = self.tracker, self.conditions.efficiency or 1.0
        doubts = doubts_of(layout, tracker.cosine, tracker.site.field, self.required.crowd or 0.0, efficiency)
        return smooth_maximum(doubts / -np.log(PURE)) - 1

    def draw(self, design: Design, axes: "Axes") -> None:
        """As `Tracker.draw`."""
        self.tracker.draw(design, axes)

    def metrics(self, response: Response) -> dict[str, Float[Array, ""]]:
        """As `Tracker.metrics`, and how much worse sigma(pT) becomes at most with one layer lost."""
        there = response["share"] > 0
        worst = jnp.exp(jnp.max(jnp.where(there, response["lost"], 0.0)))
        return self.tracker.metrics(response) | {"sigma(pT) with a layer lost, at worst (times)": worst}

    def better(self, label: str) -> int:
        """As of the bare tracker; what a lost layer costs, less."""
        return -1 if "lost" in label else self.tracker.better(label)

    def written(self, design: Design) -> dict[str, Any]:
        """The layers, services included, the support tube, and the conditions, as `designopt evaluate` reads them."""
        conditions, site = self.conditions, self.site
        found = self.tracker.written(design, conditions.services or 0.0)
        tube = {"radius_mm": TUBE_RADIUS / mm, "half_length_mm": site.half_length / mm, "x_over_x0": conditions.tube}
        return found | {
            "barrel": [*found["barrel"], *([tube] if conditions.tube else [])],
            "alignment_um": (conditions.alignment or 0.0) / um,
            "alignment_r0_mm": conditions.softening / mm,
            "alignment_frame_mm": (conditions.frame or 0.0) / mm,
            "efficiency": 1.0 - conditions.inefficiency,
            "cos_max": self.cosine,
        }

    def geometry(self, written: Mapping[str, Any]) -> "Geometry":
        """Tubes and disks."""
        return tracker_geometry(written)

    def headings(self) -> Mapping[str, str]:
        """Units of written layers."""
        return HEADINGS

    def settings(self) -> dict[str, Any]:
        """Everything that tells this tracker from another, as JSON values; of the yardstick means, to six digits."""
        own: dict[str, Any] = {"conditions": asdict(self.conditions), "required": asdict(self.required)}
        own |= {"directions": self.directions}
        site = self.yardstick
        if site is not None:
            means = [jnp.mean(jnp.log(site.errors)), jnp.mean(site.acceptance)]
            own |= {"yardstick": [float(f"{float(value):.6g}") for value in means]}
        return {"model": "reviewed-tracker-1", **own, "tracker": self.tracker.settings()}
