"""The fields of a tracker as a user writes it down: from them it is read, checked and documented."""

from designopt.detectors.tracker.approximations import LOGS, MASSES, TRAJECTORIES, log_asked, mass_asked
from designopt.detectors.tracker.layout.gas import GAS_NAMES
from designopt.detectors.tracker.layout.technology import NAMES
from designopt.written import Field, Form, Number, Part, Rows, Special, Text, Word, numbers

MOST_SURFACES = 2000  # in a barrel, or among the disks: a time projection chamber has hundreds
SHORTEST, LONGEST = 1e-3, 1e5  # mm: no tracker is thinner than a cell or longer than 100 m
FINEST, COARSEST = 1e-3, 1e7  # um: finer than an atom's size, coarser than a hall
THICKEST = 100.0  # x/X0 up to which the scattering formula holds
SLOWEST, FASTEST = 1e-3, 1e6  # GeV
PT, THETA = (1.0, 10.0, 100.0), (90.0, 60.0, 40.0, 20.0)
BENDING = "A momentum is measured by bending: give a positive number of tesla."
GAUSS = "It looks like gauss given as tesla."
ALONG = "Nothing is hit along the beam."
RING = (
    "A barrel layer has to cross z = 0: what stands on one side of it only cannot be simulated as a cylinder. "
    "Write it as disks where tracks meet it."
)
NUMERAL = r"^\s*\+?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$"
BOTH, PLUS, MINUS = "both", "+z", "-z"


def _fraction(meaning: str, required: bool = False) -> Number:
    large = "It is a fraction: 0.01 for 1 %."
    return Number(meaning, 0.0, THICKEST, "radiation lengths", None, required, large=large)


def _length(meaning: str, small: str = "", required: bool = True) -> Number:
    return Number(meaning, SHORTEST, LONGEST, "mm", None, required, small=small)


def _fine(meaning: str) -> Number:
    tiny = "It looks like metres given as micrometres, if it is no zero. Write null for dead material."
    return Number(meaning, FINEST, COARSEST, "um", small=tiny)


COMMON: dict[str, Field] = {
    "x_over_x0": _fraction("Material at normal incidence; may be left out where a silicon technology is named."),
    "resolution_rphi_um": _fine("Error of a hit in r-phi; null where nothing is measured."),
    "pitch_rphi_um": _fine("Size of a cell in r-phi, of a drift cell, straw or pad."),
    "technology": Word("Kind of sensor, for price, power and, if not stated, error and material.",
                       (*NAMES, *GAS_NAMES)),
    "thickness_um": _fine("Thickness of a silicon sensor, if not the usual one of its technology."),
    "name": Text("A name, for people."),
}  # fmt: skip
BARREL = Form(
    "A barrel layer: a cylinder around the beam.",
    {
        "radius_mm": _length("Radius."),
        "half_length_mm": _length("Reach in z on both sides; left out: no end, no area, no cost.", "", False),
        "half_length_minus_mm": _length("Reach on the side -z, where it is another one there.", RING, False),
        **COMMON,
        "resolution_z_um": _fine("Error of a hit in z; null where nothing is measured."),
        "pitch_z_um": _fine("Size of a cell in z."),
    },
)
DISK = Form(
    "A disk around the beam.",
    {
        "z_mm": _length("Distance from the vertex.", "Disks are given for the side +z and mirrored; see 'side'."),
        "side": Word("Where it stands: on both sides (mirrored), or on one.", (BOTH, PLUS, MINUS), BOTH),
        "inner_mm": Number("Inner radius.", 0.0, LONGEST, "mm", required=True),
        "outer_mm": _length("Outer radius."),
        **COMMON,
        "resolution_r_um": _fine("Error of a hit in r; null where nothing is measured."),
        "pitch_r_um": _fine("Size of a cell in r."),
    },
)
PIPE = Form(
    "The beam pipe: a cylinder without end.",
    {"radius_mm": _length("Radius."), "x_over_x0": _fraction("Material at normal incidence.", True)},
)
SURFACES = Form(
    "What tracks meet: cylinders and disks around the beam.",
    {
        "barrel": Rows("Barrel layers, in any order.", BARREL, "Barrel layer", MOST_SURFACES, 0),
        "disks": Rows("Disks, in any order.", DISK, "Disk", MOST_SURFACES, 0),
        "beam_pipe": Part("The beam pipe, if there is one.", PIPE, "The beam pipe"),
    },
)
MASS = Special(
    "Particle, by name, or its mass.",
    mass_asked,
    {"anyOf": [{"enum": list(MASSES)}, {"type": "number", "minimum": 0, "maximum": 1000},
               {"type": "string", "pattern": NUMERAL}]},
    "a particle or a mass in GeV",
    f"{', '.join(MASSES)}, or 0 to 1000",
    "GeV",
    "muon",
)  # fmt: skip
LOG = Special(
    "Thickness in the logarithm of the scattering formula: of each layer, of 1 %, of all, a number, or chosen.",
    log_asked,
    {"anyOf": [{"enum": list(LOGS)}, {"type": "number", "minimum": 1e-9, "maximum": 100},
               {"type": "string", "pattern": NUMERAL}]},
    "a word or a number of radiation lengths",
    f"{', '.join(LOGS)}, or 1e-09 to 100",
    "radiation lengths",
    "auto",
)  # fmt: skip
FORM = Form(
    "A tracker in a solenoid.",
    {
        "field_t": Number("Field along z.", 1e-4, 100.0, "T", None, True, BENDING, GAUSS),
        "pt_gev": numbers("Transverse momenta.", SLOWEST, FASTEST, "GeV", PT),
        "theta_deg": numbers("Angles to the beam.", 0.01, 179.99, "degrees", THETA, ALONG, ALONG),
        **SURFACES,
        "mass": MASS,
        "log": LOG,
        "trajectory": Word(
            "How tracks are followed: as published tools do, exactly, or chosen by how far they turn.",
            TRAJECTORIES, "auto", name="The trajectory",
        ),
    },
)  # fmt: skip


def example() -> dict[str, object]:
    """Three vertex layers and four outer ones of silicon pixels, with three pairs of disks."""
    fine = {"x_over_x0": 0.006, "resolution_rphi_um": 3, "resolution_z_um": 3}
    coarse = {"x_over_x0": 0.013, "resolution_rphi_um": 7, "resolution_z_um": 90}
    barrel = [(18, 125, fine), (37.5, 125, fine), (57.5, 125, fine), (127, 482, coarse), (400, 482, coarse),
              (1000, 1260, coarse), (2136, 1260, coarse)]  # fmt: skip
    disks = [(530, 80, 300), (1100, 130, 650), (2180, 250, 660)]
    return {
        "field_t": 2.0,
        "beam_pipe": {"radius_mm": 15.0, "x_over_x0": 0.0034},
        "barrel": [{"radius_mm": r, "half_length_mm": h, **what} for r, h, what in barrel],
        "disks": [
            {
                "z_mm": z,
                "inner_mm": a,
                "outer_mm": b,
                "x_over_x0": 0.013,
                "resolution_rphi_um": 7,
                "resolution_r_um": 90,
            }
            for z, a, b in disks
        ],
        "pt_gev": [1, 10, 100],
        "theta_deg": [90, 60, 30],
    }
