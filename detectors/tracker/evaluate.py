"""Resolutions, material and price of a tracker as a user writes it down."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from designopt.design.space import suggestion
from designopt.design.variables import Number
from designopt.detectors.json_input import refuse_unknown
from designopt.detectors.output_tables import bill, notes
from designopt.detectors.prices import read_prices
from designopt.detectors.tracker.cost import CostModel
from designopt.detectors.tracker.description import Surface, layout_of, read_surfaces
from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.layout.technology import NAMES, channel_density, power_density
from designopt.detectors.tracker.resolution.crossing import Tracks, half_curvature
from designopt.detectors.tracker.resolution.scattering import FIXED
from designopt.detectors.tracker.resolution.track_parameters import Resolution, resolution
from designopt.units import m, um

KEYS = ("field_t", "barrel", "disks", "beam_pipe", "pt_gev", "theta_deg", "mass", "log", "trajectory")
MASSES = {"muon": 0.1056584, "pion": 0.1395704, "kaon": 0.493677, "proton": 0.9382721, "massless": 0.0}
LOGS = ("layer", "fixed", "total")
TRAJECTORIES = ("parabola", "helix")
SMALL_TURN = 0.3  # sine of half the turning angle up to which a parabola will do
PT, THETA = (1.0, 10.0, 100.0), (90.0, 60.0, 40.0, 20.0)


def evaluate_design(
    spec: Any, prices: str | None = None, mass: str | None = None, log: str | None = None, trajectory: str | None = None
) -> dict[str, Any]:
    """Resolutions at every pT and theta, hits, material, area, channels and cost (kCHF), in plain numbers.

    `spec` is `{"field_t", "barrel": [...], "disks": [...], "pt_gev": [...], "theta_deg": [...]}` as in the README, and
    may hold `beam_pipe`, `mass`, `log` and `trajectory`. `mass` is a particle or GeV; `log` the thickness in the
    scattering formula's logarithm: "layer" (each its own, as published tools do), "fixed" (1 %), "total" or a number;
    `trajectory` "parabola" (as published tools) or "helix" (exact); `prices` a TOML file over the price book. Options
    come before the spec. Numbers that too few hits leave open are None, with a warning. Raises ValueError, in a
    sentence, for anything that is no tracker.
    """
    if not isinstance(spec, Mapping):
        raise ValueError(f"The design has to be an object with the keys {', '.join(KEYS)}, but is {spec!r}.")
    refuse_unknown(spec, KEYS)
    field = _field(spec)
    momenta, angles = _list(spec, "pt_gev", PT, "GeV", math.inf), _list(spec, "theta_deg", THETA, "degrees", 180.0)
    weight = _mass(mass if mass is not None else spec.get("mass", "muon"))
    logarithm = _logarithm(log if log is not None else spec.get("log", "layer"))
    shape = _choice(trajectory or spec.get("trajectory", "parabola"), "trajectory", TRAJECTORIES)
    surfaces = read_surfaces(spec)
    grid = [(pt, theta) for theta in angles for pt in momenta]
    found = _resolutions(layout_of(surfaces), grid, field, weight, logarithm, shape == "parabola")
    points = [_point(found, row, pt, theta) for row, (pt, theta) in enumerate(grid)]
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
        "trajectory": shape,
        "warnings": _warnings(surfaces, points, field, shape),
    }


@eqx.filter_jit
def _fit(layout: Layout, tracks: Tracks, field: Number, mass: Number, logarithm: Any, parabola: bool) -> Resolution:
    return resolution(layout, tracks, field, mass, logarithm, parabola=parabola)


def _resolutions(
    layout: Layout,
    grid: Sequence[tuple[float, float]],
    field: float,
    mass: float,
    logarithm: float | Literal["total"] | None,
    parabola: bool,
) -> Resolution:
    """Resolutions of the grid; slots and tracks are filled up to few sizes, so that layouts share compiled programs."""
    rows = [*grid, *[grid[-1]] * (-len(grid) % 16)]
    cot = jnp.asarray([_cotangent(theta) for _, theta in rows])
    tracks = Tracks(pt=jnp.asarray([pt for pt, _ in rows]), cot=cot, vertex=jnp.zeros(len(rows)))
    padded = layout.padded(*(size + (-size % 16) for size in (layout.radius.size, layout.z.size)))
    number = jnp.asarray(logarithm) if isinstance(logarithm, float) else logarithm
    found = _fit(padded, tracks, jnp.asarray(field), jnp.asarray(mass), number, parabola)
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


def _field(spec: Mapping[str, Any]) -> float:
    if "field_t" not in spec:
        raise ValueError("The design has no 'field_t'. Give the solenoid's field in tesla.")
    field = spec["field_t"]
    if isinstance(field, bool) or not isinstance(field, int | float) or not math.isfinite(field) or field <= 0:
        raise ValueError(
            f"The field is {field!r} T, but a momentum is measured by bending. Give a positive number of tesla."
        )
    return float(field)


def _list(spec: Mapping[str, Any], key: str, default: Sequence[float], unit: str, below: float) -> list[float]:
    values = spec.get(key, default)
    if not isinstance(values, Sequence) or isinstance(values, str) or not values:
        raise ValueError(f"'{key}' is {values!r}. Give a list of at least one number of {unit}.")
    for value in values:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not math.isfinite(value) or not 0 < value < below:
            limits = "positive" if below == math.inf else f"above 0 and below {below:g}: along the beam nothing is hit"
            raise ValueError(f"'{key}' holds {value!r} {unit}. Every value has to be a number {limits}.")
    return [float(value) for value in values]


def _mass(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return MASSES[_choice(value, "mass", tuple(MASSES))]
    if isinstance(value, bool) or not math.isfinite(number) or number < 0:
        raise ValueError(f"The mass is {value!r} GeV. Give a number that is not negative, or {', '.join(MASSES)}.")
    return number


def _logarithm(value: Any) -> Any:
    """None for each layer's own thickness, "total", or a number."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return {"layer": None, "fixed": FIXED, "total": "total"}[_choice(value, "log", LOGS)]
    if isinstance(value, bool) or not math.isfinite(number) or number <= 0:
        raise ValueError(f"The thickness in the logarithm is {value!r}. Give a positive x/X0, or {', '.join(LOGS)}.")
    return number


def _choice(value: Any, what: str, known: Sequence[str]) -> str:
    if value not in known:
        raise ValueError(f"'{value}' is no {what}.{suggestion(str(value), known)}")
    return str(value)


def _warnings(surfaces: Sequence[Surface], points: Sequence[Mapping[str, Any]], field: float, shape: str) -> list[str]:
    """What to keep in mind."""
    found = []
    if few := [p for p in points if p["sigma_pt_over_pt"] is None or p["sigma_z0_um"] is None]:
        angles = ", ".join(f"{theta:g}" for theta in dict.fromkeys(p["theta_deg"] for p in few))
        found.append(
            f"Too few hits for {len(few)} of {len(points)} points (theta {angles} degrees): three in r-phi and two "
            "in z are needed, and what they would measure is null."
        )
    far = max((s.outer if s.disk else s.place) for s in surfaces if s.kind)
    slow = min(p["pt_gev"] for p in points)
    turn = float(half_curvature(slow, field)) * far
    if shape == "parabola" and turn > SMALL_TURN:
        found.append(
            f"At {slow:g} GeV a track turns too far for a parabola (r/2R = {min(turn, 9.99):.2f} at the outermost "
            "radius): sigma(pT) is overestimated by some per cent. --trajectory helix is exact."
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

    how = f"{result['field_t']:g} T, {result['trajectory']}, logarithm of scattering: {result['log']}"
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
