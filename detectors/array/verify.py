"""`designopt verify` for the array: maximum-likelihood fits to toy showers against Fisher's errors."""

import jax
import jax.numpy as jnp
import numpy as np

import designopt as do
from designopt.detectors.array.detector import GroundArray
from designopt.detectors.array.layout import placed
from designopt.detectors.array.showers.information import tally
from designopt.detectors.array.showers.quality import errors, quality
from designopt.detectors.array.simulation.toy import fitted, read_out
from designopt.units import mrad
from designopt.written import Measured, Verification

SIMULATION = "toy showers 1 (smeared Poisson counts, mean times, maximum-likelihood fits)"
SHOWERS = 200
NOTE = (
    "Same flux table; fits start two errors away from the truth, in showers that trigger with more than one half. What "
    "is compared is the spread of fits in units of the predicted error. Fluctuations of showers, the thickness and "
    "curvature of their front, clocks and a wrong kind are left out."
)
QUANTITIES = (
    ("angle (mrad)", (2, 3), mrad),
    ("energy (%)", (4,), 0.01),
    ("core (m)", (0, 1), 1.0),
)
"""What is checked: its label, which of the unknowns it is made of, and the unit."""


def verify_design(
    problem: do.Problem, design: do.Design, events: int | None = None, minutes: float | None = None, seed: int = 1
) -> Verification:
    """Errors of direction, energy and core of a built design: predicted, and as fits to toy showers scatter.

    One toy shower a fit, of fresh showers of the problem's kind; `predicted` is the geometric mean of Fisher's errors,
    `found` is it times the root mean square of (fit - truth) in units of them. `events` are showers, `minutes` are not
    needed. Raises ValueError where hardly any shower triggers.
    """
    detector = problem.detector
    assert isinstance(detector, GroundArray)
    x, y, present = (np.asarray(values, float) for values in placed(design))
    x, y = x[present > 0.5], y[present > 0.5]
    wanted = SHOWERS if events is None else max(events, 20)
    showers = detector.showers(jax.random.key(seed), wanted)
    found = tally(showers, jnp.asarray(x), jnp.asarray(y), jnp.ones(len(x)), separate=False)
    triggered = np.asarray(quality(found).trigger) > 0.5
    if triggered.sum() < 10:
        raise ValueError(
            f"{triggered.sum()} of {wanted} showers trigger, too few to fit. Simulate more events, or verify a design "
            "that sees more."
        )
    kept = jax.tree.map(lambda values: values[triggered], showers)
    scale = np.asarray(errors(found))[triggered]
    away, ended = fitted(kept, x, y, read_out(kept, x, y, seed), scale, seed + 1)
    pulls = (away / scale)[ended]
    checked = []
    for label, which, unit in QUANTITIES:
        size = np.sqrt(np.sum(scale[ended][:, which] ** 2, axis=1))
        # Each shower's two steps in units of its own error: their squares average to one where Fisher is right.
        share = scale[ended][:, which] ** 2 / size[:, None] ** 2
        ratio = float(np.sqrt(np.mean(np.sum(share * pulls[:, which] ** 2, axis=1))))
        predicted = float(np.exp(np.mean(np.log(size)))) / unit
        error = predicted * ratio / np.sqrt(2.0 * len(pulls) * len(which) ** 0.5)
        checked.append(Measured(label, predicted, predicted * ratio, float(error)))
    return Verification(SIMULATION, tuple(checked), len(pulls), NOTE)
