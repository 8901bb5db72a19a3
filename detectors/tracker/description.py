"""Read a tracker as a user writes it down: lengths in mm, errors and pitches in um, every mistake one sentence."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import jax.numpy as jnp
import numpy as np

from designopt.detectors.json_input import Entry
from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.layout.technology import (
    MONOLITHIC,
    NAMES,
    STRIPS,
    Technology,
    hit_errors,
    material,
    pitch_for,
    technology,
)
from designopt.units import mm, um

COMMON = ("x_over_x0", "resolution_rphi_um", "pitch_rphi_um", "technology", "thickness_um", "name")
BARREL = ("radius_mm", "half_length_mm", "resolution_z_um", "pitch_z_um", *COMMON)
DISK = ("z_mm", "inner_mm", "outer_mm", "resolution_r_um", "pitch_r_um", *COMMON)
TOUCHING = 0.05 * mm  # closer than a thin sensor is thick
COARSE = 100 * um  # a layer whose second coordinate is worse than this is priced as strips if it does not say
STRIP_LENGTH = 100 * mm
LONG = 100 * STRIP_LENGTH  # half-length of a support without one
SURFACES = 2000  # in a barrel, or among the disks: a time projection chamber has hundreds
SHORTEST, LONGEST = 1e-3, 1e5  # mm: no tracker is thinner than a cell or longer than 100 m
FINEST, COARSEST = 1e-3, 1e7  # um: finer than an atom's size, coarser than a hall
THICKEST = 100.0  # x/X0 up to which the scattering formula holds


@dataclass(frozen=True)
class Surface:
    """One layer or disk: where it is, what it measures (None: nothing), what it is made of. Lengths in mm."""

    label: str
    disk: bool
    place: float
    inner: float
    outer: float
    material: float
    errors: tuple[float | None, float | None]
    kind: Technology | None
    cell: tuple[float, float]

    @property
    def area(self) -> float:
        """Sensitive area in mm2, both sides of a disk; 0 for dead material and for layers without an end."""
        if self.kind is None or not math.isfinite(self.outer):
            return 0.0
        return 2 * math.pi * (self.outer**2 - self.inner**2) if self.disk else 4 * math.pi * self.place * self.outer


def read_surfaces(design: Entry) -> list[Surface]:
    """The beam pipe, barrel and disks of a specification. Raises ValueError, in a sentence, for what is wrong."""
    barrel = [_barrel(row) for row in design.entries("barrel", BARREL, "Barrel layer", SURFACES, 0)]
    disks = [_disk(row) for row in design.entries("disks", DISK, "Disk", SURFACES, 0)]
    if not any(surface.kind for surface in barrel + disks):
        raise ValueError("Nothing measures: give at least one barrel layer or disk a resolution or a pitch.")
    _check_apart(barrel)
    _check_apart(disks)
    pipe = design.entry("beam_pipe", ("radius_mm", "x_over_x0"), "The beam pipe")
    if pipe is None:
        return barrel + disks
    radius = _length(pipe, "radius_mm")
    for surface in barrel:
        if surface.kind and surface.place <= radius:
            raise ValueError(
                f"{surface.label} stands at {surface.place:g} mm, inside the beam pipe of {radius:g} mm. Move it out."
            )
    for surface in disks:
        if surface.kind and surface.inner < radius:
            raise ValueError(
                f"{surface.label} begins at {surface.inner:g} mm, inside the beam pipe of {radius:g} mm. Move it out."
            )
    wall = Surface("Beam pipe", False, radius, 0.0, math.inf, _thickness(pipe), (None, None), None, (1.0, 1.0))
    return [wall, *barrel, *disks]


def layout_of(surfaces: Sequence[Surface]) -> Layout:
    """The layout of surfaces, barrel first."""
    barrel, disks = ([s for s in surfaces if s.disk == disk] for disk in (False, True))
    both = barrel + disks
    known = np.array([[e is not None for e in s.errors] for s in both], dtype=float).reshape(-1, 2)
    # What a disk does not measure in r is known to its width: the projection of a curved track needs it.
    missing = [((s.outer - s.inner) if s.disk else s.place) / math.sqrt(12) for s in both]
    values = [[m if e is None else e for e in s.errors] for s, m in zip(both, missing, strict=True)]
    errors = np.array(values, dtype=float).reshape(-1, 2)
    return Layout(
        radius=jnp.asarray([s.place for s in barrel], dtype=float),
        half_length=jnp.asarray([s.outer for s in barrel], dtype=float),
        z=jnp.asarray([s.place for s in disks], dtype=float),
        inner=jnp.asarray([s.inner for s in disks], dtype=float),
        outer=jnp.asarray([s.outer for s in disks], dtype=float),
        material=jnp.asarray([s.material for s in both], dtype=float),
        measures_rphi=jnp.asarray(known[:, 0]),
        measures_along=jnp.asarray(known[:, 1]),
        sigma_rphi=jnp.asarray(errors[:, 0]),
        sigma_along=jnp.asarray(errors[:, 1]),
    )


def _barrel(row: Entry) -> Surface:
    radius = _length(row, "radius_mm")
    half = _length(row, "half_length_mm") if row.has("half_length_mm") else math.inf
    return _surface(row, "z", False, radius, 0.0, half, half if math.isfinite(half) else LONG)


def _disk(row: Entry) -> Surface:
    z = _length(row, "z_mm", "Disks are given for the side +z and mirrored.")
    inner, outer = row.number("inner_mm", 0.0, LONGEST, "mm"), _length(row, "outer_mm")
    if inner >= outer:
        raise ValueError(
            f"{row.where} reaches from {inner:g} to {outer:g} mm. The outer radius must be the larger one."
        )
    return _surface(row, "r", True, z, inner, outer, (outer - inner) / 2)


def _surface(row: Entry, along: str, disk: bool, place: float, inner: float, outer: float, reach: float) -> Surface:
    """A surface with its hit errors: stated, or those of its pitches; and its cell: stated, or what the errors need."""
    label = row.where
    stated = tuple(_optional(row, f"resolution_{way}_um") for way in ("rphi", along))
    pitches = tuple(_optional(row, f"pitch_{way}_um") for way in ("rphi", along))
    named = technology(row.choice("technology", NAMES)) if row.has("technology") else None
    if stated == (None, None) and pitches == (None, None):
        if named is not None:
            raise ValueError(
                f"{label} has a technology but neither resolution nor pitch. Give 'pitch_rphi_um' and "
                f"'pitch_{along}_um', or leave the technology out for dead material."
            )
        return Surface(label, disk, place, inner, outer, _thickness(row), (None, None), None, (1.0, 1.0))
    guess = STRIPS if (stated[1] or pitches[1] or 0.0) > COARSE or stated[1] is pitches[1] is None else MONOLITHIC
    kind = named or guess
    across = pitches[0] or pitch_for(kind, (stated[0] or stated[1] or COARSE) * (2**0.5 if kind.stereo else 1.0))
    length = pitches[1] or (STRIP_LENGTH if kind.stereo else pitch_for(kind, stated[1] or stated[0] or COARSE))
    if named is None:
        # A pitch without a technology: one binary sensor, pitch / sqrt(12).
        made = tuple(None if p is None else p / math.sqrt(12) for p in pitches)
    else:
        both = tuple(float(e) for e in hit_errors(kind, jnp.asarray(across), jnp.asarray(length)))
        made = tuple(None if p is None and s is None else e for p, s, e in zip(pitches, stated, both, strict=True))
    errors = (made[0] if stated[0] is None else stated[0], made[1] if stated[1] is None else stated[1])
    sensor = _optional(row, "thickness_um") or kind.thickness
    if named is not None and not row.has("x_over_x0"):
        sizes = (jnp.asarray(value) for value in (across, length, sensor, reach))
        thickness = float(material(kind, *sizes))
    else:
        thickness = _thickness(row)
    return Surface(label, disk, place, inner, outer, thickness, errors, kind, (across, length))


def _check_apart(surfaces: Sequence[Surface]) -> None:
    """Refuse two sensors in the same place."""
    ordered = sorted((s for s in surfaces if s.kind), key=lambda s: s.place)
    for first, second in pairwise(ordered):
        if second.place - first.place < TOUCHING and first.inner < second.outer and second.inner < first.outer:
            where = "z" if first.disk else "radius"
            raise ValueError(
                f"{first.label} and {second.label} overlap: both stand at the {where} of {second.place:g} mm. "
                f"Keep sensors at least {TOUCHING:g} mm apart."
            )


def _length(row: Entry, key: str, small: str = "") -> float:
    return row.number(key, SHORTEST, LONGEST, "mm", small=small)


def _thickness(row: Entry) -> float:
    return row.number("x_over_x0", 0.0, THICKEST, "radiation lengths", large="It is a fraction: 0.01 for 1 %.")


def _optional(row: Entry, key: str) -> float | None:
    """A length given in um, in mm; None where it is null or missing."""
    size = row.fields.get(key)
    tiny = "It looks like metres given as micrometres." if isinstance(size, float) and size > 0 else ""
    found = row.optional(key, FINEST, COARSEST, "um", tiny or "Write null for dead material.")
    return None if found is None else found * um
