"""What any layout of sensors measures, in plain numbers: at one energy or another, over all of them, by depth."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import jax
import numpy as np
from jaxtyping import Array, Float

from designopt.design.numbers import shown
from designopt.detectors.hadron.description import ENERGIES
from designopt.detectors.hadron.limits import FROM, TO, nonlinearity
from designopt.detectors.hadron.simulation.measure import CALIBRATION, scale_of
from designopt.detectors.hadron.simulation.other_energies import around, kernel
from designopt.detectors.hadron.simulation.reading import SLICE, expected
from designopt.detectors.hadron.simulation.sensors import Sensors
from designopt.detectors.hadron.simulation.showers import DEPTH, read_showers
from designopt.stored import StoredJit
from designopt.suggestion import suggestion
from designopt.written import Entry

SAMPLES = {"training": "training pions", "held-out": "final pions"}
OLD_SAMPLES = {"merit": "training"}  # names that were used before
NEAR = 0.2
FEWEST = 40
"""Contained showers that a resolution of their own needs: an error of 11 %."""

LITTLE = 0.05
"""Part of its energy: a pion that leaves less than this behind the last sensor counts as contained."""

SAID = 0.05
"""Share of pions that are not contained above which a note says so."""

BLIND = "The layout sees no signal: no sensor has steel in front of it inside the block."
Sums = Mapping[str, tuple[Float[np.ndarray, " _shower"], Float[np.ndarray, " _shower"]]]
"""Mean and variance of the weighted sum of every shower, by sample, in GeV of the block."""
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
    own = [name for one in SAMPLES.values() for energy in energies if (name := f"{one} {energy:g}") in stored]
    names = tuple(dict.fromkeys([*CALIBRATION, *own]))
    read = jax.device_get(_read(tuple(jax.device_put(stored[name].deposit) for name in names), sensors))
    sums, factor, depth = dict(zip(names, read["sums"], strict=True)), float(read["scale"]), float(read["depth"])
    read_on = {
        name: [_measured(energy, depth, f"{pions} {energy:g}", sums) for energy in energies]
        for name, pions in SAMPLES.items()
    }
    found = read_on[sample]
    if other := [(energy, one) for energy, one in zip(energies, found, strict=True) if not one.own]:
        told = ", ".join(f"{energy:g} GeV ({one.showers:.0f} showers)" for energy, one in other)
        warnings.append(
            f"Only {' and '.join(f'{energy:g}' for energy in ENERGIES)} GeV have showers of their own; read from the "
            f"calibration showers of energies around them: {told}."
        )
    if leaky := [(energy, one) for energy, one in zip(energies, found, strict=True) if one.contained < 1 - SAID]:
        told = ", ".join(f"{energy:g} GeV {1 - one.contained:.0%}" for energy, one in leaky)
        warnings.append(
            f"More than {LITTLE:.0%} of the energy is left behind the last sensor by so many pions: {told}. "
            "'resolution' counts them; test beams mostly quote contained showers: compare 'resolution_contained'."
        )
    result = {
        "energies": energies,
        "resolution": [one.sigma / one.mean for one in found],
        "resolution_error": [one.sigma / one.mean / (2 * one.showers) ** 0.5 for one in found],
        "resolution_by_sample": {name: [one.sigma / one.mean for one in ones] for name, ones in read_on.items()},
        "resolution_contained": [one.narrow for one in found],
        "contained_share": [one.contained for one in found],
        "sigma": [factor * one.sigma for one in found],
        "mean": [factor * one.mean for one in found],
        "sampling": [one.sampling / one.mean for one in found],
        "response": _bands(sums, factor),
        **_linearity(sums),
        "sensors": int(np.sum(np.asarray(sensors.present))),
        "depth_mm": depth,
        "sample": sample,
        "simulation": stored[CALIBRATION[0]].simulation,
    }
    if (sections := entry["sections"]) is not None:
        result["sections"] = [section_shares(_around(energy, sample), sections) for energy in energies]
    return result, warnings


@StoredJit
def _read(samples: tuple[Float[Array, "_ slice"], ...], sensors: Sensors) -> dict[str, Any]:
    """`expected` of each sample, the first of which are those of the calibration; its factor; the sensors' depth."""
    sums = [expected(deposits, sensors) for deposits in samples]
    return {"sums": sums, "scale": scale_of(sums[: len(CALIBRATION)]), "depth": sensors.depth}


class Measured(NamedTuple):
    """Mean and sigma of the estimate for pions of one energy, and the part of sigma from thin sensors, in raw units.

    `showers` is how many it rests on; `own` whether they are all of that energy. `contained` is the share of pions that
    leave less than `LITTLE` behind, `narrow` sigma over mean of those; None where there are fewer than `FEWEST`.
    """

    mean: float
    sigma: float
    sampling: float
    showers: float
    own: bool
    contained: float
    narrow: float | None


def _measured(energy: float, depth: float, sample: str, sums: Sums) -> Measured:
    stored = read_showers()
    if sample in sums:
        mean, variance = sums[sample]
        if not np.mean(mean) > 0:
            raise ValueError(BLIND)
        inside = behind(stored[sample].deposit, depth) < LITTLE
        narrow = _spread(mean[inside], variance[inside]) if inside.sum() >= FEWEST and mean[inside].any() else None
        whole = float(np.mean(mean))
        noise, share = float(np.sqrt(np.mean(variance))), float(np.mean(inside))
        return Measured(whole, whole * _spread(mean, variance), noise, len(mean), True, share, narrow)
    pions = stored[CALIBRATION[0]]
    mean, variance = sums[CALIBRATION[0]]
    if not mean.any():
        raise ValueError(BLIND)
    inside = behind(pions.deposit, depth) < LITTLE
    one = around(energy, pions.energy, mean, variance)
    weight = kernel(energy, pions.energy)
    narrow = None
    if inside.sum() >= FEWEST and mean[inside].any():
        within = around(energy, pions.energy[inside], mean[inside], variance[inside])
        narrow = within.sigma / within.mean if within.showers >= FEWEST / 2 and within.mean > 0 else None
    share = float(weight[inside].sum() / weight.sum())
    return Measured(energy * one.mean, energy * one.sigma, energy * one.sampling, one.showers, False, share, narrow)


def _spread(mean: Float[np.ndarray, " shower"], variance: Float[np.ndarray, " shower"]) -> float:
    """Sigma over mean of a sum whose own variance is known."""
    return float(np.sqrt(np.var(mean, ddof=1) + np.mean(variance)) / np.mean(mean))


def behind(deposit: Float[np.ndarray, "shower slice"], depth: float) -> Float[np.ndarray, " shower"]:
    """Part of what the whole block sees of each shower that lies behind a depth.

    Args:
        deposit: energy of every shower in slices of 5 mm, GeV.
        depth: of the end of the last sensor, mm of steel.
    """
    left = np.clip(np.arange(1, deposit.shape[1] + 1) - depth / SLICE, 0.0, 1.0)
    return np.asarray(deposit @ left / deposit.sum(axis=1))


def _around(energy: float, sample: str) -> Float[np.ndarray, "shower slice"]:
    """Showers of an energy, or, without any of its own, the calibration pions within a fifth of it."""
    stored, name = read_showers(), f"{SAMPLES[sample]} {energy:g}"
    if name in stored:
        return stored[name].deposit
    pions = stored[CALIBRATION[0]]
    return pions.deposit[np.abs(pions.energy / energy - 1) <= NEAR]


def _bands(sums: Sums, factor: float) -> list[dict[str, Any]]:
    """Mean estimate over beam energy of the calibration showers, in bands of energy."""
    rows = []
    for name in CALIBRATION:
        stored = read_showers()[name]
        ratio = factor * sums[name][0] / stored.energy
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


def _linearity(sums: Sums) -> dict[str, float | None]:
    """Change of the pions' response over 20-175 GeV as a half-range, its error, and pions over photons there."""
    ratios = {}
    for name in CALIBRATION:
        stored = read_showers()[name]
        ratios[name] = sums[name][0] / stored.energy, stored.energy
    (pions, energy), (photons, beam) = (ratios[name] for name in CALIBRATION)
    found = nonlinearity(energy, pions)
    inside = [(e >= FROM) & (e <= TO) for e in (energy, beam)]
    light = photons[inside[1]].mean()
    ratio = float(pions[inside[0]].mean() / light) if light > 0 else None  # no photon reaches a sensor
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
