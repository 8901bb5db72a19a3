"""Read a spectrometer as a user writes it down: lengths in mm, resolutions in um, one sentence an error."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool
from numpy import ndarray

from designopt.design.space import suggestion
from designopt.detectors.json_input import refuse_unknown
from designopt.detectors.spectrometer.catalogue import CATALOGUE, Technology, between
from designopt.detectors.spectrometer.magnet import Magnet
from designopt.detectors.spectrometer.stations import Stations
from designopt.units import m, um

KEYS = ("magnet", "stations", "momenta_gev", "vertex_mm")
MAGNET_KEYS = ("bending_power_tm", "length_mm", "center_mm")
STATION_KEYS = ("z_mm", "technology", "resolution_um", "x_over_x0", "hits", "price")
MOMENTA = (1.0, 5.0, 20.0, 100.0)
VERTEX = -10_000.0
DEAD = 1e12
"""Error in mm of a station that measures nothing: beyond all measure, and still a number."""


@dataclass(frozen=True)
class Description:
    """A spectrometer as it was written down, padded with absent stations; a price of None is not known."""

    magnet: Magnet
    stations: Stations
    measuring: Bool[ndarray, " station"]
    prices: tuple[float | None, ...]
    momenta: tuple[float, ...]
    vertex: float


def read_spectrometer(spec: Any) -> Description:
    """A specification, read. Raises ValueError, in a sentence, for anything that is no spectrometer."""
    if not isinstance(spec, Mapping):
        raise ValueError(f"The design has to be an object with the keys {', '.join(KEYS)}, but is {spec!r}.")
    refuse_unknown(spec, KEYS)
    rows = spec.get("stations")
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not rows:
        raise ValueError(f"'stations' is {rows!r}. Give a list of stations, each with its z_mm.")
    read = [_station(row, f"Station {i + 1}") for i, row in enumerate(rows)]
    z, error, material, price = zip(*read, strict=True)
    momenta = spec.get("momenta_gev", list(MOMENTA))
    if not isinstance(momenta, Sequence) or isinstance(momenta, str) or not momenta:
        raise ValueError(f"'momenta_gev' is {momenta!r}. Give a list of at least one momentum in GeV.")
    momenta = [positive(p, "A momentum") for p in momenta]
    magnet = _magnet(spec.get("magnet"))
    vertex = _finite(spec.get("vertex_mm", min(VERTEX, *z)), "vertex_mm")
    edge = magnet.centre - magnet.length / 2 if magnet.bending_power else math.inf
    if vertex > min(*z, edge):
        raise ValueError(f"The vertex is at {vertex:g} mm. It has to lie in front of the stations and the magnet.")
    size = next(room for room in (4, 8, 16, *range(32, 10_000, 32)) if room >= len(z))

    def padded(values: Sequence[float], fill: float) -> Any:
        return jnp.asarray([*values, *[fill] * (size - len(values))])

    measuring = np.array([*(e < DEAD for e in error), *[False] * (size - len(z))])
    present = padded([1.0] * len(z), 0.0)
    stations = Stations(padded(z, z[0]), padded(error, 1.0), padded(material, 0.0), present)
    return Description(magnet, stations, measuring, price, tuple(momenta), vertex)


def _magnet(entry: Any) -> Magnet:
    if entry is None:
        return Magnet(0.0, 1 * m)
    if not isinstance(entry, Mapping):
        raise ValueError(f"'magnet' is {entry!r}. Give an object with the keys {', '.join(MAGNET_KEYS)}, or null.")
    refuse_unknown(entry, MAGNET_KEYS, "The magnet")
    power = _finite(entry.get("bending_power_tm"), "The magnet's bending_power_tm")
    if power < 0:
        raise ValueError(f"The magnet's bending_power_tm is {power:g}. Give its size; the sign changes no resolution.")
    length = positive(entry.get("length_mm"), "The magnet's length_mm")
    return Magnet(power, length, _finite(entry.get("center_mm", 0.0), "The magnet's center_mm"))


def _station(entry: Any, where: str) -> tuple[float, float, float, float | None]:
    """Place, error (with all hits), material and price; dead material has an error beyond all measure."""
    if not isinstance(entry, Mapping):
        raise ValueError(f"{where} has to be an object with the keys {', '.join(STATION_KEYS)}, but is {entry!r}.")
    refuse_unknown(entry, STATION_KEYS, where)
    z = _finite(entry.get("z_mm"), f"{where}: z_mm")
    hits = positive(entry.get("hits", 1), f"{where}: hits")
    kind = _technology(entry["technology"], where) if "technology" in entry else None
    if kind is None and not {"resolution_um", "x_over_x0"} <= set(entry):
        raise ValueError(f"{where} needs a technology, or resolution_um (null: dead material) and x_over_x0.")
    material = entry.get("x_over_x0", kind.material if kind else None)
    if _finite(material, f"{where}: x_over_x0") < 0 or material >= 1:
        raise ValueError(f"{where}: x_over_x0 is {material:g}. It is a fraction of a radiation length: 0.01 for 1 %.")
    price = entry.get("price", kind.price if kind else None)
    if "resolution_um" in entry and entry["resolution_um"] is None:
        return z, DEAD, float(material), 0.0 if price is None else _finite(price, f"{where}: price")
    error = positive(entry["resolution_um"], f"{where}: resolution_um") * um if "resolution_um" in entry else None
    if error is None:
        assert kind is not None
        error = kind.resolution
    elif price is None:
        price = _interpolated(error)
    return z, error / math.sqrt(hits), float(material), None if price is None else _finite(price, f"{where}: price")


def _interpolated(error: float) -> float | None:
    """Price by resolution, inside the range of the catalogue."""
    inside = CATALOGUE[-1].resolution <= error <= CATALOGUE[0].resolution
    return float(between(jnp.asarray([error]), CATALOGUE)[1][0]) if inside else None


def _technology(name: Any, where: str) -> Technology:
    known = {technology.name: technology for technology in CATALOGUE}
    if name not in known:
        raise ValueError(f"{where}: no technology is called '{name}'.{suggestion(str(name), known)}")
    return known[name]


def _finite(value: Any, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{what} is {value!r}. Give a finite number.")
    return float(value)


def positive(value: Any, what: str) -> float:
    """A finite number above zero, or a sentence."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value <= 0:
        raise ValueError(f"{what} is {value!r}. Give a positive number.")
    return float(value)
