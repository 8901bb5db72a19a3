"""A tracker as a user writes it down, looked at by a review board: v1's table in real life, and requirements."""

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.option_ranges import AlignmentUm, Cosine, HitEfficiency, PriceFile
from designopt.detectors.output_tables import notes
from designopt.detectors.tracker import evaluate
from designopt.detectors.tracker.description import Surface, layout_of, sides_of
from designopt.detectors.tracker.fields import MINUS
from designopt.detectors.tracker.layout.site import CLD
from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.misalignment import misaligned
from designopt.detectors.tracker.problem_v2 import COSINE, MOMENTA
from designopt.detectors.tracker.reference import Slot
from designopt.detectors.tracker.resolution.crossing import Tracks
from designopt.detectors.tracker.resolution.track_parameters import resolution_and_losses
from designopt.detectors.tracker.review.assessed import Reviewed, assessed, coverage_of, worse_of
from designopt.detectors.tracker.review.conditions import (
    ALIGNMENT,
    EFFICIENCY,
    FRAME,
    SOFTENING,
    TUBE,
    TUBE_RADIUS,
    Conditions,
)
from designopt.detectors.tracker.review.figures import (
    Figures,
    doubts_of,
    errors_over_patterns,
    figures_of,
    hits_of,
    least_opening,
    losses_of,
)
from designopt.detectors.tracker.review.references import cld_whole
from designopt.detectors.tracker.review.required import Required
from designopt.detectors.tracker.review.yardstick import cld_as_published
from designopt.problem.written.result import common_part
from designopt.stored import StoredJit
from designopt.units import mm, um
from designopt.written import Entry, Form, Number, limits_of

FRAMED = "Layers that stand about so near to each other move together; 0: each by itself."
MOVED = "Layers stand where they should to a r/(r + r0): a, 0 for none."
FORM = Form(
    "A tracker, as for `tracker-layout-v1`, and the conditions that a review board assumes.",
    {
        **evaluate.FORM,
        "alignment_um": Number(MOVED, *limits_of(AlignmentUm), "um", ALIGNMENT / um),
        "alignment_r0_mm": Number("... and r0, where half of that is reached.", 1e-3, 1e5, "mm", SOFTENING / mm),
        "alignment_frame_mm": Number(FRAMED, 0.0, 1e5, "mm", FRAME / mm),
        "efficiency": Number("Probability of a hit in a layer.", *limits_of(HitEfficiency), "", EFFICIENCY),
        "cos_max": Number("|cos(theta)| up to which requirements are asked.", *limits_of(Cosine), "", COSINE),
    },
)
NAMES = ("pt", "d0", "z0")
SIGMAS = {"pt": "sigma_pt_over_pt", "d0": "sigma_d0_um", "z0": "sigma_z0_um"}


def evaluate_design(
    spec: Any,
    prices: PriceFile = None,
    mass: Annotated[str | None, "Particle or GeV, over the file's."] = None,
    log: Annotated[str | None, "Thickness in the scattering logarithm, over the file's."] = None,
    trajectory: Annotated[str | None, "parabola, helix or auto, over the file's."] = None,
    alignment: Annotated[AlignmentUm | str | None, "Over `alignment_um` of the file."] = None,
    efficiency: Annotated[HitEfficiency | str | None, "Over `efficiency` of the file."] = None,
) -> dict[str, Any]:
    """v1's result with misalignment and missing hits in the errors, and the requirements of `tracker-layout-v2`.

    `spec` and options as in `evaluate.evaluate_design`; besides, the file may hold `alignment_um` (5; 0 for none) and
    `alignment_r0_mm` (100): layers stand where they should to a r/(r + r0), those within about `alignment_frame_mm`
    (30) together; `efficiency` of a layer (0.98) and `cos_max` (0.985), up to which |cos(theta)| requirements are
    asked. `alignment` (um) and `efficiency` as options come before the file. Material counts as the file states it: no
    tube, no services are added. Every point has `without_layer`: by how much each error grows without the hit of
    the layer that hurts most, its value, and which layer. `requirements` says value, limit, and whether kept;
    `v0_acceptance` and `coverage` (largest |cos(theta)| up to which hits suffice) stand beside. The yardstick is
    CLD whole with its published material, under the same conditions. Raises ValueError, in a sentence, for anything
    that is no tracker.
    """
    design = Entry.read(spec, FORM)
    conditions = _conditions(design, alignment, efficiency)
    cosine = design.number("cos_max")
    surfaces: list[Surface] = []

    def moved(found: list[Surface]) -> list[Surface]:
        surfaces.extend(misaligned(found, conditions))
        return surfaces

    result = evaluate.evaluated(design, moved, prices, mass, log, trajectory)
    field, sides = jax.device_put(np.float64(result["field_t"])), sides_of(surfaces)
    (other, _), found = _figures(_published(conditions).in_common_sizes(), cosine, field, conditions), []
    for side, there in sides.items():
        layout = layout_of(there).in_common_sizes()
        own = [p for p in result["points"] if len(sides) == 1 or (p["theta_deg"] > evaluate.FLAT) == (side == MINUS)]
        if own:
            _add_losses(own, layout, field, conditions.inefficiency, there)
        found.append(_reviewed(layout, other, cosine, field, conditions))
    more, acceptance, coverage = worse_of(found)
    warnings = [*result["warnings"], *_notes(surfaces, more)]
    if len(sides) > 1:
        warnings.append(
            "Requirements are those of the worse side, each side assessed as if the other were its mirror image."
        )
    return result | {
        "v0_acceptance": acceptance,
        "coverage": coverage,
        "alignment_um": (conditions.alignment or 0.0) / um,
        "alignment_r0_mm": conditions.softening / mm,
        "alignment_frame_mm": (conditions.frame or 0.0) / mm,
        "efficiency": conditions.efficiency,
        "cos_max": cosine,
        **common_part(result["cost"], warnings, more),
    }


def example() -> dict[str, Any]:
    """CLD whole, with its support tube: the yardstick of the requirements, in cells of today's monolithic sensors."""
    barrel, disks = cld_whole()

    def sensor(slot: Slot, along: str) -> dict[str, Any]:
        sizes = {"pitch_rphi_um": slot.pitch / um, f"pitch_{along}_um": slot.length / um}
        return {"technology": slot.kind.name, **{name: round(size, 3) for name, size in sizes.items()}}

    return {
        "field_t": CLD.field,
        "beam_pipe": {"radius_mm": CLD.pipe, "x_over_x0": CLD.pipe_material},
        "barrel": [
            *({"radius_mm": s.place, "half_length_mm": s.extent, **sensor(s, "z")} for s in barrel),
            {"radius_mm": TUBE_RADIUS, "half_length_mm": CLD.half_length, "x_over_x0": TUBE, "name": "support tube"},
        ],
        "disks": [{"z_mm": s.place, "inner_mm": s.opening, "outer_mm": s.extent, **sensor(s, "r")} for s in disks],
        "pt_gev": [1.0, 10.0, 100.0],
        "theta_deg": [90.0, 60.0, 30.0, 15.0],
    }


def _reviewed(layout: Layout, other: Figures, cosine: float, field: Any, conditions: Conditions) -> Reviewed:
    """Requirements, acceptances and coverage of one side of a tracker, beside the yardstick `other`."""
    (own, worst), wanted = _figures(layout, cosine, field, conditions), Required()
    hits = np.asarray(_hits(layout, cosine, field, wanted.spread))
    doubts = np.asarray(_doubts(layout, cosine, field, wanted.crowd or 0.0, conditions.efficiency or 1.0))
    lost, slow = np.exp(np.asarray(worst)).tolist()
    seen = float(np.min(hits)), math.exp(-float(np.max(doubts))), lost, slow, least_opening(layout)
    more, acceptance = assessed(own, other, MOMENTA, *seen, wanted)
    return more, acceptance, coverage_of(hits, cosine, wanted.hits or 0)


def _conditions(design: Entry, alignment: Any, efficiency: Any) -> Conditions:
    def first(option: Any, key: str) -> float:
        if option is not None:
            return float(FORM[key].read(_as_number(option), f"The option '{key}'", []))
        return design.number(key)

    moved, seen = first(alignment, "alignment_um") * um, first(efficiency, "efficiency")
    softening = design.number("alignment_r0_mm") * mm
    frame = design.number("alignment_frame_mm") * mm
    return Conditions(moved or None, softening, frame or None, seen, None, None)


def _as_number(option: Any) -> Any:
    """A number that stands as text, as a number; anything else as it is."""
    try:
        return float(option) if isinstance(option, str) else option
    except ValueError:
        return option


@partial(StoredJit, quickly=True)
def _figures(layout: Layout, cosine: float, field: Any, conditions: Conditions) -> tuple[Figures, Float[Array, "2"]]:
    """Errors and losses; and the largest logarithm of what a lost layer does, to tracks from `SLOW` on and below."""
    found = figures_of(layout, MOMENTA, cosine, field, conditions.inefficiency)
    return found, jnp.stack([jnp.max(losses_of(found, MOMENTA, slow)) for slow in (False, True)])


_hits, _doubts = StoredJit(hits_of, quickly=True), StoredJit(doubts_of, quickly=True)
_published = StoredJit(cld_as_published, quickly=True)


@partial(StoredJit, quickly=True)
def _point_losses(layout: Layout, tracks: Tracks, field: Any, inefficiency: float) -> tuple[Any, Any]:
    found, losses = resolution_and_losses(layout, tracks, field)
    plain = jnp.stack([found.pt, found.d0, found.z0])
    return losses, errors_over_patterns(found, losses, inefficiency) / plain


def _add_losses(
    points: Sequence[dict[str, Any]], layout: Layout, field: Any, inefficiency: float, surfaces: Sequence[Surface]
) -> None:
    """Means over hit patterns into the errors of points; and what the worst lost layer does."""
    rows = [*points, *[points[-1]] * (-len(points) % 16)]
    cot = [1.0 / math.tan(math.radians(point["theta_deg"])) for point in rows]
    tracks = Tracks(*map(jax.device_put, np.array([[point["pt_gev"] for point in rows], cot, np.zeros(len(rows))])))
    losses, mean = (np.asarray(values) for values in _point_losses(layout, tracks, field, inefficiency))
    labels = _labels(layout, surfaces)
    for row, point in enumerate(points):
        point["without_layer"] = {}
        for column, name in enumerate(NAMES):
            key, worst = SIGMAS[name], int(np.argmax(losses[column, row]))
            if point[key] is None:
                continue
            point[key] *= float(mean[column, row])
            factor = float(np.exp(losses[column, row, worst]))
            point["without_layer"][name] = {"times": factor, key: factor * point[key], "layer": labels[worst]}


def _labels(layout: Layout, surfaces: Sequence[Surface]) -> list[str]:
    barrel, disks = ([s.label for s in surfaces if s.disk == disk] for disk in (False, True))
    return barrel + [""] * (layout.barrels - len(barrel)) + disks + [""] * (layout.z.size - len(disks))


def _notes(surfaces: Sequence[Surface], requirements: Mapping[str, Mapping[str, Any]]) -> list[str]:
    broken = [name for name, entry in requirements.items() if not entry["kept"]]
    found = [f"Requirements that are not kept: {', '.join(broken)}."] if broken else []
    if not any(s.kind is None and s.material and s.place > 100 * mm for s in surfaces):
        found.append("The file has no dead material outside the beam pipe: no support tube, no cables are counted.")
    return found


def render_table(result: Mapping[str, Any]) -> Any:
    """A result for people: v1's tables, then losses, requirements and decays. A rich renderable."""
    from rich.console import Group
    from rich.table import Table

    lost = Table(title="Without the hit of the layer that hurts most (times)", title_justify="left")
    for column in ("pT\nGeV", "theta\ndeg", "d(pT)/pT", "d0", "z0", "layer (pT)"):
        lost.add_column(column, justify="right")
    for point in result["points"]:
        entry = point["without_layer"]
        shown = [f"{entry[name]['times']:.3g}" if name in entry else "none" for name in NAMES]
        layer = entry["pt"]["layer"] if "pt" in entry else ""
        lost.add_row(f"{point['pt_gev']:g}", f"{point['theta_deg']:g}", *shown, layer)
    asked = Table(title=f"Requirements, |cos(theta)| up to {result['cos_max']:g}", title_justify="left")
    for column in ("requirement", "value", "limit", "kept"):
        asked.add_column(column)
    for name, row in result["requirements"].items():
        asked.add_row(name, f"{row['value']:.4g}", f"{row['limit']:.4g}", "yes" if row["kept"] else "no")
    decays = ", ".join(f"{kind} {100 * entry['value']:.0f} % (CLD {100 * entry['cld']:.0f} %)"
                       for kind, entry in result["v0_acceptance"].items())  # fmt: skip
    first = evaluate.render_table({**result, "warnings": []})
    return Group(first, lost, asked, f"Decays with four hits to come: {decays}.", *notes(result["warnings"]))
