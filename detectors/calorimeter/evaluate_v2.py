"""Simulate, price and review a stack as a user writes it down: every requirement with its value and its limit."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.calorimeter.cost import CostModel
from designopt.detectors.calorimeter.description import FORM as FORM
from designopt.detectors.calorimeter.description import example as example
from designopt.detectors.calorimeter.detector import resolved, simulated
from designopt.detectors.calorimeter.evaluate import (
    Beam,
    ConstantTerm,
    Terms,
    Weights,
    assess,
    chosen_terms,
    depths_within,
    read_spec,
    simulate,
)
from designopt.detectors.calorimeter.evaluate import render_table as plain_table
from designopt.detectors.calorimeter.lateral.footprint import footprint_of
from designopt.detectors.calorimeter.lateral.position import position_resolution
from designopt.detectors.calorimeter.lateral.separation import pion_energies
from designopt.detectors.calorimeter.layers import KEYS, Layers
from designopt.detectors.calorimeter.problem_v2 import CHANNELS, DEPTH, calorimeter_segmentation_v2
from designopt.detectors.calorimeter.response.doubts import radiation_lengths
from designopt.detectors.calorimeter.response.front_end import FrontEnd, cell_variance
from designopt.detectors.calorimeter.response.media import constant_noise
from designopt.detectors.calorimeter.response.readout import Readout
from designopt.detectors.calorimeter.response.resolution import energy_resolution
from designopt.detectors.calorimeter.response.tolerance import plate_error
from designopt.detectors.calorimeter.review.boards import MIX, behind, board_row, skins_row, with_boards
from designopt.detectors.calorimeter.review.goal import PHOTON, mass_resolution
from designopt.detectors.calorimeter.review.kinds import PITCH, count_kinds, count_systems
from designopt.detectors.calorimeter.review.limits import LOW, layers_signal_to_noise, low_energy_name
from designopt.detectors.calorimeter.review.offered import better_than_asked, limits_of
from designopt.detectors.calorimeter.shower.longitudinal import Longitudinal, longitudinal
from designopt.detectors.layer_input import entries
from designopt.detectors.materials import NAMES, RADIATION_LENGTH
from designopt.detectors.option_ranges import PriceFile
from designopt.detectors.output_tables import requirements_table
from designopt.detectors.prices import book_named, read_prices
from designopt.problem.written.options import shares_options
from designopt.problem.written.result import at_least, at_most, common_part
from designopt.stored import StoredJit

ASKED = (
    "board", "cladding", "kinds", "kind_charge", "second_readout", "snr", "stray", "tile_light", "plate_tolerance",
    "dead", "pions", "low_energy",
)  # fmt: skip
"""Options that are requirements: any of them can be taken away."""


@shares_options(calorimeter_segmentation_v2, ("budget", *ASKED), off=ASKED)
def evaluate_design(
    spec: Any,
    terms: Terms = None,
    prices: PriceFile = None,
    weights: Weights = "optimal",
    beam: Beam = None,
    constant_term: ConstantTerm = None,
    *,
    asked: Mapping[str, Any],
) -> dict[str, Any]:
    """Response, cost and requirements of one stack, in plain numbers: GeV, mm, kCHF.

    `spec` is that of `calorimeter-segmentation-v1`, with plates and sensors alone: every layer gets a `board` (mm),
    lead without steel in its layer `cladding` (mm of steel on each side), and `dead` radiation lengths stand in front
    of the first. The options from `budget` on are those of the problem's maker; 0 takes a requirement away. The result
    has besides that of the first version: `requirements` (value, limit, kept by name), `kinds`, `signal_to_noise` and
    `noise_gev` layer by layer, `plate_constant` (the constant term from the plates alone, at each energy),
    `mass_resolution` of H -> gamma gamma. Raises ValueError, in a sentence, for
    anything that is not such a stack, and for homogeneous ones.
    """
    bought, energies, named_beam, readout = read_spec(spec, constant_term)
    if bought.homogeneous:
        raise ValueError(
            "The stack has (nearly) no absorber, but calorimeter-segmentation-v2 reviews sampling calorimeters. "
            "Evaluate a homogeneous block with calorimeter-segmentation-v1."
        )
    front_end, board, kinds = FrontEnd(asked["stray"], asked["tile_light"]), asked["board"] or 0.0, asked["kinds"]
    readout = Readout(
        readout.noise,
        readout.light,
        readout.miscalibration,
        readout.uniformity,
        asked["plate_tolerance"] or None,
        front_end,
    )
    model = CostModel.from_book(read_prices(prices))
    count, counted, used = len(entries(spec["layers"], KEYS, "layer")[0]), chosen_terms(terms), beam or named_beam
    dead, cladding = asked["dead"] or 0.0, asked["cladding"] or 0.0
    extra = np.asarray(board_row(board)) + np.asarray(skins_row(cladding))
    thickest = float(np.max(radiation_lengths(bought))) + float(extra @ (1 / RADIATION_LENGTH))
    places = depths_within(max(thickest, dead))
    room, beams, paid = jax.device_put((np.array([board, dead, cladding]), np.asarray(energies), model))
    found = jax.device_get(_review(bought, room, beams, paid, readout, front_end, places, used, counted, weights))
    result = assess(found["simulated"], count, energies, readout, model, used, counted, weights)
    cost = result["cost"] | {
        "kinds": count_kinds(bought) * (asked["kind_charge"] or 0.0),
        "second read-out": (count_systems(bought) - 1) * (asked["second_readout"] or 0.0),
    }
    result["depth_mm"] -= float(np.sum(found["simulated"]["layers"].absorber[0]))
    seen = {name: [v if v == v else None for v in row.tolist()] for name, row in found["signal_to_noise"].items()}
    pion, mass = float(found["pions"]), float(found["mass"])
    requirements = {
        "budget": at_most(sum(cost.values()), asked["budget"], "kCHF"),
        "depth": at_most(result["depth_mm"], DEPTH, "mm"),
        "channels": at_most(result["channels"], CHANNELS),
        "envelope": at_most(2 * result["moliere_radius"], model.envelope, "mm"),
        "finest pitch": at_least(_extreme(bought, np.min), PITCH[0], "mm"),
        "coarsest pitch": at_most(_extreme(bought, np.max), PITCH[1], "mm"),
        "kinds": at_most(count_kinds(bought), kinds),
        **{f"{name} signal to noise": at_least(_lowest(row), asked["snr"]) for name, row in seen.items()},
        "pi0 resolved": at_least(pion, asked["pions"]),
        **{
            low_energy_name(energy): at_most(float(value), _softest(asked["low_energy"], energy))
            for energy, value in zip(LOW, found["soft"], strict=True)
        },
        **limits_of(bought),
    }
    result["warnings"] += better_than_asked(readout)
    listed = {NAMES[row] for row in np.flatnonzero(np.asarray(bought.absorber).sum(axis=0))} & set(MIX)
    if board and "G10" in listed:
        result["warnings"].append(
            f"The stack lists G10 among its plates, and every layer gets a board of {board:g} mm besides. "
            "Leave it out of the stack, or set board to 0."
        )
    return result | {
        "price_book": book_named(prices),
        "kinds": count_kinds(bought),
        "signal_to_noise": {name: row[:count] for name, row in seen.items()},
        "noise_gev": np.sqrt(found["noise"])[:count].tolist(),
        "plate_constant": found["plates"].tolist(),
        "mass_resolution": mass,
        "pions_resolved": pion,
        **common_part(cost, result["warnings"], requirements),
    }


@partial(StoredJit, quickly=True)
def _review(
    bought: Layers,
    room: Float[Array, "3"],
    energies: Float[Array, " energy"],
    model: CostModel,
    readout: Readout,
    front_end: FrontEnd,
    depths: int,
    beam: str,
    terms: tuple[str, ...],
    weights: str,
) -> dict[str, Any]:
    """What `simulate` finds for the stack with a board in every layer behind dead material, and more.

    `room` is the board in mm, the radiation lengths of what is dead and the steel on a side of lead in mm; `front_end`
    is that of `readout`.

    Pions resolved, the mass resolution of two photons, sigma(E)/E of electrons of low energies, the constant term that
    plate thickness alone makes, noise and signal layer by layer.
    """
    dressed = with_boards(bought, room[0], cladding=room[2])
    layers = behind(dressed, room[1])
    photon = longitudinal(layers, jnp.asarray([PHOTON]), beam="photon")
    place = position_resolution(footprint_of(layers, photon, readout, beam="photon"), photon.energies)
    energy = energy_resolution(photon, layers, readout)["resolution"]
    halves = simulated(layers, jnp.asarray(pion_energies()[0] / 2), None)
    found = simulate(layers, bought, model, energies, readout, depths, beam, terms, weights)
    return {
        "simulated": found,
        "pions": resolved(layers, halves, readout),
        "mass": mass_resolution(energy[0], place[0]),
        "soft": energy_resolution(longitudinal(layers, jnp.asarray(LOW)), layers, readout)["resolution"],
        "plates": _plates(layers, found["shower"], readout),
        "noise": cell_variance(dressed, front_end, np.array([constant_noise(name) ** 2 for name in NAMES])),
        "signal_to_noise": layers_signal_to_noise(dressed, front_end),
    }


def _softest(stochastic: float | None, energy: float) -> float | None:
    return None if stochastic is None else stochastic / energy**0.5


def _plates(layers: Layers, shower: Longitudinal, readout: Readout) -> Float[Array, " energy"]:
    """The constant term that plate thickness alone makes, with the weights of the full budget."""
    if readout.plate_tolerance is None:
        return jnp.zeros(shower.energies.size)
    weights = energy_resolution(shower, layers, readout)["weights"]
    part = weights * shower.layer_energy * plate_error(layers, readout.plate_tolerance)
    return jnp.sqrt(jnp.sum(part**2, axis=-1)) / shower.energies


def _extreme(layers: Layers, which: Any) -> float:
    return float(which(np.asarray(layers.pitch)[np.asarray(layers.present) > 0]))


def _lowest(row: Sequence[float | None]) -> float | None:
    return min((value for value in row if value is not None), default=None)


def render_table(result: Mapping[str, Any]) -> Any:
    """A result for people: that of the first version, and what a review board asks. A rich renderable."""
    from rich.console import Group

    title = (
        f"Requirements; sigma(m)/m of H to two photons {100 * result['mass_resolution']:.2f} %, "
        f"constant term of the plates {100 * result['plate_constant'][-1]:.2f} % at {result['energies'][-1]:g} GeV"
    )
    return Group(plain_table(result), requirements_table(title, result["requirements"]))
