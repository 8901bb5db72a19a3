"""Read a spectrometer as a user writes it down: lengths in mm, resolutions in um, one sentence an error."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool
from numpy import ndarray

from designopt.detectors.spectrometer.catalogue import CATALOGUE, Technology, between
from designopt.detectors.spectrometer.magnet import Magnet
from designopt.detectors.spectrometer.stations import Stations
from designopt.detectors.tracker.fields import LOG
from designopt.units import m, um
from designopt.written import Entry, Form, Number, Part, Rows, Word, numbers

MOMENTA = (1.0, 5.0, 20.0, 100.0)
VERTEX = -10_000.0
STATIONS = 2000
FARTHEST = 1e7  # mm: 10 km
NEAREST = 0.1  # mm: a place that is no zero and nearer to it looks like another unit
SHORTEST = 1e-3  # mm
STRONGEST = 1000.0  # T m
SLOWEST, FASTEST = 1e-3, 1e6  # GeV
FINEST, COARSEST = 1e-3, 1e7  # um
DEAREST = 1e9  # kCHF
DEAD = 1e12
"""Error in mm of a station that measures nothing: beyond all measure, and still a number."""


FRACTION = "It is a fraction of a radiation length: 0.01 for 1 %."
MAGNET = Form(
    "A dipole, whose field bends in one plane.",
    {
        "bending_power_tm": Number(
            "Field integral; 0 for none.", 0.0, STRONGEST, "T m", required=True, finest=1e-3,
            small="Give its size; the sign changes no resolution.",
            large="It looks like gauss given as tesla, or millimetres as metres.",
        ),
        "length_mm": Number("Length along the beam.", SHORTEST, FARTHEST, "mm", required=True),
        "centre_mm": Number("Place of its middle.", -FARTHEST, FARTHEST, "mm", 0.0, finest=NEAREST),
    },
    old={"center_mm": "centre_mm"},
)  # fmt: skip
STATION = Form(
    "A station that measures across the beam, or dead material.",
    {
        "z_mm": Number("Place along the beam.", -FARTHEST, FARTHEST, "mm", required=True, finest=NEAREST),
        "technology": Word("Kind of station; gives what is left out.", tuple(kind.name for kind in CATALOGUE)),
        "resolution_um": Number(
            "Error of one hit; null for dead material.", FINEST, COARSEST, "um",
            small="It looks like metres given as micrometres, if it is no zero: null is dead material.",
        ),
        "x_over_x0": Number("Material.", 0.0, 0.999, "radiation lengths", small=FRACTION, large=FRACTION),
        "hits": Number("Measurements of each track; their mean counts.", 0.01, 1000.0, "", 1.0),
        "price": Number("Price, if not that of its technology or resolution.", 0.0, DEAREST, "kCHF"),
    },
    rule={
        "anyOf": [
            {"required": ["technology"], "properties": {"technology": {"type": "string"}}},
            {"required": ["resolution_um", "x_over_x0"], "properties": {"x_over_x0": {"type": "number"}}},
        ]
    },
)  # fmt: skip
FORM = Form(
    "A spectrometer: stations along z around a dipole.",
    {
        "stations": Rows("The stations, in any order.", STATION, "Station", STATIONS),
        "momenta_gev": numbers("Momenta of the tracks.", SLOWEST, FASTEST, "GeV", MOMENTA),
        "magnet": Part("The dipole; without one tracks are straight.", MAGNET, "The magnet"),
        "vertex_mm": Number(
            "Where tracks begin; if left out, -10 m in `spectrometer-layout-v1`, the middle of SHiP's decay volume in "
            "`-v2`, or the first station.", -FARTHEST, FARTHEST, "mm", finest=NEAREST,
        ),
        "log": LOG,
    },
)  # fmt: skip
KEYS = FORM


def example() -> dict[str, object]:
    """The stations of SHiP: straws of 120 um, eight hits in each of four stations around the dipole."""
    return {
        "magnet": {"bending_power_tm": 0.65, "length_mm": 4500, "centre_mm": 0},
        "stations": [{"z_mm": z, "technology": "120 um", "hits": 8} for z in (-5500, -3500, 3500, 5500)],
        "momenta_gev": list(MOMENTA),
    }


@dataclass(frozen=True)
class Description:
    """A spectrometer as it was given, padded with absent stations; a price of None is not known.

    `own_prices` says which prices were given, rather than found in the catalogue. `log` is what
    the file wants in the logarithm of scattering, "auto" if nothing.
    """

    magnet: Magnet
    stations: Stations
    measuring: Bool[ndarray, " station"]
    prices: tuple[float | None, ...]
    own_prices: tuple[bool, ...]
    momenta: tuple[float, ...]
    vertex: float
    log: Any
    notes: list[str]


def read_spectrometer(spec: Any, vertex: float = VERTEX, catalogue: Sequence[Technology] = CATALOGUE) -> Description:
    """A specification, read; `vertex` (mm) and `catalogue` are what it means where it does not say.

    Raises ValueError, in a sentence, for anything that is no spectrometer.
    """
    design = Entry.read(spec, FORM)
    read = [_station(row, catalogue) for row in design.rows("stations")]
    z, error, material, price, own = zip(*read, strict=True)
    momenta, begins = design.numbers("momenta_gev"), design.optional("vertex_mm")
    magnet = _magnet(design)
    vertex = min(vertex, *z) if begins is None else begins
    edge = magnet.centre - magnet.length / 2 if magnet.bending_power else math.inf
    if vertex > min(*z, edge):
        raise ValueError(f"The vertex is at {vertex:g} mm. It has to lie in front of the stations and the magnet.")
    size = next(room for room in (4, 8, 16, *range(32, 10_000, 32)) if room >= len(z))

    def padded(values: Sequence[float], fill: float) -> Any:
        return jnp.asarray([*values, *[fill] * (size - len(values))])

    measuring = np.array([*(e < DEAD for e in error), *[False] * (size - len(z))])
    present = padded([1.0] * len(z), 0.0)
    stations = Stations(padded(z, z[0]), padded(error, 1.0), padded(material, 0.0), present)
    return Description(magnet, stations, measuring, price, own, tuple(momenta), vertex, design["log"], design.notes)


def _magnet(design: Entry) -> Magnet:
    entry = design.part("magnet")
    if entry is None:
        return Magnet(0.0, 1 * m)
    return Magnet(entry.number("bending_power_tm"), entry.number("length_mm"), entry.number("centre_mm"))


def _station(row: Entry, catalogue: Sequence[Technology]) -> tuple[float, float, float, float | None, bool]:
    """Place, error (with all hits), material, price, and whether it was given; dead material's error is `DEAD`."""
    z, hits, error = row.number("z_mm"), row.number("hits"), row.optional("resolution_um")
    named = next((kind for kind in catalogue if kind.name == row["technology"]), None)
    if named is None and not {"resolution_um", "x_over_x0"} <= set(row.fields):
        raise ValueError(f"{row.where} needs a technology, or resolution_um (null: dead material) and x_over_x0.")
    thickness = named.material if named and not row.has("x_over_x0") else row.needed("x_over_x0", "a number of X0")
    price, own = row.optional("price"), row.has("price")
    if price is None and named is not None:
        price = named.price
    if error is None and "resolution_um" in row.fields:
        return z, DEAD, thickness, 0.0 if price is None else price, own
    if error is None:
        assert named is not None
        return z, named.resolution / math.sqrt(hits), thickness, price, own
    error *= um
    return z, error / math.sqrt(hits), thickness, _interpolated(error, catalogue) if price is None else price, own


def _interpolated(error: float, catalogue: Sequence[Technology]) -> float | None:
    """Price by resolution, inside the range of the catalogue."""
    inside = catalogue[-1].resolution <= error <= catalogue[0].resolution
    return float(between(jnp.asarray([error]), catalogue)[1][0]) if inside else None
