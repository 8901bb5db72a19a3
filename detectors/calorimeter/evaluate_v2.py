"""Simulate, price and review a stack as a user writes it down: every requirement with its value and its limit."""

from collections.abc import Mapping, Sequence
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.calorimeter.cost import CostModel
from designopt.detectors.calorimeter.detector import resolved, simulated
from designopt.detectors.calorimeter.evaluate import assess, chosen_terms, read_spec
from designopt.detectors.calorimeter.evaluate import render_table as plain_table
from designopt.detectors.calorimeter.lateral.footprint import footprint_of
from designopt.detectors.calorimeter.lateral.position import position_resolution
from designopt.detectors.calorimeter.lateral.separation import pion_energies
from designopt.detectors.calorimeter.layers import KEYS, Layers
from designopt.detectors.calorimeter.problem_v2 import BUDGET, CHANNELS, DEPTH
from designopt.detectors.calorimeter.response.front_end import STRAY, TILE_LIGHT, FrontEnd, cell_variance
from designopt.detectors.calorimeter.response.readout import Readout, constant_noise
from designopt.detectors.calorimeter.response.resolution import energy_resolution
from designopt.detectors.calorimeter.response.tolerance import plate_error
from designopt.detectors.calorimeter.review.boards import BOARD, MIX, behind, with_boards
from designopt.detectors.calorimeter.review.goal import PHOTON, mass_resolution
from designopt.detectors.calorimeter.review.kinds import PITCH, count_kinds
from designopt.detectors.calorimeter.review.limits import layers_signal_to_noise
from designopt.detectors.calorimeter.review.requirements import (
    CONSTANT,
    DEAD,
    KIND_CHARGE,
    KINDS,
    PIONS,
    SNR,
    TOLERANCE,
)
from designopt.detectors.calorimeter.shower.longitudinal import longitudinal
from designopt.detectors.layer_input import entries
from designopt.detectors.materials import NAMES
from designopt.detectors.prices import read_prices


def evaluate_design(
    spec: Any,
    terms: str | Sequence[str] | None = None,
    prices: str | None = None,
    weights: str = "optimal",
    beam: str | None = None,
    constant_term: float = CONSTANT,
    budget: float = BUDGET,
    board: float = BOARD,
    kinds: int = KINDS,
    kind_charge: float = KIND_CHARGE,
    snr: float = SNR,
    stray: float = STRAY,
    tile_light: float = TILE_LIGHT,
    plate_tolerance: float = TOLERANCE,
    dead: float = DEAD,
    pions: float = PIONS,
) -> dict[str, Any]:
    """Response, cost and requirements of one stack, in plain numbers: GeV, mm, kCHF.

    `spec` is that of `calorimeter-segmentation-v1`, with plates and sensors alone: every layer gets a `board` (mm), and
    `dead` radiation lengths stand in front of the first. The options are those of the problem's maker; 0 takes a
    requirement away. The result has besides that of the first version: `requirements` (value, limit, kept by name),
    `kinds`, `signal_to_noise` and `noise` (GeV) layer by layer, `plate_constant` (the constant term from the plates
    alone, at each energy), `mass_resolution` of H -> gamma gamma. Raises ValueError, in a sentence, for anything that
    is not such a stack, and for homogeneous ones.
    """
    bought, energies, named_beam, readout = read_spec(spec, constant_term)
    if bought.homogeneous:
        raise ValueError(
            "The stack has (nearly) no absorber, but calorimeter-segmentation-v2 reviews sampling calorimeters. "
            "Evaluate a homogeneous block with calorimeter-segmentation-v1."
        )
    front_end = FrontEnd(stray or None, tile_light or None)
    readout = Readout(
        readout.noise, readout.light, readout.miscalibration, readout.uniformity, plate_tolerance or None, front_end
    )
    model = CostModel.from_book(read_prices(prices))
    count = len(entries(spec["layers"], KEYS, "layer")[0])
    layers = behind(with_boards(bought, board), dead)
    used = beam or named_beam
    result = assess(layers, bought, count, energies, readout, model, used, chosen_terms(terms), weights)
    result["cost"]["kinds"] = count_kinds(bought) * kind_charge
    result["total_cost"] = sum(result["cost"].values())
    result["depth_mm"] -= float(jnp.sum(layers.absorber[0]))
    dressed = with_boards(bought, board)
    seen = layers_signal_to_noise(dressed, front_end)
    pion, mass = (float(number) for number in _goal(layers, readout))
    result |= {
        "kinds": count_kinds(bought),
        "signal_to_noise": {name: row[:count] for name, row in seen.items()},
        "noise": np.sqrt(np.asarray(_noise(dressed, front_end)))[:count].tolist(),
        "plate_constant": np.asarray(_plates(layers, jnp.asarray(energies), readout, used)).tolist(),
        "mass_resolution": mass,
        "pions_resolved": pion,
        "requirements": {
            "budget": at_most(result["total_cost"], budget),
            "depth": at_most(result["depth_mm"], DEPTH),
            "channels": at_most(result["channels"], CHANNELS),
            "envelope": at_most(2 * result["moliere_radius"], model.envelope),
            "finest pitch": at_least(_extreme(bought, np.min), PITCH[0]),
            "coarsest pitch": at_most(_extreme(bought, np.max), PITCH[1]),
            "kinds": at_most(count_kinds(bought), kinds),
            **{f"{name} signal to noise": at_least(_lowest(row), snr) for name, row in seen.items()},
            "pi0 resolved": at_least(pion, pions),
        },
    }
    listed = {NAMES[row] for row in np.flatnonzero(np.asarray(bought.absorber).sum(axis=0))} & set(MIX)
    if board and "G10" in listed:
        result["warnings"].append(
            f"The stack lists G10 among its plates, and every layer gets a board of {board:g} mm besides. "
            "Leave it out of the stack, or set board to 0."
        )
    return result


def at_most(value: float, limit: float | None) -> dict[str, Any]:
    """A value that must not be above its limit; a limit of 0 or None asks nothing."""
    return {"value": value, "limit": limit or None, "kept": not limit or value <= limit * (1 + 1e-9)}


def at_least(value: float | None, limit: float | None) -> dict[str, Any]:
    """A value that must not be below its limit; None where the stack has nothing of the kind."""
    return {"value": value, "limit": limit or None, "kept": not limit or value is None or value >= limit * (1 - 1e-9)}


@eqx.filter_jit
def _goal(layers: Layers, readout: Readout) -> tuple[Array, Array]:
    """Pions resolved, and the mass resolution of two photons."""
    photon = longitudinal(layers, jnp.asarray([PHOTON]), beam="photon")
    place = position_resolution(footprint_of(layers, photon, readout, beam="photon"), photon.energies)
    energy = energy_resolution(photon, layers, readout)["resolution"]
    halves = simulated(layers, jnp.asarray(pion_energies()[0] / 2), None)
    return resolved(layers, halves, readout), mass_resolution(energy[0], place[0])


@eqx.filter_jit
def _plates(layers: Layers, energies: Float[Array, " energy"], readout: Readout, beam: str) -> Float[Array, " energy"]:
    """The constant term that plate thickness alone makes, with the weights of the full budget."""
    if readout.plate_tolerance is None:
        return jnp.zeros(energies.size)
    shower = longitudinal(layers, energies, beam=beam)
    weights = energy_resolution(shower, layers, readout)["weights"]
    part = weights * shower.layer_energy * plate_error(layers, readout.plate_tolerance)
    return jnp.sqrt(jnp.sum(part**2, axis=-1)) / energies


def _noise(layers: Layers, front_end: FrontEnd) -> Float[Array, " layer"]:
    return cell_variance(layers, front_end, np.array([constant_noise(name) ** 2 for name in NAMES]))


def _extreme(layers: Layers, which: Any) -> float:
    return float(which(np.asarray(layers.pitch)[np.asarray(layers.present) > 0]))


def _lowest(row: Sequence[float | None]) -> float | None:
    return min((value for value in row if value is not None), default=None)


def render_table(result: Mapping[str, Any]) -> Any:
    """A result for people: that of the first version, and what a review board asks. A rich renderable."""
    from rich.console import Group
    from rich.table import Table

    asked = Table(
        title=f"Requirements; sigma(m)/m of H to two photons {100 * result['mass_resolution']:.2f} %, "
        f"constant term of the plates {100 * result['plate_constant'][-1]:.2f} % at {result['energies'][-1]:g} GeV",
        title_justify="left",
    )
    for name in ("requirement", "value", "limit", "kept"):
        asked.add_column(name, justify="left" if name == "requirement" else "right")
    for name, one in result["requirements"].items():
        value, limit = ("none" if number is None else f"{number:,.4g}" for number in (one["value"], one["limit"]))
        asked.add_row(name, value, limit, "yes" if one["kept"] else "no")
    return Group(plain_table(result), asked)
