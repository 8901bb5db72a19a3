"""The tomograph as a detector: panels above and below a ladle, and how well they tell its fill height."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

import designopt as do
from designopt.detectors.tomography.cost import Prices, cost_of
from designopt.detectors.tomography.description import FINEST
from designopt.detectors.tomography.draw import draw_panels
from designopt.detectors.tomography.physics import ladle
from designopt.detectors.tomography.physics.fill_height import fill_height, sums, together
from designopt.detectors.tomography.physics.scattering import REFERENCE, scattering_angle
from designopt.detectors.tomography.physics.tracks import Hits, Panels, patterns
from designopt.units import m, mm, mrad, um

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NEVER = 1e-30
"""Added to the share of muons that are seen, so that errors are finite where none is."""


class Tomograph(do.AbstractDetector):
    """Up to so many panels above the ladle and below it.

    Design variables, one value a slot, those above first: `x`, `y` (middle), `distance` from the ladle, `span_x`,
    `span_y` (all mm), and `present` (all are, without it). `gap` and `slag` are in mm (`slag` None: anywhere, see
    `physics.ladle.levels`), `momentum` in GeV; `muons` cross the square metre of the volume; `degree` is that of the
    calibration curve.
    """

    hits: Hits
    above: int = eqx.field(static=True)
    momentum: float = eqx.field(static=True)
    muons: float
    slag: float | None = eqx.field(static=True)
    degree: int = eqx.field(static=True)
    gap: float = eqx.field(static=True)
    prices: Prices = eqx.field(static=True)

    def panels(self, design: do.Design) -> tuple[Panels, Panels]:
        """Panels above and below, in m.

        Args:
            design: values by name of variable, mm.
        """
        away = design["distance"] / m
        slots = [design[name] / m for name in ("x", "y", "span_x", "span_y")]
        present = design.get("present", jnp.ones_like(away))

        def side(part: slice, z: Float[Array, " panel"]) -> Panels:
            x, y, span_x, span_y = (values[part] for values in slots)
            return Panels(x, y, z, span_x, span_y, present[part])

        first, rest = slice(0, self.above), slice(self.above, None)
        return side(first, ladle.TOP + away[first]), side(rest, ladle.BOTTOM - away[rest])

    def measured(self, above: Panels, below: Panels, seed: int | None = None) -> do.Response:
        """What any panels measure: see `response`.

        Args:
            above, below: panels in m.
            seed: of other muons than those of `response` (`ladle.rays`).
        """
        muons, slag = ladle.rays(seed=seed), None if self.slag is None else self.slag / m
        place, slope = jnp.asarray(muons.place), jnp.asarray(muons.slope)
        reference = float(scattering_angle(REFERENCE, self.momentum)) ** 2
        found = [patterns(panels, self.hits, place, slope) for panels in (above, below)]
        one, other = (sums(side, reference) for side in found)
        both = together(one, other)
        estimate = fill_height(
            both, ladle.moments(self.momentum, slag, seed=seed), muons, ladle.levels(slag), self.muons, self.degree
        )
        chance = jnp.asarray(muons.chance / muons.chance.sum())
        flat = 1.0 / (1.0 + jnp.sum(slope**2, axis=1))
        across = flat * 0.5 * (1.0 + flat)  # mean of both axes across the track, over that of a kick
        trusted = chance @ both.once[0] + NEVER
        lines = {"above": one, "below": other}
        tilt = {f"slope_{k}": jnp.sqrt((chance @ s.once[1]) / (chance @ s.once[0] + NEVER)) for k, s in lines.items()}
        return {
            "squared_error": estimate.squared_error,
            "efficiency": chance @ both.seen,
            "slope": jnp.sqrt(0.5 * (chance @ both.once[1]) / trusted),
            "vertex": jnp.sqrt((chance @ (both.offset * across)) / trusted / (2.0 * reference)),
            "across": jnp.sqrt(0.25 * (chance @ both.offset) / trusted),
            "panels": jnp.sum(above.present) + jnp.sum(below.present),
            **tilt,
        }

    def response(self, design: do.Design, key: PRNGKeyArray | None = None) -> do.Response:
        """Squared error of the fill height (m2), share of muons seen, errors of slope (rad) and vertex (m).

        Exact, so that a key changes nothing. `slope` is the error of a line's slope, root of the mean of both sides,
        `slope_above` and `slope_below` of each; `vertex` the error in z of the point where a muon scatters by the
        reference in the middle of the ladle, `across` that of its x and y. All have the estimator's weights.
        """
        return self.measured(*self.panels(design))

    def cost(self, design: do.Design) -> do.CostBreakdown:
        """Money in kCHF (or TomOpt's units): area and channels of the panels that are there."""
        above, below = self.panels(design)
        both = Panels(*(jnp.concatenate([getattr(side, name) for side in (above, below)])
                        for name in ("x", "y", "z", "span_x", "span_y", "present")))  # fmt: skip
        return cost_of(both, self.hits.resolution, self.prices)

    def constraints(self, design: do.Design) -> dict[str, Float[Array, ""]]:
        r"""Panels of one side stand at least `gap` apart: $\max \min(1, 4g_ig_j)(2 - |z_i - z_j|/gap) - 1$."""
        worst = []
        for side in self.panels(design):
            one, other = np.triu_indices(side.z.size, 1)
            apart = (side.z[other] - side.z[one]) * (m / self.gap)
            apart = jnp.where(apart >= 0, apart, -apart)  # has a slope at 0, unlike abs
            worst.append(jnp.minimum(1.0, 4.0 * side.present[one] * side.present[other]) * (2.0 - apart))
        return {"gap": jnp.max(jnp.maximum(jnp.concatenate(worst), 0.0)) - 1.0}

    def metrics(self, response: do.Response) -> dict[str, Float[Array, ""]]:
        """Errors of fill height, angle and vertex, the share of muons seen, and how many panels there are."""
        return {
            "fill height (mm)": jnp.sqrt(response["squared_error"]) * m / mm,
            "fill height, squared error (m2)": response["squared_error"],
            "slope of a line (mrad)": response["slope"] / mrad,
            "vertex in z (mm)": response["vertex"] * m / mm,
            "muons seen (%)": 100 * response["efficiency"],
            "panels": response["panels"],
        }

    def better(self, label: str) -> int:
        """Smaller errors, more muons; panels are what they are bought with."""
        return 0 if label == "panels" else 1 if label.startswith("muons") else -1

    def draw(self, design: do.Design, axes: "Axes") -> None:
        """Side view of ladle and panels, and the panels from above beside it."""
        draw_panels([np.stack([np.asarray(getattr(side, n), float) for n in
                               ("x", "y", "z", "span_x", "span_y", "present")], axis=1)
                     for side in self.panels(design)], axes)  # fmt: skip

    def written(self, design: do.Design) -> dict[str, Any]:
        """The panels as `designopt evaluate` reads them; 0 is what is within 0.1 mm of it; absent ones are left out."""

        def plain(value: float) -> float:
            return value if abs(value) >= FINEST else 0.0

        names = ("x", "y", "z", "span_x", "span_y")
        rows = [
            {name: plain(float(getattr(side, name)[k])) for name in names}
            for side in self.panels(design)
            for k in range(side.z.size)
            if float(side.present[k]) > 0.5
        ]
        return {"panels": rows, **self.task()}

    def task(self) -> dict[str, Any]:
        """How it measures and what is scanned, as `designopt evaluate` reads it."""
        slag = "random" if self.slag is None else self.slag / mm
        return {
            "momentum_gev": self.momentum, "muons": self.muons, "resolution_um": self.hits.resolution * m / um,
            "efficiency": self.hits.efficiency, "edge_mm": self.hits.edge * m / mm, "slag_mm": slag,
            "calibration": self.degree,
        }  # fmt: skip

    def headings(self) -> Mapping[str, str]:
        """Units of written panels."""
        return dict.fromkeys(("x", "y", "z", "span_x", "span_y"), "m")

    def settings(self) -> dict[str, Any]:
        """Everything that tells this tomograph from another, as JSON values."""
        return {"model": "tomograph-1", "above": self.above, "gap": self.gap, "prices": asdict(self.prices),
                **self.task()}  # fmt: skip
