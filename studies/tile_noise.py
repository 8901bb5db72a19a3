"""How much does a scintillator tile fluctuate about the energy left in the steel around it? Measured in Geant4.

A tile of 3 mm behind every 20 mm of steel, its light by Birks' law; signals are compared with the 5 mm of steel before
and behind, as `studies/sensor_noise.py` compares silicon. The sums of all tiles are printed beside what the model says.

    python studies/tile_noise.py --cache FOLDER        three minutes; needs designopt[geant4]
"""

from designopt import prepare

prepare()

import argparse

import jax
import numpy as np

from designopt.detectors.geant4.cache import Cache
from designopt.detectors.geant4.job import stack_job
from designopt.detectors.geant4.session import Session
from designopt.detectors.hadron.review.description import read_layout
from designopt.detectors.hadron.simulation.measure import held_out
from designopt.detectors.hadron.simulation.noise import TILE

CELL, CELLS = [("G4_STAINLESS-STEEL", 5.0)] * 4 + [("G4_POLYSTYRENE", TILE)], 70
BIRKS = {"G4_POLYSTYRENE": 0.07943}  # mm/MeV, Geant4's own
SHOWERS = (("pi-", 50.0, 80), ("gamma", 50.0, 8), ("pi-", 100.0, 30))
FAINTEST = 5.0  # MeV in a slice: below it nothing crosses


def grain(values: np.ndarray) -> tuple[float, float]:
    """Mean light over the energy of 5 mm steel; variance that two slices do not explain, over their energy (MeV)."""
    before, behind, light = values[:, :-1, 3], values[:, 1:, 0], values[:, :-1, 4]
    around = (before + behind) / 2
    seen = around > FAINTEST
    ratio = light[seen].sum() / around[seen].sum()
    left = (light / ratio - around) ** 2 - (behind - before) ** 2 / 4
    return float(ratio), float(left[seen].sum() / around[seen].sum())


def main() -> None:
    """Simulate and print one row a sample, then what the model says of the sums."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", required=True)
    parser.add_argument("--minutes", type=float, default=60.0, help="for each sample")
    options = parser.parse_args()
    session = Session(Cache(options.cache))
    for particle, energy, showers in SHOWERS:
        job = stack_job(CELL * CELLS, energy, particle, 301, half_width=750.0, hadrons=True, birks=BIRKS)
        found = session.run(job, showers, options.minutes, at_least=8).values.reshape(-1, CELLS, len(CELL))
        ratio, size = grain(found)
        error = np.std([grain(found[part::8])[1] for part in range(8)], ddof=1) / 8**0.5
        total = found[:, :, 4].sum(axis=1)
        spread = total.std(ddof=1) / total.mean()
        print(f"{particle} of {energy:g} GeV: {len(found)} showers, light {ratio:.4f} of a slice, grain {size:.1f} +- "
              f"{error:.1f} MeV, sigma of the sum {100 * spread:.1f} +- {100 * spread / (2 * len(found)) ** 0.5:.1f} %",
              flush=True)  # fmt: skip
    sensors, _ = read_layout([{"absorber": 20.0, "thickness": TILE, "sensor": "tile", "repeat": CELLS}])
    print(
        "model, pions of 50 and 100 GeV:", np.round(100 * np.asarray(jax.jit(held_out)(sensors)["resolution"]), 1), "%"
    )


if __name__ == "__main__":
    main()
