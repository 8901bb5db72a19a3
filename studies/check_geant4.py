"""Is our Geant4 the Geant4 of the reference files, and is it right? The session against both, with another seed.

Ten stacks of tests/data/geant4_calorimeter.json, electrons of 1, 5 and 20 GeV: visible energy, its spread and the
contained share in standard errors of both simulations. Then the CALICE Si-W prototype (10 x 1.4, 10 x 2.8, 10 x 4.2 mm
of tungsten, 0.525 mm of silicon, weights 1:2:3), whose measured stochastic term is 16.6 % (arXiv 0811.2354).

    python studies/check_geant4.py [--quick]        two minutes; needs designopt[geant4]
"""

from designopt import prepare

prepare()

import argparse
import json
from pathlib import Path

import numpy as np

from designopt.detectors.geant4.cache import Cache
from designopt.detectors.geant4.job import layers_of, stack_job
from designopt.detectors.geant4.pool import run_jobs
from designopt.detectors.geant4.session import Session
from designopt.detectors.geant4.spread import relative_spread

DATA = Path(__file__).parents[1] / "tests" / "data" / "geant4_calorimeter.json"
SENSITIVE = ("G4_Si", "G4_PLASTIC_SC_VINYLTOLUENE", "G4_PbWO4")
SEED = 2026
EVENTS = {1: 600, 5: 150, 20: 40}
CALICE = "W:1.4,Si:0.525*10;W:2.8,Si:0.525*10;W:4.2,Si:0.525*10"
CALICE_EVENTS = {1: 2500, 6: 1200, 20: 400}


def main() -> None:
    """Simulate, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the events")
    parser.add_argument("--cache", default=None)
    options = parser.parse_args()
    session, part = Session(Cache(options.cache) if options.cache else None), 10 if options.quick else 1
    points, jobs = [], []
    for card in json.loads(DATA.read_text())["geometries"]:
        layers = layers_of(card["layers"])
        for point in (point for point in card["points"] if point["energy_gev"] in EVENTS):
            points.append((card["name"], [name in SENSITIVE for name, _ in layers], point))
            job = stack_job(layers, float(point["energy_gev"]), seed=SEED, cut=card["cut_mm"])
            jobs.append((job, EVENTS[point["energy_gev"]] // part))
    pulls = []
    for (name, active, point), found in zip(points, run_jobs(session, jobs), strict=True):
        visible = found.values[:, active].sum(axis=1)
        (spread, error), mean_error = relative_spread(visible), visible.std() / len(visible) ** 0.5
        mean = (visible.mean() - point["visible_mean_mev"]) / np.hypot(mean_error, point["visible_mean_err_mev"])
        sigma = (spread - point["relative_resolution"]) / np.hypot(error, point["relative_resolution_err"])
        inside = found.values.sum(axis=1).mean() / 1000 / point["energy_gev"] - point["contained_fraction"]
        pulls += [mean, sigma]
        print(f"{name:12s} {point['energy_gev']:3d} GeV: mean {mean:+.1f}, sigma {sigma:+.1f} standard errors, "
              f"contained {100 * inside:+.2f} %")  # fmt: skip
    print(f"{len(pulls)} comparisons: rms {np.std(pulls):.2f}, largest {np.max(np.abs(pulls)):.1f} standard errors")
    print(found.simulation)
    weights = np.tile([0.0, 1.0], 30) * np.repeat([1.0, 2.0, 3.0], 20)
    jobs = [(stack_job(layers_of(CALICE), float(e), seed=SEED, cut=0.1), n // part) for e, n in CALICE_EVENTS.items()]
    squares: list[tuple[float, float, float]] = []
    for energy, found in zip(CALICE_EVENTS, run_jobs(session, jobs), strict=True):
        spread, error = (100 * x * energy**0.5 for x in relative_spread(found.values @ weights))
        squares.append((energy, spread**2, 2 * spread * error))
        print(
            f"CALICE Si-W at {energy} GeV: {spread:.1f} +- {error:.1f} %/sqrt(E); measured 16.6 and a constant of 1.1 %"
        )
    energies, values, errors = np.array(squares).T
    (slope, level), covariance = np.polyfit(energies, values, 1, w=1 / errors, cov="unscaled")
    error = covariance[1, 1] ** 0.5 / (2 * level**0.5)
    print(f"fit: {level**0.5:.1f} +- {error:.1f} %/sqrt(E) and a constant, leakage included, of {slope**0.5:.1f} %")


if __name__ == "__main__":
    main()
