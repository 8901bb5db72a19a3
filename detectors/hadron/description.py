"""A layout of sensors as a user writes it down: its fields, from which it is read, checked and documented."""

from designopt.detectors.hadron.simulation.other_energies import HIGHEST, LOWEST
from designopt.detectors.hadron.simulation.showers import DEPTH
from designopt.detectors.layer_input import MOST, REPEAT, length_field, plates_field
from designopt.written import Either, Form, Rows, numbers

ENERGIES = (50.0, 100.0)
THROWN = f"Pions of {LOWEST:g} to {HIGHEST:g} GeV were simulated."

SENSOR = Form(
    "A sensor, with what stands in front of it.",
    {
        "absorber": Either(
            "What stands in front of the sensor: steel, or other materials, which count as the steel of as many "
            "interaction lengths.",
            number=length_field("Steel."),
            listing=plates_field("Plates."),
            default=0.0,
        ),
        "thickness": length_field("Thickness of the silicon.", required=True, needs="A sensor has a thickness."),
        "repeat": REPEAT,
    },
)

FORM = Form(
    "Thin silicon sensors along a block of stainless steel, 2 m deep.",
    {
        "sensors": Rows("The sensors, front to back.", SENSOR, "Sensor", MOST, of="sensor, front to back"),
        "energies": numbers("Energies of the pions.", LOWEST, HIGHEST, "GeV", ENERGIES, THROWN, THROWN, 100),
        "sections": numbers("Depths between which the shares of the energy are told.", 0.0, DEPTH, "mm", finest=1e-3),
    },
)


def example() -> dict[str, object]:
    """42 sensors of 0.2 mm at equal distances over the whole block."""
    return {"sensors": [{"absorber": 47.0, "thickness": 0.2, "repeat": 42}], "energies": list(ENERGIES)}
