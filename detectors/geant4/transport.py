"""Muons through a shield in Geant4: which of a list arrive at the plane behind it, where, and with what momentum."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from designopt.detectors.geant4.job import Job, best_list
from designopt.detectors.geant4.magnets import shield_blocks
from designopt.detectors.geant4.pool import run_jobs
from designopt.detectors.geant4.session import Geant4Error, Session
from designopt.units import m, mm

BATCH = 2000  # muons a process
STEP = 50 * mm  # longest step in iron
CUT = 10 * mm  # production range cut
MUON_COLUMNS = 7


def transport(
    magnets: Sequence[Sequence[float]],
    muons: Float[np.ndarray, "muon column"],
    session: Session | None = None,
    seed: int = 1,
    minutes: float = float("inf"),
    saturation: float | None = 2.0,
    plane: float = 82 * m,
    gas: str = "G4_AIR",
) -> tuple[Float[np.ndarray, "muon arrival"], str]:
    """Arrivals at z = `plane`: x, y (mm), px, py, pz (GeV) of every muon, NaN where it stopped or left; and what ran.

    `magnets`: fifteen numbers each, see `magnets.py`; z = 0 is the front of the first. `muons`: x, y, z (mm), px, py,
    pz (GeV), charge. `saturation` in T; None gives the unsaturated fields of the challenge. Cavern walls, coils and
    fringe fields are left out, secondaries are stopped. Raises Geant4Error unless every muon was simulated.

    Args:
        magnets: the shield.
        muons: where they start.
        session: a running Geant4; None starts one.
        seed: of Geant4's random numbers.
        minutes: time after which it gives up.
        saturation: T.
        plane: mm.
        gas: what is between the magnets, by Geant4's name.
    """
    jobs = [
        (shield_job(magnets, part, seed, saturation, plane, gas), len(part))
        for part in np.array_split(muons, max(1, -(-len(muons) // BATCH)))
    ]
    results = run_jobs(session or Session(), jobs, minutes)
    for result in results:
        if isinstance(result, Geant4Error):
            raise result
    found = [result for result in results if not isinstance(result, Geant4Error)]
    return np.concatenate([result.values for result in found]), found[0].simulation


def shield_job(
    magnets: Sequence[Sequence[float]],
    muons: Float[np.ndarray, "muon column"],
    seed: int,
    saturation: float | None,
    plane: float,
    gas: str,
) -> Job:
    """The job of a batch of muons. Raises ValueError for muons or magnets that cannot be.

    Args:
        magnets: fifteen numbers each.
        muons: x, y, z (mm), px, py, pz (GeV), charge.
        seed: of Geant4's random numbers.
        saturation: T; None for unsaturated fields.
        plane: z of the plane, mm.
        gas: what is between the magnets, by Geant4's name.
    """
    blocks = shield_blocks(magnets, saturation)
    end = max(block["z"][1] for block in blocks)
    if end >= plane:
        raise ValueError(f"The shield ends at {end / m:.2f} m, behind the plane at {plane / m:.2f} m. Move the plane.")
    if muons.ndim != 2 or muons.shape[1] != MUON_COLUMNS or not np.all(np.isfinite(muons)):
        raise ValueError(f"Muons are rows of {MUON_COLUMNS} finite numbers, but their shape is {muons.shape}.")
    reach = max(abs(x) for block in blocks for face in block["corners"] for point in face for x in point)
    geometry = {
        "kind": "shield",
        "blocks": blocks,
        "plane": plane,
        "front": min(-3 * m, float(muons[:, 2].min()) - 1),
        "half_width": max(12 * m, 1.1 * reach),
        "iron": "G4_Fe",
        "gas": gas,
        "max_step": STEP,
    }
    return Job(geometry, {"muons": muons.tolist(), "energy": [0.0, 0.0]}, best_list(hadrons=True), CUT, seed)
