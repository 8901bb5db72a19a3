"""A calorimeter as a user writes it down: its fields, from which it is read, checked and documented."""

from designopt.detectors.layer_input import MOST, REPEAT, length_field, material_field, plates_field
from designopt.units import mm
from designopt.written import Either, Form, Number, Part, Rows, Word, numbers

DEFAULT_PITCH = 10 * mm
ENERGIES = (1.0, 5.0, 20.0, 100.0)
BEAM_ENERGIES = (1e-3, 1e5)  # GeV that can be asked for; the model was checked in less
BEAMS = ("electron", "photon")
RELATIVE = "It is relative: 0.003 is 0.3 %."

LAYER = Form(
    "A layer: an absorber, and the active part behind it.",
    {
        "absorber": Either(
            "What stands in front of the active part; null for none, as in a homogeneous block.",
            text=material_field("The material of one plate."),
            listing=plates_field("Several plates."),
        ),
        "absorber_thickness": length_field("Thickness of an absorber that is given by name."),
        "active": material_field("What gives the signal (Si, PS, LAr, PbWO4, ...).", required=True),
        "active_thickness": length_field("Thickness of the active part.", required=True),
        "pitch": length_field("Side of the square cells.", DEFAULT_PITCH, needs="A cell needs a side."),
        "present": Number(
            "A layer is there (1), absent (0) or, for gradients, between.", 0.0, 1.0, "", 1.0,
            large="A layer is there (1), absent (0) or between.",
        ),
        "repeat": REPEAT,
    },
    rule={
        "if": {"properties": {"absorber": {"type": "string"}}, "required": ["absorber"]},
        "then": {"required": ["absorber_thickness"], "properties": {"absorber_thickness": {"type": "number"}}},
    },
)  # fmt: skip

FAINTEST = 1e-6  # a relative error that nobody calibrates to
FAINT = "to which nobody calibrates. Write 0 where there is none."
READOUT = Form(
    "The read-out; what is left out has the default of the kind of calorimeter, sampling or homogeneous.",
    {
        "constant_term": Number(
            "Relative error that all layers share.", FAINTEST, 0.2, large=RELATIVE, or_zero=True, tiny=FAINT
        ),
        "miscalibration": Number(
            "Relative error of each layer.", FAINTEST, 0.2, large=RELATIVE, or_zero=True, tiny=FAINT
        ),
        "noise": Number("Factor on the table of noise.", 0.0, 1e3),
        "light": Number("Factor on the table of light and charge yields.", 1e-3, 1e3),
    },
)

FORM = Form(
    "A calorimeter, layer by layer along the beam.",
    {
        "layers": Rows("The layers, front to back.", LAYER, "Layer", MOST, of="layer, front to back"),
        "energies": numbers("Energies of the beam.", *BEAM_ENERGIES, "GeV", ENERGIES),
        "beam": Word("What hits the calorimeter.", BEAMS, "electron"),
        "readout": Part("The read-out, where it differs from the usual one.", READOUT, "'readout'"),
    },
)


def example() -> dict[str, object]:
    """The CALICE Si-W prototype: 10 x 1.4, 10 x 2.8 and 10 x 4.2 mm of tungsten; arXiv 0811.2354."""
    row = {"absorber": "W", "active": "Si", "active_thickness": 0.525, "pitch": 10.0, "repeat": 10}
    return {
        "layers": [{**row, "absorber_thickness": thickness} for thickness in (1.4, 2.8, 4.2)],
        "energies": list(ENERGIES),
        "beam": "electron",
    }
