"""Electromagnetic physics without data files: photons, electrons, positrons and muons.

Photons: Klein-Nishina Compton scattering, pair production, photo-electric effect (Sandia tables, no de-excitation);
no Rayleigh scattering. Electrons and positrons: Urban multiple scattering, Moller and Bhabha ionisation with
fluctuations, bremsstrahlung (Seltzer-Berger below 1 GeV where its tables are there, otherwise the relativistic model
everywhere, which moves the visible energy by 0.3-0.4 %), annihilation. Muons: WentzelVI with single Coulomb scattering,
ionisation, bremsstrahlung, pair production. No nuclear reactions of photons or electrons. Only the child imports this.
"""

import ctypes

from designopt.detectors.geant4.child import bindings as geant4
from designopt.detectors.geant4.child.bindings import g, particle, register
from designopt.detectors.geant4.tables import has_tables

KNOWN = (
    *("Gamma", "Electron", "Positron", "MuonPlus", "MuonMinus", "Proton", "NeutrinoE", "AntiNeutrinoE"),
    *("NeutrinoMu", "AntiNeutrinoMu", "PionPlus", "PionMinus", "GenericIon"),
)


class ElectromagneticList(g.G4VUserPhysicsList):
    """The list; `cut` is the production range cut in mm for all particles."""

    def __init__(self, cut: float, muons_limited: bool = False) -> None:
        super().__init__()
        self.SetDefaultCutValue(cut)
        self.SetVerboseLevel(0)
        self.muons_limited = muons_limited

    def ConstructParticle(self) -> None:  # noqa: D102, N802
        for name in KNOWN:
            particle("G4" + name)

    def ConstructProcess(self) -> None:  # noqa: D102, N802
        helper = ctypes.c_void_p(geant4.call("_ZN19G4PhysicsListHelper20GetPhysicsListHelperEv"))
        geant4.call("_ZN19G4PhysicsListHelper17AddTransportationEv", helper, result=None)
        settings = g.G4EmParameters.Instance()
        for switch in (settings.SetFluo, settings.SetAuger, settings.SetPixe):
            switch(False)
        settings.SetVerbose(0)
        settings.SetWorkerVerbose(0)
        settings.SetMuHadLateralDisplacement(True)  # off by default
        _photons()
        for name in ("G4Electron", "G4Positron"):
            _electrons(particle(name))
        register(geant4.named("G4eplusAnnihilation", "annihil"), particle("G4Positron"))
        for name in ("G4MuonMinus", "G4MuonPlus"):
            _muons(particle(name))
            if self.muons_limited:
                register(geant4.named("G4StepLimiter", "StepLimiter"), particle(name))

    def SetCuts(self) -> None:  # noqa: D102, N802
        self.SetCutsWithDefault()


def _photons() -> None:
    photon = particle("G4Gamma")
    effect = geant4.electromagnetic("G4PhotoElectricEffect", "phot")
    geant4.call(
        "_ZN12G4VEmProcess10SetEmModelEP10G4VEmModeli",
        effect,
        geant4.named("G4PEEffectFluoModel", "PhotoElectric"),
        ctypes.c_int(0),
        result=None,
    )
    register(effect, photon)
    register(geant4.electromagnetic("G4ComptonScattering", "compt"), photon)
    register(geant4.electromagnetic("G4GammaConversion", "conv"), photon)


def _scatter(process: ctypes.c_void_p, model: ctypes.c_void_p) -> ctypes.c_void_p:
    name = "_ZN21G4VMultipleScattering10SetEmModelEP11G4VMscModeli"
    geant4.call(name, process, model, ctypes.c_int(0), result=None)
    return process


def _electrons(electron: ctypes.c_void_p) -> None:
    urban = geant4.named("G4UrbanMscModel", "UrbanMsc")
    register(_scatter(geant4.named("G4eMultipleScattering", "msc"), urban), electron)
    register(geant4.named("G4eIonisation", "eIoni"), electron)
    radiation = geant4.named("G4eBremsstrahlung", "eBrem")
    low = "G4SeltzerBergerModel" if has_tables() else "G4eBremsstrahlungRelModel"
    for place, (name, label) in enumerate(((low, "eBremLow"), ("G4eBremsstrahlungRelModel", "eBremLPM"))):
        geant4.call(
            "_ZN20G4VEnergyLossProcess10SetEmModelEP10G4VEmModeli",
            radiation,
            geant4.model(name, label),
            ctypes.c_int(place),
            result=None,
        )
    register(radiation, electron)


def _muons(muon: ctypes.c_void_p) -> None:
    wentzel = geant4.new(
        "G4WentzelVIModel", ctypes.c_bool(True), geant4.string("WentzelVIUni"), signature="EbRK8G4String"
    )
    register(_scatter(geant4.named("G4MuMultipleScattering", "muMsc"), wentzel), muon)
    for name, label in (
        ("G4MuIonisation", "muIoni"),
        ("G4MuBremsstrahlung", "muBrems"),
        ("G4MuPairProduction", "muPairProd"),
        ("G4CoulombScattering", "CoulombScat"),  # large angles beside WentzelVI
    ):
        register(geant4.named(name, label), muon)
