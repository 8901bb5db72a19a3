"""Telescopes of the world as data: medium, energies, strings; every number with a mark of how sure it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.detectors.neutrino_telescope.light.media import ICE, WATER, Medium


@dataclass(frozen=True)
class Site:
    """One telescope: what it stands in, what it looks for, and how it is laid out; m and GeV.

    Attributes:
        name: of the telescope.
        medium: light and modules.
        energies: smallest and largest energy that it is scored on, GeV.
        strings, between, pattern: how many strings, how far apart (m), and in which pattern.
        top_depth, spacing, modules: of a string: depth of the first module (m), distance of modules (m), their number.
        depths: where modules may hang, m.
        floor: depth of the sea floor, m; None where cables hang from the surface.
        trigger: modules with light that make an event.
        source: "geometry of Prometheus" where its file was read, else "recalled"; and what else is assumed.
    """

    name: str
    medium: Medium
    energies: tuple[float, float]
    strings: int
    between: float
    pattern: str
    top_depth: float
    spacing: float
    modules: int
    depths: tuple[float, float]
    floor: float | None
    trigger: int
    source: str = field(default="recalled")

    def full(self) -> Float[ndarray, "string 2"]:
        """Places of all its strings in m."""
        return PATTERNS[self.pattern](self.strings, self.between)


def hexagon(count: int, between: float) -> Float[ndarray, "string 2"]:
    """The `count` places of a triangular grid that are nearest to the middle, `between` m apart.

    Args:
        count: number of strings.
        between: m.
    """
    reach = int(np.ceil(np.sqrt(count))) + 1
    a, b = np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1))
    places = between * np.stack([a.ravel() + b.ravel() / 2.0, b.ravel() * np.sqrt(0.75)], axis=-1)
    order = np.lexsort((np.arctan2(places[:, 1], places[:, 0]).round(6), np.hypot(*places.T).round(6)))
    return np.asarray(places[order[:count]])


def sunflower(count: int, between: float) -> Float[ndarray, "string 2"]:
    """Places on a spiral of golden angles with one string per square of `between` m.

    Args:
        count: number of strings.
        between: m.
    """
    k = np.arange(count) + 0.5
    r, angle = between * np.sqrt(k / np.pi), k * np.pi * (3.0 - np.sqrt(5.0))
    return np.stack([r * np.cos(angle), r * np.sin(angle)], axis=-1)


def clusters(count: int, between: float, each: int = 10) -> Float[ndarray, "string 2"]:
    """Hexagons of `each` strings, `between` m apart, whose middles form a hexagon three times as wide as one of them.

    Args:
        count: number of strings.
        between: m.
        each: number of strings in a cluster.
    """
    one = hexagon(each, between)
    wide = 3.0 * between * np.sqrt(each)
    middles = hexagon(-(-count // each), wide)
    return np.concatenate([one + middle for middle in middles])[:count]


PATTERNS = {"hexagon": hexagon, "sunflower": sunflower, "clusters": clusters}

SITES: Mapping[str, Site] = {
    "icecube": Site(
        "IceCube", ICE, (1e3, 1e6), 78, 125.0, "hexagon", 1450.0, 17.0, 60, (1350.0, 2600.0), None, 8,
        "geometry of Prometheus: 60 modules 17.02 m apart from 1452 m, 123 m median distance; 78 strings of the grid, "
        "without the 8 of DeepCore",
    ),
    "gen2": Site(
        "IceCube-Gen2", ICE, (1e4, 1e7), 120, 240.0, "sunflower", 1325.0, 16.0, 80, (1300.0, 2650.0), None, 8,
        "recalled: 120 new strings of 80 modules, 240 m and 16 m; the module is taken to be IceCube's",
    ),
    "orca": Site(
        "KM3NeT/ORCA", WATER, (5.0, 50.0), 115, 20.0, "hexagon", 2250.0, 9.0, 18, (1900.0, 2430.0), 2450.0, 5,
        "115 strings of 18 modules, 9 m, 2437 m deep: pages of KM3NeT; 20 m recalled",
    ),
    "arca": Site(
        "KM3NeT/ARCA", WATER, (1e3, 1e6), 115, 90.0, "hexagon", 2888.0, 36.0, 18, (2300.0, 3500.0), 3520.0, 5,
        "geometry of Prometheus: 115 strings, 18 modules 36 m apart, 2888 to 3500 m; 90 m recalled (there 79 m)",
    ),
    "p-one": Site(
        "P-ONE", replace(WATER, absorption=28.0), (1e3, 1e6), 70, 80.0, "clusters", 1600.0, 50.0, 20, (1500.0, 2640.0),
        2660.0, 5,
        "recalled: 7 clusters of 10 strings of 20 modules, 50 m; absorption 28 m recalled from STRAW; module of KM3NeT",
    ),
}  # fmt: skip
"""Trigger: 8 modules in ice as IceCube's simple majority; 5 in water (assumed). Where modules may hang: assumed."""
