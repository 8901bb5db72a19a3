"""What does our door cost beside Differometor, and a gradient beside differences? CPU time, all in one run.

python studies/interferometer_speed.py [aligo|voyager]
"""

import sys
import time

from designopt import prepare

prepare()

import jax
import jax.numpy as jnp
import numpy as np
from differometor import simulate

from designopt import make
from designopt.detectors.interferometer.models.plane_waves import built

CALLS = 15


def cpu(*calls):
    """CPU seconds of each of some compiled calls, made in turn so that neighbours disturb all alike: the shortest."""
    found = []
    for _ in range(CALLS + 1):  # the first compiles
        row = []
        for call in calls:
            began = time.process_time()
            jax.block_until_ready(call())
            row.append(time.process_time() - began)
        found.append(row)
    return np.min(found[1:], axis=0)


def main(layout: str) -> None:
    """Print the CPU time of the bare simulator, of our loss, of its gradient, and of differences."""
    problem = make("interferometer-v1", layout=layout, model="differometor", points=100)
    design = problem.references[problem.compare_with]
    u = jnp.clip(problem.space.encode(design), 0.01, 0.99)
    grid = jnp.asarray(problem.detector.frequencies)
    bare = jax.jit(simulate)
    arrays = built(layout).arrays | {"signal_changing_values": grid[None, :]}
    arrays["optimized_parameters"] = jnp.ones(len(arrays["optimized_value_indices"])) * (0.5 + 0j)
    loss = jax.jit(lambda point: problem.loss(problem.space.decode(point)))
    both = jax.jit(jax.value_and_grad(lambda point: problem.loss(problem.space.decode(point))))
    alone, whole, slope = cpu(lambda: bare(**arrays), lambda: loss(u), lambda: both(u))
    step = 1e-6
    central = [(loss(u.at[i].add(step)) - loss(u.at[i].add(-step))) / (2 * step) for i in range(u.size)]
    off = np.max(np.abs(np.asarray(central) - np.asarray(both(u)[1]))) / np.max(np.abs(central))
    print(f"{layout}, {grid.size} frequencies, {u.size} variables, CPU time a call")
    print(f"simulator alone {alone:.4f} s; our loss {whole:.4f} s: overhead {100 * (whole / alone - 1):+.1f} %")
    print(f"loss with gradient {slope:.4f} s = {slope / whole:.2f} losses; forward differences {u.size + 1} losses")
    print(f"the gradient is {(u.size + 1) * whole / slope:.1f} x faster, and within {off:.1e} of central differences")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "aligo")
