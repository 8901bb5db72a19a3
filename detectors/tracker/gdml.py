"""A tracker in space: tubes and disks of silicon, and what carries them; and a design as JSON."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from designopt.detectors.compositions import substance
from designopt.detectors.equivalents import plate
from designopt.detectors.materials import material
from designopt.detectors.tracker.description import Surface, read_surfaces
from designopt.detectors.tracker.fields import BOTH, MINUS, PLUS, SURFACES
from designopt.geometry import Geometry, Part, Substance, Tube
from designopt.units import mm, um
from designopt.written import Entry

HEADINGS = {"x_over_x0": "radiation lengths", "efficiency": "", "cos_max": ""}
SILICON, SUPPORT, PIPE, GAS = "Si", "C", "Be", "Kapton"
CLOSE = 0.9  # of the way to the next sensor that a support may fill
FREE = 1e-3 * mm
NOTES = (
    "Fields are not in GDML: the solenoid's is along z (field_t of the design, in T).",
    "A barrel layer is one whole cylinder and a disk one whole ring, with its mirror image at -z: no modules, no "
    "overlaps between them, no gaps. Cells are not cut; their pitch is a word on the sensor.",
    "The model knows x/X0 of a layer. Its sensors (and read-out chips) are silicon of their true thickness, in the "
    "middle of which the layer's place is, as far as x/X0 allows; the rest is one plate of graphite behind them, for "
    "support, cables and cooling. Where that does not fit in front of the next layer it is denser, not thicker.",
    "A layer of a gas detector is one plate of polyimide of its x/X0.",
)


@dataclass(frozen=True)
class Layer:
    """A surface with what it is made of; lengths in mm."""

    surface: Surface
    silicon: float
    half_length: float

    @property
    def begins(self) -> float:
        """Where a barrel layer begins along z, mm: at -half_length, if the side -z is not another one."""
        return -self.half_length if self.surface.minus is None else -self.surface.minus / mm

    @property
    def rest(self) -> float:
        """x/X0 that is no silicon."""
        return self.surface.material - self.silicon / material(SILICON).radiation_length

    @property
    def stuff(self) -> str:
        """Material of what is no silicon."""
        kind = self.surface.kind
        gas = kind is not None and not kind.sensors
        return PIPE if self.surface.label == "Beam pipe" else GAS if gas else SUPPORT

    def marks(self) -> dict[str, str]:
        """Words on its sensor; none on what does not measure."""
        if self.surface.kind is None:
            return {}
        along = "pitch_r_um" if self.surface.disk else "pitch_z_um"
        across, length = (repr(float(size / um)) for size in self.surface.cell)
        return {"sensor": "yes", "pitch_rphi_um": across, along: length}


def tracker_geometry(written: Mapping[str, Any]) -> Geometry:
    """Tubes and rings of a written tracker. Raises ValueError for what is none, and for layers that run into disks."""
    rows = {key: written[key] for key in ("barrel", "disks", "beam_pipe") if key in written}
    surfaces = read_surfaces(Entry.read(rows, SURFACES))
    named = [s for s in surfaces if s.label != "Beam pipe"]
    sizes = [row.get("thickness_um") for key in ("barrel", "disks") for row in written.get(key) or ()]
    ends = [(s.place if s.disk else s.outer) / mm for s in surfaces if s.disk or math.isfinite(s.outer)]
    far = max(ends, default=1000.0)
    thick: dict[str, float | None] = {s.label: size for s, size in zip(named, sizes, strict=True)}
    layers = [_layer(s, thick.get(s.label), far) for s in surfaces]
    barrel = sorted((one for one in layers if not one.surface.disk), key=lambda one: one.surface.place)
    disks = sorted((one for one in layers if one.surface.disk), key=lambda one: one.surface.place)
    rings = [part for i, one in enumerate(disks) for part in _disk(one, _next_disk(one, disks[i + 1 :]))]
    parts = [*rings]
    for i, one in enumerate(barrel):
        room = math.inf if i + 1 == len(barrel) else _inner(barrel[i + 1]) - _outer(one)
        parts += _barrel(one, room, rings)
    endless = [s.label for s in surfaces if not s.disk and not math.isfinite(s.outer)]
    more = [f"Without an end in the design, drawn to {far:g} mm: {', '.join(endless)}."] if endless else []
    return Geometry(tuple(parts), (*NOTES, *more))


def _layer(surface: Surface, thickness: float | None, far: float) -> Layer:
    most = surface.material * material(SILICON).radiation_length
    kind = surface.kind
    wanted = (
        0.0 if kind is None else kind.sensors * (kind.thickness if thickness is None else thickness * um) + kind.chip
    )
    return Layer(surface, min(wanted, most) / mm, surface.outer / mm if math.isfinite(surface.outer) else far)


def _inner(layer: Layer) -> float:
    return layer.surface.place / mm - layer.silicon / 2


def _outer(layer: Layer) -> float:
    return layer.surface.place / mm + layer.silicon / 2


def _next_disk(layer: Layer, others: Sequence[Layer]) -> float:
    """Free way behind the silicon of a disk to the next one that it could touch, mm."""
    mine = layer.surface
    beside = [one for one in others if BOTH in (mine.side, one.surface.side) or mine.side == one.surface.side]
    near = [_inner(one) for one in beside if one.surface.inner < mine.outer and mine.inner < one.surface.outer]
    return min(near, default=math.inf) - _outer(layer)


def _behind(layer: Layer, room: float) -> tuple[Substance, float] | None:
    """The plate behind the silicon; None where silicon is all there is."""
    if layer.rest * material(layer.stuff).radiation_length < FREE:
        return None
    if room <= 0:
        raise ValueError(f"{layer.surface.label} has no room before the next layer. Keep them farther apart.")
    return plate(layer.stuff, layer.rest, CLOSE * room)


def _disk(layer: Layer, room: float) -> Iterator[Part]:
    surface, behind = layer.surface, _behind(layer, room)
    inner, outer, z = surface.inner / mm, surface.outer / mm, surface.place / mm
    for side, sign, where in (("plus", 1, PLUS), ("minus", -1, MINUS)):
        if surface.on(where) is None:
            continue
        if layer.silicon:
            solid = Tube(inner, outer, layer.silicon)
            name = f"{surface.label}_{side}_sensor"
            yield Part(name, solid, substance(SILICON), (0.0, 0.0, sign * z), layer.marks())
        if behind is not None:
            made, thickness = behind
            place = (0.0, 0.0, sign * (_outer(layer) + thickness / 2))
            marks = {} if layer.silicon else layer.marks()
            yield Part(f"{surface.label}_{side}_support", Tube(inner, outer, thickness), made, place, marks)


def _barrel(layer: Layer, room: float, rings: Sequence[Part]) -> Iterator[Part]:
    surface, behind = layer.surface, _behind(layer, room)
    tubes = [(_inner(layer), _outer(layer), substance(SILICON), "sensor", layer.marks())] if layer.silicon else []
    if behind is not None:
        made, thickness = behind
        marks = {} if layer.silicon else layer.marks()
        tubes.append((_outer(layer), _outer(layer) + thickness, made, "support", marks))
    for inner, outer, made, what, marks in tubes:
        holes = [_reach(ring) for ring in rings if ring.solid.inner < outer and inner < ring.solid.outer]  # type: ignore[attr-defined]
        holes = [(low, high) for low, high in holes if low < layer.half_length and high > layer.begins]
        if holes and surface.kind is not None:
            first = min(min(abs(low), abs(high)) for low, high in holes)
            raise ValueError(
                f"{surface.label} of {layer.half_length:g} mm runs into a disk, which no geometry holds. Shorten it to "
                f"less than {first:.6g} mm, or move the disk."
            )
        for number, (low, high) in enumerate(_pieces(layer.begins, layer.half_length, holes)):
            name = f"{surface.label}_{what}" + (f"_{number + 1}" if holes else "")
            yield Part(name, Tube(inner, outer, high - low), made, (0.0, 0.0, (low + high) / 2), marks)


def _reach(part: Part) -> tuple[float, float]:
    """From where to where a part reaches along z, mm."""
    return part.place[2] - part.solid.reach[2], part.place[2] + part.solid.reach[2]


def _pieces(begin: float, end: float, holes: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """What is left of `begin` to `end` between the holes."""
    for low, high in sorted(holes):
        if low > begin:
            yield begin, low
        begin = max(begin, high)
    if begin < end:
        yield begin, end
