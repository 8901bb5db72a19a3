"""Numbers at the corners of a problem's cube: what is not finite, and how steep the slopes are.

`python -m tests.corners --problem tracker-layout-v2 --count 500 --seed 15 [--options '{"angles": 2}']`: values, limits,
costs and slopes at random corners, at points with most coordinates at a wall, and where whole numbers and choices
nearly stand at one, for every sharpness that searches use. Prints a line a kind of fault; the exit code counts them.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from designopt.runtime import prepare

prepare()

import jax  # noqa: E402
import numpy as np  # noqa: E402

from designopt import Problem, make  # noqa: E402
from designopt.evaluation.rows import Rows  # noqa: E402
from designopt.evaluation.simulator import compiled  # noqa: E402
from designopt.evaluation.steepness import STEEPEST  # noqa: E402
from designopt.problem.rounding import HARD, built_point  # noqa: E402
from designopt.records.trial import Needs  # noqa: E402

BATCH = 8
"""Points at a time: what a descent from several starts asks for."""
SHARPNESSES = (1.0, 8.0, HARD)
"""Where descents begin, the sharpest relaxed designs, and where choices stay as built."""
ROUNDING = 1e-9
LIMIT, SLOPE = "limit ", "slope of the limit "


@dataclass
class Found:
    """What was seen at the points.

    Attributes:
        points: how many there were.
        evaluations: values or slopes of one point at one sharpness.
        failed: evaluations without a finite loss, score or slope.
        steep: evaluations whose gradient was at the bound, and so was shortened.
        times: of every kind of fault, how often it was seen.
        example: of every kind, the first point and its sharpness.
        loss, score: the largest seen, without sign.
        slope: the largest before it is shortened, relative to max(1, |loss|), as its bound is.
        limit_slopes: the same of every side limit as they are handed on, relative to max(1, |limit|).
        steep_limits: evaluations where that of a limit was at its bound, and so was shortened.
    """

    points: int = 0
    evaluations: int = 0
    failed: int = 0
    steep: int = 0
    times: Counter[str] = field(default_factory=Counter)
    example: dict[str, tuple[np.ndarray, float]] = field(default_factory=dict)
    loss: float = 0.0
    score: float = 0.0
    slope: float = 0.0
    limit_slopes: dict[str, float] = field(default_factory=dict)
    steep_limits: int = 0

    def fault(self, kind: str, u: np.ndarray, sharpness: float) -> None:
        """Count one."""
        self.times[kind] += 1
        self.example.setdefault(kind, (u, sharpness))


def corners(size: int, count: int, seed: int = 15) -> np.ndarray:
    """The two extreme corners, random corners, and a quarter as many points with 70 % of the coordinates at a wall."""
    random = np.random.default_rng(seed)
    ends = random.integers(0, 2, (count, size)).astype(float)
    inside = random.random((count // 4, size))
    edges = np.where(random.random(inside.shape) < 0.7, np.round(inside), inside)
    return np.concatenate([np.zeros((1, size)), np.ones((1, size)), ends, edges])


def nearly(problem: Problem, count: int, seed: int = 15) -> np.ndarray:
    """Half of the coordinates at a wall, and of whole numbers and choices more than half next to one.

    So near that at the last sharpness $x^{64}$ is 1e-96 to 1e-314: a number whose square is none.
    """
    random = np.random.default_rng([seed, 1])
    points, near = random.random((2, count, problem.size))
    points = np.where(random.random(points.shape) < 0.5, np.round(points), points)
    near = 10.0 ** (-1.5 - 3.4 * near)
    near = np.where(random.random(points.shape) < 0.3, 1.0 - near, near)
    return np.where(~problem.space.continuous & (random.random(points.shape) < 0.6), near, points)


def check(
    problem: Problem, points: np.ndarray, sharpnesses: tuple[float, ...] = SHARPNESSES, unshortened: bool = False
) -> Found:
    """Simulate the points, shape (point, coordinate), as searches ask for it: slopes, then scores as built.

    At the last sharpness of several the slopes are also taken where the points would be built. `unshortened` finds
    slopes at the bound once more, before they are shortened, by a program of its own.
    """
    found, steep = Found(points=len(points)), []
    slopes = Needs.LOSS if problem.gradient_price is None else Needs.GRADIENT
    for sharpness in sharpnesses:
        where = [(points, slopes), (points, Needs.SCORE)]
        if len(sharpnesses) > 1 and sharpness == sharpnesses[-1]:
            where.append((np.stack([built_point(problem, u, sharpness) for u in points]), slopes))
        for places, needs in where:
            for u, failed, row in _simulated(problem, places, needs, sharpness):
                found.evaluations += 1
                found.failed += failed
                for name, value in row.items():
                    if not np.isfinite(value).all():
                        found.fault(f"{name} is not finite", u, sharpness)
                money = row["built_cost" if needs == Needs.SCORE else "cost"] / problem.budget - 1.0
                if money > ROUNDING or (needs != Needs.SCORE and problem.spend == "exactly" and money < -ROUNDING):
                    found.fault("cost is not the budget", u, sharpness)
                if "gradient" in row and not failed:
                    unit = max(1.0, abs(row["loss"]))
                    largest = np.abs(row["gradient"]).max() / unit
                    if largest >= STEEPEST * (1.0 - ROUNDING):
                        found.steep += 1
                        steep.append((u, sharpness))
                    if largest > STEEPEST * (1.0 + ROUNDING):
                        found.fault("gradient is above its bound", u, sharpness)
                    found.slope = max(found.slope, largest)
                    limits = {name.removeprefix(SLOPE): row[name] for name in row if name.startswith(SLOPE)}
                    along = {name: np.abs(v).max() / max(1.0, abs(row[LIMIT + name])) for name, v in limits.items()}
                    found.steep_limits += max(along.values(), default=0.0) >= STEEPEST * (1.0 - ROUNDING)
                    for name, value in along.items():
                        if value > STEEPEST * (1.0 + ROUNDING):
                            found.fault(f"the slope of the limit '{name}' is above its bound", u, sharpness)
                    found.limit_slopes |= {name: max(found.limit_slopes.get(name, 0.0), v) for name, v in along.items()}
                found.loss = max(found.loss, abs(row.get("loss", 0.0)) if not failed else 0.0)
                found.score = max(found.score, abs(row.get("score", 0.0)) if not failed else 0.0)
    if steep and unshortened:
        found.slope = max(found.slope, *_unshortened(problem, steep))
    return found


def _simulated(
    problem: Problem, points: np.ndarray, needs: Needs, sharpness: float
) -> Iterator[tuple[np.ndarray, bool, dict[str, Any]]]:
    """Each point, whether its evaluation counts as failed, and all numbers that came of it."""
    simulate = compiled(problem, needs, BATCH)
    for batch in np.split(points, range(BATCH, len(points), BATCH)):
        filled = np.concatenate([batch, np.repeat(batch[-1:], BATCH - len(batch), axis=0)])
        result = simulate(filled, sharpness)
        rows = Rows(result)
        plain = {name: values for name, values in result.items() if not isinstance(values, dict)}
        for group, kind in (("violations", LIMIT), ("built_violations", "built limit "), ("jacobian", SLOPE)):
            plain |= {kind + name: values for name, values in result.get(group, {}).items()}
        for place, u in enumerate(batch):
            yield u, rows.failed(place), {name: values[place] for name, values in plain.items()}


def _unshortened(problem: Problem, steep: list[tuple[np.ndarray, float]]) -> Iterator[float]:
    """The largest slope of the loss at each of these points, before it is shortened, relative to max(1, |loss|)."""
    key = None if problem.deterministic else jax.random.key(0)
    loss = jax.jit(jax.value_and_grad(lambda u, sharpness: problem.loss(problem.decode(u, sharpness), key)))
    for u, sharpness in steep:
        value, slope = loss(u, sharpness)
        yield float(np.abs(slope).max() / max(1.0, abs(value)))


def main() -> int:
    """Print what was found at the corners of one problem; returns how many kinds of faults."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--problem", required=True)
    parser.add_argument("--options", type=json.loads, default={}, help="of the problem, as JSON")
    parser.add_argument("--count", type=int, default=1000, help="random corners; half as many other points")
    parser.add_argument("--seed", type=int, default=15)
    chosen = parser.parse_args()
    problem = make(chosen.problem, **chosen.options)
    ends, near = corners(problem.size, chosen.count, chosen.seed), nearly(problem, chosen.count // 4, chosen.seed)
    found = check(problem, np.concatenate([ends, near]), unshortened=True)
    sys.stdout.write(
        f"{chosen.problem}: {found.points} points, {found.evaluations} evaluations, {found.failed} failed, "
        f"{found.steep} gradients shortened; largest |loss| {found.loss:.3g}, |score| {found.score:.3g}, slope "
        f"{found.slope:.3g} (in units of the loss), of limits "
        f"{', '.join(f'{name} {slope:.3g}' for name, slope in found.limit_slopes.items()) or 'none'}, "
        f"{found.steep_limits} steep; "
        f"{time.process_time():.0f} s of CPU\n"
    )
    for kind, times in found.times.most_common():
        u, sharpness = found.example[kind]
        sys.stdout.write(f"    {times} times: {kind}, first at sharpness {sharpness:g}, u = {u.round(4).tolist()}\n")
    return len(found.times)


if __name__ == "__main__":
    sys.exit(main())
