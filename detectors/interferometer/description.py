"""An interferometer as a user writes it down: its fields, from which it is read, checked and documented."""

from dataclasses import replace
from typing import Any

import numpy as np

from designopt.detectors.interferometer.optics import LAYOUTS, PUBLISHED, Optics
from designopt.written import Entry, Form, Number, Word, numbers

LOWEST, HIGHEST, POINTS = 20.0, 5000.0, 100
MODELS = ("auto", "differometor", "closed-form")
SHARE = "It is a share of the power: 0.014 for 1.4 %, 5e-6 for 5 ppm."
DEGREES = "It is in degrees."
OFFSET = "Half of what the end mirrors differ by, off the dark fringe; it lets out the light that reads the signal."


def _share(meaning: str) -> Number:
    return Number(f"{meaning} Left out: as published.", 1e-9, 0.999999, "", small=SHARE, large=SHARE)


def _angle(meaning: str) -> Number:
    return Number(f"{meaning} Left out: as published.", -360.0, 360.0, "degrees", small=DEGREES, large=DEGREES)


FIELDS: dict[str, tuple[str, Number]] = {
    "laser_power_w": ("power", Number("Power of the laser. Left out: as published.", 1e-3, 1e5, "W")),
    "prm_transmissivity": ("power_mirror", _share("Transmissivity of the power-recycling mirror.")),
    "itm_transmissivity": ("input_mirror", _share("Transmissivity of the input mirrors of the arms.")),
    "etm_transmissivity": ("end_mirror", _share("Transmissivity of the end mirrors of the arms.")),
    "srm_transmissivity": ("signal_mirror", _share("Transmissivity of the signal-recycling mirror.")),
    "srm_tuning_deg": ("signal_tuning", _angle("Place of the signal-recycling mirror, 360 for a wavelength.")),
    "mirror_loss": (
        "loss",
        Number("Loss of every mirror. Left out: as published.", 0.0, 0.5, "", small=SHARE, large=SHARE),
    ),
    "squeezing_db": (
        "squeezing",
        Number("Squeezing that the squeezer sends. Left out: as published.", 0.0, 30.0, "dB", finest=1e-3),
    ),
    "squeezing_loss": (
        "squeezing_loss",
        Number("Squeezed light lost on its way. Left out: none.", 0.0, 0.9, "", small=SHARE, large=SHARE),
    ),
    "squeezing_angle_deg": ("squeezing_angle", _angle("Angle of the squeezed quadrature.")),
    "mirror_mass_kg": (
        "mass",
        Number("Mass of each of the four test masses. Left out: as published.", 1e-3, 1e5, "kg"),
    ),
    "arm_length_m": ("length", Number("Length of an arm. Left out: as published.", 0.1, 1e6, "m")),
    "dark_offset_deg": ("dark_offset", Number(f"{OFFSET} Left out: as published.", 1e-9, 1.0, "degrees")),
    "homodyne_angle_deg": ("homodyne", _angle("Phase of the local oscillator.")),
    "filter_transmissivity": ("filter_mirror", _share("Transmissivity of the input mirror of the filter cavity.")),
    "filter_tuning_deg": ("filter_tuning", _angle("How far the filter cavity is off resonance.")),
    "filter_length_m": (
        "filter_length",
        Number("Length of the filter cavity. Left out: as published.", 0.1, 1e5, "m"),
    ),
}
"""Key of the input, and the field of `Optics` that it is."""
OF_LAYOUT = {
    "aligo": ("dark_offset_deg",),
    "voyager": ("homodyne_angle_deg", "filter_transmissivity", "filter_tuning_deg", "filter_length_m"),
}

FORM = Form(
    "A Michelson interferometer with arm cavities, recycled power, recycled signal and squeezed light.",
    {
        "layout": Word(
            "aligo: read with light off the dark fringe, squeezed light as the squeezer sends it; voyager: read by a "
            "balanced homodyne detector, squeezed light turned by a filter cavity.",
            LAYOUTS,
            "aligo",
        ),
        **{key: field for key, (_, field) in FIELDS.items()},
        "frequencies": numbers(
            f"Where the noise is asked for; left out, {POINTS} from {LOWEST:g} to {HIGHEST:g} at equal ratios.",
            1e-3, 1e7, "Hz", longest=10_000,
        ),
        "model": Word(
            "differometor: plane waves by that package; closed-form: formulas; auto: the package if installed.",
            MODELS,
            "auto",
        ),
    },
)  # fmt: skip


def example() -> dict[str, object]:
    """The simplified aLIGO of Differometor and its papers, every number written out."""
    return written_optics(PUBLISHED["aligo"]) | {"frequencies": [20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 5000.0]}


def written_optics(optics: Optics) -> dict[str, Any]:
    """An interferometer as it is written: the inverse of `read_interferometer`."""
    other = [key for layout, keys in OF_LAYOUT.items() if layout != optics.layout for key in keys]
    values = {key: float(getattr(optics, name)) for key, (name, _) in FIELDS.items() if key not in other}
    return {"layout": optics.layout} | values


def read_interferometer(spec: Any) -> tuple[Optics, np.ndarray, Entry]:
    """The interferometer that `spec` says, the numbers of Hz that are asked for, and everything that was written.

    Raises ValueError, in a sentence, for what is no interferometer, and for a key that its layout has no use for.
    """
    entry = Entry.read(spec, FORM)
    layout = entry.word("layout")
    for other, keys in OF_LAYOUT.items():
        for key in keys:
            if other != layout and entry.has(key):
                raise ValueError(
                    f"The design has '{key}', which belongs to the layout '{other}', but its layout is '{layout}'. "
                    "Leave it out, or write the other layout."
                )
    own: dict[str, Any] = {name: entry.number(key) for key, (name, _) in FIELDS.items() if entry.has(key)}
    optics = replace(PUBLISHED[layout], **own)
    for key, (name, _) in FIELDS.items():
        if name.endswith("_mirror") and getattr(optics, name) + optics.loss >= 1:
            raise ValueError(
                f"The design: {key} is {getattr(optics, name):g} and mirror_loss {optics.loss:g}, so nothing is "
                "left to be reflected. Give shares whose sum is below one."
            )
    written = entry["frequencies"]
    grid = np.geomspace(LOWEST, HIGHEST, POINTS) if written is None else np.asarray(written, float)
    return optics, grid, entry
