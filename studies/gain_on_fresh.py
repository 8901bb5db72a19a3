"""How much better than the strongest reference are the winners of a study, on events that no search has seen?

    python studies/gain_on_fresh.py RUN_DIR [BLOCKS]

Winners of all seeds and all references are scored as built on BLOCKS (10) fresh samples, each as large as a training
one and common to all. The strongest reference and the best seed of a family are picked on the samples that the study
scored winners on again; what is printed is of others. For each family: mean gain over its seeds with a 95 % interval
(Student's t over seeds), how many seeds gain, and the gain of its best seed with a 95 % interval over samples.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from designopt import prepare

prepare()

import jax
import jax.numpy as jnp
import numpy as np
from scipy.stats import t

from designopt import Design, load
from designopt.problem.registry import remade

FRESH = 77_001
"""Seed of the samples: neither that of training nor that of the winners' second score."""
SAMPLES = 2000
"""Samples of events, each as large as the first, that give an interval."""
Pair = tuple[np.ndarray, np.ndarray]
SAME = 1e-6
"""Difference of scores below which a winner is a reference."""


def main(folder: Path, blocks: int) -> None:
    """Print the gains, problem by problem."""
    record = load(folder)
    for card in record.problems:
        problem = remade(card)
        score = jax.jit(problem.score)
        keys = jax.random.split(jax.random.key(FRESH), blocks)
        ended = [run for run in record.runs if run.header["problem"] == card and run.winner is not None]
        again = {}
        for run in ended:
            design = {name: jnp.asarray(value) for name, value in run.winner["design"].items()}
            again[run.path] = np.array([float(score(design, key)) for key in keys])
        first = min((run for run in ended if run.role == "reference"), key=lambda run: run.winner["score"])
        print(f"{card['name']} {card['options']}: {blocks} samples of {problem.events} events")
        for name in sorted({run.entrant for run in ended}):
            runs = [run for run in ended if run.entrant == name]
            gains = [again[first.path] - again[run.path] for run in runs]
            means = np.array([gain.mean() for gain in gains])
            one = gains[min(range(len(runs)), key=lambda i: runs[i].winner["score"])]
            seeds = half_width(means) if len(runs) > 1 else float("nan")
            print(
                f"  {name:32s} {len(runs):2d} seeds: gain {means.mean():+.4f} +- {seeds:.4f} over {first.entrant}, "
                f"{int((means > 0).sum())} gain; best seed {one.mean():+.4f} +- {half_width(one):.4f}",
                flush=True,
            )


def own_winners(folder: str) -> dict[str, Design]:
    """The best winner of every optimiser of a study, but for those that found nothing better than a reference."""
    runs = sorted((run for run in load(folder).runs if run.winner is not None), key=lambda run: run.winner["score"])
    by_hand = np.array([run.winner["score"] for run in runs if run.role == "reference"])
    found: dict[str, Design] = {}
    for run in runs:
        if run.role != "reference" and np.all(np.abs(by_hand - run.winner["score"]) > SAME):
            found.setdefault(run.entrant, run.winner["design"])
    return found


def toys_and_model(one: Pair, other: Pair, score: Callable[[np.ndarray], float]) -> tuple[float, float, float, float]:
    """How far a layout scores behind another in the model and in toys, the second less the first, and half its 95 %
    interval by resampling events. `one` and `other` are tables (..., event) by model and by toys, of the same events.
    """
    events = one[0].shape[-1]
    picks = np.random.default_rng(0).integers(0, events, (SAMPLES, events))
    far = np.array([
        [score(a[..., pick]) - score(b[..., pick]) for a, b in zip(one, other, strict=True)]
        for pick in [np.arange(events), *picks]
    ])  # fmt: skip
    off = far[:, 1] - far[:, 0]
    return far[0, 0], far[0, 1], off[0], 1.96 * np.std(off[1:])


def half_width(values: np.ndarray) -> float:
    """Of the 95 % interval of a mean."""
    if len(values) < 2:
        return float("nan")
    return float(t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10)
