"""Read a spectrometer as a user writes it down: lengths in mm, resolutions in um, one sentence an error."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool
from numpy import ndarray

from designopt.detectors.json_input import Entry
from designopt.detectors.spectrometer.catalogue import CATALOGUE, Technology, between
from designopt.detectors.spectrometer.magnet import Magnet
from designopt.detectors.spectrometer.stations import Stations
from designopt.units import m, um

OLD = {"center_mm": "centre_mm"}
KEYS = ("magnet", "stations", "momenta_gev", "vertex_mm")
MAGNET_KEYS = ("bending_power_tm", "length_mm", "centre_mm")
STATION_KEYS = ("z_mm", "technology", "resolution_um", "x_over_x0", "hits", "price")
MOMENTA = (1.0, 5.0, 20.0, 100.0)
VERTEX = -10_000.0
STATIONS = 2000
FARTHEST = 1e7  # mm: 10 km
SHORTEST = 1e-3  # mm
STRONGEST = 1000.0  # T m
SLOWEST, FASTEST = 1e-3, 1e6  # GeV
FINEST, COARSEST = 1e-3, 1e7  # um
DEAREST = 1e9  # kCHF
DEAD = 1e12
"""Error in mm of a station that measures nothing: beyond all measure, and still a number."""


@dataclass(frozen=True)
class Description:
    """A spectrometer as it was given, padded with absent stations; a price of None is not known.

    `own_prices` says which prices were given, rather than found in the catalogue.
    """

    magnet: Magnet
    stations: Stations
    measuring: Bool[ndarray, " station"]
    prices: tuple[float | None, ...]
    own_prices: tuple[bool, ...]
    momenta: tuple[float, ...]
    vertex: float
    notes: list[str]


def read_spectrometer(spec: Any, vertex: float = VERTEX, catalogue: Sequence[Technology] = CATALOGUE) -> Description:
    """A specification, read; `vertex` (mm) and `catalogue` are what it means where it does not say.

    Raises ValueError, in a sentence, for anything that is no spectrometer.
    """
    design = Entry.read(spec, KEYS)
    read = [_station(row, catalogue) for row in design.entries("stations", STATION_KEYS, "Station", STATIONS)]
    z, error, material, price, own = zip(*read, strict=True)
    momenta = design.numbers("momenta_gev", SLOWEST, FASTEST, "GeV", MOMENTA)
    magnet = _magnet(design)
    vertex = design.number("vertex_mm", -FARTHEST, FARTHEST, "mm", min(vertex, *z))
    edge = magnet.centre - magnet.length / 2 if magnet.bending_power else math.inf
    if vertex > min(*z, edge):
        raise ValueError(f"The vertex is at {vertex:g} mm. It has to lie in front of the stations and the magnet.")
    size = next(room for room in (4, 8, 16, *range(32, 10_000, 32)) if room >= len(z))

    def padded(values: Sequence[float], fill: float) -> Any:
        return jnp.asarray([*values, *[fill] * (size - len(values))])

    measuring = np.array([*(e < DEAD for e in error), *[False] * (size - len(z))])
    present = padded([1.0] * len(z), 0.0)
    stations = Stations(padded(z, z[0]), padded(error, 1.0), padded(material, 0.0), present)
    return Description(magnet, stations, measuring, price, own, tuple(momenta), vertex, design.notes)


def _magnet(design: Entry) -> Magnet:
    entry = design.entry("magnet", MAGNET_KEYS, "The magnet", OLD)
    if entry is None:
        return Magnet(0.0, 1 * m)
    power = entry.number(
        "bending_power_tm",
        0.0,
        STRONGEST,
        "T m",
        small="Give its size; the sign changes no resolution.",
        large="It looks like gauss given as tesla, or millimetres as metres.",
    )
    length = entry.number("length_mm", SHORTEST, FARTHEST, "mm")
    return Magnet(power, length, entry.number("centre_mm", -FARTHEST, FARTHEST, "mm", 0.0))


def _station(row: Entry, catalogue: Sequence[Technology]) -> tuple[float, float, float, float | None, bool]:
    """Place, error (with all hits), material, price, and whether it was given; dead material's error is `DEAD`."""
    z = row.number("z_mm", -FARTHEST, FARTHEST, "mm")
    hits = row.number("hits", 0.01, 1000.0, default=1.0)
    kind = _technology(row, catalogue) if row.has("technology") else None
    if kind is None and not {"resolution_um", "x_over_x0"} <= set(row.fields):
        raise ValueError(f"{row.where} needs a technology, or resolution_um (null: dead material) and x_over_x0.")
    fraction = "It is a fraction of a radiation length: 0.01 for 1 %."
    thickness = row.number(
        "x_over_x0", 0.0, 0.999, "X0", kind.material if kind else None, small=fraction, large=fraction
    )
    price = row.optional("price", 0.0, DEAREST, "kCHF")
    own = price is not None
    if price is None and kind is not None:
        price = kind.price
    if "resolution_um" in row.fields and not row.has("resolution_um"):
        return z, DEAD, thickness, 0.0 if price is None else price, own
    if not row.has("resolution_um"):
        assert kind is not None
        return z, kind.resolution / math.sqrt(hits), thickness, price, own
    tiny = "It looks like metres given as micrometres, if it is no zero: null is dead material."
    error = row.number("resolution_um", FINEST, COARSEST, "um", small=tiny) * um
    return z, error / math.sqrt(hits), thickness, _interpolated(error, catalogue) if price is None else price, own


def _interpolated(error: float, catalogue: Sequence[Technology]) -> float | None:
    """Price by resolution, inside the range of the catalogue."""
    inside = catalogue[-1].resolution <= error <= catalogue[0].resolution
    return float(between(jnp.asarray([error]), catalogue)[1][0]) if inside else None


def _technology(row: Entry, catalogue: Sequence[Technology]) -> Technology:
    known = {technology.name: technology for technology in catalogue}
    return known[row.choice("technology", known)]
