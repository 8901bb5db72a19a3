"""Check a calorimeter in Geant4: resolution with the model's weights, and how well profile and containment agree."""

from typing import cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.design.space import Design
from designopt.detectors.calorimeter.detector import Calorimeter
from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.response.readout import Readout
from designopt.detectors.calorimeter.response.resolution import energy_resolution
from designopt.detectors.calorimeter.shower.longitudinal import longitudinal
from designopt.detectors.geant4.cache import Cache
from designopt.detectors.geant4.job import Job, stack_job
from designopt.detectors.geant4.materials import geant4_name, recipes
from designopt.detectors.geant4.session import Events
from designopt.detectors.geant4.sharing import alike
from designopt.detectors.geant4.showers import FEWEST, remarks
from designopt.detectors.geant4.spread import relative_spread
from designopt.detectors.materials import NAMES
from designopt.problem.problem import Problem
from designopt.records.designs.verification_result import Measured, Verification
from designopt.units import MeV

EVENTS = 1200  # about ten CPU minutes for 1, 5, 20 and 100 GeV, most of them for the last
TERMS = ("sampling", "leakage")  # what Geant4 simulates: no light, noise or calibration
CUT_SILICON, CUT = 0.1, 0.7  # mm: production range cuts


def verify_design(
    problem: Problem,
    design: Design,
    events: int | None = None,
    minutes: float | None = None,
    seed: int = 1,
    cache: Cache | None = None,
) -> Verification:
    r"""Showers of Geant4 in a built design: $\sigma/\mu$ of $\sum_i w_i E_i$ with the weights $w_i$ of the model.

    `events` showers are shared among the energies so that their errors are alike (`geant4.sharing`). The prediction
    counts sampling and leakage alone, with the weights of the full error budget. Raises ValueError, in a
    sentence, where Geant4 is missing, knows no such material, or had too little time.
    """
    detector = cast(Calorimeter, problem.detector)
    layers, _ = detector.layers(design)
    energies = np.array(detector.energies)
    model = _predict(layers, energies, detector.readout)
    volumes, read = geant4_layers(layers)
    jobs = geant4_jobs(volumes, layers, energies, events or EVENTS, seed)
    present = np.asarray(jnp.sum(layers.active, axis=-1)) > 0  # what stands in front has no sensor

    def spread_of(e: int, events: Events) -> tuple[float, float]:
        return relative_spread(events.values[:, read] @ model["weights"][e][present])

    def relative_error(e: int, events: Events) -> float:
        spread, error = spread_of(e, events)
        return error / spread

    labels = [f"showers of {energy:g} GeV" for energy in energies]
    found = alike([job for job, _ in jobs], events or EVENTS, relative_error, labels, minutes, cache)
    quantities = []
    for e, events_at in enumerate(found):
        spread, error = spread_of(e, events_at)
        label = f"sigma(E)/E at {energies[e]:g} GeV (%), sampling and leakage"
        quantities.append(Measured(label, 100 * float(model["resolution"][e]), 100 * spread, 100 * error))
    inside = found[-1].values.sum(axis=1).mean() * MeV / energies[-1]
    off = profile_distance(found[-1].values[:, read].mean(axis=0), model["profile"][-1][present])
    note = (
        "Geant4 simulates neither light, noise nor calibration, so sampling and leakage alone are compared. "
        f"Stack of {int(present.sum())} layers at {energies[-1]:g} GeV: contained {100 * inside:.1f} % "
        f"(model {100 * model['contained'][-1]:.1f} %), layer profile within {100 * off:.1f} % of its peak (rms). "
    )
    shot = sum(len(one.energy) for one in found)
    return Verification(found[0].simulation, tuple(quantities), shot, remarks(note, found))


def geant4_jobs(
    volumes: list[tuple[str, float]], layers: Layers, energies: np.ndarray, events: int, seed: int
) -> list[tuple[Job, int]]:
    """One job of electrons an energy, with its share of the events.

    Args:
        volumes: the stack as Geant4 builds it.
        layers: the stack, from the front; thicknesses and pitches in mm.
        energies: of the electrons, GeV.
        seed: of Geant4's random numbers.
    """
    used = np.asarray(layers.absorber + layers.active).sum(axis=0) > 0
    own = recipes({NAMES[index] for index in np.flatnonzero(used)})
    cut = CUT_SILICON if any(name == "G4_Si" for name, _ in volumes) else CUT
    share = 1 / np.sqrt(energies)
    numbers = np.maximum(np.round(events * share / share.sum()), FEWEST)
    return [
        (stack_job(volumes, float(energy), "e-", seed, cut, materials=own), int(number))
        for energy, number in zip(energies, numbers, strict=True)
    ]


def geant4_layers(layers: Layers) -> tuple[list[tuple[str, float]], list[int]]:
    """Volumes of a stack from the front (Geant4's names, mm), and which of them are read. Absent layers are left out.

    Raises ValueError for a material whose composition is not known.
    """
    volumes: list[tuple[str, float]] = []
    read: list[int] = []
    absorber, active = np.asarray(layers.absorber), np.asarray(layers.active)
    for slot in np.flatnonzero(np.asarray(layers.present) > 0):
        for part, is_read in ((absorber[slot], False), (active[slot], True)):
            for index in np.flatnonzero(part):
                if is_read:
                    read.append(len(volumes))
                volumes.append((geant4_name(NAMES[index]), float(part[index])))
    return volumes, read


def profile_distance(found: Float[np.ndarray, " layer"], model: Float[np.ndarray, " layer"]) -> float:
    """Root mean square difference of two normalised profiles, in units of the first one's peak.

    Args:
        found: the profile that Geant4 gives, normalised.
        model: the model's, normalised.
    """
    return float(np.sqrt(np.mean((found / found.sum() - model / model.sum()) ** 2)) * found.sum() / found.max())


def _predict(layers: Layers, energies: np.ndarray, readout: Readout) -> dict[str, np.ndarray]:
    """Weights, layer profile (energy, layer), resolution from sampling and leakage, contained share (energy,)."""

    def respond(stack: Layers) -> dict[str, Array]:
        shower = longitudinal(stack, energies)
        full = energy_resolution(shower, stack, readout)
        squares = jnp.stack([full["terms"][name] ** 2 for name in TERMS])
        return {
            "weights": full["weights"],
            "resolution": jnp.sqrt(jnp.sum(squares, axis=0)),
            "profile": shower.layer_energy,
            "contained": shower.contained,
        }

    return {name: np.asarray(value) for name, value in jax.jit(respond)(layers).items()}
