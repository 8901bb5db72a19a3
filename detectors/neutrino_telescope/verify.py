"""`designopt verify` for the telescope: maximum-likelihood fits of toy events against the errors that searches saw."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

import designopt as do
from designopt.detectors.neutrino_telescope.detector import NeutrinoTelescope
from designopt.detectors.neutrino_telescope.light.emission import Light
from designopt.detectors.neutrino_telescope.light.information import (
    KINDS,
    Event,
    Kind,
    covariance,
    fisher_information,
    light_of,
)
from designopt.detectors.neutrino_telescope.light.media import Medium
from designopt.detectors.neutrino_telescope.simulation import draw, fits
from designopt.detectors.neutrino_telescope.strings import places_of, strings_of
from designopt.written import Measured, Verification

SIMULATION = "toy events 1 (Poisson counts, Gaussian times, maximum likelihood)"
TOYS = 1000
EACH = 2
"""Events of each kind."""
NOTE = (
    "The light is the model's own, and fits begin at the truth: no dark noise, no hits to be selected, no second "
    "maxima. Fluctuations of a muon's losses are left out on both sides."
)


def verify_design(
    problem: do.Problem, design: do.Design, events: int | None = None, minutes: float | None = None, seed: int = 1
) -> Verification:
    """Angle and energy of a built design's events, from fits of toys, beside the inverse Fisher information.

    The events are those of each kind whose direction the reference design measures best, the same for every design:
    where hardly a module is lit, fit and prediction are both the prior. `events` are toys in all (1000 of each event if
    left out); `minutes` are not needed.
    """
    detector = problem.detector
    assert isinstance(detector, NeutrinoTelescope)
    places, share = places_of(strings_of(design), detector.most)
    there = np.flatnonzero(np.asarray(share) > 0.5)
    places, share = places[there], jnp.ones(len(there))
    toys = TOYS if events is None else max(events // (2 * EACH), 50)
    checked, simulated = [], 0
    for (kind, sample), chosen in zip(detector.events(), best_seen(problem, design), strict=True):
        for i in chosen:
            event = Event(sample.vertex[i], sample.theta[i], sample.phi[i], sample.log_energy[i])
            simulated += toys
            checked += of_event(
                f"{kind.name} {i + 1}", places, share, event, kind, detector.medium, toys, seed + 100 * i
            )
    return Verification(SIMULATION, tuple(checked), simulated, NOTE)


def best_seen(problem: do.Problem, design: do.Design) -> list[list[int]]:
    """Which events of each kind have the smallest error of the angle in the reference, `EACH` of them.

    Args:
        problem: a telescope's.
        design: stands for the reference where the problem has none.
    """
    detector = problem.detector
    assert isinstance(detector, NeutrinoTelescope)
    known = design if problem.compare_with is None else problem.references[problem.compare_with]
    angle = np.asarray(jax.jit(detector.response)(known)["angle"])
    counts = [sample.theta.size for _, sample in detector.events()]
    return [np.argsort(part)[:EACH].tolist() for part in np.split(angle, np.cumsum(counts)[:-1])]


def of_event(
    label: str,
    places: Float[Array, "module 3"],
    share: Float[Array, " module"],
    event: Event,
    kind: Kind,
    medium: Medium,
    toys: int,
    seed: int,
) -> list[Measured]:
    """Errors of the angle (degrees) and of log10 E by Fisher's information, and the spread of fits of toys.

    Args:
        label: what the event is called.
        places: of modules, m.
        share: of each module, 0 to 1.
        event: the truth, at which fits begin.
        kind: cascade or track.
        medium: ice or water.
        toys: how many are fitted.
        seed: of the toys.
    """
    variance = np.diag(np.asarray(_covariance(places, share, event, kind.name, medium)))
    truth = _light(places, event, kind.name, medium)
    fitted = np.asarray(fits(draw(truth, toys, seed), places, kind, medium, event))
    found = []
    for name, of, values in (
        ("angle (deg)", variance[3] + variance[4], np.arctan(np.hypot(fitted[:, 3], fitted[:, 4]))),
        ("log10 energy", variance[6], fitted[:, 6]),
    ):
        unit = np.deg2rad(1.0) if "deg" in name else 1.0
        rms = np.sqrt(np.mean(values**2))
        error = np.std(values**2) / np.sqrt(len(values)) / (2.0 * rms)
        found.append(Measured(f"{name} of {label}", *(float(v / unit) for v in (np.sqrt(of), rms, error))))
    return found


@partial(jax.jit, static_argnums=(3, 4))
def _covariance(
    places: Float[Array, "module 3"], share: Float[Array, " module"], event: Event, kind: str, medium: Medium
) -> Float[Array, "7 7"]:
    return covariance(fisher_information(places, share, KINDS[kind], event, medium)[0])


@partial(jax.jit, static_argnums=(2, 3))
def _light(places: Float[Array, "module 3"], event: Event, kind: str, medium: Medium) -> Light:
    return light_of(places, KINDS[kind], event, jnp.zeros(7), medium)
