"""Read a tracker as a user writes it down: lengths in mm, errors and pitches in um, every mistake one sentence."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from designopt.detectors.tracker.fields import BOTH, MINUS, PLUS
from designopt.detectors.tracker.layout.gas import GAS_NAMES, Gas, gas_of
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
from designopt.written import Entry

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
    kind: Technology | Gas | None
    cell: tuple[float, float]
    side: str = BOTH
    minus: float | None = None

    @property
    def stands(self) -> float:
        """How much of it there is: 1, or half for a disk on one side only."""
        return 1.0 if self.side == BOTH else 0.5

    @property
    def area(self) -> float:
        """Sensitive area in mm2, of both sides; 0 for dead material and for layers without an end."""
        if self.kind is None or not math.isfinite(self.outer):
            return 0.0
        if self.disk:
            return self.stands * 2 * math.pi * (self.outer**2 - self.inner**2)
        return 2 * math.pi * self.place * (self.outer + (self.outer if self.minus is None else self.minus))

    def on(self, side: str) -> "Surface | None":
        """What tracks to one side meet of it, mirrored to both; None where it does not stand there."""
        if self.side not in (BOTH, side):
            return None
        return replace(self, outer=self.minus, minus=None) if side == MINUS and self.minus is not None else self


def sides_of(surfaces: Sequence[Surface]) -> dict[str, list[Surface]]:
    """What tracks meet on either side, "+z" and "-z"; one entry where both are alike.

    A track from z = 0 stays on its side, so that each side may be simulated as if the other were its mirror image.
    """
    if all(surface.side == BOTH and surface.minus is None for surface in surfaces):
        return {PLUS: list(surfaces)}
    return {side: [one for surface in surfaces if (one := surface.on(side))] for side in (PLUS, MINUS)}


def read_surfaces(design: Entry) -> list[Surface]:
    """The beam pipe, barrel and disks of a specification. Raises ValueError, in a sentence, for what is wrong."""
    barrel, disks = [_barrel(row) for row in design.rows("barrel")], [_disk(row) for row in design.rows("disks")]
    if not any(surface.kind for surface in barrel + disks):
        raise ValueError("Nothing measures: give at least one barrel layer or disk a resolution or a pitch.")
    _check_apart(barrel)
    for side in (PLUS, MINUS):
        _check_apart([disk for disk in disks if disk.side in (BOTH, side)])
    pipe = design.part("beam_pipe")
    if pipe is None:
        return barrel + disks
    radius = pipe.number("radius_mm")
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
    wall, none = pipe.number("x_over_x0"), (None, None)
    return [Surface("Beam pipe", False, radius, 0.0, math.inf, wall, none, None, (1.0, 1.0)), *barrel, *disks]


def layout_of(surfaces: Sequence[Surface]) -> Layout:
    """The layout of surfaces, barrel first."""
    barrel, disks = ([s for s in surfaces if s.disk == disk] for disk in (False, True))
    both = barrel + disks
    known = np.array([[e is not None for e in s.errors] for s in both], dtype=float).reshape(-1, 2)
    # What a disk does not measure in r is known to its width: the projection of a curved track needs it.
    missing = [((s.outer - s.inner) if s.disk else s.place) / math.sqrt(12) for s in both]
    values = [[m if e is None else e for e in s.errors] for s, m in zip(both, missing, strict=True)]
    errors = np.array(values, dtype=float).reshape(-1, 2)

    def row(values: list[float]) -> Array:
        return jax.device_put(np.array(values, dtype=float))

    return Layout(
        radius=row([s.place for s in barrel]),
        half_length=row([s.outer for s in barrel]),
        z=row([s.place for s in disks]),
        inner=row([s.inner for s in disks]),
        outer=row([s.outer for s in disks]),
        material=row([s.material for s in both]),
        measures_rphi=jax.device_put(known[:, 0]),
        measures_along=jax.device_put(known[:, 1]),
        sigma_rphi=jax.device_put(errors[:, 0]),
        sigma_along=jax.device_put(errors[:, 1]),
    )


def _barrel(row: Entry) -> Surface:
    half, minus = row.optional("half_length_mm"), row.optional("half_length_minus_mm")
    if half is None and minus is not None:
        raise ValueError(f"{row.where} has a half_length_minus_mm but no half_length_mm. Give the one of +z, too.")
    end = math.inf if half is None else half
    found = _surface(row, "z", False, row.number("radius_mm"), 0.0, end, LONG if half is None else half)
    return found if minus in (None, half) else replace(found, minus=minus)


def _disk(row: Entry) -> Surface:
    inner, outer = row.number("inner_mm"), row.number("outer_mm")
    if inner >= outer:
        raise ValueError(
            f"{row.where} reaches from {inner:g} to {outer:g} mm. The outer radius must be the larger one."
        )
    found = _surface(row, "r", True, row.number("z_mm"), inner, outer, (outer - inner) / 2)
    return replace(found, side=row.word("side"))


def _surface(row: Entry, along: str, disk: bool, place: float, inner: float, outer: float, reach: float) -> Surface:
    """A surface with its hit errors: stated, or those of its pitches; and its cell: stated, or what the errors need."""
    label = row.where
    stated = (_optional(row, "resolution_rphi_um"), _optional(row, f"resolution_{along}_um"))
    pitches = (_optional(row, "pitch_rphi_um"), _optional(row, f"pitch_{along}_um"))
    if row["technology"] in GAS_NAMES:
        gas = gas_of(row["technology"])
        return Surface(
            label, disk, place, inner, outer, *_of_gas(row, gas, along, stated), (pitches[0] or gas.cell, 1.0)
        )
    named = technology(row["technology"]) if row.has("technology") else None
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
    if named is not None and row["x_over_x0"] is None:
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


def _of_gas(
    row: Entry, gas: Gas, along: str, stated: tuple[float | None, float | None]
) -> tuple[float, tuple[float | None, float | None], Gas]:
    """Material, errors and kind of a layer of a gas detector, which has to state them."""
    if stated == (None, None):
        raise ValueError(
            f"{row.where} is a gas detector ({gas.name}) without a resolution, which depends on its gas. Give "
            f"'resolution_rphi_um', or 'resolution_{along}_um'."
        )
    return _thickness(row), stated, gas


def _thickness(row: Entry) -> float:
    return float(row.needed("x_over_x0", "a number of radiation lengths"))


def _optional(row: Entry, key: str) -> float | None:
    """A length given in um, in mm; None where it is null or missing."""
    found = row.optional(key)
    return None if found is None else found * um
