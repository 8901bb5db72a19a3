"""How much does a thin sensor fluctuate about the energy left in the steel around it? Measured in Geant4.

Blocks of 5 mm steel with a silicon sensor behind each slice, pions and photons of 50 GeV. A sensor's signal, in units
of a slice's energy, is compared with its two neighbouring slices: their mean, and the choice of one of them at random,
whose variance the model knows already. What is left, over the energy, is `grain` of
detectors/hadron/simulation/noise.py.

    python studies/sensor_noise.py --cache FOLDER        two minutes; needs designopt[geant4]
"""

from designopt import prepare

prepare()

import argparse

import numpy as np

from designopt.detectors.geant4.cache import Cache
from designopt.detectors.geant4.job import stack_job
from designopt.detectors.geant4.pool import run_in_rounds
from designopt.detectors.geant4.session import Session

THICKNESSES = (0.06, 0.2, 0.5, 1.5)  # mm
SLICES, STEEL = 250, 5.0
SHOWERS = {"pi-": 40, "gamma": 15}
ENERGY = 50.0
FAINTEST = 5.0  # MeV in a slice: below it nothing crosses


def grain(values: np.ndarray) -> tuple[float, float]:
    """Mean signal over the energy of a slice; variance that two slices do not explain, over their energy (MeV)."""
    steel, sensor = values[:, 0::2], values[:, 1::2]
    around, step, signal = (steel[:, :-1] + steel[:, 1:]) / 2, np.diff(steel, axis=1), sensor[:, :-1]
    seen = around > FAINTEST
    ratio = signal[seen].sum() / around[seen].sum()
    left = (signal / ratio - around) ** 2 - step**2 / 4
    return float(ratio), float(left[seen].sum() / around[seen].sum())


def main() -> None:
    """Simulate and print one row a thickness and particle."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", required=True)
    parser.add_argument("--minutes", type=float, default=60.0)
    options = parser.parse_args()
    session = Session(Cache(options.cache))
    for particle, showers in SHOWERS.items():
        for thickness in THICKNESSES:
            block = [("G4_STAINLESS-STEEL", STEEL), ("G4_Si", thickness)] * SLICES
            job = stack_job(block, ENERGY, particle, 201, cut=0.1, half_width=750.0, hadrons=True)
            found = run_in_rounds(session, [(job, showers)], options.minutes, workers=1)[0]
            ratio, size = grain(found.values)
            parts = [grain(found.values[part::8])[1] for part in range(8)]
            error = np.std(parts, ddof=1) / 8**0.5
            print(f"{particle} {thickness} mm: {len(found.energy)} showers, signal {ratio:.5f} of a slice, "
                  f"grain {size:.2f} +- {error:.2f} MeV", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
