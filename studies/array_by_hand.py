"""How many units should the grids, rings and cores made by hand have, and are hexagons or triangles better?

Every layout of `detectors/array/reference.py` is drawn with every number of units, each as wide as the money pays for.
The best number is picked on 10,000 fresh showers; the winners are then held against each other, with a 95 % interval of
the paired difference, on 40,000 others. Then rings are improved by hand: how many units each has, and how wide it is.
`--quick` has a tenth of the showers and every fourth number; `--rings` does the last part alone.
"""

import sys

from designopt import prepare

prepare()

import jax
import numpy as np

from designopt import make
from designopt.detectors.array.cost import Prices
from designopt.detectors.array.problem import WIDTHS
from designopt.detectors.array.reference import HANDMADE, circle, filled

SLOTS, PICKED, HELD = 90, 10, 40
COUNTS = range(16, 65)


def main(quick: bool, rings: bool) -> None:
    """Print the best number of units of each layout, and how the best of them compare."""
    problem = make("array-layout-v1", showers=100 if quick else 1000)
    prices = Prices.of(None)
    score = jax.jit(problem.score)

    def drawn(name: str, count: int):
        return filled(HANDMADE[name][0](count), SLOTS, problem.budget, prices, WIDTHS)

    def scores(design, seed: int, blocks: int):
        return np.array([float(score(design, key)) for key in jax.random.split(jax.random.key(seed), blocks)])

    best, counts = {}, [37] if rings else COUNTS[:: 4 if quick else 1]
    for name in ["rings"] if rings else HANDMADE:
        found = {count: scores(drawn(name, count), 7, PICKED).mean() for count in counts}
        count = min(found, key=found.__getitem__)
        near = sorted(number for number, value in found.items() if value < found[count] + 0.005)
        print(f"{name}: {count} units, {found[count]:.4f}; within 0.005: {near}", flush=True)
        best[name] = scores(drawn(name, count), 8, HELD)
    best["rings by hand"] = scores(own_rings(scores, problem.budget), 8, HELD)
    first = min(best, key=lambda name: best[name].mean())
    for name, values in best.items():
        away = values - best[first]
        half = 1.96 * away.std(ddof=1) / np.sqrt(HELD)
        print(f"{name}: {values.mean():.4f}, behind {first} by {away.mean():+.4f} +- {half:.4f} (95 %)")


def own_rings(scores, budget: float):
    """The best of three rings whose units and radii (of the outermost's) are changed one at a time, as a design."""

    def drawn(made: tuple):
        one, two, three, inner, middle = made
        circles = [circle(one, inner), circle(two, middle), circle(three, 1.0)]
        return filled(np.concatenate([np.zeros((1, 2)), *circles]), SLOTS, budget, Prices.of(None), WIDTHS)

    seen: dict[tuple, float] = {}

    def value(made: tuple) -> float:
        if made not in seen:
            seen[made] = scores(drawn(made), 7, 4).mean() if min(made) > 0 else np.inf
        return seen[made]

    here, before = (6, 12, 18, 0.34, 0.66), None
    while here != before:
        before = here
        for place, step in enumerate((1, 1, 1, 0.04, 0.04)):
            near = [tuple(round(v + sign * step * (i == place), 2) for i, v in enumerate(here)) for sign in (1, -1, 0)]
            here = min(near, key=value)
    print(f"rings by hand: one in the middle, {here[:3]} at {here[3]}, {here[4]} and 1 of the width", flush=True)
    return drawn(here)


if __name__ == "__main__":
    main("--quick" in sys.argv, "--rings" in sys.argv)
