"""What do 200 showers over an array cost, from 90 units to SWGO's 6589 at once: CPU seconds, gradient, memory?

    python studies/array_speed.py

Units stand in a square grid, 30 m apart. The value is the goal of `array-layout-v1`; the gradient is that by all
places. Memory is the largest that the process ever had, programs included.
"""

import resource
import sys
import time

from designopt import prepare

prepare()

import jax
import jax.numpy as jnp
import numpy as np

from designopt.detectors.array.goal import objective, shares
from designopt.detectors.array.showers.information import tally
from designopt.detectors.array.showers.quality import quality
from designopt.detectors.array.showers.sample import photons

COUNTS, SHOWERS, CALLS, APART = (90, 1647, 3294, 6589), 200, 3, 30.0
GIB = 2**20 if sys.platform.startswith("linux") else 2**30


def loss(places):
    """Minus the mean logarithm of the three shares; places (2, unit) in m."""
    seen = photons(SHOWERS, (0.3, 10.0), float(np.deg2rad(45.0)), 1500.0)
    found = quality(tally(seen, *places, jnp.ones(places.shape[1])))
    return objective(shares(found.trigger, found.angle, found.energy, found.confused), (1.0, 1.0, 1.0))


def seconds(call, places) -> float:
    """The shortest CPU time of a compiled call."""
    jax.block_until_ready(call(places))
    found = []
    for _ in range(CALLS):
        began = time.process_time()
        jax.block_until_ready(call(places))
        found.append(time.process_time() - began)
    return min(found)


if __name__ == "__main__":
    for count in COUNTS:
        side = int(np.ceil(np.sqrt(count)))
        places = jnp.asarray(APART * (np.indices((side, side)).reshape(2, -1)[:, :count] - (side - 1) / 2))
        value, both = (seconds(jax.jit(call), places) for call in (loss, jax.value_and_grad(loss)))
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / GIB
        print(
            f"{count} units x {SHOWERS} showers: value {value:.3f} s, with its gradient {both:.3f} s = "
            f"{both / value:.1f} values; {1e6 * both / count:.0f} us a unit; {most:.2f} GiB at most",
            flush=True,
        )
