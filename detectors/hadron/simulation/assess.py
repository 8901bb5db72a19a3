"""What any layout of sensors measures, in plain numbers: at one energy or another, over all of them, by depth."""

from itertools import pairwise
from typing import Any, NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.design.numbers import shown
from designopt.detectors.hadron.description import ENERGIES
from designopt.detectors.hadron.limits import FROM, TO, nonlinearity
from designopt.detectors.hadron.simulation.measure import CALIBRATION, scale
from designopt.detectors.hadron.simulation.other_energies import around
from designopt.detectors.hadron.simulation.reading import SLICE, expected
from designopt.detectors.hadron.simulation.sensors import Sensors
from designopt.detectors.hadron.simulation.showers import DEPTH, read_showers
from designopt.suggestion import suggestion
from designopt.written import Entry

SAMPLES = {"training": "training pions", "held-out": "final pions"}
OLD_SAMPLES = {"merit": "training"}  # names that were used before
NEAR = 0.2
BLIND = "The layout sees no signal: no sensor has steel in front of it inside the block."
EDGES = (9.0, 30.0, 60.0, 100.0, 150.0, 200.0)  # GeV: bands of the calibration showers


def assess(sensors: Sensors, entry: Entry, sample: str) -> tuple[dict[str, Any], list[str]]:
    """What any layout measures, in plain numbers, and sentences about showers that had to be borrowed.

    Args:
        sensors: depths and thicknesses in mm.
        entry: what was written, for `energies` and `sections`.
        sample: "held-out" or "training".

    Raises ValueError, in a sentence, for an unknown sample and a layout that sees nothing.
    """
    named, sample = sample, OLD_SAMPLES.get(sample, sample)
    if sample not in SAMPLES:
        raise ValueError(f"No sample is called '{named}'.{suggestion(named, SAMPLES)}")
    stored, energies, warnings = read_showers(), entry.numbers("energies"), [*entry.notes]
    factor = float(scale(sensors))
    found = [_measured(energy, sensors, f"{SAMPLES[sample]} {energy:g}") for energy in energies]
    if other := [(energy, one) for energy, one in zip(energies, found, strict=True) if not one.own]:
        told = ", ".join(f"{energy:g} GeV ({one.showers:.0f} showers)" for energy, one in other)
        warnings.append(
            f"Only {' and '.join(f'{energy:g}' for energy in ENERGIES)} GeV have showers of their own; read from the "
            f"calibration showers of energies around them: {told}."
        )
    result = {
        "energies": energies,
        "resolution": [one.sigma / one.mean for one in found],
        "resolution_error": [one.sigma / one.mean / (2 * one.showers) ** 0.5 for one in found],
        "sigma": [factor * one.sigma for one in found],
        "mean": [factor * one.mean for one in found],
        "sampling": [one.sampling / one.mean for one in found],
        "response": _bands(sensors, factor),
        **_linearity(sensors),
        "sensors": int(np.sum(np.asarray(sensors.present))),
        "depth_mm": float(sensors.depth),
        "sample": sample,
        "simulation": stored[CALIBRATION[0]].simulation,
    }
    if (sections := entry["sections"]) is not None:
        result["sections"] = [section_shares(_around(energy, sample), sections) for energy in energies]
    return result, warnings


class Measured(NamedTuple):
    """Mean and sigma of the estimate for pions of one energy, and the part of sigma from thin sensors, in raw units.

    `showers` is how many it rests on; `own` whether they are all of that energy.
    """

    mean: float
    sigma: float
    sampling: float
    showers: float
    own: bool


def _measured(energy: float, sensors: Sensors, sample: str) -> Measured:
    stored = read_showers()
    if sample in stored:
        return Measured(*_measure(jnp.asarray(stored[sample].deposit), sensors), len(stored[sample].energy), True)
    pions = stored[CALIBRATION[0]]
    mean, variance = (np.asarray(part) for part in expected(jnp.asarray(pions.deposit), sensors))
    if not mean.any():
        raise ValueError(BLIND)
    mean_one, sigma, sampling, showers = around(energy, pions.energy, mean, variance)
    return Measured(energy * mean_one, energy * sigma, energy * sampling, showers, False)


def _around(energy: float, sample: str) -> Float[np.ndarray, "shower slice"]:
    """Showers of an energy, or, without any of its own, the calibration pions within a fifth of it."""
    stored, name = read_showers(), f"{SAMPLES[sample]} {energy:g}"
    if name in stored:
        return stored[name].deposit
    pions = stored[CALIBRATION[0]]
    return pions.deposit[np.abs(pions.energy / energy - 1) <= NEAR]


@eqx.filter_jit
def _moments(deposits: Array, sensors: Sensors) -> tuple[Array, Array, Array]:
    mean, variance = expected(deposits, sensors)
    return jnp.mean(mean), jnp.sqrt(jnp.var(mean, ddof=1) + jnp.mean(variance)), jnp.sqrt(jnp.mean(variance))


def _measure(deposits: Array, sensors: Sensors) -> tuple[float, float, float]:
    """Mean, sigma, and the part of sigma from thin sensors, in raw units."""
    mean, sigma, noise = (float(value) for value in _moments(deposits, sensors))
    if not mean > 0:
        raise ValueError(BLIND)
    return mean, sigma, noise


def _bands(sensors: Sensors, factor: float) -> list[dict[str, Any]]:
    """Mean estimate over beam energy of the calibration showers, in bands of energy."""
    rows = []
    for name in CALIBRATION:
        stored = read_showers()[name]
        ratio = factor * np.asarray(expected(jnp.asarray(stored.deposit), sensors)[0]) / stored.energy
        for low, high in pairwise(EDGES):
            inside = (stored.energy >= low) & (stored.energy < high)
            if inside.sum() > 1:
                rows.append(
                    {
                        "particle": stored.particle,
                        "energy": float(stored.energy[inside].mean()),
                        "response": float(ratio[inside].mean()),
                        "error": float(ratio[inside].std(ddof=1) / inside.sum() ** 0.5),
                    }
                )
    return rows


def _linearity(sensors: Sensors) -> dict[str, float]:
    """Change of the pions' response over 20-175 GeV as a half-range, its error, and pions over photons there."""
    ratios = {}
    for name in CALIBRATION:
        stored = read_showers()[name]
        ratios[name] = np.asarray(expected(jnp.asarray(stored.deposit), sensors)[0]) / stored.energy, stored.energy
    (pions, energy), (photons, beam) = (ratios[name] for name in CALIBRATION)
    found = nonlinearity(energy, pions)
    inside = [(e >= FROM) & (e <= TO) for e in (energy, beam)]
    ratio = float(pions[inside[0]].mean() / photons[inside[1]].mean())
    return {"pion_nonlinearity": found.value, "pion_nonlinearity_error": found.error, "pi_over_e": ratio}


def section_shares(deposit: Float[np.ndarray, "shower slice"], edges: Any) -> list[float]:
    """Mean shares of the energy deposited between the depths 0, e1, e2, ... (mm), adding up to one.

    Args:
        deposit: energy of every shower in slices of 5 mm, GeV.
        edges: the depths, mm.

    Raises ValueError for depths that do not rise, or lie outside of the block.
    """
    depths = np.concatenate([[0.0], np.asarray(edges, float)])
    if not (np.all(np.diff(depths) > 0) and depths[-1] <= DEPTH):
        raise ValueError(
            f"The sections end at {shown(list(edges))} mm. Give rising depths, the last one at most {DEPTH:g} mm."
        )
    total = np.concatenate([[0.0], np.cumsum(deposit.mean(axis=0))])
    at = np.interp(depths / SLICE, np.arange(total.size), total)
    return (np.diff(at) / (at[-1] - at[0])).tolist()
