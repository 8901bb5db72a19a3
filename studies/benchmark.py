"""How fast is the calorimeter, and what do evaluator and ledger add to it? Ratios from one run on this machine.

Prints: a loss with its gradient against the loss alone; a design of a batch of 64 against one at a time; one design
against Geant4 at a statistical precision of one per cent; evaluator and ledger against the simulation they surround.
"""

from designopt import prepare

prepare()

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import jax
import numpy as np

from designopt import Allowance, Evaluator, Needs, make
from designopt.evaluation.simulator import compiled
from designopt.records.ledger import RunFile

GEANT4 = Path(__file__).parents[1] / "tests" / "data" / "geant4_calorimeter.json"
PRECISION = 0.01  # of a resolution: 1 / sqrt(2 N) events


def seconds(call: Callable[[], Any], repeats: int = 15) -> float:
    """Median time of a call, after one that compiles."""
    jax.block_until_ready(call())
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        jax.block_until_ready(call())
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def main() -> None:
    """Measure and print."""
    problem = make("calorimeter-segmentation-v1")
    points = np.random.default_rng(0).random((64, problem.size))
    designs = jax.jit(jax.vmap(problem.decode))(points)
    one = jax.tree.map(lambda values: values[0], designs)

    loss, slope = problem.loss, jax.value_and_grad(problem.loss)
    value = seconds(partial(jax.jit(loss), one))
    gradient = seconds(partial(jax.jit(slope), one))
    batch = seconds(partial(jax.jit(jax.vmap(loss)), designs)) / 64
    batch_gradient = seconds(partial(jax.jit(jax.vmap(slope)), designs)) / 64
    print(f"one design: loss {value * 1e3:.2f} ms; loss and gradient {gradient / value:.2f} x the loss")
    print(f"batch of 64: {batch * 1e6:.0f} us per design, {value / batch:.1f} x faster than one at a time;")
    print(f"             loss and gradient {batch_gradient / batch:.2f} x the loss")

    showers = json.loads(GEANT4.read_text())["geometries"][0]["points"]
    geant4 = sum(point["cpu_sec_per_event"] for point in showers) / (2 * PRECISION**2)
    print(f"Geant4 to {PRECISION:.0%} at 1, 5, 20, 50 GeV: {geant4:.0f} s, {geant4 / value:.0f} x one design here")

    with tempfile.TemporaryDirectory() as folder:
        file = RunFile(
            Path(folder) / "run.jsonl", dict.fromkeys(("study", "problem", "optimiser", "seed", "allowance"), 0)
        )
        evaluator = Evaluator(problem, Allowance(10**9), record=lambda trial: file.append(trial.to_record()))
        simulate = compiled(problem, Needs.SCORE, 64)
        bare = seconds(lambda: simulate(points, np.float64(1.0)))
        whole = seconds(lambda: evaluator.evaluate(points, Needs.SCORE) and None)
        print(f"scores of 64 as built: {bare * 1e3:.1f} ms; evaluator and ledger add {(whole / bare - 1) * 100:.1f} %")
        file.close()


if __name__ == "__main__":
    main()
