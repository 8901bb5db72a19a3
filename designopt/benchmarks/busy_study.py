"""A study to be interrupted: it does one thing for long, and writes down when it begins it.

What it does is chosen by the environment variable `DESIGNOPT_BUSY`: `compiling` (a calorimeter, nothing taken from the
compilation cache), `simulating` (large batches of a tracker), `thinking` (scikit-optimize) or `reporting` (short).
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import jax
import numpy as np

from designopt import Allowance, Evaluator, Study, make
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.stop import Stop

MOMENT, MARKS = "DESIGNOPT_BUSY", "DESIGNOPT_BUSY_MARKS"
"""Environment variables: what is done for long, and the file that gets a line when it begins."""

LONG = {"compiling": (1, 1, 0), "simulating": (1024, 10_000, 0), "thinking": (1, 1, 2000), "reporting": (8, 10, 0)}
"""For each moment: points a batch, batches, and points that scikit-optimize learns from."""


@dataclass(frozen=True)
class Busy(AbstractOptimiser):
    """Random batches, then one long thought."""

    library: ClassVar[str] = "scikit-optimize"
    moment: str = "simulating"

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Compile, simulate, think: each as long as the moment asks for."""
        batch, batches, learnt = LONG[self.moment]
        random = np.random.default_rng(seed)
        if self.moment == "compiling":
            jax.config.update("jax_enable_compilation_cache", False)
            self._begins()
        for number in range(batches):
            evaluator.evaluate(random.random((batch, evaluator.size)))
            if number == 0:
                self._begins()
        if learnt:
            from skopt import Optimizer

            x = random.random((learnt, 10))
            Optimizer([(0.0, 1.0)] * 10, n_initial_points=1).tell(x.tolist(), (x**2).sum(1).tolist())
        return Stop.EXHAUSTED

    def _begins(self) -> None:
        with Path(os.environ[MARKS]).open("a") as file:
            file.write("begun\n")


def study(quick: bool = False) -> Study:
    """Two runs that do the same."""
    moment = os.environ[MOMENT]
    problem = make("calorimeter-segmentation-v1" if moment == "compiling" else "plane-spacing-v1")
    return Study("busy", [problem], [Busy(moment)], range(2), Allowance(events=10**9))
