"""Resolutions, material and price of a tracker as a user writes it down."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from designopt.design.variables import Number
from designopt.detectors.json_input import Entry, choice_of
from designopt.detectors.output_tables import bill, notes
from designopt.detectors.prices import read_prices
from designopt.detectors.tracker.approximations import (
    CURLING,
    TRAJECTORIES,
    logarithm_notes,
    logarithm_of,
    mass_of,
    trajectory_notes,
    turning_angle,
)
from designopt.detectors.tracker.cost import CostModel
from designopt.detectors.tracker.description import Surface, layout_of, read_surfaces
from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.layout.technology import NAMES, channel_density, power_density
from designopt.detectors.tracker.plausible import error_notes, unit_notes
from designopt.detectors.tracker.resolution.crossing import Tracks
from designopt.detectors.tracker.resolution.track_parameters import Resolution, resolution
from designopt.units import m, um

KEYS = ("field_t", "barrel", "disks", "beam_pipe", "pt_gev", "theta_deg", "mass", "log", "trajectory")
GENTLE = 0.6  # rad: tracks that turn less are parabolas to some per mille
SLOWEST, FASTEST, POINTS = 1e-3, 1e6, 2000  # GeV, GeV, momenta times angles
TRACED = {"both": "parabola and helix", "parabola": "parabola", "helix": "helix"}
BENDING = "A momentum is measured by bending: give a positive number of tesla."
ALONG = "Nothing is hit along the beam."
PT, THETA = (1.0, 10.0, 100.0), (90.0, 60.0, 40.0, 20.0)


def evaluate_design(
    spec: Any, prices: str | None = None, mass: str | None = None, log: str | None = None, trajectory: str | None = None
) -> dict[str, Any]:
    """Resolutions at every pT and theta, hits, material, area, channels and cost (kCHF), in plain numbers.

    `spec` is `{"field_t", "barrel": [...], "disks": [...], "pt_gev": [...], "theta_deg": [...]}` as in the README, and
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
    weight = mass_of(_first(mass, design.fields.get("mass"), "muon"))
    shape = choice_of(_first(trajectory, design.fields.get("trajectory"), "auto"), "The trajectory", TRAJECTORIES)
    asked, material = _first(log, design.fields.get("log"), "auto"), np.array([s.material for s in surfaces])
    logarithm = logarithm_of(asked, material)
    grid = [(pt, theta) for theta in angles for pt in momenta]
    points, turned, how = _points(surfaces, grid, field, weight, logarithm, shape)
    money, area, channels, power = _bill(surfaces, CostModel.from_book(read_prices(prices)))
    return {
        "points": points,
        "area_m2": area,
        "channels": channels,
        "power_kw": power,
        "cost": money,
        "total_cost": sum(money.values()),
        "field_t": field,
        "mass_gev": weight,
        "log": logarithm or "layer",
        "trajectory": how,
        "warnings": [
            *design.notes,
            *unit_notes(surfaces, field, momenta, angles),
            *error_notes(points, "sigma(pT)/pT", "sigma_pt_over_pt", "pt_gev"),
            *_warnings(surfaces, points),
            *turned,
            *logarithm_notes(logarithm, asked, material),
        ],
    }


def _read(design: Entry) -> tuple[list[Surface], float, list[float], list[float]]:
    """Surfaces of a specification, field in T, momenta in GeV and angles in degrees."""
    field = design.number("field_t", 1e-4, 100.0, "T", small=BENDING, large="It looks like gauss given as tesla.")
    momenta = design.numbers("pt_gev", SLOWEST, FASTEST, "GeV", PT)
    angles = design.numbers("theta_deg", 0.01, 179.99, "degrees", THETA, small=ALONG, large=ALONG)
    if len(momenta) * len(angles) > POINTS:
        raise ValueError(
            f"{len(momenta)} momenta at {len(angles)} angles are more than {POINTS} points. Ask for fewer."
        )
    return read_surfaces(design), field, momenta, angles


def _points(
    surfaces: Sequence[Surface],
    grid: Sequence[tuple[float, float]],
    field: float,
    mass: float,
    logarithm: float | Literal["total"] | None,
    shape: str,
) -> tuple[list[dict[str, Any]], list[str], str]:
    """The points of the grid, notes on how tracks were traced, and how: "parabola", "helix" or "both"."""
    layout, tracks = _padded(layout_of(surfaces), grid)
    turns = np.asarray(turning_angle(layout, tracks, jnp.asarray(field)))[: len(grid)].tolist()

    def traced(parabola: bool) -> list[dict[str, Any]]:
        found = _resolutions(layout, tracks, field, mass, logarithm, parabola)
        return [_point(found, row, pt, theta) for row, (pt, theta) in enumerate(grid)]

    if shape == "helix":
        return traced(False), [], "helix"
    straight = traced(True)
    if max(turns) < GENTLE:
        return straight, [], "parabola"
    exact = traced(False)
    curls = [shape == "auto" and turn > CURLING for turn in turns]
    points = [e if curl else s for s, e, curl in zip(straight, exact, curls, strict=True)]
    how = "helix" if all(curls) else "both" if any(curls) else "parabola"
    return points, trajectory_notes(curls, turns, straight, exact), how


@eqx.filter_jit
def _fit(layout: Layout, tracks: Tracks, field: Number, mass: Number, logarithm: Any, parabola: bool) -> Resolution:
    return resolution(layout, tracks, field, mass, logarithm, parabola=parabola)


def _padded(layout: Layout, grid: Sequence[tuple[float, float]]) -> tuple[Layout, Tracks]:
    """Slots and tracks filled up to few sizes, so that layouts share compiled programs."""
    rows = [*grid, *[grid[-1]] * (-len(grid) % 16)]
    cot = jnp.asarray([_cotangent(theta) for _, theta in rows])
    tracks = Tracks(pt=jnp.asarray([pt for pt, _ in rows]), cot=cot, vertex=jnp.zeros(len(rows)))
    return layout.padded(*(size + (-size % 16) for size in (layout.radius.size, layout.z.size))), tracks


def _resolutions(
    layout: Layout,
    tracks: Tracks,
    field: float,
    mass: float,
    logarithm: float | Literal["total"] | None,
    parabola: bool,
) -> Resolution:
    number = jnp.asarray(logarithm) if isinstance(logarithm, float) else logarithm
    found = _fit(layout, tracks, jnp.asarray(field), jnp.asarray(mass), number, parabola)
    return jax.tree.map(np.asarray, found)


def _cotangent(degrees: float) -> float:
    return 0.0 if degrees == 90.0 else 1.0 / math.tan(math.radians(degrees))


def _point(found: Resolution, row: int, pt: float, theta: float) -> dict[str, Any]:
    plane, longitudinal = found.hits_rphi[row] >= 3, found.hits_along[row] >= 2

    def value(name: str, enough: Any, unit: float = 1.0) -> float | None:
        number = float(getattr(found, name)[row]) / unit
        return number if enough and math.isfinite(number) else None

    return {
        "pt_gev": pt,
        "theta_deg": theta,
        "sigma_pt_over_pt": value("pt", plane),
        "sigma_d0_um": value("d0", plane, um),
        "sigma_z0_um": value("z0", longitudinal, um),
        "sigma_phi_rad": value("phi", plane),
        "sigma_cot_theta": value("cot", longitudinal),
        "hits": round(float(found.hits[row])),
        "x_over_x0": float(found.material[row]),
    }


def _bill(surfaces: Sequence[Surface], prices: CostModel) -> tuple[dict[str, float], float, float, float]:
    """Money by item in kCHF, area in m2, channels and power in kW of everything that measures."""
    made = [(s, s.kind) for s in surfaces if s.kind is not None]
    area = jnp.asarray([s.area for s, _ in made])
    share = np.eye(len(NAMES))[[NAMES.index(kind.name) for _, kind in made]]
    cells = [(kind, jnp.asarray(s.cell[0]), jnp.asarray(s.cell[1])) for s, kind in made]
    channels = share * np.asarray(area * jnp.stack([channel_density(*cell) for cell in cells]))[:, None]
    power = area * jnp.stack([power_density(*cell) for cell in cells])
    items = prices.items(area, jnp.asarray(share), jnp.asarray(channels), power)
    money = {name: float(value) for name, value in items.items()}
    return money, float(jnp.sum(area)) / m**2, float(channels.sum()), float(jnp.sum(power)) / 1e3


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
    for barrel in (s for s in surfaces if s.kind and not s.disk and math.isfinite(s.outer)):
        for disk in (s for s in surfaces if s.kind and s.disk):
            if barrel.outer > disk.place and disk.inner < barrel.place < disk.outer:
                found.append(f"{barrel.label} runs through {disk.label}.")
    if endless := [s.label for s in surfaces if s.kind and not math.isfinite(s.outer)]:
        found.append(f"Layers without a half_length_mm have no area and cost nothing for it: {', '.join(endless)}.")
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
    money = bill(f"Cost, {size}", result["cost"], result["total_cost"])
    return Group(table, money, *notes(result["warnings"]))
