"""Fluxes, trigger, resolutions and price of an array as a user writes it down; every error one sentence."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import jax
import jax.numpy as jnp
import numpy as np

from designopt.detectors.array.cost import Prices, bill
from designopt.detectors.array.description import FORM as FORM
from designopt.detectors.array.description import example as example
from designopt.detectors.array.description import read_array
from designopt.detectors.array.layout import convex_hull, nearest, spanning_tree
from designopt.detectors.array.showers.flux import PARTICLES, profile
from designopt.detectors.array.showers.information import BACKGROUND, tally
from designopt.detectors.array.showers.quality import START, quality
from designopt.detectors.array.showers.shower import UNKNOWNS, signal
from designopt.detectors.option_ranges import PriceFile
from designopt.detectors.output_tables import bill as money_table
from designopt.detectors.output_tables import notes
from designopt.written import at_least, common_part

SPACING = 25.0
ERRORS = ("trigger_probability", "sigma_angle_deg", "sigma_log10_energy", "sigma_core_m")
LOST, BLURRED = 1000.0, 15.0  # m, degrees
POINTING, ENERGY = 0.1, 0.05  # degrees, of log10 E (12 %)
FISHER = (
    "Errors are the least that mean showers with counting errors allow. In nature showers differ from one another: "
    "published arrays have 0.1 to 0.5 degrees and 10 to 25 % in the energy however many units they have (LHAASO-KM2A "
    "at 0.1 PeV: 0.24 degrees, 13 %). Compare layouts with these numbers, not with measurements."
)
KNOWN = 1e-3
"""ns: the error of a start time that is called known."""


def evaluate_design(
    spec: Any,
    prices: PriceFile = None,
    start: Annotated[str, "When a shower arrives is free, or known (as SWGOLO takes it)."] = "free",
) -> dict[str, Any]:
    """What an array measures of each shower, in plain numbers, and what it costs (kCHF).

    `spec` is `{"units": [[x, y], ...], "showers": [{"kind", "energy_pev", "theta_deg", "phi_deg", "core"}]}`, in m.
    Of each shower `muons` and `electrons`: a number a unit, as the flux table gives it for a unit that faces the
    shower, before cos(theta), background and counting errors; `muon_counts` and `electron_counts` are what a level
    unit counts on average, times cos(theta) and with background. `sigma_angle_deg` and `sigma_core_m` are roots of the
    sum of two variances. Raises ValueError, in a sentence, for anything that is no array with showers.
    """
    if start not in ("free", "known"):
        raise ValueError(f"The start is {start!r}. Write 'free' or 'known'.")
    read = read_array(spec)
    x, y, present = jnp.asarray(read.x), jnp.asarray(read.y), jnp.ones(len(read.x))
    level = np.cos(np.asarray(read.showers.zenith))[:, None, None]
    signals = np.asarray(_signals(read.showers, x, y))
    counts = signals + np.asarray(BACKGROUND)[:, None]
    found = _quality(read.showers, x, y, present, KNOWN if start == "known" else START)
    rows = []
    for i, row in enumerate(read.rows):
        facing = signals[i] / level[i]
        rows.append(
            row
            | {name: facing[k].tolist() for k, name in enumerate(PARTICLES)}
            | {f"{name[:-1]}_counts": counts[i, k].tolist() for k, name in enumerate(PARTICLES)}
            | {
                "trigger_probability": float(found.trigger[i]),
                "sigma_angle_deg": float(np.rad2deg(found.angle[i])),
                "sigma_log10_energy": float(found.energy[i]),
                "sigma_core_m": float(found.core[i]),
                "confused_with_other_kind": float(found.confused[i]),
            }
        )
    apart = nearest(read.x, read.y)
    return {
        "showers": rows,
        "units": len(read.x),
        "hull_m2": convex_hull(read.x, read.y),
        "spanning_tree_m": spanning_tree(read.x, read.y),
        **common_part(
            _bill(Prices.of(prices), x - read.hub[0], y - read.hub[1], present),
            [*read.notes, *_below_zero(read.showers), *_unmeasured(rows), *_too_good(rows)],
            {"spacing": at_least(apart if np.isfinite(apart) else None, SPACING, "m")},
        ),
    }


@jax.jit
def _signals(showers: Any, x: Any, y: Any) -> Any:
    return jax.vmap(lambda shower: signal(jnp.zeros(len(UNKNOWNS)), shower, x, y)[0])(showers)


@jax.jit
def _quality(showers: Any, x: Any, y: Any, present: Any, start: Any) -> Any:
    return quality(tally(showers, x, y, present), start)


_bill = jax.jit(bill)
_profiles = jax.jit(jax.vmap(lambda shower: profile(shower.kind, jnp.log(shower.energy), shower.zenith)[0]))


def _below_zero(showers: Any) -> list[str]:
    """Showers at which the cubic through the zenith bins gives less than nothing."""
    number = np.asarray(_profiles(showers))
    return [
        f"Shower {i + 1}: the table gives a negative number of {PARTICLES[k]} at this energy and zenith angle, counted "
        "as none. It was fitted at four zenith angles, and swings between them below 0.2 PeV."
        for i, k in np.argwhere(number < 0).tolist()
    ]


def _unmeasured(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Showers of which an array learns so little that the weak priors are all that is known."""
    blind = [str(i + 1) for i, row in enumerate(rows) if row["sigma_core_m"] > LOST or row["sigma_angle_deg"] > BLURRED]
    if not blind:
        return []
    return [
        f"Too little is seen of shower {', '.join(blind[:8])}{' and others' if len(blind) > 8 else ''}: the errors are "
        "those of weak priors, 2 km in x and y, 57 degrees and a factor of 7 in energy."
    ]


def _too_good(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Errors below those that showers have by their own fluctuations, which the model leaves out."""
    fine = any(row["sigma_angle_deg"] < POINTING or row["sigma_log10_energy"] < ENERGY for row in rows)
    return [FISHER] if fine else []


def render_table(result: Mapping[str, Any]) -> Any:
    """A result for people: showers, money, and what to keep in mind. A rich renderable."""
    from rich.console import Group
    from rich.table import Table

    table = Table(title=f"{result['units']} units, hull {result['hull_m2'] / 1e6:.4g} km2", title_justify="left")
    for name in ("shower", "muons", "electrons", "trigger", "angle\ndeg", "log10 E", "core\nm"):
        table.add_column(name, justify="right")
    for row in result["showers"]:
        table.add_row(
            f"{row['kind']} {row['energy_pev']:g} PeV {row['theta_deg']:g}°",
            *(f"{sum(row[name]):.4g}" for name in ("muon_counts", "electron_counts")),
            *(f"{row[name]:.3g}" for name in ERRORS),
        )
    return Group(table, money_table("Cost", result["cost"], result["total_cost"]), *notes(result["warnings"]))
