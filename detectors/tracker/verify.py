"""`designopt verify` for the tracker: the toy Monte Carlo against the covariance the optimisers saw."""

from typing import Any, Protocol, cast

import jax
import jax.numpy as jnp
import numpy as np

from designopt.design.space import Design
from designopt.design.variables import Number
from designopt.detectors.tracker.layout.site import Site
from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.resolution.crossing import Tracks
from designopt.detectors.tracker.resolution.scattering import FIXED
from designopt.detectors.tracker.resolution.track_parameters import resolution, resolution_and_losses
from designopt.detectors.tracker.review.detector import ReviewedTracker
from designopt.detectors.tracker.review.figures import errors_over_patterns
from designopt.detectors.tracker.simulation.layouts import surfaces_of
from designopt.detectors.tracker.simulation.patterns import blinded, simulate_patterns
from designopt.detectors.tracker.simulation.toy import Noise, Toy, simulate_tracks
from designopt.problem.problem import Problem
from designopt.records.designs.verification_result import Measured, Verification
from designopt.units import um

SIMULATION = "toy Monte Carlo 1 (exact helices, fit with kinks)"
TRACKS = 20_000  # of each point: a resolution to 0.5 %
MOMENTA = (1.0, 10.0, 100.0)
REACH = (0.15, 0.5, 0.85)  # |cos(theta)| of the points, in parts of the largest one
LABELS = {"pt": ("sigma(pT)/pT", "%", 0.01), "d0": ("d0", "um", um), "z0": ("z0", "um", um)}
IDEAL = "Gaussian hits and scattering, velocity 1; energy loss, wrong hits and misalignment are left out."
REVIEWED = (
    "Gaussian hits and scattering, velocity 1; layers stand off anew for every track, neighbours together; no, one and "
    "two lost hits by their probability, and the layer dead that costs most; energy loss, wrong hits and weak modes "
    "are left out."
)


class Simulated(Protocol):
    """What both trackers say of themselves."""

    @property
    def site(self) -> Site: ...  # noqa: D102
    @property
    def cosine(self) -> float: ...  # noqa: D102
    @property
    def inefficiency(self) -> float: ...  # noqa: D102
    def layout(self, design: Design) -> Layout: ...  # noqa: D102


def verify_design(
    problem: Problem, design: Design, events: int | None = None, minutes: float | None = None, seed: int = 1
) -> Verification:
    """Errors of pT, d0 and z0 of a built design at three momenta and three angles.

    Where hits may be missing they are means over hit patterns, and sigma(pT) is checked too with the layer dead whose
    loss costs most. `events` are simulated tracks at the full pattern in all; `minutes` are not needed, a design
    takes seconds. Raises ValueError where a track leaves too few hits.
    """
    detector = cast(Simulated, problem.detector)
    layout, field = detector.layout(design), detector.site.field
    surfaces, missing = surfaces_of(layout), detector.inefficiency
    noise = problem.detector.noise(design) if isinstance(problem.detector, ReviewedTracker) else None
    points = [(pt, part * detector.cosine) for part in REACH for pt in MOMENTA]
    count = TRACKS if events is None else max(events // len(points), 100)
    pt, cosine = np.array(points).T
    tracks = Tracks(pt=jnp.asarray(pt), cot=jnp.asarray(cosine / np.sqrt(1 - cosine**2)), vertex=jnp.zeros(len(pt)))
    predicted = _over_patterns(layout, tracks, field, missing) if missing else _predicted(layout, tracks, field)
    checked, simulated = [], 0
    for row, (momentum, cos) in enumerate(points):
        theta, here = float(np.arccos(cos)), f"at {momentum:g} GeV, {np.degrees(np.arccos(cos)):.0f} degrees"
        if missing:
            toy, many = simulate_patterns(surfaces, field, momentum, theta, missing, count, seed + row, FIXED, noise)
        else:
            toy, many = _plain(surfaces, field, momentum, theta, count, seed + row, noise), count
        for name, (label, unit, scale) in LABELS.items():
            values = float(predicted[name][row]), toy.resolution[name], toy.error[name]
            checked.append(Measured(f"{label} {here} ({unit})", *(value / scale for value in values)))
        if missing:
            worst = int(np.argmax(np.asarray(predicted["losses"][row])))
            dead = blinded(surfaces, [surfaces[_index(layout, worst)]])
            toy, more = _plain(dead, field, momentum, theta, count // 2, seed + row, noise), count // 2
            values = float(predicted["lost"][row]), toy.resolution["pt"], toy.error["pt"]
            checked.append(Measured(f"sigma(pT)/pT with a dead layer {here} (%)", *(value / 0.01 for value in values)))
            many += more
        simulated += many
    return Verification(SIMULATION, tuple(checked), simulated, REVIEWED if missing else IDEAL)


def _plain(
    surfaces: list[Any], field: float, momentum: float, theta: float, count: int, seed: int, noise: Noise | None
) -> Toy:
    return simulate_tracks(surfaces, field, momentum, theta, count, seed, 0.0, FIXED, noise=noise)


def _index(layout: Layout, surface: int) -> int:
    """Where a surface of the layout stands among those that are there (`surfaces_of` leaves absent ones out)."""
    there = np.maximum(np.asarray(layout.material), np.asarray(layout.measures)) >= 1e-6
    return int(np.sum(there[:surface]))


@jax.jit
def _predicted(layout: Layout, tracks: Tracks, field: Number) -> dict[str, Any]:
    found = resolution(layout, tracks, field, prior=True)
    return {name: getattr(found, name) for name in LABELS}


@jax.jit
def _over_patterns(layout: Layout, tracks: Tracks, field: Number, inefficiency: Number) -> dict[str, Any]:
    found, losses = resolution_and_losses(layout, tracks, field)
    mean = dict(zip(LABELS, errors_over_patterns(found, losses, inefficiency), strict=True))
    lost = found.pt * jnp.exp(jnp.max(losses[0], axis=-1))
    return mean | {"lost": lost, "losses": losses[0]}
