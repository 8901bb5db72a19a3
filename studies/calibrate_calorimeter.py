"""Derive the calorimeter's calibrated constants again from Geant4, and print what they leave over.

    python studies/calibrate_calorimeter.py            residual tables of the constants in the code (half a minute)
    python studies/calibrate_calorimeter.py --fit      fit them again to the ten stacks first (some minutes)

Fitted to tests/data/geant4_calorimeter.json (ten stacks, electrons of 1 to 50 GeV): mean alpha, photon tail, ageing of
e/mip, its suppression with two ranges (profiles, containment, visible energy), and then the sampling power law (1 and
5 GeV). Everything else is published. tests/data/geant4_holdout.json has never been fitted.
"""

from designopt import prepare

prepare()

import argparse
from pathlib import Path

import jax.numpy as jnp
import numpy as np
from scipy.optimize import least_squares

from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.shower import longitudinal as shower
from designopt.detectors.calorimeter.shower import medium, sampling
from designopt.detectors.calorimeter.simulation.truth import Stack, read_geant4

DATA = Path(__file__).parent.parent / "tests" / "data"
SLOTS = 220
PROFILE = [(shower, "SHAPE"), (shower, "PHOTON_TAIL"), (shower, "TRANSITION"), (medium, "SUPPRESSION"),
           (medium, "ABSORBER_RANGE"), (medium, "ACTIVE_RANGE")]  # fmt: skip
POWER_LAW = [(sampling, "AMPLITUDE"), (sampling, "POWER")]


def residuals(stack: Stack) -> list[dict]:
    """Model against Geant4 in per cent, at each energy of one stack; `profile` of the peak, layer by layer."""
    layers = Layers.from_cells(stack.cells, slots=SLOTS)  # one shape: compiled once
    beam = shower.longitudinal(layers, [point.energy for point in stack.points], beam=stack.beam)
    shape = jnp.sum(jnp.sum(beam.deviations, axis=-1) ** 2, axis=-1)
    sigma = jnp.sqrt(shape + jnp.sum(beam.sampling_variance, axis=-1)) / beam.visible
    rows = []
    for k, point in enumerate(stack.points):
        truth, model = (
            point.profile / point.profile.sum(),
            np.array(beam.layer_energy[k] / beam.visible[k])[: len(stack.cells)],
        )
        rows.append({
            "energy": point.energy,
            "profile": 100 * (model - truth) / truth.max(),
            "contained": 100 * float(beam.contained[k] - point.contained),
            "visible": 100 * float(beam.visible[k] / point.visible - 1),
            "sigma": 100 * float(sigma[k] / point.resolution - 1),
            "error": 100 * point.resolution_error / point.resolution,
        })  # fmt: skip
    return rows


def fit(constants: list, stacks: list[Stack], distance) -> None:
    """Set the constants, in place, to the least squares of `distance` over all stacks and energies."""
    start = np.concatenate([np.atleast_1d(getattr(module, name)) for module, name in constants])

    def distances(values: np.ndarray) -> np.ndarray:
        rest = list(values)
        for module, name in constants:
            size = np.size(getattr(module, name))
            part, rest = rest[:size], rest[size:]
            setattr(module, name, tuple(part) if size > 1 else part[0])
        return np.concatenate([np.atleast_1d(distance(row)) for stack in stacks for row in residuals(stack)])

    distances(least_squares(distances, start, diff_step=1e-3, x_scale=np.abs(start)).x)
    for module, name in constants:
        print(f"{module.__name__}.{name} = {np.round(getattr(module, name), 4)}")


def main() -> None:
    """Print the residuals, of freshly fitted constants if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fit", action="store_true", help="fit the constants before printing the tables")
    files = {name: read_geant4(DATA / f"geant4_{name}.json") for name in ("calorimeter", "holdout")}
    if parser.parse_args().fit:
        ten = files["calorimeter"]
        fit(PROFILE, ten, lambda r: np.append(r["profile"] / len(r["profile"]) ** 0.5 / 1.7,
                                              [r["contained"] / 0.5, r["visible"] / 1.5]))  # fmt: skip
        sampled = [stack for stack in ten if not stack.homogeneous]
        fit(POWER_LAW, sampled, lambda r: r["sigma"] / np.hypot(r["error"], 2) if r["energy"] <= 5 else 0.0)
    for name, stacks in files.items():
        print(f"\n{name:32s}  GeV  profile rms %  contained %  visible %  sigma %  (error)")
        for stack in stacks:
            for r in residuals(stack):
                profile = np.sqrt(np.mean(r["profile"] ** 2))
                print(f"{stack.name:32s} {r['energy']:4g} {profile:14.1f} {r['contained']:12.2f} {r['visible']:10.1f}"
                      f" {r['sigma']:8.1f}  {r['error']:7.1f}")  # fmt: skip


if __name__ == "__main__":
    main()
