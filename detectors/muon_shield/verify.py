"""Check a muon shield in Geant4: the real blocks with their fields, and the same muons as the model."""

from dataclasses import replace
from typing import cast

import jax
import numpy as np

from designopt.design.space import Design
from designopt.detectors.geant4.leaks import verify_shield
from designopt.detectors.muon_shield.detector import MuonShield, counted
from designopt.detectors.muon_shield.magnets.field import SATURATION
from designopt.detectors.muon_shield.magnets.installed import installed_table
from designopt.detectors.muon_shield.muons.sample import draw_sample
from designopt.detectors.muon_shield.transport.shield import shield_exit
from designopt.problem.problem import Problem
from designopt.records.designs.verification_result import Verification


def verify_design(
    problem: Problem, design: Design, events: int | None = None, minutes: float | None = None, seed: int = 1
) -> Verification:
    """One plus the muons that hit per 1e7, by the model and by Geant4, from `events` fresh weighted muons.

    Both see the shield as drawn, with its slits and its part without a field; tolerances are left to the score.

    Raises ValueError, in a sentence, where Geant4 is missing or had too little time.
    """
    shield = cast(MuonShield, problem.built_detector or problem.detector)
    magnets, count = shield.magnets(design), events or shield.sample.muons.count
    flight = replace(shield.flight, tolerances=None)
    sample = draw_sample(jax.random.key(seed), count, shield.bands, shield.rows.shape[0], shield.flight.steps)
    predicted = counted(shield_exit(magnets, sample.muons, sample.noise, flight), sample)["hits"]
    born = sample.muons
    momentum = [born.momentum * part for part in (born.direction_x, born.direction_y, born.direction_z)]
    rows = np.stack([np.asarray(a, float) for a in (born.x, born.y, born.z, *momentum, born.charge)], axis=1)
    saturation = float(SATURATION) if shield.flight.saturation else None
    weights = np.asarray(born.weight, float)
    table = installed_table(magnets.table(), flight.slit, flight.field_free).tolist()
    return verify_shield(table, rows, weights, float(predicted), saturation, minutes, seed)
