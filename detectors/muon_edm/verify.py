"""`designopt verify` for the injection: a Runge-Kutta integrator in numpy against the stored fraction of the search."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

import designopt as do
from designopt.detectors.muon_edm.detector import MuonInjection
from designopt.detectors.muon_edm.simulation.runge_kutta import Magnet, biot_savart, follow
from designopt.written import Measured, Verification

SIMULATION = "Runge-Kutta 4 in numpy, loops by Biot and Savart, fresh muons"
MUONS, STEP = 1000, 0.04
"""Muons, and ns of a step; the model takes 0.3."""


def verify_design(
    problem: do.Problem, design: do.Design, events: int | None = None, minutes: float | None = None, seed: int = 1
) -> Verification:
    """Muons that a design of the `problem` loses, per cent, by an independent integrator with a finer step.

    The prediction is the count that ranks designs, of ten fresh samples. `events` are muons, drawn with the `seed`;
    `minutes` are not needed: a design takes a minute or two.
    """
    import jax

    detector = problem.as_built_detector
    assert isinstance(detector, MuonInjection)
    count = MUONS if events is None else max(int(events), 50)
    stored, _ = stored_fraction(detector, design, count, seed)
    response = jax.jit(detector.response)
    keys = jax.random.split(jax.random.key(seed), 10)
    predicted = float(np.mean([float(response(design, key)["stored"]) for key in keys]))
    lost, least = (100 * (1 - part) for part in (stored, predicted))
    error = 100 * float(np.sqrt((stored * count + 0.5) * ((1 - stored) * count + 0.5) / count) / count)
    tiny = 100 * 0.5 / count
    measured = Measured("muons lost (%)", max(least, tiny), max(lost, tiny), error)
    note = (
        "Same fields in another formula; scattering, decays, the channel's stray field and induced fields are left out."
    )
    return Verification(SIMULATION, (measured,), count, note)


def stored_fraction(detector: MuonInjection, design: do.Design, muons: int, seed: int) -> tuple[float, float]:
    """Stored fraction by the independent integrator, and the largest relative change of a momentum's size.

    Args:
        detector: settings of beam, vessel and storage.
        design: values by name of variable, internal units.
        muons: how many are drawn.
        seed: of numpy's generator.
    """
    value = {name: np.asarray(entry, float) for name, entry in design.items()}
    place, momentum, start, passed = _muons(detector, value, np.random.default_rng(seed).normal(size=(muons, 6)))
    storage, region, kicker = detector.storage, detector.region, detector.kicker
    one = ((kicker.radius, -kicker.place, 1.0), (kicker.radius, kicker.place, -1.0))
    unit = float(biot_savart(one, np.array([kicker.orbit]), np.zeros(1))[0][0])
    current = -float(value["kick_field"]) / unit
    magnet = Magnet(
        detector.main,
        detector.bump / detector.bump_length**2,
        tuple((detector.coil_radius, float(at), float(amps)) for at, amps in
              zip(value["coil_place"], value["coil_current"], strict=True) if amps),
        tuple((radius, at, sign * current) for radius, at, sign in one),
        float(value["kick_time"]),
        float(value["kick_width"]),
    )  # fmt: skip
    reach, _, drift = follow(
        magnet, place[passed], momentum[passed], start[passed], storage.flight, STEP, storage.late, region.wall,
        region.end,
    )  # fmt: skip
    return float(np.sum(reach < storage.limit)) / muons, drift


def _muons(
    detector: MuonInjection, value: dict[str, np.ndarray], normal: Float[ndarray, "muon 6"]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Places, momenta, times at the end of the channel, and which muons come through."""
    beam, angle = detector.beam, float(value["injection_angle"])
    middle, lean = beam.size * normal[:, :2], beam.slope * normal[:, 2:4]
    ends = [middle + sign * 0.5 * beam.channel * lean for sign in (-1, 1)]
    passed = np.all([np.hypot(*end.T) < float(value["channel_radius"]) for end in ends], axis=0)
    axes = np.array([[1, 0, 0], [0, np.sin(angle), np.cos(angle)]])
    exit = np.array([float(value["injection_radius"]), float(value["channel_offset"]), detector.start])
    way = np.array([0, -np.cos(angle), np.sin(angle)]) + lean @ axes
    momentum = beam.momentum * (1 + beam.spread * normal[:, 4:5]) * way / np.linalg.norm(way, axis=1, keepdims=True)
    return exit + ends[1] @ axes, momentum, beam.jitter * normal[:, 5], passed
