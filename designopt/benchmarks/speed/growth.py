"""How the work around a simulation grows with the trials of a run: ranking, evaluator and ledger, reading, watching."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from designopt.benchmarks.problems import square_root_law
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.evaluation.ranking import Ranking
from designopt.evaluation.simulator import compiled
from designopt.records.files.complete import is_complete
from designopt.records.ledger import RunFile, read_run, run_file
from designopt.records.trial import Needs, Trial
from designopt.records.watch import RunWatch

BATCH = 64
NUMBERS: dict[str, Any] = {
    "loss": None,
    "gradient": None,
    "jacobian": None,
    "cost": 1.0,
    "violations": {},
    "built_violations": {},
}
SPENT: dict[str, Any] = {"built_cost": 1.0, "paid": 1.0, "events": 10, "seconds": 0.0, "at": 0.0, "failed": False}


def growth(trials: int) -> dict[str, float]:
    """Processor microseconds a trial of each kind of work, in a run of so many trials of a toy, in batches of 64.

    Args:
        trials: evaluations of the run, from one batch.
    """
    count = max(1, trials // BATCH) * BATCH
    with tempfile.TemporaryDirectory() as folder:
        path = run_file(folder, "toy")
        found = {"ranking": _ranking(count), "evaluator and ledger": _evaluated(count, path)}
        found["has it ended"] = _seconds(lambda: is_complete(path))
        found["watching"] = _seconds(lambda: RunWatch(path).look())
        found["reading"] = _seconds(lambda: read_run(path))
    return {what: 1e6 * seconds / count for what, seconds in found.items()}


def _ranking(count: int) -> float:
    scores = np.random.default_rng(0).random(count)
    trials = [
        Trial(number=n, u=scores[:1], sharpness=1.0, needs=Needs.SCORE, score=float(s), **NUMBERS, **SPENT)
        for n, s in enumerate(scores)
    ]
    ranking = Ranking()

    def ranked() -> None:
        for first in range(0, count, BATCH):
            batch = trials[first : first + BATCH]
            ranking.see(batch)
            for trial in batch:
                ranking.value(trial)

    return _seconds(ranked)


def _evaluated(count: int, path: Path) -> float:
    """Seconds of the evaluator and of writing, without those of the compiled simulator."""
    problem = square_root_law()
    header = {"optimiser": {"name": "toy", "role": "search"}, "problem": problem.card(), "seed": 0, "allowance": 1}
    file = RunFile(path, header)
    evaluator = Evaluator(problem, Allowance(10**12), record=lambda trial: file.append(trial.to_record()))
    points = np.random.default_rng(0).random((BATCH, problem.size))
    simulate = compiled(problem, Needs.SCORE, BATCH)
    simulate(points, 1.0)
    alone = _seconds(lambda: [simulate(points, 1.0) for _ in range(200)]) / 200

    def run() -> None:
        for _ in range(count // BATCH):
            evaluator.evaluate(points)
        file.append({"kind": "end", "stop": "EVENTS", "why": "The end.", "seconds": 1.0})
        file.append({"kind": "winner", "number": 0, "score": 1.0, "violations": {}, "design": {}})

    whole = _seconds(run)
    file.close()
    return whole - alone * (count // BATCH)


def _seconds(call: Callable[[], Any]) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun
