"""A muon shield in Geant4: iron blocks with uniform fields, muons one by one, and a plane behind. Child only."""

from collections.abc import Callable
from typing import Any

from designopt.detectors.geant4.child.bindings import g
from designopt.detectors.geant4.child.stack import Actions
from designopt.detectors.geant4.child.substances import definition, substance

PLANE = 0.01  # mm: thickness of the plane that records
CHANNELS = 5
MASS = 105.6583755  # MeV, of a muon


class ShieldVolumes(g.G4VUserDetectorConstruction):
    """Blocks of `magnets.shield_blocks` in a box of gas, `half_width` around the axis, from `front` to `plane` (mm)."""

    def __init__(self, geometry: dict[str, Any]) -> None:
        super().__init__()
        self.geometry = geometry
        self.middle = (geometry["front"] + geometry["plane"]) / 2
        self.kept: list[Any] = []
        self.magnetised: list[tuple[Any, list[float]]] = []

    def check(self) -> None:
        """Refuse an unknown material before Geant4 is asked to build."""
        for name in (self.geometry["iron"], self.geometry["gas"]):
            substance(name, {})

    def Construct(self) -> Any:  # noqa: D102, N802
        own = self.geometry
        gas, iron = substance(own["gas"], {}), substance(own["iron"], {})
        half, length = own["half_width"], own["plane"] - own["front"]
        box = g.G4Box("world", half, half, length / 2 + 10)
        world = g.G4LogicalVolume(box, gas, "world")
        limits = g.G4UserLimits(own["max_step"])
        for number, block in enumerate(own["blocks"]):
            z, corners = block["z"], g.G4TwoVectorVector([g.G4TwoVector(x, y) for f in block["corners"] for x, y in f])
            solid = g.G4GenericTrap(f"block {number}", (z[1] - z[0]) / 2, corners)
            volume = g.G4LogicalVolume(solid, iron, f"block {number}")
            volume.SetUserLimits(limits)
            if any(block["field"]):
                self.magnetised.append((volume, block["field"]))
            place = g.G4ThreeVector(0, 0, (z[0] + z[1]) / 2 - self.middle)
            self.kept += [volume, g.G4PVPlacement(None, place, volume, "block", world, False, number, False)]
        sheet = g.G4LogicalVolume(g.G4Box("plane", half, half, PLANE / 2), gas, "plane")
        place = g.G4ThreeVector(0, 0, own["plane"] - self.middle)
        self.kept += [limits, sheet, g.G4PVPlacement(None, place, sheet, "plane", world, False, 0, False)]
        self.world = g.G4PVPlacement(None, g.G4ThreeVector(), world, "world", None, False, 0, False)
        return self.world

    def ConstructSDandField(self) -> None:  # noqa: D102, N802
        self.plane = Plane()
        g.G4SDManager.GetSDMpointer().AddNewDetector(self.plane)
        self.SetSensitiveDetector("plane", self.plane)
        managers: dict[tuple[float, ...], Any] = {}
        for volume, field in self.magnetised:
            if (found := managers.get(tuple(field))) is None:
                vector = g.G4UniformMagField(g.G4ThreeVector(*(component * g.tesla for component in field)))
                found = managers[tuple(field)] = g.G4FieldManager(vector)
                found.CreateChordFinder(vector)
                self.kept += [vector, found]
            volume.SetFieldManager(found, True)


class Plane(g.G4VSensitiveDetector):
    """Remembers where the muon of the event crossed, in mm and GeV; NaN as long as it has not."""

    def __init__(self) -> None:
        super().__init__("plane")
        self.row = [float("nan")] * CHANNELS

    def ProcessHits(self, step: Any, history: Any) -> bool:  # noqa: D102, N802
        if step.GetTrack().GetTrackID() == 1 and self.row[0] != self.row[0]:
            point = step.GetPreStepPoint()
            place, momentum = point.GetPosition(), point.GetMomentum()
            self.row = [place.x, place.y, momentum.x / 1000, momentum.y / 1000, momentum.z / 1000]
        return True


class MuonGun(g.G4VUserPrimaryGeneratorAction):
    """Muon number n of a list of [x, y, z (mm), px, py, pz (GeV), charge] is event n."""

    def __init__(self, muons: list[list[float]], volumes: ShieldVolumes, next_event: Callable[..., Any]) -> None:
        super().__init__()
        self.muons, self.volumes, self.next_event = muons, volumes, next_event
        self.gun = g.G4ParticleGun(1)
        self.kinds = {1: definition("mu+"), -1: definition("mu-")}

    def GeneratePrimaries(self, event: Any) -> None:  # noqa: D102, N802
        self.volumes.plane.row = [float("nan")] * CHANNELS
        number, _ = self.next_event()
        x, y, z, px, py, pz, charge = self.muons[number]
        momentum = 1000 * (px * px + py * py + pz * pz) ** 0.5
        self.gun.SetParticleDefinition(self.kinds[1 if charge > 0 else -1])
        self.gun.SetParticlePosition(g.G4ThreeVector(x, y, z - self.volumes.middle))
        self.gun.SetParticleMomentumDirection(g.G4ThreeVector(px, py, pz))
        self.gun.SetParticleEnergy((momentum**2 + MASS**2) ** 0.5 - MASS)
        self.gun.GeneratePrimaryVertex(event)


class PlaneReader(g.G4UserEventAction):
    """Hands over what the plane saw."""

    def __init__(self, volumes: ShieldVolumes, report: Callable[..., Any]) -> None:
        super().__init__()
        self.volumes, self.report = volumes, report

    def EndOfEventAction(self, event: Any) -> None:  # noqa: D102, N802
        self.report(self.volumes.plane.row)


class MuonsAlone(g.G4UserStackingAction):
    """Secondaries are stopped at birth; the muon loses their energy all the same."""

    def ClassifyNewTrack(self, track: Any) -> Any:  # noqa: D102, N802
        return g.fUrgent if track.GetParentID() == 0 else g.fKill


def shield_world(
    geometry: dict[str, Any], beam: dict[str, Any], next_event: Callable[..., Any], report: Callable[..., Any]
) -> tuple[Any, Any]:
    """Volumes and actions of a job."""
    volumes = ShieldVolumes(geometry)
    gun, reader = lambda: MuonGun(beam["muons"], volumes, next_event), lambda: PlaneReader(volumes, report)
    return volumes, Actions(gun, reader, MuonsAlone)
