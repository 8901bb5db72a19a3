"""A built tracker in the words of `designopt evaluate`: layers with their technology, pitches and x/X0."""

from typing import Any

import numpy as np

from designopt.design.space import Design
from designopt.detectors.tracker.layout.assembly import Assembly
from designopt.detectors.tracker.layout.site import Site
from designopt.detectors.tracker.layout.technology import TECHNOLOGIES
from designopt.units import mm, um


def written_tracker(
    design: Design, built: Assembly, site: Site, barrels: int, momenta: tuple[float, ...], services: float = 0.0
) -> dict[str, Any]:
    """The tracker of a design, lengths in mm, cells in um; `services` is x/X0 that every layer has besides.

    A barrel layer is as long as it stands there: where a disk cuts it short, the money that the problem counts for its
    full length is not in the design. A disk whose opening is as wide as itself is left out, with its mechanics.
    """
    layout = built.layout
    share, technology = np.asarray(built.installed), np.asarray(design["technology"])
    sizes = {name: np.asarray(value) for name, value in design.items()}
    barrel: list[dict[str, Any]] = []
    disks: list[dict[str, Any]] = []
    for slot in np.flatnonzero(share > 0.5).tolist():
        kind = TECHNOLOGIES[int(technology[slot].argmax())]
        length = sizes["strip_length" if kind.stereo else "pixel_length"][slot]
        common = {
            "technology": kind.name,
            "pitch_rphi_um": _plain(sizes["pitch"][slot] / um),
            "thickness_um": _plain(sizes["thickness"][slot] / um),
            # The pipe is the first surface of a layout.
            "x_over_x0": _plain(layout.material[slot + 1] + services),
        }
        along = _plain(length / um)
        if slot < barrels:
            radius, half = layout.radius[slot + 1], layout.half_length[slot + 1]
            place = {"radius_mm": _plain(radius / mm), "half_length_mm": _plain(half / mm)}
            barrel.append({**place, **common, "pitch_z_um": along})
        else:
            z, inner, outer = (part[slot - barrels] / mm for part in (layout.z, layout.inner, layout.outer))
            place = {"z_mm": _plain(z), "inner_mm": _plain(inner), "outer_mm": _plain(outer)}
            if place["inner_mm"] < place["outer_mm"]:
                disks.append({**place, **common, "pitch_r_um": along})
    return {
        "field_t": site.field,
        "beam_pipe": {"radius_mm": site.pipe / mm, "x_over_x0": site.pipe_material},
        "barrel": sorted(barrel, key=lambda row: row["radius_mm"]),
        "disks": sorted(disks, key=lambda row: row["z_mm"]),
        "pt_gev": list(momenta),
    }


def _plain(value: Any) -> float:
    return float(f"{float(value):.12g}")
