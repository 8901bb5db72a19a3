"""How few muons get through the best shield of the Challenge, one that could be built, and one a board would let pass?

Evolution from the reference on hits as built: fresh muons for every generation, more of them as fewer get through.
The best of each phase is counted on four million common fresh muons, the best of these on ten million others, beside
the reference. `challenge`: 30 numbers, the Challenge's field; `hard`: its 72 numbers inside the cavern for 10 MCHF, as
its published runs had it; `saturated`: steel carries at most 2 T; `reviewed`: all that `muon-shield-ship-v2` asks, from
its best equal magnets, as much of the signal as can be kept.
`--budget 7371` (kCHF) is the baseline's cost, `--part 0.2` a fifth of the muons, `--quick` a look.
"""

from designopt import prepare

prepare()

import argparse
import json
import time
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from designopt import Allowance, Evaluator, make
from designopt.detectors.muon_shield.problem import focused
from designopt.optimisers.evolution.renewed_evolution import Phase, RenewedCmaEs
from designopt.problem import registry


class Question(NamedTuple):
    """What is searched, and how.

    Attributes:
        problem: its name.
        options: of the problem.
        phases: millions of muons, steps in each magnet, generations.
        muons: of an evaluation.
        focused: whether the first phase, too, draws its muons where leaks are; later ones always do.
        budget: kCHF; the problem's own without it.
    """

    problem: str
    options: dict[str, Any]
    phases: tuple[tuple[float, int, Phase], ...]
    muons: int
    focused: bool = False
    budget: float | None = None


WIDE = ((36, 12, Phase(1.0, 0.05)), (60, 16, Phase(1.0, 0.025, 1, 3)), (96, 16, Phase(1.0, 0.0125, 4, 3)))
NARROW = ((60, 10, Phase(1.0, 0.02)), (80, 10, Phase(1.0, 0.01, 1, 2)))
QUESTIONS = {
    "challenge": Question("muon-shield-v1", {"saturation": False}, WIDE, 50_000),
    "hard": Question("muon-shield-72-v1", {"saturation": False}, WIDE, 50_000, budget=10_000.0),
    "saturated": Question("muon-shield-v1", {}, WIDE, 50_000),
    "reviewed": Question("muon-shield-ship-v2", {}, NARROW, 20_000, focused=True),
}
LOOK = ((0.15, 6, Phase(1.0, 0.05)), (0.15, 6, Phase(1.0, 0.025)))
"""The same with few muons: that it runs and what it prints, not how good a shield can be."""


def told(name: str, table: np.ndarray, muons: int, seed: int, question: str) -> float:
    """Count the hits of a table as built, and say them; returns the hits, or the signal lost where it is the goal."""
    asked = QUESTIONS[question]
    evaluated = registry.evaluation(asked.problem).evaluate_design
    found = evaluated({"magnets": table.tolist()}, muons=muons, seed=seed, **asked.options)
    bands = ", ".join(f"{row['hits']:.1f} from {band}" for band, row in found["hits_by_momentum"].items())
    signal = found.get("signal")
    print(
        f"{name}: {found['hits_per_1e7']:.2f} +- {found['hits_error']:.2f} hits per 1e7 muons ({bands}), "
        f"{found['length_m']:.2f} m, {found['total_cost'] / 1e3:.3f} MCHF, at most {found['peak_field_t']:.1f} T"
        + ("" if signal is None else f", signal {signal:.4f}"),
        flush=True,
    )
    return found["hits_per_1e7"] if signal is None else 1 - signal


def main(question: str, budget: float | None, part: float, quick: bool, seed: int) -> None:
    """Search, choose, count again."""
    began, million = time.perf_counter(), 25_000 if quick else round(1_000_000 * min(1.0, 2 * part))
    asked = QUESTIONS[question]
    phases, muons, members = (LOOK, 2500, 8) if quick else (asked.phases, asked.muons, 24)
    money = asked.budget if budget is None else budget
    options = asked.options | ({} if money is None else {"budget": money})
    points: list[np.ndarray] = []
    for number, (millions, steps, phase) in enumerate(phases):
        problem = make(asked.problem, muons=muons, steps=steps, **options)
        points = points or [np.asarray(problem.space.encode(problem.references[problem.compare_with]))]
        problem = focused(problem, points[-2:], seed) if number or asked.focused else problem
        evaluator = Evaluator(problem, Allowance(round(part * millions * 1_000_000)))
        with evaluator.stage(evaluator.remaining, points[-1:]):
            RenewedCmaEs(phases=(phase,), members=members).run(evaluator, seed + 1000 * number)
        assert evaluator.best is not None, "No shield of this phase keeps its limits."
        points.append(evaluator.best.u)
        minutes = (time.perf_counter() - began) / 60
        said = f"score {evaluator.best.score:.4f}, {evaluator.spent:.3g} muons, {minutes:.1f} min"
        print(f"phase {number}: {said}", flush=True)
    tables = [problem.detector.magnets(problem.decode(jnp.asarray(u))).table().round(3) for u in points]
    counts = [told(f"point {n}", table, 4 * million, 1002, question) for n, table in enumerate(tables)]
    best = tables[int(np.argmin(counts))]
    told(problem.compare_with, tables[0], 10 * million, 1003, question)
    told("best", best, 10 * million, 1003, question)
    print(json.dumps({"magnets": best.tolist()}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("question", nargs="?", choices=list(QUESTIONS), default="challenge")
    parser.add_argument("--budget", type=float)
    parser.add_argument("--part", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    main(given.question, given.budget, given.part, given.quick, given.seed)
