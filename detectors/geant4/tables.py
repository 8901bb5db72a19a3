"""Files Geant4 insists on where its data sets are absent: bremsstrahlung tables and an empty list of isomers."""

import importlib.util
import math
import os
from pathlib import Path

from designopt.runtime import cache_folder

LAST_ELEMENT = 92
DATA_SETS = ("G4LEDATA", "G4LEVELGAMMADATA", "G4PARTICLEXSDATA", "G4ENSDFSTATEDATA")
"""Environment variables that point to Geant4's data sets; all of them are needed for a stock list."""


def has_data() -> bool:
    """Whether Geant4's own data sets are installed, by the variables its set-up script defines."""
    return all(Path(os.environ.get(name, "/nowhere")).is_dir() for name in DATA_SETS)


def has_tables() -> bool:
    """Whether the Seltzer-Berger tables can be written: they come with the package xpecgen, which is only read."""
    return importlib.util.find_spec("xpecgen") is not None


def prepare() -> None:
    """Point Geant4 to a folder of our own, unless its data sets are installed; to be called before it is imported.

    An empty table of nuclear isomers is accepted: no isomer takes part. `GEANT4_DATA_DIR` keeps the bindings from
    downloading.
    """
    if has_data():
        return
    folder = cache_folder() / "geant4-tables"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ENSDFSTATE.dat").touch()
    if has_tables():
        write_seltzer_berger(folder / "brem_SB")
    for name in (*DATA_SETS, "GEANT4_DATA_DIR"):
        os.environ[name] = str(folder)


def write_seltzer_berger(folder: Path) -> None:
    """Bremsstrahlung cross sections, Seltzer & Berger, At. Data Nucl. Data Tables 35 (1986) 345, as Geant4 reads them.

    57 electron energies times 32 photon energies for each element up to uranium.
    """
    spec = importlib.util.find_spec("xpecgen")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("The Seltzer-Berger tables come with the package xpecgen. Install designopt[geant4].")
    source = Path(spec.submodule_search_locations[0]) / "data" / "cs"
    energies, fractions = (
        [float(value) for value in line.split(",")] for line in (source / "grid.csv").read_text().split()[:2]
    )
    folder.mkdir(exist_ok=True)
    head = f"0 {len(fractions)} {len(energies)}\n" + " ".join(map(repr, fractions)) + "\n"
    head += " ".join(repr(math.log(energy / 1000.0)) for energy in energies) + "\n"
    for element in range(1, LAST_ELEMENT + 1):
        target = folder / f"br{element}"
        if target.exists():
            continue
        rows = [line.split(",") for line in _first(source, element).read_text().split()]
        if len(rows) != len(energies) or any(len(row) != len(fractions) for row in rows):
            raise RuntimeError(f"The bremsstrahlung table of element {element} is incomplete. Install xpecgen again.")
        body = "".join(" ".join(repr(float(value)) for value in row) + "\n" for row in rows)
        draft = target.with_suffix(f".{os.getpid()}")
        draft.write_text(head + body)
        draft.replace(target)  # another process may be writing the same file


def _first(source: Path, element: int) -> Path:
    found = [path for path in (source / f"{element}.csv", source / f"{element:02d}.csv") if path.exists()]
    if not found:
        raise RuntimeError(f"xpecgen has no bremsstrahlung table of element {element}. Install version 1.3.1.")
    return found[0]
