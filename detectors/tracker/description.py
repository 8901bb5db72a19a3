"""Read a tracker as a user writes it down: lengths in mm, errors and pitches in um, every mistake one sentence."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import jax.numpy as jnp
import numpy as np

from designopt.detectors.json_input import refuse_unknown
from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.layout.technology import (
    MONOLITHIC,
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


def read_surfaces(spec: Mapping[str, Any]) -> list[Surface]:
    """The beam pipe, barrel and disks of a specification. Raises ValueError, in a sentence, for what is wrong."""
    barrel = [_barrel(row, f"Barrel layer {i + 1}") for i, row in enumerate(_rows(spec, "barrel"))]
    disks = [_disk(row, f"Disk {i + 1}") for i, row in enumerate(_rows(spec, "disks"))]
    if not any(surface.kind for surface in barrel + disks):
        raise ValueError("Nothing measures: give at least one barrel layer or disk a resolution or a pitch.")
    _check_apart(barrel)
    _check_apart(disks)
    if spec.get("beam_pipe") is None:
        return barrel + disks
    pipe = _mapping(spec["beam_pipe"], "The beam pipe", ("radius_mm", "x_over_x0"))
    radius = _number(pipe, "radius_mm", "The beam pipe")
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
    thickness = _number(pipe, "x_over_x0", "The beam pipe", zero=True)
    wall = Surface("Beam pipe", False, radius, 0.0, math.inf, thickness, (None, None), None, (1.0, 1.0))
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


def _barrel(row: Any, label: str) -> Surface:
    row = _mapping(row, label, BARREL)
    radius = _number(row, "radius_mm", label)
    half = math.inf if row.get("half_length_mm") is None else _number(row, "half_length_mm", label)
    return _surface(row, label, "z", False, radius, 0.0, half, half if math.isfinite(half) else LONG)


def _disk(row: Any, label: str) -> Surface:
    row = _mapping(row, label, DISK)
    z = _number(row, "z_mm", label, hint="Disks are given for the side +z and mirrored.")
    inner, outer = _number(row, "inner_mm", label, zero=True), _number(row, "outer_mm", label)
    if inner >= outer:
        raise ValueError(f"{label} reaches from {inner:g} to {outer:g} mm. The outer radius must be the larger one.")
    return _surface(row, label, "r", True, z, inner, outer, (outer - inner) / 2)


def _surface(
    row: Mapping[str, Any], label: str, along: str, disk: bool, place: float, inner: float, outer: float, reach: float
) -> Surface:
    """A surface with its hit errors: stated, or those of its pitches; and its cell: stated, or what the errors need."""
    stated = tuple(_optional(row, f"resolution_{way}_um", label) for way in ("rphi", along))
    pitches = tuple(_optional(row, f"pitch_{way}_um", label) for way in ("rphi", along))
    named = row.get("technology")
    if stated == (None, None) and pitches == (None, None):
        if named is not None:
            raise ValueError(
                f"{label} has a technology but neither resolution nor pitch. Give 'pitch_rphi_um' and "
                f"'pitch_{along}_um', or leave the technology out for dead material."
            )
        thickness = _number(row, "x_over_x0", label, zero=True)
        return Surface(label, disk, place, inner, outer, thickness, (None, None), None, (1.0, 1.0))
    guess = STRIPS if (stated[1] or pitches[1] or 0.0) > COARSE or stated[1] is pitches[1] is None else MONOLITHIC
    kind = guess if named is None else _technology(named, label)
    across = pitches[0] or pitch_for(kind, (stated[0] or stated[1] or COARSE) * (2**0.5 if kind.stereo else 1.0))
    length = pitches[1] or (STRIP_LENGTH if kind.stereo else pitch_for(kind, stated[1] or stated[0] or COARSE))
    if named is None:
        # A pitch without a technology: one binary sensor, pitch / sqrt(12).
        made = tuple(None if p is None else p / math.sqrt(12) for p in pitches)
    else:
        both = tuple(float(e) for e in hit_errors(kind, jnp.asarray(across), jnp.asarray(length)))
        made = tuple(None if p is None and s is None else e for p, s, e in zip(pitches, stated, both, strict=True))
    errors = (made[0] if stated[0] is None else stated[0], made[1] if stated[1] is None else stated[1])
    sensor = _optional(row, "thickness_um", label) or kind.thickness
    if row.get("x_over_x0") is None and named is not None:
        sizes = (jnp.asarray(value) for value in (across, length, sensor, reach))
        thickness = float(material(kind, *sizes))
    else:
        thickness = _number(row, "x_over_x0", label, zero=True)
    return Surface(label, disk, place, inner, outer, thickness, errors, kind, (across, length))


def _technology(name: Any, label: str) -> Technology:
    try:
        return technology(name)
    except ValueError as error:
        raise ValueError(f"{label}: {error}") from None


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


def _rows(spec: Mapping[str, Any], key: str) -> Sequence[Any]:
    rows = spec.get(key) or []
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        raise ValueError(f"'{key}' is {rows!r}. Give a list of objects.")
    return rows


def _mapping(row: Any, label: str, keys: Sequence[str]) -> Mapping[str, Any]:
    if not isinstance(row, Mapping):
        raise ValueError(f"{label} has to be an object with the keys {', '.join(keys)}, but is {row!r}.")
    refuse_unknown(row, keys, label)
    return row


def _optional(row: Mapping[str, Any], key: str, label: str) -> float | None:
    """A length given in um, in mm; None where it is null or missing."""
    if row.get(key) is None:
        return None
    return _number(row, key, label, hint="Write null for dead material.") * um


def _number(row: Mapping[str, Any], key: str, label: str, zero: bool = False, hint: str = "") -> float:
    """A finite positive number (0 too if `zero`), or a sentence."""
    value = row.get(key)
    if value is None:
        raise ValueError(f"{label} has no '{key}'. Give a number.")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{label}: {key} is {value!r}, which is no number.")
    if not math.isfinite(value) or value < 0 or (value == 0 and not zero):
        wanted = "finite and not negative" if zero else "finite and positive"
        raise ValueError(f"{label}: {key} is {value:g}, but it has to be {wanted}. {hint}".rstrip())
    return float(value)
