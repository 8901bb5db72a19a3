"""Geant4's materials and particles by name, with a sentence for one it does not know. Only the child imports this."""

import difflib
from typing import Any

from designopt.detectors.geant4.child.bindings import g

_made: dict[str, Any] = {}


class Refused(ValueError):
    """A job that cannot be simulated; the sentence says why."""


def substance(name: str, recipes: dict[str, dict[str, Any]]) -> Any:
    """A material of Geant4's own table, or a mixture of the job: density in g/cm3 and mass fractions of elements.

    Raises Refused for a name that is in neither.
    """
    if name in _made:
        return _made[name]
    table = g.G4NistManager.Instance()
    if name in recipes:
        recipe = recipes[name]
        fractions = recipe["fractions"]
        made = g.G4Material(name, recipe["density"] * g.g / g.cm3, len(fractions))
        for element, fraction in fractions.items():
            made.AddElement(table.FindOrBuildElement(element), float(fraction))
    else:
        made = table.FindOrBuildMaterial(name)
    if made is None:
        known = [str(known) for known in table.GetNistMaterialNames()]
        near = difflib.get_close_matches(name, [*known, *recipes], n=3, cutoff=0.5)
        hint = f"Did you mean {' or '.join(repr(n) for n in near)}? " if near else ""
        raise Refused(f"Geant4 knows no material {name!r}. {hint}Give a name of its table, or density and elements.")
    _made[name] = made
    return made


def definition(name: str) -> Any:
    """A particle of Geant4. Raises Refused for one that its physics list does not hold."""
    found = g.G4ParticleTable.GetParticleTable().FindParticle(name)
    if found is None:
        raise Refused(f"This physics list knows no particle {name!r}. Geant4 writes e-, gamma, mu-, pi- and so on.")
    return found
