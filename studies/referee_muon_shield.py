"""Does Geant4 let as few muons through a shield as the differentiable model? The same muons, saturating steel.

Muons above 150 GeV only, four fifths of the baseline's leaks: slower ones are one in 1e5, too rare for the thousands
of muons that Geant4 can follow. Prints hits per 1e7 muons with their statistical errors, for the Challenge's baseline
and for the shield that evolution found (`studies/muon_shield_record.py`); or for the best equal magnets of
`muon-shield-ship-v2` and a design of yours, with its slits and its last part without field.

    python studies/referee_muon_shield.py [--muons 3000] [--reviewed DESIGN.json]     needs designopt[geant4]
"""

from designopt import prepare

prepare()

import argparse
import json
import math
from pathlib import Path

import jax
import numpy as np

from designopt.detectors.geant4.leaks import hits
from designopt.detectors.geant4.transport import transport
from designopt.detectors.muon_shield.magnets.field import SATURATION
from designopt.detectors.muon_shield.magnets.installed import installed_table
from designopt.detectors.muon_shield.magnets.row import Magnets
from designopt.detectors.muon_shield.muons.beam import Bands, draw_muons
from designopt.detectors.muon_shield.muons.hits import is_hit
from designopt.detectors.muon_shield.reference import DESIGNS, best_equal_magnets
from designopt.detectors.muon_shield.requirements import FIELD_FREE, SLIT
from designopt.detectors.muon_shield.transport.shield import Settings, draw_noise, shield_exit
from designopt.detectors.muon_shield.transport.step import Physics
from designopt.units import m

BANDS = Bands((0.0, 150.0, 200.0, 400.0), (0.001, 0.449, 0.55))
STEPS, MAGNETS, PLANE = 25, 7, 82 * m


def told(weights: np.ndarray, hit: np.ndarray) -> str:
    """Weighted hits with their error; of none, what one of the heaviest muons stands for."""
    error = np.sqrt(np.sum((weights * hit) ** 2)) if hit.any() else weights.max()
    return f"{np.sum(weights * hit):.1f} +- {error:.1f}"


def main() -> None:
    """Count both shields twice."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--muons", type=int, default=3000)
    parser.add_argument("--reviewed", type=Path, help="magnets as `designopt evaluate muon-shield-ship-v2` reads them")
    given = parser.parse_args()
    tables, slit, field_free = {name: DESIGNS[name]() for name in ("challenge-baseline", "evolved")}, 0.0, 0.0
    if given.reviewed is not None:
        slit, field_free = SLIT, FIELD_FREE
        yours = np.asarray(json.loads(given.reviewed.read_text())["magnets"], float)
        tables = {"best equal magnets": best_equal_magnets(), given.reviewed.stem: yours}
    born = draw_muons(jax.random.key(31), given.muons, BANDS)
    fast = np.asarray(born.momentum) > BANDS.edges[1]
    momentum = [born.momentum * part for part in (born.direction_x, born.direction_y, born.direction_z)]
    rows = np.stack([np.asarray(part, float) for part in (born.x, born.y, born.z, *momentum, born.charge)], axis=1)
    weights = np.asarray(born.weight, float)[fast]
    noise = draw_noise(jax.random.key(32), len(fast), MAGNETS, STEPS)
    physics = Physics(stopped=0.1)
    settings = Settings(softness=None, steps=STEPS, saturation=True, physics=physics, slit=slit, field_free=field_free)
    for name, table in tables.items():
        struck = np.asarray(is_hit(shield_exit(Magnets.from_table(table), born, noise, settings)))[fast]
        installed = installed_table(Magnets.from_table(table).table(), slit, field_free).tolist()
        arrivals, simulation = transport(installed, rows[fast], None, 41, math.inf, float(SATURATION), PLANE)
        print(
            f"{name}: model {told(weights, struck)}, {simulation} {told(weights, hits(arrivals))} hits per 1e7 muons",
            flush=True,
        )


if __name__ == "__main__":
    main()
