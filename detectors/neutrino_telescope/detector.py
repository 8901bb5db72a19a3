"""The telescope as a detector: from strings to resolutions, effective volume, cost, limits and a drawing."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

import designopt as do
from designopt.detectors.neutrino_telescope.cost import Prices, bill
from designopt.detectors.neutrino_telescope.description import FINEST
from designopt.detectors.neutrino_telescope.draw import draw_strings
from designopt.detectors.neutrino_telescope.light.information import CASCADE, TRACK, Events, Kind, Measured, measure
from designopt.detectors.neutrino_telescope.light.media import Medium
from designopt.detectors.neutrino_telescope.light.sample import events_of
from designopt.detectors.neutrino_telescope.strings import Strings, places_of, strings_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SEEN = 1e-6
"""Share of every event that counts as triggered whatever is there: keeps means finite where nothing triggers."""


class NeutrinoTelescope(do.AbstractDetector):
    """Up to so many strings; variables a string: `x`, `y`, `top_depth`, `spacing` (mm), `modules`, `present`."""

    medium: Medium = eqx.field(static=True)
    prices: Prices = eqx.field(static=True)
    most: int = eqx.field(static=True)  # modules of a string
    radius: float = eqx.field(static=True)  # of the cylinder of events, m, as all that follows
    depths: tuple[float, float] = eqx.field(static=True)
    floor: float | None = eqx.field(static=True)
    energies: tuple[float, float] = eqx.field(static=True)  # GeV
    cascades: int = eqx.field(static=True)
    tracks: int = eqx.field(static=True)
    trigger: int = eqx.field(static=True)
    distance: float = eqx.field(static=True)

    @property
    def simulated(self) -> int:
        """Cascades and tracks."""
        return self.cascades + self.tracks

    @property
    def interchangeable(self) -> tuple[int, ...]:
        """A string stands at its place, whatever its slot."""
        return (0,)

    @property
    def volume(self) -> float:
        """Of the cylinder of events, km3."""
        return np.pi * self.radius**2 * (self.depths[1] - self.depths[0]) / 1e9

    def events(self, key: PRNGKeyArray | None = None) -> list[tuple[Kind, Events]]:
        """Events by kind, those that there are: vertices in m, log10 of GeV. `key`: None for the training events."""
        counts = ((CASCADE, self.cascades, 0), (TRACK, self.tracks, self.cascades))
        return [
            (kind, events_of(count, start, self.radius, self.depths, self.energies, key))
            for kind, count, start in counts
            if count
        ]

    def response(self, design: do.Design, key: PRNGKeyArray | None = None) -> do.Response:
        r"""Errors of every event, cascades first: `angle` (rad), `energy` (log10), and its `trigger` probability.

        `effective_volume` in km3 is that of the cylinder of events times the mean probability of a trigger. The other
        numbers are means over triggered events, of logarithms where they are errors.
        """
        places, share = places_of(strings_of(design), self.most)
        kinds = [(kind, measure(places, share, kind, e, self.medium, self.trigger)) for kind, e in self.events(key)]
        whole: Measured = jax.tree.map(lambda *parts: jnp.concatenate(parts), *(found for _, found in kinds))
        by_kind = {
            f"{kind.name}_{name}": jnp.exp(triggered_mean(jnp.log(error), found.trigger))
            for kind, found in kinds
            for name, error in (("angle", found.angle), ("energy", found.log_energy))
        }
        return {
            "angle": whole.angle,
            "energy": whole.log_energy,
            "trigger": whole.trigger,
            "effective_volume": self.volume * (jnp.mean(whole.trigger) + SEEN),
            "strings": jnp.sum(design["present"]),
            "modules": jnp.sum(share),
            **by_kind,
        }

    def cost(self, design: do.Design) -> do.CostBreakdown:
        """Money in kCHF: deployment, cable, modules, ground cable; only strings that are present."""
        return bill(strings_of(design), self.prices, self.floor)

    def constraints(self, design: do.Design) -> dict[str, Float[Array, ""]]:
        r"""Strings stand at least `distance` apart, and hang within the depths.

        The first is the largest $\min(1, 4g_ig_j)(2 - d_{ij}/d) - 1$ of two strings that are present by g, so that it
        holds as built; the second the largest $g_i z_i/z_\mathrm{deepest} - 1$ of their last modules.
        """
        strings = strings_of(design)
        deepest = jnp.max(strings.present * (strings.top_depth + strings.length)) / self.depths[1] - 1.0
        if strings.x.size < 2:
            return {"depth": deepest}
        one, other = np.triu_indices(strings.x.size, 1)
        apart = jnp.hypot(strings.x[one] - strings.x[other] + 1e-9, strings.y[one] - strings.y[other])
        both = jnp.minimum(1.0, 4.0 * strings.present[one] * strings.present[other])
        return {"distance": jnp.max(both * (2.0 - apart / self.distance)) - 1.0, "depth": deepest}

    def metrics(self, response: do.Response) -> dict[str, Float[Array, ""]]:
        """Typical errors of cascades and of tracks that trigger, effective volume, strings and modules."""
        table = {}
        for kind in ("cascade", "track"):
            if f"{kind}_angle" in response:
                table[f"angle of {kind}s (deg)"] = jnp.rad2deg(response[f"{kind}_angle"])
                table[f"log10 energy of {kind}s"] = response[f"{kind}_energy"]
        table["effective volume (km3)"] = response["effective_volume"]
        return table | {"strings": response["strings"], "modules": response["modules"]}

    def better(self, label: str) -> int:
        """Smaller errors, a larger volume; strings and modules are what they are bought with."""
        return 0 if label in ("strings", "modules") else 1 if label.startswith("effective") else -1

    def draw(self, design: do.Design, axes: "Axes") -> None:
        """From above and from the side, in m, with the cylinder of events."""
        draw_strings(strings_of(design), self.radius, self.depths, axes)

    def written(self, design: do.Design) -> dict[str, Any]:
        """The strings as `designopt evaluate` reads them, with a cascade and a track in the middle."""
        strings = strings_of(design)
        middle = [0.0, 0.0, -0.5 * (self.depths[0] + self.depths[1])]
        energy = float(np.sqrt(self.energies[0] * self.energies[1]))
        kinds = [kind.name for kind, _ in self.events()]
        return {
            "medium": self.medium.name,
            "absorption_m": self.medium.absorption,
            **({} if self.floor is None else {"floor_depth": self.floor}),
            "trigger_modules": self.trigger,
            "strings": rows_of(strings),
            "events": [
                {"kind": kind, "energy_gev": energy, "position": middle, "theta_deg": 60.0, "phi_deg": 0.0}
                for kind in kinds
            ],
        }

    def headings(self) -> Mapping[str, str]:
        """Units of written strings."""
        return dict.fromkeys(("x", "y", "top_depth", "spacing", "floor_depth"), "m")

    def settings(self) -> dict[str, Any]:
        """Everything that tells this telescope from another; m, GeV, kCHF."""
        names = ("most", "radius", "depths", "floor", "energies", "cascades", "tracks", "trigger", "distance")
        plain = {name: list(v) if isinstance(v := getattr(self, name), tuple) else v for name in names}
        return {"model": "neutrino-telescope-1", "medium": asdict(self.medium), "prices": asdict(self.prices), **plain}


def triggered_mean(values: Float[Array, " event"], trigger: Float[Array, " event"]) -> Float[Array, ""]:
    """Mean of numbers over triggered events, weighted with the probability of their trigger.

    Args:
        values: any numbers, one an event.
        trigger: probability, one an event.
    """
    weight = trigger + SEEN
    return jnp.sum(weight * values) / jnp.sum(weight)


def rows_of(strings: Strings) -> list[dict[str, Any]]:
    """Strings that are present as a user writes them, m and numbers; on an axis if within a millimetre of it.

    Args:
        strings: lengths in m.
    """
    columns = {name: np.asarray(getattr(strings, name), float) for name in ("x", "y", "top_depth", "spacing")}
    for axis in ("x", "y"):
        columns[axis] = np.where(np.abs(columns[axis]) < FINEST, 0.0, columns[axis])
    return [
        {**{name: float(values[i]) for name, values in columns.items()}, "modules": round(float(strings.modules[i]))}
        for i in np.flatnonzero(np.asarray(strings.present) > 0.5)
    ]
