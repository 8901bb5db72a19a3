"""A stack of flat layers in Geant4, one energy deposit a layer and event. Only the child imports this."""

from collections.abc import Callable
from typing import Any

from designopt.detectors.geant4.child.bindings import g
from designopt.detectors.geant4.child.substances import definition, substance

THINNEST = 1e-6
"""mm: Geant4 ends at a box thinner than its tolerance, 1e-9 mm; what is thinner than this is not built, and leaves
nothing. Mixtures of a relaxed design have such layers."""


class QuenchedDeposit(g.G4VSensitiveDetector):
    r"""Light of a scintillator in MeV of a fast electron, by copy number of the layer.

    A charged particle that leaves dE on a step dx counts $dE/(1+k_B\,dE/dx)$ (Birks), a neutral one dE.
    """

    def __init__(self, name: str, constant: float) -> None:
        super().__init__(name)
        self.constant = constant  # mm/MeV
        self.light: dict[int, float] = {}

    def Initialize(self, hits: Any) -> None:  # noqa: D102, N802
        self.light = {}

    def ProcessHits(self, step: Any, history: Any) -> bool:  # noqa: D102, N802
        deposit = step.GetTotalEnergyDeposit()
        if deposit <= 0:
            return False
        length = step.GetStepLength()
        if length > 0 and step.GetTrack().GetDefinition().GetPDGCharge() != 0:
            deposit /= 1 + self.constant * deposit / length
        number = step.GetPreStepPoint().GetTouchable().GetCopyNumber()
        self.light[number] = self.light.get(number, 0.0) + deposit
        return True


class StackVolumes(g.G4VUserDetectorConstruction):
    """Layers of [material, thickness in mm] along z, a square of 2 x `half_width` mm, in vacuum.

    Materials named in `birks` (mm/MeV) give light instead of energy. Layers thinner than `THINNEST` are left out.
    """

    def __init__(self, geometry: dict[str, Any]) -> None:
        super().__init__()
        self.layers = [(name, float(thickness)) for name, thickness in geometry["layers"]]
        self.recipes = geometry.get("materials", {})
        self.birks = {name: float(constant) for name, constant in geometry.get("birks", {}).items()}
        self.quenched: list[QuenchedDeposit] = []
        self.half = float(geometry["half_width"])
        self.depth = sum(thickness for _, thickness in self.layers)
        self.kept: list[Any] = []
        self.shapes: dict[tuple[str, float], Any] = {}

    @property
    def channels(self) -> int:
        """One a layer."""
        return len(self.layers)

    @property
    def start(self) -> float:
        """Where the beam starts, in mm."""
        return -self.depth / 2 - 1

    def check(self) -> None:
        """Refuse a material that Geant4 does not know before it is asked to build."""
        for name, _ in self.layers:
            substance(name, self.recipes)

    def Construct(self) -> Any:  # noqa: D102, N802
        vacuum = substance("G4_Galactic", {})
        box = g.G4Box("world", self.half + 1, self.half + 1, self.depth / 2 + 20)
        world = g.G4LogicalVolume(box, vacuum, "world")
        z = -self.depth / 2
        for number, (name, thickness) in enumerate(self.layers):
            if thickness < THINNEST:
                continue
            if (name, thickness) not in self.shapes:
                slab = g.G4Box("layer", self.half, self.half, thickness / 2)
                made = g.G4LogicalVolume(slab, substance(name, self.recipes), f"layer {len(self.shapes)}")
                self.shapes[name, thickness] = made
            place, shape = g.G4ThreeVector(0, 0, z + thickness / 2), self.shapes[name, thickness]
            self.kept.append(g.G4PVPlacement(None, place, shape, "layer", world, False, number, False))
            z += thickness
        self.world = g.G4PVPlacement(None, g.G4ThreeVector(), world, "world", None, False, 0, False)
        return self.world

    def ConstructSDandField(self) -> None:  # noqa: D102, N802
        self.scorer = g.G4MultiFunctionalDetector("stack")
        g.G4SDManager.GetSDMpointer().AddNewDetector(self.scorer)
        self.deposit = g.G4PSEnergyDeposit("energy", 0)
        self.scorer.RegisterPrimitive(self.deposit)
        for name, constant in self.birks.items():
            self.quenched.append(QuenchedDeposit(f"light of {name}", constant))
            g.G4SDManager.GetSDMpointer().AddNewDetector(self.quenched[-1])
        seen = dict(zip(self.birks, self.quenched, strict=True))
        for (name, _), shape in self.shapes.items():
            self.SetSensitiveDetector(shape, seen.get(name, self.scorer))


class DepositReader(g.G4UserEventAction):
    """Hand over what each event left in every layer, in MeV."""

    def __init__(self, volumes: StackVolumes, report: Callable[..., Any]) -> None:
        super().__init__()
        self.channels, self.quenched, self.report, self.number = volumes.channels, volumes.quenched, report, None

    def EndOfEventAction(self, event: Any) -> None:  # noqa: D102, N802
        if self.number is None:
            self.number = g.G4SDManager.GetSDMpointer().GetCollectionID("stack/energy")
        row = [0.0] * self.channels
        for channel, deposit in event.GetHCofThisEvent().GetHC(self.number):
            row[channel] = deposit
        for scintillator in self.quenched:
            for channel, light in scintillator.light.items():
                row[channel] = light
        self.report(row)


class BeamGun(g.G4VUserPrimaryGeneratorAction):
    """Particles along z at the centre of the front face; each event has its own seed and energy."""

    def __init__(self, particle: str, start: float, next_event: Callable[..., Any]) -> None:
        super().__init__()
        self.gun = g.G4ParticleGun(1)
        self.gun.SetParticleDefinition(definition(particle))
        self.gun.SetParticleMomentumDirection(g.G4ThreeVector(0, 0, 1))
        self.gun.SetParticlePosition(g.G4ThreeVector(0, 0, start))
        self.next_event = next_event

    def GeneratePrimaries(self, event: Any) -> None:  # noqa: D102, N802
        _, energy = self.next_event()
        self.gun.SetParticleEnergy(1000.0 * energy)
        self.gun.GeneratePrimaryVertex(event)


class Actions(g.G4VUserActionInitialization):
    """Makes the gun, the reader and whatever else acts on events."""

    def __init__(self, *makers: Callable[..., Any]) -> None:
        super().__init__()
        self.makers = makers

    def Build(self) -> None:  # noqa: D102, N802
        self.made = [make() for make in self.makers]
        for action in self.made:
            self.SetUserAction(action)


def stack_world(
    geometry: dict[str, Any], beam: dict[str, Any], next_event: Callable[..., Any], report: Callable[..., Any]
) -> tuple[Any, Any]:
    """Volumes and actions of a job."""
    volumes = StackVolumes(geometry)
    actions = Actions(
        lambda: BeamGun(beam["particle"], volumes.start, next_event), lambda: DepositReader(volumes, report)
    )
    return volumes, actions
