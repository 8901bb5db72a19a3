"""What a review board asks of a calorimeter: every requirement with its default, its source and its option."""

from collections.abc import Mapping
from typing import Any

from designopt.detectors.calorimeter.response.front_end import STRAY, TILE_LIGHT
from designopt.detectors.calorimeter.review.limits import LOW, low_energy_name
from designopt.detectors.few_kinds import SECOND_READOUT_RANGE, WHY_SECOND_READOUT
from designopt.problem.requirements import Requirement
from designopt.units import kCHF, mm

KINDS = 4
KIND_CHARGE = 50 * kCHF
SNR = 10.0
TOLERANCE = 0.1 * mm
CONSTANT = 0.005
DEAD = 0.1
PIONS = 0.7
# CLD's stack has 14.9 and 14.9 % in this model, CALICE Si-W 16.0 and 17.5 (measured: 16.6 %, arXiv 0811.2354).
LOW_ENERGY = 0.15
# Option: what is asked, how much of it, who says so; what a board might set instead, where it is assumed. What the
# value 0 or None takes away is left out.
_IN_RESPONSE: dict[str, tuple[str, str, str, tuple[float, float] | None]] = {
    "board": (
        "Every layer has a board and cooling between plate and plate (57 % G10, 20 % copper, air)",
        "{:g} mm a layer",
        "as CLD has: key4hep/k4geo, CLD_o2_v07, 2.65 mm besides its silicon; assumed, 2-6 mm",
        (2.0 * mm, 6.0 * mm),
    ),
    "cladding": (
        "Lead creeps and does not carry itself: steel on both sides of its plates",
        "{:g} mm on each side",
        "as ATLAS has (recalled); ALLEGRO_o1_v03 draws 0.05 mm and as much glue (key4hep/k4geo); assumed, 0.05-0.5 mm",
        (0.05 * mm, 0.5 * mm),
    ),
    "kinds": (
        "Few kinds of layer (plate, sensor, pitch)",
        "at most {:g}",
        "assumed, 2-6: CALICE Si-W has 3, CLD 1",
        None,  # changes what can be designed
    ),
    "kind_charge": (
        "Every kind of layer is designed, tooled and prototyped",
        "{:g} kCHF a kind",
        "assumed, 20-200 kCHF",
        (20.0 * kCHF, 200.0 * kCHF),
    ),
    "second_readout": (*WHY_SECOND_READOUT, SECOND_READOUT_RANGE),
    "stray": (
        "A silicon pad is a capacitor: sqrt(1000^2 + (45 C/pF)^2) electrons, C = 1.04 pF/cm area/thickness + stray",
        "stray {:g} pF",
        f"assumed, 5-30 pF; default {STRAY:g}",
        (5.0, 30.0),
    ),
    "tile_light": (
        "Large tiles lose light, as 1/side: photo-electrons of a MIP in 30 x 30 x 3 mm3, pedestal of one",
        "{:g} photo-electrons",
        f"assumed, 10-25; default {TILE_LIGHT:g}, as the tiles of the CALICE AHCAL (recalled)",
        (10.0, 25.0),
    ),
    "plate_tolerance": (
        "Plates differ from their drawing: an error of each layer's sampling fraction",
        "{:g} mm rms of plate means",
        "assumed, 0.03-0.2 mm",
        (0.03 * mm, 0.2 * mm),
    ),
    "constant_term": (
        "What all layers share of calibration and uniformity",
        "{:g}, relative",
        "published constant terms: 0.002-0.012",
        (0.002, 0.012),
    ),
    "miscalibration": ("Each layer's calibration", "{:g}, relative", "assumed, 0.002-0.01", (0.002, 0.01)),
    "dead": (
        "Dead material in front, as aluminium",
        "{:g} X0",
        "assumed, 0.1-0.5 X0: trackers at 90 degrees",
        (0.1, 0.5),
    ),
}
OFF = {"constant_term": 0.0, "miscalibration": 0.0}
"""What takes a requirement away where None is no value of its option."""
_SENSORS = {"Si": "silicon", "scintillator": "tile"}


def requirements_of(options: Mapping[str, Any], actives: tuple[str, ...]) -> tuple[Requirement, ...]:
    """The requirements that the options of the maker leave standing."""
    asked = [
        Requirement(option, meaning, value.format(options[option]), source, range=ends, off=OFF.get(option))
        for option, (meaning, value, source, ends) in _IN_RESPONSE.items()
        if options[option] or (option == "stray" and options[option] is not None)
    ]
    for sensor in actives if options["snr"] is not None else ():
        name = _SENSORS[sensor]
        value, source = f"signal over noise at least {options['snr']:g}", "assumed, 7-12: MIPs calibrate the cells"
        asked.append(
            Requirement(
                "snr",
                f"A MIP stands out in every {name} cell",
                value,
                source,
                f"{name} signal to noise",
                range=(7.0, 12.0),
            )
        )
    if options["pions"] is not None:
        meaning, value = "Photons of pi0 of 5-40 GeV are told apart at 1.5 m", f"at least {options['pions']:g} of them"
        asked.append(Requirement("pions", meaning, value, "assumed, 0.6-0.85", "pi0 resolved", range=(0.6, 0.85)))
    for energy in LOW if options["low_energy"] is not None else ():
        meaning = f"Electrons of {energy:g} GeV are measured: most photons of a jet are below a few GeV"
        value = f"sigma(E)/E at most {100 * options['low_energy']:g} %/sqrt(E/GeV)"
        source = "assumed, 13-17 %: as CLD's stack has here"
        asked.append(Requirement("low_energy", meaning, value, source, low_energy_name(energy), range=(0.13, 0.17)))
    return tuple(asked)
