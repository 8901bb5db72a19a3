"""One figure a detector: its model against what nobody here wrote, drawn whenever the documentation is built.

Every module compares one detector, for the tests as well, and has a `validation()` that draws what it finds.
"""

from importlib import import_module
from pathlib import Path

from validation.drawing import Validation, write

NAMES = (
    "array", "calorimeter", "hadron", "interferometer", "muon_edm", "muon_shield", "neutrino_telescope",
    "spectrometer", "tomography", "tracker",
)  # fmt: skip
"""Pages of docs/detectors/, and modules here."""


def validated(name: str) -> Validation:
    """The figure of a detector and what its caption must say.

    Args:
        name: of `NAMES`.
    """
    found: Validation = import_module(f"validation.{name}").validation()
    return found


def draw_all(folder: Path) -> None:
    """Draw the figure of every page into a folder, as the page's name with the ending png."""
    for name in NAMES:
        write(validated(name).figure, folder / f"{name}.png")
