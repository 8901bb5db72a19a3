"""A spectrometer in space: a plate a station, and the region of the field; and a design as JSON."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from designopt.detectors.equivalents import plate
from designopt.detectors.spectrometer.description import read_spectrometer
from designopt.detectors.spectrometer.magnet import Magnet
from designopt.detectors.spectrometer.review.aperture import relative_area
from designopt.detectors.spectrometer.stations import Stations
from designopt.geometry import Box, Geometry, Part
from designopt.geometry.model import VACUUM
from designopt.units import m, mm, um

WIDTH, HEIGHT = 4 * m, 6 * m
"""Of a station: the plane that SHiP's muon shield is held against, |x| < 2 m, |y| < 3 m (public Muon Shield
Challenge). The model has no width; with an aperture this is the mean of SHiP's four places."""
STUFF = "Kapton"
ALMOST_NOTHING = 0.1 * mm
HEADINGS = {"hits": "", "price": "kCHF", "x_over_x0": "radiation lengths"}
NOTES = (
    "Fields are not in GDML: the dipole is a box of vacuum, `magnet`, with its bending power (T m) as a word on it; "
    "the field is along y and uniform inside. Yoke and coils are left out.",
    "The model knows x/X0 of a station and no substance: here it is one plate of polyimide, as many radiation lengths "
    "thick, its middle at the place of the station; frames, gas and tubes are not drawn.",
)


def written_spectrometer(
    stations: Stations,
    hits: int,
    prices: np.ndarray,
    magnet: Magnet,
    momenta: tuple[float, ...],
    vertex: float,
    log: float | None,
) -> dict[str, Any]:
    """Built stations in the words of `designopt evaluate`, in order along the beam; `prices` in kCHF.

    Args:
        stations: places and errors in mm, material in X0; what is there by half or more is written.
        hits: that each station gives.
        prices: shape (station,).
        magnet: bending power in T m, lengths in mm.
        momenta: GeV.
        vertex: z, mm.
        log: thickness in the logarithm of scattering, X0; None for each station's own.
    """
    z, error, material, there = (
        np.asarray(part) for part in (stations.z, stations.error, stations.material, stations.present)
    )
    rows = [
        {
            "z_mm": float(f"{z[i] / mm:.12g}"),
            "resolution_um": float(f"{error[i] * hits**0.5 / um:.12g}"),
            "x_over_x0": float(f"{material[i]:.12g}"),
            "hits": hits,
            "price": float(f"{prices[i]:.12g}"),
        }
        for i in np.argsort(z)
        if there[i] > 0.5
    ]
    dipole = {
        "bending_power_tm": magnet.bending_power,
        "length_mm": magnet.length / mm,
        "centre_mm": magnet.centre / mm,
    }
    return {"magnet": dipole, "stations": rows, "momenta_gev": list(momenta), "vertex_mm": vertex / mm,
            "log": "layer" if log is None else log}  # fmt: skip


def spectrometer_geometry(written: Mapping[str, Any], aperture: float | None = None) -> Geometry:
    """Plates and field region of a written spectrometer; with an `aperture` (mm) stations grow with the distance.

    Raises ValueError, as `designopt evaluate` does, for what is no spectrometer.
    """
    read = read_spectrometer(written)
    there = np.asarray(read.stations.present) > 0
    z, material = np.asarray(read.stations.z)[there] / mm, np.asarray(read.stations.material)[there]
    measuring = read.measuring[there]
    scale = np.sqrt(np.asarray(relative_area(read.stations.z[there] - read.magnet.centre, aperture)))
    order = np.argsort(z, kind="stable")
    apart = np.diff(z[order])
    if np.any(apart <= 0):
        where = float(z[order][:-1][apart <= 0][0])
        raise ValueError(f"Two stations stand at z = {where:g} mm, but a place holds one. Join them, or move one.")
    closest = np.minimum(np.append(apart, np.inf), np.insert(apart, 0, np.inf))
    parts = []
    for number, (i, room) in enumerate(zip(order, closest, strict=True), start=1):
        made, thickness = plate(STUFF, float(material[i]), 0.9 * float(room))
        if not thickness:
            made, thickness = VACUUM, min(ALMOST_NOTHING, 0.9 * float(room))
        size = float(scale[i])
        words = {
            "sensor": "yes" if measuring[i] else "no",
            "x_over_x0": repr(float(material[i])),
        }
        solid = Box(size * WIDTH / mm, size * HEIGHT / mm, thickness)
        parts.append(Part(f"station_{number}", solid, made, (0.0, 0.0, float(z[i])), words))
    sizes = "of the same size" if aperture is None else "that grow with the distance from where their tracks come from"
    area = f"Stations {sizes}: {WIDTH / m:g} m x {HEIGHT / m:g} m (SHiP's, on average); the model has no width."
    return Geometry((*parts, *_dipole(read.magnet, parts)), (*NOTES, area))


def _dipole(magnet: Magnet, stations: list[Part]) -> Iterator[Part]:
    """The region of the field, in pieces where stations stand inside it."""
    if not magnet.bending_power:
        return
    begin, end = ((magnet.centre + sign * magnet.length / 2) / mm for sign in (-1, 1))
    words = {"magnet": "uniform field along y", "bending_power_tm": repr(float(magnet.bending_power))}
    for number, part in enumerate([*stations, None], start=1):
        low, high = (end, end) if part is None else (part.place[2] + side * part.solid.reach[2] for side in (-1, 1))
        stop = min(low, end)
        if stop > begin:
            middle = (0.0, 0.0, (begin + stop) / 2)
            yield Part(f"magnet_{number}", Box(WIDTH / mm, HEIGHT / mm, stop - begin), VACUUM, middle, words)
        begin = max(begin, high)
