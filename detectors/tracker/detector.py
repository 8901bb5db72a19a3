"""The tracker as a detector: from the variables of a design to resolutions, cost, limits and a drawing."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.design.space import Design
from designopt.design.variables import Number
from designopt.detectors.tracker.cost import CostModel
from designopt.detectors.tracker.draw import Measure, draw_tracker
from designopt.detectors.tracker.gdml import HEADINGS, tracker_geometry
from designopt.detectors.tracker.layout.assembly import Assembly, assemble
from designopt.detectors.tracker.layout.site import Site
from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.resolution.crossing import Tracks, crossing, ends
from designopt.detectors.tracker.resolution.hits import fake_probability, hit_density, occupancy
from designopt.detectors.tracker.resolution.track_parameters import Resolution, resolution, windows
from designopt.detectors.tracker.written import written_tracker
from designopt.problem.detector import AbstractDetector, CostBreakdown, Response
from designopt.units import mm, um

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from designopt.geometry import Geometry

NEARLY = 2 * mm
MISSING = 0.5  # part of a hit that the count may lack: efficiencies and edges are smooth
FULL = 0.01  # occupancy
PURITY_ANGLES = 4
DIRECTIONS = 24
NONE = 1e-6  # share of directions that counts for nothing
PURE = 0.95  # probability that no layer gives a wrong hit


class Tracker(AbstractDetector):
    """A tracker of up to `barrels` cylinders and some pairs of disks at one site; see `assembly.assemble`.

    Tracks: `momenta` (pT in GeV), and `angles` steps of cos(theta) from 0 to `cosine` that `tracks` cuts further.
    `expert` is the site's own tracker, for drawings.
    """

    site: Site = eqx.field(static=True)
    prices: CostModel
    barrels: int = eqx.field(static=True)
    disks: int = eqx.field(static=True)
    momenta: tuple[float, ...] = eqx.field(static=True)
    angles: int = eqx.field(static=True)
    cosine: float = eqx.field(static=True)
    least_hits: int = eqx.field(static=True)
    expert: Design | None = None

    def assembly(self, design: Design) -> Assembly:
        """What stands there."""
        return assemble(design, self.site, self.barrels)

    interchangeable = property(lambda self: (0, self.barrels), doc="Barrel slots among each other, and disk slots.")

    @property
    def inefficiency(self) -> float:
        """Probability that a layer has no hit, beyond what counts in the errors of its hits: none here."""
        return 0.0

    def layout(self, design: Design) -> Layout:
        """The surfaces that tracks meet."""
        return self.assembly(design).layout

    def tracks(self, layout: Layout) -> tuple[Tracks, Float[Array, "momentum angle"]]:
        """Tracks of shape (momentum, angle), and the share of |cos(theta)| up to `cosine` that each stands for.

        The interval is cut into `angles` equal steps, and again wherever a surface ends (`crossing.ends`): within a
        piece all tracks hit the same surfaces, and the one in its middle speaks for them. So the mean over directions
        is exact but for the curvature of the errors within a step, and has the right slope in every length. With
        blurred ends instead half a hit would do nearly as much as a whole one, and layers would grow too short.
        Vertices are mid-quantiles of the luminous region, scaled to its variance, `site.vertices` for each momentum.

        Args:
            layout: surfaces, mm.
        """
        steps = jnp.linspace(0.0, self.cosine, self.angles + 1)
        shape = len(self.momenta), self.site.vertices
        pt = jnp.broadcast_to(jnp.asarray(self.momenta)[:, None], shape).ravel()
        quantiles = jax.scipy.stats.norm.ppf(_mixed(pt.size))
        vertex = self.site.spread * quantiles / jnp.sqrt(jnp.maximum(jnp.mean(quantiles**2), 1e-9))

        def pieces(pt: Number, vertex: Number) -> tuple[Array, Array]:
            cuts = jnp.minimum(ends(layout, pt, vertex, self.site.field), self.cosine)
            cuts = jnp.sort(jnp.concatenate([steps, cuts]))
            return 0.5 * (cuts[1:] + cuts[:-1]), (cuts[1:] - cuts[:-1]) / self.cosine / self.site.vertices

        cosine, share = (values.reshape(shape[0], -1) for values in jax.vmap(pieces)(pt, vertex))
        vertex = jnp.repeat(vertex.reshape(shape), cosine.shape[1] // shape[1], axis=1)
        return _tracks(jnp.asarray(self.momenta), cosine, vertex), share

    def fresh_tracks(self, key: PRNGKeyArray) -> tuple[Tracks, Float[Array, "momentum angle"]]:
        """As many tracks, one at random in each of equal steps of |cos(theta)|, with vertices at random.

        Args:
            key: a JAX key.

        Returns tracks (GeV, mm), and the share that each stands for.
        """
        count = self.events() // len(self.momenta)
        shape = (len(self.momenta), count)
        where, height = jax.random.uniform(key, (2, *shape), minval=1e-6, maxval=1.0 - 1e-6)
        cosine = self.cosine * (jnp.arange(count) + where) / count
        vertex = self.site.spread * jax.scipy.stats.norm.ppf(height)
        return _tracks(jnp.asarray(self.momenta), cosine, vertex), jnp.full(shape, 1.0 / count)

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        """Errors of pT (relative), d0, z0 (mm), phi (rad) and cot(theta) by momentum and angle; hits and x/X0.

        The tracks follow exact helices; `cosine` and `share` say which they are (see `tracks`; with a key
        `fresh_tracks`).
        """
        layout = self.assembly(design).layout
        tracks, share = self.tracks(layout) if key is None else self.fresh_tracks(key)
        found = resolution(layout, tracks, self.site.field, prior=True)
        names = ("pt", "d0", "z0", "phi", "cot", "hits", "material")
        return {name: getattr(found, name) for name in names} | {"sine": tracks.sine, "share": share}

    def events(self) -> int:
        """Tracks of one evaluation: by momentum and vertex one a step and one an end of a surface, the pipe's too."""
        return len(self.momenta) * self.site.vertices * (self.angles + 1 + self.barrels + 2 * self.disks)

    def cost(self, design: Design) -> CostBreakdown:
        """Money by item in kCHF: sensors, channels, mechanics, power."""
        built = self.assembly(design)
        return self.prices.items(built.area, built.share, built.channels, built.power)

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """Hits at every angle, occupancy, purity of hits, power, and the envelope.

        Hits are counted with nearly sharp edges at `DIRECTIONS`, ends included. Purity is the product over layers
        of the probability not to pick a wrong hit, for the slowest tracks.
        """
        built = self.assembly(design)
        layout, gate = built.layout, built.installed
        cosine = jnp.linspace(0.0, self.cosine, DIRECTIONS)
        edge = Tracks(
            pt=jnp.full_like(cosine, self.momenta[0]),
            cot=cosine / jnp.sqrt(1 - cosine**2),
            vertex=jnp.zeros_like(cosine),
        )
        there = jax.vmap(lambda track: crossing(layout, track, self.site.field, NEARLY).there[1:])(edge)
        hits = jnp.min(there @ gate)
        some = np.linspace(1, cosine.size - 1, PURITY_ANGLES).astype(int)
        density = self._density(layout)
        few = jax.tree.map(lambda values: values[some], edge)
        window = windows(layout, few, self.site.field, NEARLY)[:, 1:]
        wrong = fake_probability(density, window, built.efficiency)
        doubt = -jnp.sum(gate * there[some] * jnp.log1p(-jnp.minimum(wrong, 0.999)), axis=1)
        plant = self.plant_limits(built)
        return {
            "hits": (self.least_hits - MISSING - hits) / self.least_hits,
            "occupancy": plant["occupancy"],
            "purity": jnp.max(doubt) / -np.log(PURE) - 1,
            "power": plant["power"],
            "envelope": plant["envelope"],
        }

    def _density(self, layout: Layout) -> Float[Array, " slot"]:
        return hit_density(jnp.concatenate([layout.radius[1:], layout.inner]), self.site.density)

    def plant_limits(self, built: Assembly) -> dict[str, Float[Array, ""]]:
        """Occupancy, power and envelope: what does not depend on tracks.

        Args:
            built: the tracker as it stands there.

        Returns numbers without unit, met when not positive.
        """
        layout, gate = built.layout, built.installed
        full = gate * occupancy(self._density(layout), built.cell)
        far = jnp.concatenate([gate[: self.barrels] * layout.radius[1:], gate[self.barrels :] * layout.outer])
        deep = jnp.concatenate([gate[: self.barrels] * layout.half_length[1:], gate[self.barrels :] * layout.z])
        return {
            "occupancy": jnp.max(full) / FULL - 1,
            "power": jnp.sum(built.power) / self.site.power - 1,
            "envelope": jnp.maximum(jnp.max(far) / self.site.radius, jnp.max(deep) / self.site.half_length) - 1,
        }

    def draw(self, design: Design, axes: "Axes") -> None:
        """Quarter section to scale, with the material and the resolutions beside the reference's."""
        expert = None if self.expert is None else self._measure(self.expert)
        draw_tracker(self.assembly(design), self.site, self.cosine, axes, self._measure(design), expert)

    def _measure(self, design: Design) -> Measure:
        layout = self.assembly(design).layout

        def measure(pt: np.ndarray, cot: np.ndarray) -> Resolution:
            return _resolutions(layout, Tracks(jnp.asarray(pt), jnp.asarray(cot), jnp.zeros(len(pt))), self.site.field)

        return measure

    def metrics(self, response: Response) -> dict[str, Float[Array, ""]]:
        """Mean (geometric, over the angles) of each resolution at each momentum; fewest hits and mean material."""
        found, share = {}, response["share"]
        for name, label, unit in (("pt", "sigma(pT)/pT at {} (%)", 0.01), ("d0", "d0 at {} (um)", um),
                                  ("z0", "z0 at {} (um)", um)):  # fmt: skip
            for row, momentum in enumerate(self.momenta):
                mean = jnp.exp(jnp.sum(share[row] * jnp.log(response[name][row])))
                found[label.format(f"{momentum:g} GeV")] = mean / unit
        found["fewest hits"] = jnp.min(jnp.where(share > NONE, response["hits"], jnp.inf))
        return found | {"material (% of X0)": 100 * jnp.mean(jnp.sum(share * response["material"], axis=1))}

    def better(self, label: str) -> int:
        """Smaller errors and more hits; material is what they are bought with."""
        return 1 if "hits" in label else 0 if label.startswith("material") else -1

    def written(self, design: Design, services: float = 0.0) -> dict[str, Any]:
        """The layers as `designopt evaluate` reads them; `services` is x/X0 that each has besides."""
        return written_tracker(design, self.assembly(design), self.site, self.barrels, self.momenta, services)

    def geometry(self, written: Mapping[str, Any]) -> "Geometry":
        """Tubes and disks."""
        return tracker_geometry(written)

    def headings(self) -> Mapping[str, str]:
        """Units of written layers."""
        return HEADINGS

    def settings(self) -> dict[str, Any]:
        """Everything that tells this tracker from another, as JSON values; prices in kCHF, mm."""
        prices = {name: np.asarray(value).tolist() for name, value in vars(self.prices).items()}
        names = ("barrels", "disks", "momenta", "angles", "cosine", "least_hits")
        plain = {name: list(v) if isinstance(v := getattr(self, name), tuple) else v for name in names}
        return {"model": "tracker-2", "site": asdict(self.site), "prices": prices, **plain}


@eqx.filter_jit
def _resolutions(layout: Layout, tracks: Tracks, field: Number) -> Resolution:
    return resolution(layout, tracks, field, prior=True)


def _tracks(
    pt: Float[Array, " momentum"], cosine: Float[Array, "momentum angle"], vertex: Float[Array, "momentum angle"]
) -> Tracks:
    return Tracks(jnp.broadcast_to(pt[:, None], cosine.shape), cosine / jnp.sqrt(1 - cosine**2), vertex)


def _mixed(count: int) -> np.ndarray:
    """Mid-quantiles in an order without a trend: steps of the golden section."""
    return (np.argsort(np.argsort(np.mod(np.arange(count) * 0.6180339887, 1.0))) + 0.5) / count
