"""How long an evaluation takes under our optimisers, beside the libraries as they come: simulating nothing much."""

import time
from collections.abc import Iterator

from designopt.benchmarks.bare_libraries import BareCma, BareDifferentialEvolution, BarePpo
from designopt.benchmarks.problems import square_root_law
from designopt.benchmarks.speed.rows import Row
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers import CmaEs, DifferentialEvolution, Ppo
from designopt.optimisers.base import AbstractOptimiser

PAIRS: tuple[tuple[AbstractOptimiser, AbstractOptimiser], ...] = (
    (CmaEs(), BareCma()),
    (DifferentialEvolution(), BareDifferentialEvolution()),
    (Ppo(), BarePpo()),
)
"""Ours, and the bare library it is held against."""


def libraries(evaluations: int) -> Iterator[Row]:
    """An evaluation under each optimiser, thinking included, compiling left out by a short run before.

    Args:
        evaluations: of a run.
    """
    for ours, bare in PAIRS:
        if missing := ours.missing_extras():
            yield Row(f"{ours.name}", float("nan"), f"not installed: {', '.join(missing)}")
            continue
        mine, theirs = _seconds(ours, evaluations), _seconds(bare, evaluations)
        yield Row(f"an evaluation under {ours.name}", mine)
        yield Row(f"an evaluation under {bare.name}", theirs, f"{theirs / mine:.2f} x ours")


def _seconds(optimiser: AbstractOptimiser, evaluations: int) -> float:
    problem = square_root_law()
    optimiser.run(Evaluator(problem, Allowance(problem.events * min(200, evaluations))), 0)
    evaluator = Evaluator(problem, Allowance(problem.events * evaluations))
    begun = time.process_time()
    optimiser.run(evaluator, 0)
    return (time.process_time() - begun) / max(len(evaluator.trials), 1)
