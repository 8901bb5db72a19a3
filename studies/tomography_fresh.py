"""Are winners of `studies/muon_tomography.py` better than what a person draws, with muons that no search has seen?

    python studies/tomography_fresh.py runs/muon-tomography [SAMPLES]

A person tries a grid: three or four panels above and below, evenly or not, larger the farther away they stand, at
exactly the budget; the best is drawn. A search sees 1024 muons, the same for every design, evenly spread. Here each of
SAMPLES (20) has 1024 others, as evenly spread from another beginning, common to all layouts. Gains are those in the
logarithm of the error of the fill height over the best reference and over the best of the grid, both picked on the
search's own muons, as is the best seed of a family: mean over seeds with a 95 % interval (Student's t over seeds), how
many seeds gain, and the best seed with a 95 % interval over samples.
"""

import itertools
import sys
from functools import partial

from designopt import prepare

prepare()

import jax
import jax.numpy as jnp
import numpy as np
from gain_on_fresh import half_width

from designopt import load
from designopt.problem.registry import remade

COUNTS = ((2, 2), (3, 2), (3, 3), (4, 3), (4, 4))
GROWTH, UNEVEN = np.arange(0.0, 0.85, 0.1), (0.5, 1.0, 1.5, 2.0, 3.0, 4.0)
FAR = 0.4  # m, from the ladle


def main(folder: str, samples: int) -> None:
    """Print the grid's best, then errors in mm and gains."""
    record = load(folder)
    problem = remade(record.problems[0])
    detector = problem.detector
    ended = {run.path: run for run in record.runs if run.winner is not None}

    @partial(jax.jit, static_argnums=1)
    def errors(table, seed: int | None):
        return jax.lax.map(lambda one: detector.measured(*detector.panels(one), seed)["squared_error"], table) ** 0.5

    grid = {made: drawn(problem, *made) for made in itertools.product(COUNTS, GROWTH, UNEVEN)}
    found = np.array(errors(stacked(grid.values()), None))
    (counts, growth, power), hand = list(grid.items())[int(found.argmin())]
    print(
        f"by hand: {counts} panels, spans x {1 + growth:.1f} at 0.4 m, distances ~ k^{power:g}; {1e3 * found.min():.2f}"
    )

    table = stacked([hand, *(run.winner["design"] for run in ended.values())])
    found = np.log(np.array([errors(table, seed) for seed in range(samples)])).T
    level, again = found[0], dict(zip(ended, found[1:], strict=True))
    known = min((run for run in ended.values() if run.role == "reference"), key=lambda run: run.winner["score"])
    over = {"grid": level, known.entrant: again[known.path]}
    print(f"{samples} samples of muons; the grid's best {1e3 * np.exp(level).mean():.2f} mm")
    for name in sorted({run.entrant for run in ended.values()}):
        runs = [run for run in ended.values() if run.entrant == name]
        best = min(runs, key=lambda run: run.winner["score"]).path
        print(f"  {name}, {len(runs)} seeds: {1e3 * np.exp([again[run.path] for run in runs]).mean():.2f} mm")
        for other, base in over.items():
            means, one = np.array([(base - again[run.path]).mean() for run in runs]), base - again[best]
            print(
                f"    over {other}: {means.mean():+.4f} +- {half_width(means):.4f}, {int((means > 0).sum())} gain; "
                f"best seed {one.mean():+.4f} +- {half_width(one):.4f}",
                flush=True,
            )


def drawn(problem, counts: tuple[int, int], growth: float, power: float):
    """Square panels over the middle whose spans grow with the distance, at exactly the budget in square metres."""
    sides = [FAR * (np.arange(count) / (count - 1)) ** power for count in counts]
    slots = problem.detector.above
    away = np.concatenate([np.concatenate([side, np.zeros(slots - len(side))]) for side in sides])
    present = np.concatenate([np.arange(slots) < count for count in counts]).astype(float)
    span = 1.0 + growth * away / FAR
    span *= (problem.budget / np.sum(present * span**2)) ** 0.5
    return {
        "x": np.full(2 * slots, 500.0), "y": np.full(2 * slots, 500.0), "distance": 1e3 * away,
        "span_x": 1e3 * span, "span_y": 1e3 * span, "present": present,
    }  # fmt: skip


def stacked(designs):
    """Designs beside each other, mm."""
    designs = list(designs)
    return {name: jnp.stack([jnp.asarray(design[name]) for design in designs]) for name in designs[0]}


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20)
