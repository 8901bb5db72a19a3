"""Resolutions, material and price of a tracker as a user writes it down."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import numpy as np

from designopt.detectors.option_ranges import PriceFile
from designopt.detectors.output_tables import bill, notes
from designopt.detectors.prices import book_named, read_prices
from designopt.detectors.tracker.approximations import (
    TRAJECTORIES,
    logarithm_notes,
    logarithm_of,
    mass_of,
)
from designopt.detectors.tracker.bill import bill_of
from designopt.detectors.tracker.description import Surface, read_surfaces, sides_of
from designopt.detectors.tracker.fields import FORM as FORM
from designopt.detectors.tracker.fields import MINUS, PLUS
from designopt.detectors.tracker.fields import example as example
from designopt.detectors.tracker.plausible import error_notes, unit_notes
from designopt.detectors.tracker.points import FLAT as FLAT
from designopt.detectors.tracker.points import on_both_sides
from designopt.problem.written.result import common_part
from designopt.written import Entry, choice_of

KEYS = FORM
POINTS = 2000  # momenta times angles
TRACED = {"both": "parabola and helix", "parabola": "parabola", "helix": "helix"}


def evaluate_design(
    spec: Any,
    prices: PriceFile = None,
    mass: Annotated[str | None, "Particle or GeV, over the file's."] = None,
    log: Annotated[str | None, "Thickness in the scattering logarithm, over the file's."] = None,
    trajectory: Annotated[str | None, "parabola, helix or auto, over the file's."] = None,
) -> dict[str, Any]:
    """Resolutions at every pT and theta, hits, material, area, channels and cost (kCHF), in plain numbers.

    `spec` is `{"field_t", "barrel": [...], "disks": [...], "pt_gev": [...], "theta_deg": [...]}` (`fields.FORM`), and
    may hold `beam_pipe`, `mass`, `log` and `trajectory`. `mass` is a particle or GeV. `log` is the thickness in the
    scattering formula's logarithm: "layer" (each its own, as published tools do), "fixed" (1 %), "total", a number, or
    "auto" (default): "layer", but "total" where the material is cut finely. `trajectory` is "parabola" (as published
    tools), "helix" (exact), or "auto" (default): the helix where a track turns by more than 90 degrees, elsewhere the
    parabola, with a note that says how far off it is. `prices` is a TOML file over the price book. Options come
    before the spec. Numbers that too few hits leave open are None, with a warning. Raises ValueError, in a sentence,
    for anything that is no tracker.
    """
    return evaluated(Entry.read(spec, KEYS), lambda surfaces: surfaces, prices, mass, log, trajectory)


def evaluated(design: Entry, changed: Callable[[list[Surface]], list[Surface]], prices: str | None, mass: str | None,
              log: str | None, trajectory: str | None) -> dict[str, Any]:  # fmt: skip
    """As `evaluate_design`, of a design that is read already, with its surfaces as `changed` makes them."""
    read, field, momenta, angles = _read(design)
    surfaces = changed(read)
    weight = mass_of(_first(mass, design["mass"]))
    shape = choice_of(_first(trajectory, design["trajectory"]), "The trajectory", TRAJECTORIES)
    asked, material = _first(log, design["log"]), np.array([s.material for s in surfaces])
    logarithm = logarithm_of(asked, material)
    grid = [(pt, theta) for theta in angles for pt in momenta]
    points, turned, how = on_both_sides(surfaces, grid, field, weight, logarithm, shape)
    money, area, channels, power = bill_of(surfaces, read_prices(prices))
    return {
        "points": points,
        "area_m2": area,
        "channels": channels,
        "power_kw": power,
        "field_t": field,
        "mass_gev": weight,
        "log": logarithm or "layer",
        "trajectory": how,
        "price_book": book_named(prices),
        **common_part(
            money,
            [
                *design.notes,
                *unit_notes(surfaces, field, momenta, angles),
                *error_notes(points, "sigma(pT)/pT", "sigma_pt_over_pt", "pt_gev"),
                *_warnings(surfaces, points),
                *turned,
                *logarithm_notes(logarithm, asked, material),
            ],
        ),
    }


def _read(design: Entry) -> tuple[list[Surface], float, list[float], list[float]]:
    """Surfaces of a specification, field in T, momenta in GeV and angles in degrees."""
    field, momenta, angles = design.number("field_t"), design.numbers("pt_gev"), design.numbers("theta_deg")
    if len(momenta) * len(angles) > POINTS:
        raise ValueError(
            f"{len(momenta)} momenta at {len(angles)} angles are more than {POINTS} points. Ask for fewer."
        )
    return read_surfaces(design), field, momenta, angles


def _first(*values: Any) -> Any:
    """The first that is given: the option, the field of the file, the default."""
    return next(value for value in values if value is not None)


def _warnings(surfaces: Sequence[Surface], points: Sequence[Mapping[str, Any]]) -> list[str]:
    """What to keep in mind."""
    found = []
    if few := [p for p in points if p["sigma_pt_over_pt"] is None or p["sigma_z0_um"] is None]:
        angles = ", ".join(f"{theta:g}" for theta in dict.fromkeys(p["theta_deg"] for p in few))
        found.append(
            f"Too few hits for {len(few)} of {len(points)} points (theta {angles} degrees): three in r-phi and two "
            "in z are needed, and what they would measure is null."
        )
    for barrel in (s for s in surfaces if not s.disk and math.isfinite(s.outer)):
        for disk in (s for s in surfaces if s.kind and s.disk):
            reach = [one.outer for side in (PLUS, MINUS) if disk.on(side) and (one := barrel.on(side))]
            if max(reach) > disk.place and disk.inner < barrel.place < disk.outer:
                found.append(f"{barrel.label} runs through {disk.label}.")
    if endless := [s.label for s in surfaces if s.kind and not math.isfinite(s.outer)]:
        found.append(f"Layers without a half_length_mm have no area and cost nothing for it: {', '.join(endless)}.")
    if len(sides_of(surfaces)) > 1:
        found.append(
            "The two sides differ: tracks of theta up to 90 degrees meet the side +z, those above it the side -z."
        )
    return found


def render_table(result: Mapping[str, Any]) -> Any:
    """A result for people: resolutions, money, and what to keep in mind. A rich renderable."""
    from rich.console import Group
    from rich.table import Table

    how = f"{result['field_t']:g} T, {TRACED[result['trajectory']]}, logarithm of scattering: {result['log']}"
    table = Table(title=f"Resolutions, {how}", title_justify="left")
    columns = ("pT\nGeV", "theta\ndeg", "d(pT)/pT\n%", "d0\num", "z0\num", "phi\nmrad", "cot(theta)\n1e-3")
    for column in (*columns, "hits", "x/X0\n%"):
        table.add_column(column, justify="right")

    def shown(value: float | None, unit: float = 1.0) -> str:
        return "none" if value is None else f"{value / unit:.4g}"

    for point in result["points"]:
        table.add_row(
            f"{point['pt_gev']:g}",
            f"{point['theta_deg']:g}",
            shown(point["sigma_pt_over_pt"], 0.01),
            *(shown(point[key]) for key in ("sigma_d0_um", "sigma_z0_um")),
            *(shown(point[key], 1e-3) for key in ("sigma_phi_rad", "sigma_cot_theta")),
            str(point["hits"]),
            f"{100 * point['x_over_x0']:.2f}",
        )
    size = f"{result['area_m2']:.4g} m2, {result['channels']:.3g} channels, {result['power_kw']:.4g} kW"
    money = bill(f"Cost, {size}", result["cost"], result["total_cost"], result["price_book"])
    return Group(table, money, *notes(result["warnings"]))
