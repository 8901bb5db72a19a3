"""Simulate the hadron showers of `hadron-calorimeter-v1` once, in the whole block, and store them compactly.

A solid block of stainless steel, 2 m deep and 1.5 m wide, is read in 400 slices of 5 mm; pi- and photons of 9-200 GeV
calibrate, pions of 50 and 100 GeV are the score, others of the same energies the final score.

    python studies/hadron_showers.py --cache FOLDER --minutes 60

Killed, it goes on where it stopped. Needs designopt[geant4].
"""

from designopt import prepare

prepare()

import argparse

from designopt.detectors.geant4.cache import Cache
from designopt.detectors.geant4.job import Job, stack_job
from designopt.detectors.geant4.session import Events, Session
from designopt.detectors.hadron.simulation.showers import DEPTH, FILE, HALF_WIDTH, SLICES, Sample, write_showers

# name, particle, energies in GeV, showers, seed
SAMPLES = (
    ("calibration pions", "pi-", (9.0, 200.0), 1200, 101),
    ("calibration photons", "gamma", (9.0, 200.0), 400, 102),
    ("training pions 50", "pi-", (50.0, 50.0), 300, 103),
    ("training pions 100", "pi-", (100.0, 100.0), 300, 104),
    ("final pions 50", "pi-", (50.0, 50.0), 450, 105),
    ("final pions 100", "pi-", (100.0, 100.0), 450, 106),
    ("final photons 50", "gamma", (50.0, 50.0), 60, 107),
    ("final photons 100", "gamma", (100.0, 100.0), 60, 108),
)
ROUNDS = (0.2, 0.65, 1.0)  # every sample grows at the same pace, so that an early end leaves all of them


def job(particle: str, energy: tuple[float, float], seed: int) -> Job:
    """Showers of one sample."""
    block = [("G4_STAINLESS-STEEL", DEPTH / SLICES)] * SLICES
    return stack_job(block, energy, particle, seed, cut=0.7, half_width=HALF_WIDTH, hadrons=True)


def main() -> None:
    """Simulate what is missing, and write the file of the package."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", required=True)
    parser.add_argument("--minutes", type=float, default=60.0, help="for each sample")
    parser.add_argument("--out", default=str(FILE))
    options = parser.parse_args()
    session, found = Session(Cache(options.cache)), {}
    for part in ROUNDS:
        for name, particle, energy, number, seed in SAMPLES:
            found[name] = session.run(job(particle, energy, seed), int(part * number), options.minutes, at_least=1)
            print(f"{name}: {len(found[name].energy)} showers. {' '.join(found[name].trouble)}", flush=True)
    write_showers(options.out, {name: _sample(name, found[name]) for name, *_ in SAMPLES})


def _sample(name: str, events: Events) -> Sample:
    particle = next(particle for known, particle, *_ in SAMPLES if known == name)
    return Sample(particle, events.energy, events.values, events.simulation)


if __name__ == "__main__":
    main()
