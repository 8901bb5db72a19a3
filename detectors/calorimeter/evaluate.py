"""Simulate and price a stack as a user writes it down: any number of layers, every error one sentence."""

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.design.padding import next_power_of_two
from designopt.detectors.calorimeter.cost import CostModel
from designopt.detectors.calorimeter.description import FORM as FORM
from designopt.detectors.calorimeter.description import example as example
from designopt.detectors.calorimeter.lateral.footprint import footprint_of
from designopt.detectors.calorimeter.lateral.position import position_resolution
from designopt.detectors.calorimeter.lateral.separation import two_photon_separation
from designopt.detectors.calorimeter.layers import KEYS as CELL_KEYS
from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.response.blind import seen
from designopt.detectors.calorimeter.response.core import core_width
from designopt.detectors.calorimeter.response.doubts import doubts, radiation_lengths
from designopt.detectors.calorimeter.response.readout import Readout
from designopt.detectors.calorimeter.response.resolution import ALL_TERMS, energy_resolution
from designopt.detectors.calorimeter.response.settings import read_readout, settings_of
from designopt.detectors.calorimeter.shower.longitudinal import longitudinal, single_showers
from designopt.detectors.layer_input import entries
from designopt.detectors.option_ranges import PriceFile
from designopt.detectors.output_tables import channels_bill, notes
from designopt.detectors.prices import book_named, read_prices
from designopt.problem.written.result import common_part
from designopt.stored import StoredJit
from designopt.suggestion import suggestion
from designopt.units import mm
from designopt.written import Entry

KEYS = FORM
Terms = Annotated[str | Sequence[str] | None, "Terms that `resolution` counts, with commas; all if left out."]
Weights = Annotated[str, "How layers are weighted: optimal, equal or sampling-fraction."]
Beam = Annotated[str | None, "electron or photon, over the design's."]
ConstantTerm = Annotated[float | None, "Relative error that all layers share, over the design's."]
PLACES = 8  # depths per layer for the lateral model of thick blocks
THICK_CELL = 2.0  # X0: up to here one depth a layer is enough


def evaluate_design(
    spec: Any,
    terms: Terms = None,
    prices: PriceFile = None,
    weights: Weights = "optimal",
    beam: Beam = None,
    constant_term: ConstantTerm = None,
) -> dict[str, Any]:
    """Response and cost of one stack, in plain numbers: GeV, mm, kCHF.

    `spec` is `{"layers": [...], "energies": [GeV, ...], "beam": "electron" | "photon", "readout": {...}}`, a layer
    `{"absorber": name | null | [{"material", "thickness"}], "absorber_thickness", "active", "active_thickness",
    "pitch"}` in mm. `readout` may hold `constant_term` (relative, of all layers together), `miscalibration` (of each
    layer), `noise` and `light` (factors on the tables); what it leaves out has the default of the kind of
    calorimeter (`Readout.of`). `terms` (names, or one string with commas) restricts `resolution` and its core, the
    other results come from the full error budget; `weights` are "optimal", "equal" or "sampling-fraction"; `prices` is
    a TOML file over the price book, or one of the project's by name; `beam` and `constant_term` override the spec's.

    `resolution` is the rms of the estimator with all of its tail, `resolution_core` the sigma of the Gaussian that a
    test beam fits around the peak (`response.core`): smaller where leakage matters.
    Raises ValueError, in a sentence, for anything that is not such a stack.
    """
    layers, energies, named_beam, readout = read_spec(spec, constant_term)
    model = CostModel.from_book(read_prices(prices))
    count, counted = len(entries(spec["layers"], CELL_KEYS, "layer")[0]), chosen_terms(terms)
    used, places = beam or named_beam, depths_within(float(np.max(radiation_lengths(layers))))
    beams, paid = jax.device_put((np.asarray(energies), model))  # prices too: one program for all
    found = jax.device_get(_simulated(layers, layers, paid, beams, readout, places, used, counted, weights))
    result = assess(found, count, energies, readout, model, used, counted, weights)
    return result | {"price_book": book_named(prices)}


def depths_within(thickest: float) -> int:
    """Depths in each layer at which the lateral model looks, by the radiation lengths of the thickest layer."""
    return 1 if thickest <= THICK_CELL else PLACES


def assess(
    found: Mapping[str, Any],
    count: int,
    energies: list[float],
    readout: Readout,
    model: CostModel,
    beam: str,
    terms: tuple[str, ...],
    weights: str,
) -> dict[str, Any]:
    """The result, in plain numbers, of what `simulate` found for a stack of which `count` layers are bought."""
    layers, bought, shower, resolution = found["layers"], found["bought"], found["shower"], found["resolution"]
    estimates, chances = found["singles"]
    if not (np.all(found["seen"]) and np.all(np.isfinite(resolution["resolution"]))):
        raise ValueError("The stack sees no signal at these energies: its active parts are too thin or too deep.")
    ahead = layers.pitch.size - bought.pitch.size
    return {
        "energies": energies,
        "resolution": _plain(resolution["resolution"]),
        "resolution_core": _cores(resolution, estimates, chances, energies, terms),
        "terms": {name: _plain(resolution["terms"][name]) for name in ALL_TERMS},
        "contained_fraction": _plain(shower.contained),
        "visible_energy": _plain(shower.visible),
        "layer_energy": _plain(shower.layer_energy[:, ahead : ahead + count]),
        "position_resolution": _plain(found["position"]),
        "two_photon_separation": [d if math.isfinite(d) else None for d in _plain(found["separation"])],
        "depth_x0": float(shower.medium.depth),
        "channels": float(np.sum(found["channels"])),
        "depth_mm": float(np.sum(layers.absorber + layers.active)) / mm,
        "moliere_radius": float(shower.medium.moliere_radius) / mm,
        "layers": int(np.sum(bought.present > 0)),
        "beam": beam,
        "kind": "homogeneous" if layers.homogeneous else "sampling",
        "readout": settings_of(readout),
        "included_terms": list(terms),
        "weights": weights,
        **common_part(found["items"], doubts(layers, bought, energies, model, resolution)),
    }


def simulate(
    layers: Layers,
    bought: Layers,
    model: CostModel,
    energies: Float[Array, " energy"],
    readout: Readout,
    depths: int,
    beam: str,
    terms: tuple[str, ...],
    weights: str,
) -> dict[str, Any]:
    """Shower, resolution, position, two-photon separation and the estimates of single showers; channels and money.

    The stack `layers` that showers meet and the layers that are `bought` differ by boards and by what stands in front,
    which the layers' price holds already. Whatever showers meet before the first of the bought layers is in slots of
    its own.
    """
    shower = longitudinal(layers, energies, beam=beam)
    position = position_resolution(footprint_of(layers, shower, readout, depths, beam), energies)
    photon = longitudinal(layers, energies / 2, beam="photon")
    pair = footprint_of(layers, photon, readout, depths, "photon")
    pair = eqx.tree_at(lambda f: f.energy, pair, 2 * pair.energy)
    resolution = energy_resolution(shower, layers, readout, terms, weights)
    signals, chances = single_showers(layers, energies, beam)
    estimates = jnp.einsum("ekl,el->ek", signals, resolution["weights"])
    return {
        "layers": layers,
        "bought": bought,
        "shower": shower,
        "seen": seen(shower),
        "resolution": resolution,
        "position": position,
        "separation": two_photon_separation(pair),
        "singles": (estimates, jnp.asarray(chances)),
        "channels": model.channels(bought),
        "items": model.items(bought),
    }


_simulated = StoredJit(simulate, quickly=True)
"""Compiled once for a kind of calorimeter and a number of layers and energies."""


def _cores(
    resolution: Mapping[str, Any],
    estimates: Float[np.ndarray, "energy event"],
    probability: Float[np.ndarray, " event"],
    energies: Sequence[float],
    terms: tuple[str, ...],
) -> list[float]:
    """Core of the resolution at each energy: the shape of single showers, folded with everything that is Gaussian."""
    rms, cores = np.asarray(resolution["resolution"]), []
    for row, energy in enumerate(energies):
        values = estimates[row] / energy if "leakage" in terms else np.zeros(probability.size)
        variance = probability @ (values - probability @ values) ** 2
        # The rms is the quadrature's; the dense set has the same variance to a few per cent, and the rest is Gaussian.
        rest = np.sqrt(max(rms[row] ** 2 - variance, (0.1 * rms[row]) ** 2))
        cores.append(min(core_width(values, probability, float(rest)), float(rms[row])))
    return cores


def read_spec(spec: Any, constant_term: float | None) -> tuple[Layers, list[float], str, Readout]:
    """Layers, energies, beam and read-out of a specification."""
    entry = Entry.read(spec, FORM)
    rows, energies = entry.rows("layers"), entry.numbers("energies")
    # Absent slots change nothing, and stacks share compiled programs.
    layers = Layers.from_cells(rows, next_power_of_two(len(entries(rows, CELL_KEYS, "layer")[0])))
    readout = read_readout(entry.part("readout") or {}, layers, constant_term)
    return layers, energies, entry.word("beam"), readout


def chosen_terms(terms: str | Sequence[str] | None) -> tuple[str, ...]:
    """Names of the terms that count, in their usual order."""
    if terms is None:
        return ALL_TERMS
    chosen = [word.strip() for word in terms.split(",")] if isinstance(terms, str) else list(terms)
    for name in chosen:
        if name not in ALL_TERMS:
            raise ValueError(f"No term of the resolution is called '{name}'.{suggestion(name, ALL_TERMS)}")
    return tuple(name for name in ALL_TERMS if name in chosen)


def _plain(values: np.ndarray) -> list[Any]:
    return np.asarray(values, dtype=float).tolist()


def render_table(result: Mapping[str, Any]) -> Any:
    """A result for people: one table of energies, one of money, and what to keep in mind. A rich renderable."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    size = f"{result['layers']} layers, {result['depth_x0']:.1f} X0, {result['depth_mm']:.0f} mm"
    title = f"{size}, Molière radius {result['moliere_radius']:.1f} mm; {result['beam']} beam"
    response = Table(title=title, title_justify="left")
    response.add_column("energy (GeV)")
    for energy in result["energies"]:
        response.add_column(f"{energy:g}", justify="right")
    separation = ["none" if d is None else f"{d:.1f}" for d in result["two_photon_separation"]]
    rows = {
        "sigma(E)/E, rms (%)": [f"{100 * r:.2f}" for r in result["resolution"]],
        "sigma(E)/E, core (%)": [f"{100 * r:.2f}" for r in result["resolution_core"]],
        **{f"  {name} (%)": [f"{100 * t:.2f}" for t in result["terms"][name]] for name in ALL_TERMS},
        "contained (%)": [f"{100 * c:.1f}" for c in result["contained_fraction"]],
        "visible (GeV)": [f"{v:.4g}" for v in result["visible_energy"]],
        "position (mm)": [f"{p:.2f}" for p in result["position_resolution"]],
        "two photons (mm)": separation,
    }
    for name, values in rows.items():
        response.add_row(name, *values)
    money = channels_bill(result)
    partial = len(result["included_terms"]) < len(ALL_TERMS)
    counted = [Text(f"sigma(E)/E counts {', '.join(result['included_terms'])} only.")] if partial else []
    return Group(response, money, *counted, *notes(result["warnings"]))
