"""Measure and price a telescope as a user writes it down; every error one sentence."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.neutrino_telescope.cost import PRICES, bill
from designopt.detectors.neutrino_telescope.description import FORM as FORM
from designopt.detectors.neutrino_telescope.description import Description, read_telescope
from designopt.detectors.neutrino_telescope.description import example as example
from designopt.detectors.neutrino_telescope.light.information import (
    KINDS,
    Event,
    Events,
    Kind,
    Measured,
    light_of,
    measure,
)
from designopt.detectors.neutrino_telescope.light.media import Medium
from designopt.detectors.neutrino_telescope.plausible import unit_notes
from designopt.detectors.neutrino_telescope.strings import places_of
from designopt.detectors.output_tables import bill as bill_table
from designopt.detectors.output_tables import notes
from designopt.written import common_part

DISTANT = 0.95
"""Share of the largest possible error beyond which an event counts as not measured."""

OPTICS, POINTING = 0.06, 0.5
"""Errors of log10 E of a cascade (15 %), and of a track's direction (degrees), below which not only light decides."""

FISHER = (
    "Errors are the least that the light allows when the medium, the modules and the moment of every photon are known. "
    "Published telescopes have cascades with 5 to 15 % in the energy and 2 to 20 times the error of the direction, and "
    "tracks with 2 to 7 times that of the direction: compare designs with these numbers, not with measurements."
)


def evaluate_design(spec: Any) -> dict[str, Any]:
    """Errors, trigger probabilities and cost of one telescope, in plain numbers: m, degrees, kCHF.

    `spec` is `{"strings": [{"x", "y", "top_depth", "spacing", "modules"}, ...], "medium": "ice" or "water", "events":
    [{"kind": "cascade" or "track", "energy_gev", "position": [x, y, z], "theta_deg", "phi_deg"}, ...]}`, and may have
    "absorption_m", "scattering_m", "floor_depth", "trigger_modules" and "expected_photons". Lengths are in m, z is up
    from the surface, angles are the direction of travel from the vertical upwards.
    Each event has `sigma_angle_deg` (root of var_theta + sin^2(theta) var_phi), `sigma_log10_energy`,
    `sigma_position_m`, `trigger_probability`, `photons` in all, and with "expected_photons" true a list a string of the
    photons expected in each module. Raises ValueError, in a sentence, for anything that is no such telescope.
    """
    read = read_telescope(spec)
    most = int(jnp.max(read.strings.modules))
    places, share = places_of(read.strings, most)
    there = np.flatnonzero(np.asarray(share) > 0)
    places = places[there]
    rows: list[dict[str, Any]] = [{} for _ in read.events]
    for name, kind in KINDS.items():
        mine = [i for i, event in enumerate(read.events) if event[0] == name]
        if mine:
            events = _events(read, mine)
            found = _measured(places, events, kind, read.medium, read.trigger)
            seen = _seen(places, events, kind, read.medium) if read.photons else None
            for row, i in enumerate(mine):
                rows[i] = _row(read, i, found, row)
                if seen is not None:
                    rows[i]["expected_photons"] = _by_string(np.asarray(seen[row]), np.asarray(read.strings.modules))
    vertices = np.asarray([event[2:5] for event in read.events])
    nearest = [float(np.min(np.linalg.norm(np.asarray(places) - vertex, axis=1))) for vertex in vertices]
    cost = bill(read.strings, PRICES[read.medium.name], read.floor)
    return {
        "events": rows,
        "strings": int(read.strings.x.size),
        "modules": len(there),
        "medium": read.medium.name,
        **common_part(cost, [*read.notes, *unit_notes(read, nearest), *_range_notes(read, rows)]),
    }


def _events(read: Description, rows: list[int]) -> Events:
    table = np.asarray([read.events[i][1:] for i in rows])
    theta, phi = (jnp.asarray(table[:, column]) for column in (4, 5))
    return Events(jnp.asarray(table[:, 1:4]), theta, phi, jnp.log10(jnp.asarray(table[:, 0])))


@partial(jax.jit, static_argnums=(2, 3, 4))
def _measured(places: Float[Array, "module 3"], events: Events, kind: Kind, medium: Medium, trigger: int) -> Measured:
    return measure(places, jnp.ones(len(places)), kind, events, medium, trigger)


@partial(jax.jit, static_argnums=(2, 3))
def _seen(places: Float[Array, "module 3"], events: Events, kind: Kind, medium: Medium) -> Float[Array, "event module"]:
    def one(event: Events) -> Float[Array, " module"]:
        at = Event(event.vertex, event.theta, event.phi, event.log_energy)
        return jnp.exp(light_of(places, kind, at, jnp.zeros(7), medium).log_photons)

    return jax.lax.map(one, events)


def _row(read: Description, i: int, found: Measured, row: int) -> dict[str, Any]:
    kind, energy = read.events[i][:2]
    return {
        "kind": kind,
        "energy_gev": energy,
        "sigma_angle_deg": float(np.rad2deg(found.angle[row])),
        "sigma_log10_energy": float(found.log_energy[row]),
        "sigma_position_m": float(found.position[row]),
        "trigger_probability": float(np.clip(found.trigger[row], 0.0, 1.0)),
        "photons": float(found.photons[row]),
    }


def _by_string(photons: np.ndarray, counts: np.ndarray) -> list[list[float]]:
    ends = np.cumsum(counts.astype(int))
    return [part.tolist() for part in np.split(photons, ends[:-1])]


def _range_notes(read: Description, rows: list[dict[str, Any]]) -> list[str]:
    """Where errors are those of the prior, and where the model leaves its range."""
    found = []
    blind = [str(i + 1) for i, row in enumerate(rows) if row["sigma_angle_deg"] > DISTANT * np.rad2deg(np.sqrt(2.0))]
    if blind:
        found.append(
            f"The direction of event {', '.join(blind[:8])}{' and more' if len(blind) > 8 else ''} is not measured: "
            "its error is what is taken for granted before any light (81 degrees)."
        )
    if any(_decided_elsewhere(row) for row in rows):
        found.append(FISHER)
    if any(kind == "track" and energy > 1e7 for kind, energy, *_ in read.events):
        found.append("Tracks above 10 PeV are outside the range of the model of their losses.")
    return found


def _decided_elsewhere(row: dict[str, Any]) -> bool:
    if row["kind"] == "cascade":
        return bool(row["sigma_log10_energy"] < OPTICS)
    return bool(row["sigma_angle_deg"] < POINTING)


def render_table(result: Mapping[str, Any]) -> Any:
    """A result for people: a table of events, the bill, and what to keep in mind. A rich renderable."""
    from rich.console import Group
    from rich.table import Table

    title = f"{result['strings']} strings, {result['modules']} modules in {result['medium']}"
    table = Table(title=title, title_justify="left")
    for name in ("event", "E (GeV)", "angle (deg)", "log10 E", "vertex (m)", "trigger", "photons"):
        table.add_column(name, justify="right")
    keys = ("sigma_angle_deg", "sigma_log10_energy", "sigma_position_m", "trigger_probability", "photons")
    for row in result["events"]:
        table.add_row(row["kind"], f"{row['energy_gev']:g}", *(f"{row[key]:.4g}" for key in keys))
    return Group(table, bill_table("Cost", result["cost"], result["total_cost"]), *notes(result["warnings"]))
