"""Simulate and price an interferometer as a user writes it down; every error is one sentence."""

from collections.abc import Mapping
from typing import Annotated, Any

import jax
import jax.numpy as jnp
import numpy as np

from designopt.detectors.interferometer.cost import Prices
from designopt.detectors.interferometer.description import FORM as FORM
from designopt.detectors.interferometer.description import MODELS, read_interferometer
from designopt.detectors.interferometer.description import example as example
from designopt.detectors.interferometer.detector import CLOSED_FORM, SIMULATOR, model_of
from designopt.detectors.interferometer.models import plane_waves
from designopt.detectors.interferometer.models.carrier import carrier, powers
from designopt.detectors.interferometer.models.two_photon import strain_noise
from designopt.detectors.interferometer.optics import Optics, cavity_pole, standard_quantum_limit
from designopt.detectors.interferometer.plausible import unit_notes
from designopt.detectors.interferometer.problem import interferometer
from designopt.detectors.option_ranges import PriceFile
from designopt.detectors.output_tables import bill, notes
from designopt.written import at_most, choice_of, common_part, shares_options

KEYS = FORM
WITHOUT = (
    "Differometor is not installed: the noise is the closed form's, within some percent of it. "
    "pip install 'designopt[interferometer]' brings it."
)


@shares_options(interferometer, ("hard_side", "soft_side", "detector"))
def evaluate_design(
    spec: Any,
    frequencies: Annotated[str | None, "Hz, with commas between, over the file's."] = None,
    model: Annotated[str | None, "auto, differometor or closed-form, over the file's."] = None,
    prices: PriceFile = None,
    *,
    asked: Mapping[str, Any],
) -> dict[str, Any]:
    """Quantum noise, powers and cost of one interferometer, in plain numbers: Hz, 1/sqrt(Hz), W, kCHF.

    `spec` is as `designopt schema interferometer-v1` says; what it leaves out is as published for its `layout`.
    `strain_asd` is noise over signal at the `frequencies`, of a wave of optimal polarisation from above, one-sided.
    `model` in the result is the one that was used, with its version; "auto" takes Differometor where it is installed
    and warns where it is not. `powers` has the largest power on hard sides, soft sides and detectors, that in an arm
    and at the beam splitter and, by Differometor, those of every component. `sql_asd` is the standard quantum limit,
    `cavity_pole_hz` the half-width of the arms. Raises ValueError, in a sentence, for what is no interferometer, and
    for the model "differometor" without the package.
    """
    optics, grid, entry = read_interferometer(spec)
    if frequencies is not None:
        grid = _listed(frequencies)
    wanted = choice_of(entry.word("model") if model is None else model, "The model", MODELS)
    warnings = [*entry.notes, *unit_notes(optics, grid)]
    used = model_of(wanted)
    if wanted == "auto" and used == CLOSED_FORM:
        warnings.append(WITHOUT)
    strain, light = _by_waves(grid, optics) if used == SIMULATOR else _by_formulas(grid, optics)
    if not np.all(np.isfinite(strain)):
        raise ValueError(
            "The design: no signal reaches the detector, so its noise is no number. Look at the transmissivities, "
            "the tuning and the angle or offset of the readout."
        )
    return {
        "model": plane_waves.version() if used == SIMULATOR else "closed form (two-photon formalism)",
        "layout": optics.layout,
        "frequencies": grid.tolist(),
        "strain_asd": strain.tolist(),
        "sql_asd": np.asarray(standard_quantum_limit(jnp.asarray(grid), optics)).tolist(),
        "cavity_pole_hz": float(cavity_pole(optics)),
        "powers": light,
        **common_part(
            Prices.from_book(prices).items(optics),
            warnings,
            {
                "hard side": at_most(light["hard_side_w"], asked["hard_side"], "W"),
                "soft side": at_most(light["soft_side_w"], asked["soft_side"], "W"),
                "detector": at_most(light["detector_w"], asked["detector"], "W"),
            },
        ),
    }


def _listed(text: str) -> np.ndarray:
    """Frequencies of an option: `20,100,1000`. ValueError, in a sentence, for anything else."""
    field, found = FORM["frequencies"], []
    for word in str(text).split(","):
        try:
            found.append(float(word))
        except ValueError:
            raise ValueError(
                f"The option --frequencies has {word.strip()!r}. Write numbers of Hz: 20,100,1000."
            ) from None
    return np.asarray(field.read(found, "The option --frequencies", []), float)


_simulated = jax.jit(plane_waves.simulated)
_noise = jax.jit(strain_noise)


def _by_waves(grid: np.ndarray, optics: Optics) -> tuple[np.ndarray, dict[str, Any]]:
    strain, hard, soft, seen = (np.asarray(part) for part in _simulated(jnp.asarray(grid), optics))
    names = plane_waves.components(optics.layout)
    sides = zip(names, hard.tolist(), soft.tolist(), strict=True)
    light = _light(optics, hard.max(), soft.max(), seen.max())
    return strain, light | {"components": {name: {"hard_w": h, "soft_w": s} for name, h, s in sides}}


def _by_formulas(grid: np.ndarray, optics: Optics) -> tuple[np.ndarray, dict[str, Any]]:
    return np.asarray(_noise(jnp.asarray(grid), optics)), _light(optics, *powers(optics))


def _light(optics: Optics, hard: Any, soft: Any, seen: Any) -> dict[str, Any]:
    inside = carrier(optics)
    return {
        "hard_side_w": float(hard),
        "soft_side_w": float(soft),
        "detector_w": float(seen),
        "arm_w": float(inside.arm),
        "beam_splitter_w": float(inside.splitter),
    }


def render_table(result: Mapping[str, Any]) -> Any:
    """A result for people: noise, powers with their limits, money, notes. A rich renderable."""
    from rich.console import Group
    from rich.table import Table

    title = f"{result['layout']}, quantum noise by {result['model']}; arm pole {result['cavity_pole_hz']:.3g} Hz"
    table = Table("frequency (Hz)", "strain noise (1/sqrt(Hz))", "standard quantum limit", title=title)
    table.title_justify = "left"
    count = len(result["frequencies"])
    for i in sorted({round(part) for part in np.linspace(0, count - 1, min(count, 12))}):
        row = (result["frequencies"][i], result["strain_asd"][i], result["sql_asd"][i])
        table.add_row(f"{row[0]:.4g}", f"{row[1]:.4g}", f"{row[2]:.4g}")
    light = Table("power", "W", "limit (W)", "kept", title="Largest powers", title_justify="left")
    for name, one in result["requirements"].items():
        limit = "-" if one["limit"] is None else f"{one['limit']:.4g}"
        light.add_row(name, f"{one['value']:.4g}", limit, "yes" if one["kept"] else "no")
    return Group(table, light, bill("Cost", result["cost"], result["total_cost"]), *notes(result["warnings"]))
