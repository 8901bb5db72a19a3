"""Evaluate and price an injection as a user writes it down; every error one sentence."""

from collections.abc import Mapping
from typing import Annotated, Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.muon_edm.cost import Prices, items, pulse
from designopt.detectors.muon_edm.description import FORM as FORM
from designopt.detectors.muon_edm.description import example as example
from designopt.detectors.muon_edm.description import read_injection
from designopt.detectors.muon_edm.physics.fields import Fields
from designopt.detectors.muon_edm.physics.kinematics import motional_field, orbit_radius
from designopt.detectors.muon_edm.physics.storage import binomial_error, flights
from designopt.detectors.muon_edm.plausible import unit_notes
from designopt.detectors.option_ranges import Seed
from designopt.detectors.output_tables import bill, notes
from designopt.written import Range, common_part

Muons = Annotated[int, Range(10, 1_000_000)]
Steps = Annotated[int, Range(50, 100_000)]


def evaluate_design(spec: Any, muons: Muons = 2000, seed: Seed = 0, steps: Steps = 500) -> dict[str, Any]:
    """Stored fraction, orbit, fields and cost of one injection, in plain numbers: mm, T, ns, kCHF.

    `spec` is `{"kick": {"field_t", "time_ns", "width_ns"}, "coils": [{"current_a", "place_mm"}, ...], "injection":
    {"angle_rad", "radius_mm", "offset_mm"}, "channel": {"radius_mm"}, "points": [[x, y, z], ...]}`, points in mm, with
    `solenoid`, `beam` and `storage` where they are not the usual ones. `stored_fraction` is counted (`hard`, with its
    binomial `error`) and smooth (`soft`), of `muons` drawn with the `seed`, each followed in `steps`. `field` is
    that of solenoid, bump and coils at the points, `kick_field` what the kick adds at its peak: [B_x, B_y, B_z] in T.
    Raises ValueError, in a sentence, for anything that is not such an injection.
    """
    for name, value, least, most in (("muons", muons, 10, 1_000_000), ("steps", steps, 50, 100_000)):
        if not least <= value <= most:
            raise ValueError(f"--{name} is {value}. Give a number from {least} to {most:,}.")
    read = read_injection(spec, steps)
    normal = read.beam.draw(jax.random.key(seed), muons)
    flown = _flights(read.fields, read.region, read.injection, read.beam, normal, read.storage)
    limits = (read.storage.limit, read.region, read.bore)
    (hard, passed), soft = (
        [float(jnp.mean(part)) for part in count(*limits)] for count in (flown.counted, flown.smooth)
    )
    places = jnp.asarray(read.points, float).reshape(-1, 3)
    still, kicked = map(np.asarray, _fields(read.fields, places))
    orbit = float(orbit_radius(read.beam.momentum, read.fields.main))
    current, energy, voltage = map(float, pulse(read.fields.kicker, read.fields.kick, read.fields.kick_width))
    found = [*read.notes, *unit_notes(read)]
    if hard == 0:
        found.append(f"None of {muons:,} muons was stored: that is no zero, but less than {3 / muons:.2g} at 95 %.")
    cost = items(
        Prices(), read.fields.kicker, read.fields.kick, read.fields.kick_width, read.fields.currents, read.bore
    )
    return {
        "stored_fraction": {"hard": hard, "soft": soft[0], "error": float(binomial_error(hard, muons))},
        "passed_fraction": passed,
        "muons": muons,
        "radius_mm": orbit,
        "motional_field_mv_m": float(motional_field(read.beam.momentum, read.fields.main)),
        "field": still.tolist(),
        "kick_field": (kicked - still).tolist(),
        "kicker": {"current_a": current, "energy_j": energy, "voltage_kv": voltage},
        **common_part({name: float(value) for name, value in cost.items()}, found),
    }


_flights = eqx.filter_jit(flights)


@eqx.filter_jit
def _fields(fields: Fields, places: Float[Array, "point 3"]) -> tuple[Float[Array, "point 3"], Float[Array, "point 3"]]:
    """Without the kick and at its peak, T."""
    return fields.at(places), fields.at(places, jnp.full(len(places), fields.kick_time))


def render_table(result: Mapping[str, Any]) -> Any:
    """A result for people: stored muons, orbit, fields, money, notes. A rich renderable."""
    from rich.console import Group
    from rich.table import Table

    stored, kicker = result["stored_fraction"], result["kicker"]
    table = Table("", "", title=f"Injection, {result['muons']:,} muons", title_justify="left")
    table.add_row("stored", f"{100 * stored['hard']:.2f} +- {100 * stored['error']:.2f} %")
    table.add_row("stored, smooth count", f"{100 * stored['soft']:.2f} %")
    table.add_row("through the channel", f"{100 * result['passed_fraction']:.2f} %")
    table.add_row("radius of the orbit", f"{result['radius_mm']:.2f} mm")
    table.add_row("motional field", f"{result['motional_field_mv_m']:.1f} MV/m")
    table.add_row("kicker", f"{kicker['current_a']:,.0f} A, {kicker['energy_j']:.2g} J, {kicker['voltage_kv']:.3g} kV")
    parts = [table]
    if result["field"]:
        fields = Table("B (T)", "of the kick's peak (T)", title="Field at the points, (x, y, z)", title_justify="left")
        for still, kick in zip(result["field"], result["kick_field"], strict=True):
            fields.add_row(*(", ".join(f"{value:.6g}" for value in row) for row in (still, kick)))
        parts.append(fields)
    return Group(*parts, bill("Cost", result["cost"], result["total_cost"]), *notes(result["warnings"]))
