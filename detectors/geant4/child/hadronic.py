"""Hadrons without data files: FTFP and Bertini cascades on top of the electromagnetic list.

Like Geant4's FTFP_BERT except, for want of data: neutron cross sections from the Barashenkov-Glauber-Gribov
parametrisation instead of evaluated tables, no neutron capture (neutrons are dropped after 10 microseconds), no
discrete nuclear levels after FTFP, no photo- or electro-nuclear reactions. Muons: photonuclear interactions with
Kokoulin's cross section. A demonstration rather than a reference. Only the child imports this.
"""

import ctypes

from designopt.detectors.geant4.child import bindings as geant4
from designopt.detectors.geant4.child.bindings import Pointer, g, named, new, particle, register
from designopt.detectors.geant4.child.electromagnetic import ElectromagneticList

CHARGED = (
    *("PionPlus", "PionMinus", "KaonPlus", "KaonMinus", "Proton", "AntiProton"),
    *("SigmaPlus", "SigmaMinus", "XiMinus", "OmegaMinus"),
)
IONS = ("Deuteron", "Triton", "He3", "Alpha", "GenericIon")
KAONS = {"KaonPlus": "kaon+", "KaonMinus": "kaon-", "KaonZeroLong": "kaon0L", "KaonZeroShort": "kaon0S"}
Builder = tuple[str, Pointer]


class HadronicList(ElectromagneticList):
    """The list; `cut` is the production range cut in mm."""

    def __init__(self, cut: float, muons_limited: bool = False) -> None:
        super().__init__(cut, muons_limited)
        self.decays = g.G4DecayPhysics()

    def ConstructParticle(self) -> None:  # noqa: D102, N802
        geant4.call("_ZN14G4PhysListUtil20InitialiseParametersEv", result=None)
        self.decays.ConstructParticle()

    def ConstructProcess(self) -> None:  # noqa: D102, N802
        super().ConstructProcess()
        self.decays.ConstructProcess()
        _ionisation()
        _pions()
        strange = _builder("G4FTFPKaonBuilder", False)
        _kaons(strange)
        _nucleons(strange)
        geant4.call("_ZN17G4HadronicBuilder22BuildHyperonsFTFP_BERTEv", result=None)
        geant4.call("_ZN17G4HadronicBuilder22BuildAntiLightIonsFTFPEv", result=None)
        killer = new(
            "G4NeutronKiller", geant4.string("nKiller"), ctypes.c_int(7), signature="ERK8G4String13G4ProcessType"
        )
        register(killer, particle("G4Neutron"))
        _photonuclear_muons()


def _ionisation() -> None:
    scattering = named("G4hMultipleScattering", "msc")
    for name in CHARGED:
        register(scattering, particle("G4" + name))
        register(named("G4hIonisation", "hIoni"), particle("G4" + name))
    scattering = named("G4hMultipleScattering", "ionmsc")
    for name in IONS:
        register(scattering, particle("G4" + name))
        register(named("G4ionIonisation", "ionIoni"), particle("G4" + name))


def _builder(name: str, quasi_elastic: bool | None = None) -> Builder:
    return name, new(name) if quasi_elastic is None else new(name, ctypes.c_bool(quasi_elastic), signature="Eb")


def _inelastic(label: str, of: Pointer, *builders: Builder) -> Pointer:
    process = new(
        "G4HadronInelasticProcess", geant4.string(label), of, signature="ERK8G4StringPK20G4ParticleDefinition"
    )
    for name, builder in builders:
        geant4.call(f"_ZN{len(name)}{name}5BuildEP24G4HadronInelasticProcess", builder, process, result=None)
    return process


def _cross_section(process: Pointer, table: Pointer) -> None:
    geant4.call("_ZN17G4HadronicProcess10AddDataSetEP22G4VCrossSectionDataSet", process, table, result=None)


def _of(name: str, of: Pointer) -> Pointer:
    return new(name, of, signature="EPK20G4ParticleDefinition")


def _elastic(table: Pointer, model: Pointer) -> Pointer:
    process = named("G4HadronElasticProcess", "hadElastic")
    _cross_section(process, table)
    geant4.call("_ZN17G4HadronicProcess10RegisterMeEP21G4HadronicInteraction", process, model, result=None)
    return process


def _pions() -> None:
    builders = _builder("G4FTFPPionBuilder", False), _builder("G4BertiniPionBuilder")
    for name, label in (("PionPlus", "pi+Inelastic"), ("PionMinus", "pi-Inelastic")):
        pion = particle("G4" + name)
        register(_inelastic(label, pion, *builders), pion)
        register(_elastic(_of("G4BGGPionElasticXS", pion), named("G4HadronElastic", "hElasticLHEP")), pion)


def _glauber_gribov(kind: str) -> Pointer:
    name = f"_ZN14G4HadProcesses{len(kind) + 2}{kind}XSERK8G4String"
    return Pointer(geant4.call(name, geant4.string("Glauber-Gribov")))


def _kaons(strange: Builder) -> None:
    bertini = _builder("G4BertiniKaonBuilder")
    inelastic, elastic = _glauber_gribov("Inelastic"), _glauber_gribov("Elastic")
    for name, label in KAONS.items():
        kaon = particle("G4" + name)
        process = _inelastic(f"{label}Inelastic", kaon, strange, bertini)
        _cross_section(process, inelastic)
        register(process, kaon)
        register(_elastic(elastic, named("G4HadronElastic", "hElasticLHEP")), kaon)


def _nucleons(strange: Builder) -> None:
    for name in ("Proton", "Neutron"):
        nucleon = particle("G4" + name)
        process = _inelastic(f"{name.lower()}Inelastic", nucleon, strange, _builder(f"G4Bertini{name}Builder"))
        _cross_section(process, _of("G4BGGNucleonInelasticXS", nucleon))
        register(process, nucleon)
        register(_elastic(_of("G4BGGNucleonElasticXS", nucleon), new("G4ChipsElasticModel")), nucleon)


def _photonuclear_muons() -> None:
    model = new("G4MuonVDNuclearModel")
    for name in ("MuonMinus", "MuonPlus"):
        process = named("G4MuonNuclearProcess", "muonNuclear")
        geant4.call("_ZN17G4HadronicProcess10RegisterMeEP21G4HadronicInteraction", process, model, result=None)
        register(process, particle("G4" + name))
