"""What a review board asks of the shield of SHiP: how much, by default, and who says so."""

from collections.abc import Mapping
from typing import Annotated, Any

from designopt.design.declared import Range
from designopt.detectors.muon_shield.magnets.board import BoardLimits
from designopt.detectors.muon_shield.magnets.field import SATURATION
from designopt.detectors.muon_shield.transport.tolerances import tolerances
from designopt.detectors.option_ranges import Relative
from designopt.problem.requirements import ASSUMED, Requirement
from designopt.units import T, cm, m, mm

WINDOW = 50 * mm
SLIT = 1 * mm
FIELD_FREE = 2 * m
CURRENT_DENSITY = 3.1  # A/mm2
STRAY = 0.025 * T
YOKE_RATIO = 5.5
FIELD_TOLERANCE = 0.05
POSITION_TOLERANCE = 10 * mm

Size = Annotated[float, Range(0.0, 1e4)]
Part = Annotated[float, Range(0.0, 1e6)]
Outside = Annotated[float, Range(0.0, 100.0)]

Window = Annotated[Size | None, "Narrowest coil window that there may be, mm; 0 asks nothing."]
CurrentDensity = Annotated[Size | None, "Largest current over the area of a coil window, A/mm2; 0 asks nothing."]
YokeRatio = Annotated[Size | None, "Largest ratio of the widths of yoke and core; 0 asks nothing."]
Stray = Annotated[Outside | None, "Largest field on the outside of yokes, T; 0 asks nothing."]
Slit = Annotated[Size | None, "Slit between the halves of a core, mm; 0 for none."]
FieldFree = Annotated[Part | None, "Part without field at the end of the shield, mm; 0 for none."]
FieldTolerance = Annotated[Relative | None, "Relative error of fields, over which hits are a mean; 0 for none."]
PositionTolerance = Annotated[Size | None, "By how much magnets stand aside, mm; 0 for none."]
DeadTime = Annotated[float, Range(1e-12, 1e-2), "Time that a muon spoils, s."]
Budget = Annotated[float, "Money in kCHF."]


def board(asked: Mapping[str, Any], saturation: bool) -> BoardLimits:
    """The limits of magnets."""
    return BoardLimits(
        asked["window"],
        asked["current_density"],
        asked["yoke_ratio"],
        asked["stray"],
        saturation,
        SATURATION if saturation else None,
    )


def flight(asked: Mapping[str, Any], magnets: int) -> dict[str, Any]:
    """The settings of the simulation that requirements change."""
    field, place = asked["field_tolerance"] or 0.0, asked["position_tolerance"] or 0.0
    return {
        "slit": asked["slit"] or 0.0,
        "field_free": asked["field_free"] or 0.0,
        "tolerances": tolerances(field, place, magnets) if field or place else None,
    }


def requirements(asked: Mapping[str, Any]) -> tuple[Requirement, ...]:
    """Those that are asked for, with their values."""
    known = {
        "window": ("coil windows leave room for a wound coil with its cooling", "{:g} mm",
                   "FairShip TRY_2025: 5 cm is the narrowest", "window width", None),
        "current_density": ("current over the area of a window", "{:g} A/mm2",
                            f"copper at its cheapest, 5.2 A/mm2 (lfpc/MuonsAndMatter), filling 0.6 {ASSUMED}; 2-5",
                            "coil window", (2.0, 5.0)),
        "yoke_ratio": ("yokes and cores carry each other's flux: ratio of their widths", "{:g}",
                       "FairShip TRY_2026: 5.4 is the largest of a magnet", "yoke ratio", None),
        "stray": ("field on the outside of yokes", "{:g} T", f"{ASSUMED}, 0.01-0.05", "stray field",
                  (0.01 * T, 0.05 * T)),
        "slit": ("halves of a core are this far apart; in one line here, where built ones are staggered",
                 "{:g} mm", f"{ASSUMED}, 0.5-2", None, (0.5 * mm, 2.0 * mm)),
        "field_free": ("no field at the end of the shield, where the neutrino detector (SND) stands", "{:g} mm",
                       f"{ASSUMED}, 1.7-3 m; its block is 1.72 m long (lfpc/BlackBoxOptimization)", None,
                       (1.7 * m, 3.0 * m)),
        "field_tolerance": ("the count is the mean over shields whose fields are off by this", "{:g}",
                            f"{ASSUMED}, 0.02-0.1", None, (0.02, 0.1)),
        "position_tolerance": ("... and whose magnets stand aside by this, in turn to either side", "{:g} mm",
                               f"{ASSUMED}, 5-20", None, (5.0 * mm, 20.0 * mm)),
    }  # fmt: skip
    return tuple(
        Requirement(option, meaning, value.format(asked[option]), source, limit, range=ends)
        for option, (meaning, value, source, limit, ends) in known.items()
        if asked[option]
    )


def refuse(asked: Mapping[str, Any]) -> None:
    """Raise ValueError, in a sentence, for a requirement that nobody could mean."""
    for option in ("window", "current_density", "yoke_ratio", "stray", "slit", "field_free", "position_tolerance"):
        if asked[option] is not None and not asked[option] > 0:
            raise ValueError(f"{option} is {asked[option]:g}. Give a positive number, or None to take it away.")
    if asked["field_tolerance"] is not None and not 0 < asked["field_tolerance"] < 0.5:
        raise ValueError(
            f"field_tolerance is {asked['field_tolerance']:g}. Give a fraction between 0 and 0.5, or None to take it "
            "away."
        )
    if asked["slit"] is not None and asked["slit"] > 10 * cm:
        raise ValueError(f"slit is {asked['slit']:g} mm. Lengths are in mm: a slit is at most 100 mm wide.")
