"""Check a layout in Geant4 with its sensors really in the block: pions of 50 and 100 GeV, the same weighted sum."""

from typing import cast

import jax
import numpy as np

from designopt.design.space import Design
from designopt.detectors.geant4.cache import Cache
from designopt.detectors.geant4.job import stack_job
from designopt.detectors.geant4.showers import FEWEST, remarks, showers
from designopt.detectors.geant4.spread import relative_spread
from designopt.detectors.hadron.detector import HadronCalorimeter
from designopt.detectors.hadron.simulation.measure import ENERGIES, held_out
from designopt.detectors.hadron.simulation.sensors import Sensors
from designopt.detectors.hadron.simulation.showers import DEPTH, HALF_WIDTH
from designopt.problem.problem import Problem
from designopt.records.designs.verification_result import Measured, Verification

EVENTS = 500  # two to three CPU minutes; sigma to 5 %
CUT = 0.1  # mm: production range cut, as thin silicon needs it


def verify_design(
    problem: Problem,
    design: Design,
    events: int | None = None,
    minutes: float | None = None,
    seed: int = 1,
    cache: Cache | None = None,
) -> Verification:
    """`events` pions, two thirds of them of 50 GeV, in the block with its sensors: sigma over mean of the estimator.

    The prediction reads the held-out showers of the solid block. Raises ValueError, in a sentence, where Geant4 is
    missing or had too little time.
    """
    detector = cast(HadronCalorimeter, problem.as_built_detector)
    sensors = detector.sensors(design)
    predicted = np.asarray(jax.jit(held_out)(sensors)["resolution"])
    volumes, read, weights = geant4_block(sensors)
    total = events or EVENTS
    numbers = (max(FEWEST, round(total * 2 / 3)), max(FEWEST, round(total / 3)))
    jobs = [
        (stack_job(volumes, float(energy), "pi-", seed, CUT, HALF_WIDTH, hadrons=True), number)
        for energy, number in zip(ENERGIES, numbers, strict=True)
    ]
    found = showers(jobs, [f"pions of {energy} GeV" for energy in ENERGIES], minutes, cache)
    quantities = []
    for energy, one, prediction in zip(ENERGIES, found, predicted, strict=True):
        spread, error = relative_spread(one.values[:, read] @ weights)
        label = f"sigma(E)/E, pions of {energy} GeV (%)"
        quantities.append(Measured(label, 100 * float(prediction), 100 * spread, 100 * error))
    note = (
        "Geant4 has the sensors in the block, tiles without the loss of light by Birks' law; the prediction reads "
        "stored showers of the solid block, other pions of the same physics list. No electronic noise. Hadrons without "
        "data files are a demonstration, not a reference."
    )
    shot = sum(len(one.energy) for one in found)
    return Verification(found[0].simulation, tuple(quantities), shot, remarks(note, found))


def geant4_block(sensors: Sensors) -> tuple[list[tuple[str, float]], list[int], np.ndarray]:
    """Volumes from the front (Geant4's names, mm), which of them are sensors, and the weight of each of these.

    Steel fills the block behind the last sensor; absent sensors are left out.
    """
    volumes: list[tuple[str, float]] = []
    read, weights = [], []
    tile = np.zeros(sensors.gap.shape) if sensors.tile is None else np.asarray(sensors.tile)
    for slot in np.flatnonzero(np.asarray(sensors.present) > 0.5):
        gap, thickness = float(sensors.gap[slot]), float(sensors.thickness[slot])
        if gap > 0:
            volumes.append(("G4_STAINLESS-STEEL", gap))
        read.append(len(volumes))
        volumes.append(("G4_POLYSTYRENE" if tile[slot] > 0.5 else "G4_Si", thickness))
        weights.append(gap / thickness)
    rest = DEPTH - sum(thickness for _, thickness in volumes)
    if rest > 0:
        volumes.append(("G4_STAINLESS-STEEL", rest))
    return volumes, read, np.array(weights)
