"""The stored hadron showers against pions that were measured in the four sections of the ATLAS hadronic end-cap."""

import csv

import numpy as np

from designopt.detectors.hadron.simulation.assess import NEAR, section_shares
from designopt.detectors.hadron.simulation.showers import read_showers
from designopt.detectors.materials import material
from designopt.report.figures.palette import COLOURS
from validation.drawing import DATA, PREDICTED, Claim, Validation, key, level, named, panels, plain, worst

# Copper and liquid argon of the four sections of the ATLAS hadronic end-cap, mm: 8 and 16 gaps of 8.5 mm with plates of
# 25 mm behind one of 12.5 mm, then 8 and 8 gaps with plates of 50 mm behind a gap of 40.5 mm and a plate of 25 mm.
COPPER = np.array([212.5, 400.0, 425.0, 400.0])
ARGON = np.array([68.0, 136.0, 108.5, 68.0])
OWN = (50, 100)
"""GeV: energies with showers of their own."""
DIGITISED = 0.003
"""Error of the measured shares."""
RESAMPLED = 60
"""Times that showers are drawn again for the error of the simulated ones."""


def measured_shares() -> dict[int, list[float]]:
    """Shares of the energy in the four sections, by beam energy in GeV."""
    with (DATA / "hec_pions.csv").open() as file:
        return {int(row["energy_GeV"]): [float(row[f"F{i}"]) for i in range(1, 5)] for row in csv.DictReader(file)}


def showers_near(energy: int) -> np.ndarray:
    """Energy in slices of stored showers: those of this energy (GeV), or calibration pions within a fifth of it."""
    stored = read_showers()
    if energy in OWN:
        return np.concatenate([stored[f"{kind} pions {energy}"].deposit for kind in ("training", "final")])
    pions = stored["calibration pions"]
    return pions.deposit[np.abs(pions.energy / energy - 1) <= NEAR]


def simulated_shares(deposit: np.ndarray) -> np.ndarray:
    """The measured shares as showers in steel have them, at depths of as many interaction lengths.

    Args:
        deposit: energy of each shower in slices, GeV.
    """
    lengths = COPPER / material("Cu").interaction_length + ARGON / material("LAr").interaction_length
    edges = np.cumsum(lengths) * material("SS").interaction_length
    return np.array(section_shares(deposit, edges.tolist()))


def validation() -> Validation:
    """Shares of the energy in four sections over the energy of the beam, and simulated less measured ones."""
    measured, random = measured_shares(), np.random.default_rng(1)
    energies = np.array(sorted(measured))
    showers = [showers_near(energy) for energy in energies.tolist()]
    model = np.array([simulated_shares(some) for some in showers])
    drawn = [[simulated_shares(random.choice(some, len(some))) for _ in range(RESAMPLED)] for some in showers]
    error, truth = np.std(drawn, axis=1), np.array([measured[energy] for energy in energies.tolist()])
    with panels(2, 4.8, (1.2, 1)) as (figure, (shares, off)):
        for k, colour in enumerate(COLOURS[:4]):
            shares.plot(energies, 100 * model[:, k], color=colour)
            shares.errorbar(energies, 100 * truth[:, k], 100 * DIGITISED, color=colour, **PREDICTED)
            named(shares, colour, f"section {k + 1}")
            aside = energies * 1.025 ** (k - 1.5)  # so that bars stand beside each other
            off.errorbar(aside, 100 * (model - truth)[:, k], 100 * error[:, k], color=colour, **PREDICTED)
        shares.set(xscale="log", ylabel="Share of the energy (%)", ylim=(0, None))
        level(off)
        off.set(xlabel="Energy of the pions (GeV)", ylabel="Simulated less\nmeasured (% points)")
        plain(off, energies)
        key(figure, shares, 4)
    own = np.isin(energies, OWN)
    counts = (f"{truth.size} measured shares", "none was fitted", f"{len(showers_near(OWN[0]))} showers each")
    return Validation(figure, counts, (
        Claim("{} points at 50 and 100 GeV", 1.3, 100 * worst((model - truth)[own])),
        Claim("{} at the others", 6.5, 100 * worst((model - truth)[~own])),
        Claim("{} standard errors", 3, worst((model - truth) / np.hypot(error, DIGITISED))),
    ))  # fmt: skip
