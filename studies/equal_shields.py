"""The best shield a person would draw for `muon-shield-ship-v2`: exhaustive search over a handful of numbers.

Two families on one grid each, refined once around the best: equal magnets of either polarity, and the Challenge's
baseline cut anew (its last magnet longer, for the part without a field; widths and lengths of the others scaled).
What breaks a limit or the budget is left out. Common muons; the best are counted again on five times as many.
`--costs` searches once more without each requirement, and says what it costs.
"""

from designopt import prepare

prepare()

import argparse
import itertools
import time
from collections.abc import Iterator

import jax
import numpy as np

from designopt import Problem, make
from designopt.detectors.muon_shield.problem import design_of
from designopt.detectors.muon_shield.reference import challenge_baseline, equal_magnets
from designopt.problem.registry import without_each

EQUAL = [(2, 3, 4), (30.0, 50.0, 75.0), (20.0, 40.0, 65.0), (30.0, 60.0)]
"""Magnets of the first polarity, widths of their cores and of the others', height of the windows; cm."""
RECUT = [(0.0, 50.0, 100.0), (0.85, 1.0, 1.15), (0.85, 1.0, 1.15), (0.9, 1.1)]
"""More half-length of the last magnet, cm; widths of magnets 1-3 and 4-6; lengths of 4-5 against those of 1-3."""
ROOM = 2999.0  # cm
CLOSE = 0.005
"""Gain in the score below which a refinement is halved; three halvings end it."""


def equal(up: float, up_core: float, down_core: float, height: float) -> np.ndarray:
    """Six magnets as long as the hall allows."""
    return equal_magnets(int(up), (ROOM - 241 - 60) / 12, up_core, down_core, height, 5.1)


def recut(more: float, first: float, second: float, ratio: float) -> np.ndarray:
    """The baseline with other proportions, as long as the hall allows."""
    table = challenge_baseline()
    for rows, scale in ((slice(1, 4), first), (slice(4, 7), second)):
        for column in (2, 3, 8, 9, 10, 11):
            table[rows, column] *= scale
    table[6, 1] += more
    table[4:6, 1] *= ratio
    free = (ROOM - np.sum(table[:, 0]) - 2 * table[0, 1] - 2 * table[6, 1]) / (2 * np.sum(table[1:6, 1]))
    table[1:6, 1] *= free
    table[1:, 4:6] = np.minimum(table[1:, 4:6], 168.0 - table[1:, 10:12])
    table[1:, 10:12] = table[1:, 8:10]
    return table


def around(point: tuple, family: list, part: float) -> Iterator[tuple]:
    """A part of the grid's range to either side of a point, in each number but the first."""
    steps = [[point[0]]]
    for middle, grid in zip(point[1:], family[1:], strict=True):
        half = part * (grid[-1] - grid[0])
        steps.append([middle - half, middle, middle + half])
    return itertools.product(*steps)


def best(problem: Problem, families: list[str]) -> float:
    """The families, one after the other; the best score on five times the muons."""
    limits, cost = jax.jit(problem.constraints), jax.jit(problem.cost)
    score = jax.jit(problem.score)
    keys = jax.random.split(jax.random.key(3), 5)

    def scored(table: np.ndarray, keys: jax.Array) -> float:
        if table.min(where=np.arange(15) < 14, initial=1e9) < 0:
            return np.inf
        design = design_of(table, problem.space)
        if max(map(float, limits(design).values())) > 0 or float(cost(design)) > problem.budget:
            return np.inf
        return float(np.mean([score(design, key) for key in keys]))

    both, ends = {"equal": (EQUAL, equal), "recut": (RECUT, recut)}, []
    for name in families:
        family, draw = both[name]
        began = time.process_time()
        found = {point: scored(draw(*point), keys[:1]) for point in itertools.product(*family)}
        grid, part, gain = min(found.values()), 0.25, 0.0
        while part > 0.05:
            first = min(found, key=found.get)  # type: ignore[arg-type]
            new = [point for point in around(first, family, part) if point not in found]
            found |= {point: scored(draw(*point), keys[:1]) for point in new}
            gain = found[first] - min(found.values())
            part = part if gain >= CLOSE else part / 2
        kept, refined = sum(np.isfinite(value) for value in found.values()), min(found.values())
        few = sorted(found, key=found.get)[:3]  # type: ignore[arg-type]
        told = {point: scored(draw(*point), keys) for point in few}
        last = min(told, key=told.get)  # type: ignore[arg-type]
        seconds = time.process_time() - began
        print(f"{name}: {kept} of {len(found)} keep the limits; grid {grid:.3f}, refined {refined:.3f}", end=" ")
        print(f"(last gain {gain:.4f}), again {told[last]:.3f} at {last}; {seconds:.0f} s of CPU")
        print(draw(*last).round(2).tolist(), flush=True)
        ends.append(told[last])
    return min(ends)


def main(options: dict[str, int], families: list[str], costs: bool) -> None:
    """The best as asked and, for the costs, without each requirement."""
    asked = make("muon-shield-ship-v2", **options)
    score = best(asked, families)
    for option, without in without_each(asked, **options) if costs else ():
        print(f"{option} costs {score - best(without, families):.3f}\n", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--families", nargs="+", choices=["equal", "recut"], default=["equal", "recut"])
    parser.add_argument("--costs", action="store_true")
    parser.add_argument("--muons", type=int, default=20_000, help="that the grid is counted with")
    given = parser.parse_args()
    options = {"muons": 500, "steps": 2} if given.quick else {"muons": given.muons, "steps": 10}
    main(options, given.families, given.costs)
