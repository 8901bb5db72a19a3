"""What Geant4 makes of a GDML file: masses, materials and overlaps, as its own parser reads it.

`python -m designopt.detectors.geant4.child.geometry FILE` prints one JSON object: `mass` of everything but the world
(kg), `by_material` (kg), `radiation_length` (mm) and `density` (g/cm3) of each material, `parts` (name, material,
kg, mm3, place in mm), and `overlaps`, the names of the parts that overlap another or stick out of the world.
"""

import json
import os
import sys
from typing import Any

POINTS = 2000
"""Points on the surface of each part that are looked at for overlaps."""
TOLERANCE = 1e-6
"""mm: faces that touch are rounded differently on their two sides."""


def look(path: str) -> dict[str, Any]:
    """What Geant4 reads in a file. The file has to be one that its parser takes; it ends the process otherwise."""
    from designopt.detectors.geant4.child.bindings import g

    parser = g.G4GDMLParser()
    parser.Read(path, False)
    world = parser.GetWorldVolume().GetLogicalVolume()
    parts, materials, overlaps = [], {}, []
    for number in range(world.GetNoDaughters()):
        placed = world.GetDaughter(number)
        volume = placed.GetLogicalVolume()
        material, place = volume.GetMaterial(), placed.GetTranslation()
        materials[material.GetName()] = material
        parts.append(
            {
                "name": placed.GetName(),
                "material": material.GetName(),
                "mass": volume.GetMass() / g.kg,
                "volume": volume.GetSolid().GetCubicVolume() / g.mm3,
                "place": [place.x / g.mm, place.y / g.mm, place.z / g.mm],
            }
        )
        if placed.CheckOverlaps(POINTS, TOLERANCE, False):
            overlaps.append(placed.GetName())
    by_material: dict[str, float] = {}
    for part in parts:
        by_material[part["material"]] = by_material.get(part["material"], 0.0) + part["mass"]
    return {
        "mass": (world.GetMass() - world.GetMaterial().GetDensity() * _free(world, parts, g)) / g.kg,
        "by_material": by_material,
        "radiation_length": {name: one.GetRadlen() / g.mm for name, one in materials.items()},
        "density": {name: one.GetDensity() / (g.g / g.cm3) for name, one in materials.items()},
        "parts": parts,
        "overlaps": overlaps,
    }


def _free(world: Any, parts: list[dict[str, Any]], g: Any) -> float:
    """Volume of the world that no part fills."""
    return float(world.GetSolid().GetCubicVolume() - sum(part["volume"] for part in parts) * g.mm3)


def main() -> None:
    """Look at the file that is named; Geant4's own talk goes to the error stream."""
    answer = os.dup(1)
    os.dup2(2, 1)
    os.write(answer, (json.dumps(look(sys.argv[1])) + "\n").encode())
    os._exit(0)  # Geant4's static destructors free some objects twice


if __name__ == "__main__":
    main()
