"""The surfaces of a layout, for the toy Monte Carlo: what is there, where it stands, how well it measures."""

import numpy as np

from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.simulation.surfaces import Cylinder, Disk, Surface

ENDLESS = 1e6  # mm


def surfaces_of(layout: Layout) -> list[Surface]:
    """Cylinders and disks of a layout as built. What is absent is left out.

    A layer that sees the part e of the tracks measures with its error over the root of e: missing hits count in the
    errors instead of being drawn.
    """
    columns = [np.asarray(getattr(layout, name), dtype=float) for name in (
        "material", "measures_rphi", "measures_along", "sigma_rphi", "sigma_along")]  # fmt: skip
    radius, half = np.asarray(layout.radius, dtype=float), np.minimum(np.asarray(layout.half_length), ENDLESS)
    z, inner, outer = (np.asarray(values, dtype=float) for values in (layout.z, layout.inner, layout.outer))
    found: list[Surface] = []
    for i, (material, sees_rphi, sees_along, rphi, along) in enumerate(zip(*columns, strict=True)):
        if max(material, sees_rphi, sees_along) < 1e-6:
            continue
        errors = (
            float(e / np.sqrt(seen)) if seen > 1e-6 else None for e, seen in ((rphi, sees_rphi), (along, sees_along))
        )
        k = i - layout.barrels
        if k < 0:
            found.append(Cylinder(float(radius[i]), float(half[i]), float(material), *errors))
        else:
            found.append(Disk(float(z[k]), float(inner[k]), float(outer[k]), float(material), *errors))
    return found
