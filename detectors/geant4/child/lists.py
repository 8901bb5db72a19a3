"""Physics lists by name, and what each is called beside a number. Only the child imports this."""

from typing import Any

from designopt.detectors.geant4.child.bindings import g, version
from designopt.detectors.geant4.child.electromagnetic import ElectromagneticList
from designopt.detectors.geant4.child.hadronic import HadronicList
from designopt.detectors.geant4.child.substances import Refused
from designopt.detectors.geant4.job import LISTS

_OWN = {"electromagnetic": ElectromagneticList, "hadronic": HadronicList}


def physics_list(name: str, cut: float, muons_limited: bool) -> Any:
    """A list with a production range cut in mm; `muons_limited` adds the step limiter to muons."""
    kind = name.split(",")[0]
    if kind in _OWN:
        return _OWN[kind](cut, muons_limited)
    if name not in LISTS:
        raise Refused(f"No physics list is called {name!r}. Known: {', '.join(LISTS)}.")
    made = g.G4PhysListFactory().GetReferencePhysList(name)
    made.SetDefaultCutValue(cut)
    made.SetVerboseLevel(0)
    if muons_limited:
        made.RegisterPhysics(g.G4StepLimiterPhysics())
    return made


def describe(name: str) -> str:
    """Simulator, version and physics list in one line."""
    return f"{version()}, {LISTS[name]}"
