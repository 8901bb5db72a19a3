"""How many muons leak through a shield, by Geant4, beside what a model predicts: from plain tables alone."""

import math
import os
import time
from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float

from designopt.detectors.geant4.session import Geant4Error, Session
from designopt.detectors.geant4.transport import BATCH, transport
from designopt.records.designs.verification_result import Measured, Verification
from designopt.units import m

PLANE = 82 * m
HALF_WIDTH, HALF_HEIGHT = 2 * m, 3 * m  # of the sensitive plane
FEWEST = 100  # muons that tell something


def hits(arrivals: Float[np.ndarray, "muon arrival"]) -> Bool[np.ndarray, " muon"]:
    """Which arrivals at the plane (x, y in mm first; NaN for none) are inside |x| < 2 m, |y| < 3 m."""
    return (np.abs(arrivals[:, 0]) < HALF_WIDTH) & (np.abs(arrivals[:, 1]) < HALF_HEIGHT)


def verify_shield(
    magnets: Sequence[Sequence[float]],
    muons: Float[np.ndarray, "muon column"],
    weights: Float[np.ndarray, " muon"],
    predicted: float,
    saturation: float | None = 2.0,
    minutes: float | None = None,
    seed: int = 1,
    session: Session | None = None,
) -> Verification:
    """One plus the weighted number of muons that hit the plane at 82 m, predicted and in Geant4.

    Tables as in `transport`; `weights` say what each muon stands for, `predicted` is the model's weighted number of
    hits of the same muons. The muons are taken in random order until `minutes` are over, and those simulated stand for
    all. Raises ValueError, in a sentence, where Geant4 is missing, refuses the shield, or had too little time.

    Args:
        magnets: fifteen numbers each, as in `transport`.
        muons: as in `transport`.
        weights: muons of the spectrum for each.
        predicted: the model's number.
        saturation: T; None for the unsaturated fields of the challenge.
        minutes: time; None: without end.
        seed: of Geant4 and of the order.
        session: a running Geant4; None starts one.
    """
    ends = math.inf if minutes is None else time.monotonic() + 60 * minutes
    order = np.random.default_rng(seed).permutation(len(muons))
    hit, done, simulation, reason = 0.0, 0, "", "The time was too short."
    simulated, squares = 0.0, 0.0
    step = BATCH * (os.cpu_count() or 1)
    for start in range(0, len(order), step):
        part = order[start : start + step]
        left = (ends - time.monotonic()) / 60
        if left <= 0:
            break
        try:
            arrivals, simulation = transport(magnets, muons[part], session, seed + start, left, saturation, PLANE)
        except Geant4Error as stopped:
            reason = str(stopped)
            break
        struck = weights[part][hits(arrivals)]
        hit, squares = hit + struck.sum(), squares + np.sum(struck**2)
        simulated, done = simulated + weights[part].sum(), done + len(part)
    if done < min(FEWEST, len(muons)):
        raise ValueError(f"Geant4 simulated {done} of {len(muons)} muons. {reason}")
    scale = weights.sum() / simulated
    found, error = float(scale * hit), float(scale * np.sqrt(squares))
    label = "1 + muons that hit, weighted"
    if not hit:
        error = float(scale * weights.max())  # none of these muons: about one of the heaviest may have been missed
    note = (
        "Blocks of iron with uniform fields and air around them; no cavern walls, coils or fringe fields. "
        f"{done} of {len(muons)} muons were simulated."
    )
    return Verification(simulation, (Measured(label, 1 + predicted, 1 + found, error),), done, note)
