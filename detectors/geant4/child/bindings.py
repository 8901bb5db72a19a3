"""Geant4's C++ classes from Python: the bindings, and exported constructors where the bindings offer none.

The wheel geant4_pybind is a whole Geant4 in one library. Its bindings hold only stock physics lists, all of which read
data files; single processes are made by calling their exported constructors (Itanium ABI). Only the child process
imports this file.
"""

import ctypes
import importlib
import re
from typing import Any

from designopt.detectors.geant4.tables import prepare

prepare()
g: Any = importlib.import_module("geant4_pybind")

Pointer = ctypes.c_void_p
_library = ctypes.PyDLL(g.__file__)
_kept: list[Any] = []  # C++ objects live for ever
_calloc = ctypes.CDLL(None).calloc
_calloc.restype, _calloc.argtypes = Pointer, [ctypes.c_size_t, ctypes.c_size_t]
SIZE = 16384  # bytes: more than any process or model needs


class _String(ctypes.Structure):
    """A libstdc++ std::string; up to 15 characters live inside it."""

    _fields_ = (("pointer", Pointer), ("size", ctypes.c_size_t), ("buffer", ctypes.c_char * 16))


def string(text: str) -> Any:
    """A `const G4String &`."""
    raw = text.encode()
    made = _String()
    if len(raw) < 16:
        made.buffer = raw
        made.pointer = ctypes.addressof(made) + _String.buffer.offset
    else:
        outside = ctypes.create_string_buffer(raw)
        _kept.append(outside)
        made.pointer = ctypes.addressof(outside)
    made.size = len(raw)
    _kept.append(made)
    return ctypes.byref(made)


def call(symbol: str, *arguments: Any, result: Any = Pointer) -> Any:
    """Call an exported function by its mangled name."""
    function = getattr(_library, symbol)
    function.restype = result
    return function(*arguments)


def new(name: str, *arguments: Any, signature: str = "Ev") -> Pointer:
    """`new name(arguments...)`; the signature is mangled."""
    this = Pointer(_calloc(1, SIZE))
    call(f"_ZN{len(name)}{name}C1{signature}", this, *arguments, result=None)
    return this


def named(name: str, label: str) -> Pointer:
    """`new name(const G4String &)`."""
    return new(name, string(label), signature="ERK8G4String")


def electromagnetic(name: str, label: str) -> Pointer:
    """`new name(const G4String &, G4ProcessType = fElectromagnetic)`."""
    return new(name, string(label), ctypes.c_int(2), signature="ERK8G4String13G4ProcessType")


def model(name: str, label: str) -> Pointer:
    """`new name(const G4ParticleDefinition * = nullptr, const G4String &)`."""
    return new(name, Pointer(0), string(label), signature="EPK20G4ParticleDefinitionRK8G4String")


def particle(name: str) -> Pointer:
    """The particle of a class, made if need be."""
    return Pointer(call(f"_ZN{len(name)}{name}10DefinitionEv"))


def register(process: Pointer, of: Pointer) -> None:
    """Give a particle a process."""
    helper = Pointer(call("_ZN19G4PhysicsListHelper20GetPhysicsListHelperEv"))
    name = "_ZN19G4PhysicsListHelper15RegisterProcessEP10G4VProcessP20G4ParticleDefinition"
    if not call(name, helper, process, of, result=ctypes.c_bool):
        raise RuntimeError("Geant4 refused a process. The bindings must be geant4_pybind 0.1.3, exactly.")


def version() -> str:
    """Geant4's version, in words: `Geant4 11.4.1`."""
    found = re.search(r"geant4-(\d+)-(\d+)(?:-patch-(\d+))?", str(g.G4Version))
    return "Geant4 " + ".".join(str(int(part)) for part in found.groups("0")) if found else f"Geant4 {g.G4Version}"
