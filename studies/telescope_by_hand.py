"""Which hexagon is best for the price of seven of ARCA's strings, and do the winners of a search beat it?

    python studies/telescope_by_hand.py [runs/neutrino-telescope]

Hexagons of every number of strings, distance and height of a grid, each at exactly the budget, are scored on 4800 fresh
events. The best and the best winner of every optimiser are then held against each other on 24,000 others; 95 %
intervals of paired differences.
"""

import itertools
import sys

from designopt import prepare

prepare()

import jax
import jax.numpy as jnp
import numpy as np

from designopt import load, make
from designopt.detectors.neutrino_telescope.references.hand_made import at_budget
from designopt.detectors.neutrino_telescope.references.layouts import SITES, hexagon

EVENTS, PICKED, HELD, SURE = 480, 10, 50, 1.96
STRINGS, DISTANCES, HEIGHTS = (6, 7, 8, 9), (90, 110, 120, 135, 150), (1.0, 1.5, 1.75, 1.9)
"""Between strings, m; of a string, in ARCA's own."""


def main(folder: str | None) -> None:
    """Print the grid, then how winners compare with its best."""
    site, problem = SITES["arca"], make("neutrino-telescope-v1", site="arca", events=EVENTS)
    score, cost = jax.jit(problem.score), jax.jit(problem.cost)

    def scores(design, seed: int, blocks: int):
        return np.array([float(score(design, key)) for key in jax.random.split(jax.random.key(seed), blocks)])

    found = {}
    for strings, height in itertools.product(STRINGS, HEIGHTS):
        for between in DISTANCES:
            made = at_budget(site, problem.space, hexagon(strings, between), height, cost, problem.budget)
            if made is not None and all(float(value) <= 1e-9 for value in problem.constraints(made).values()):
                found[strings, height, between] = float(scores(made, 5, PICKED).mean()), made
        row = {key[2]: round(value, 3) for key, (value, _) in found.items() if key[:2] == (strings, height)}
        print(f"{strings} strings, height x {height}:", row, flush=True)
    best = min(found, key=lambda key: found[key][0])
    level = scores(found[best][1], 6, HELD)
    print(f"best by hand: {best[0]} strings, height x {best[1]}, {best[2]} m apart, {level.mean():.4f}")
    ended = [run for run in load(folder).runs if run.winner is not None] if folder else []
    for name in sorted({run.entrant for run in ended}):
        winner = min((run.winner for run in ended if run.entrant == name), key=lambda one: one["score"])
        gain = level - scores({key: jnp.asarray(value) for key, value in winner["design"].items()}, 6, HELD)
        print(f"{name}: {gain.mean():+.4f} +- {SURE * gain.std(ddof=1) / np.sqrt(HELD):.4f} over it")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
