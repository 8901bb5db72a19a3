"""A study for the tests whose runs go wrong as the environment variable STUCK says; each start writes a mark."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from designopt import Allowance, Study
from designopt.benchmarks.busy_study import MARKS
from designopt.benchmarks.problems import mixed_shelf
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.stop import Stop


def mark(word: str) -> None:
    with Path(os.environ[MARKS]).open("a") as file:
        file.write(word + "\n")


@dataclass(frozen=True)
class Dies(AbstractOptimiser):
    """Its process is killed: at once, or after each of its first trials."""

    trials: int = 0

    @property
    def name(self):
        return f"Dies{self.trials}"

    def search(self, evaluator, seed):
        mark(self.name)
        for number in range(max(1, self.trials)):
            recorded = len(evaluator._recorded) > number
            if self.trials:
                evaluator.evaluate(np.full((1, evaluator.size), 0.5))
            if not recorded:
                os.kill(os.getpid(), signal.SIGKILL)
        return Stop.EXHAUSTED


@dataclass(frozen=True)
class Waits(AbstractOptimiser):
    """Waits for ever after its first trial, beside a program of its own that does so too."""

    def search(self, evaluator, seed):
        evaluator.evaluate(np.full((1, evaluator.size), 0.5))
        subprocess.Popen(["sleep", "600"])
        mark("waits")
        time.sleep(600)


@dataclass(frozen=True)
class Locks(AbstractOptimiser):
    """Keeps Python's global lock for minutes after its first trial."""

    def search(self, evaluator, seed):
        evaluator.evaluate(np.full((1, evaluator.size), 0.5))
        mark("locks")
        sum(range(10**11))


OPTIMISERS = {
    "dying": [Dies(), Dies(trials=3)],
    "waiting": [Waits()],
    "locking": [Locks(), Waits()],
}


def study(quick: bool = False) -> Study:
    problem = mixed_shelf(slots=3)
    optimisers = OPTIMISERS[os.environ["STUCK"]]
    return Study("stuck", [problem], optimisers, [0], Allowance(events=50 * problem.events))
