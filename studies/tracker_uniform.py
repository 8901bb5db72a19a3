"""Which equal layers measure best for the price of CLD? Every combination of a handful of numbers, then refined.

The refinement changes one number at a time until nothing is gained. Prints the numbers that
`detectors/tracker/review/uniform.py` keeps, and what was gained. `--costs` searches once more without each requirement
and prints what it costs these layers. `--quick` tries few.
"""

import argparse
import itertools
from dataclasses import astuple, fields, replace

from designopt import prepare

prepare()

import jax

from designopt import Problem, make
from designopt.detectors.tracker.review.references import fits, whole_design
from designopt.detectors.tracker.review.uniform import GRID, Uniform, paid
from designopt.problem.constraints import total_violation
from designopt.problem.registry import without_each

STEPS = {
    "barrels": 1,
    "disks": 1,
    "first": 1.0,
    "law": 0.5,
    "pitch": 0.003,
    "cone": 0.2,
    "shortest": 10.0,
    "length": 0.1,
    "stretch": 1.5,
}

FIRST = 5
"""Of the grid's best are refined."""


def search(problem: Problem, quick: bool) -> float:
    """Search the grid, then the neighbours of the best; print both, and return the best score."""
    tracker = problem.detector.tracker
    cost = jax.jit(problem.cost)
    looked_at = jax.jit(lambda design: (problem.constraints(design), problem.score(design)))

    def design_of(whole):
        return whole_design(whole, problem.space, tracker.barrels)

    def tried(numbers: Uniform) -> tuple[float, float, Uniform]:
        price = lambda whole: float(cost(design_of(whole)))  # noqa: E731
        layout = paid(numbers, tracker.site, problem.budget, price, tracker.barrels, tracker.disks)
        if layout is None or not fits(layout, tracker.site, tracker.barrels, tracker.disks):
            return float("inf"), float("inf"), numbers
        limits, score = looked_at(design_of(layout))
        return total_violation({name: float(g) for name, g in limits.items()}), float(score), numbers

    names = [field.name for field in fields(Uniform)]
    grid = list(itertools.product(*(GRID[name] for name in names)))
    found = [tried(Uniform(*numbers)) for numbers in (grid[::97] if quick else grid)]
    best = min(found, key=lambda row: row[:2])
    print(f"{len(found)} layouts, best: violation {best[0]:.4f}, score {best[1]:.4f}, {astuple(best[2])}")
    print(f"{sum(row[0] == 0 for row in found)} keep all limits")
    ends = []
    for row in sorted(found, key=lambda row: row[:2])[:FIRST]:
        print(row)
        refined, before = row, None
        while refined is not before:
            before = refined
            for name, step in STEPS.items():
                for change in (step, -step) if isinstance(step, int) else (step, -step, 0.4 * step, -0.4 * step):
                    value = getattr(refined[2], name) + change
                    refined = min(refined, tried(replace(refined[2], **{name: value})), key=lambda row: row[:2])
        print("    refined to", refined, flush=True)
        ends.append(refined)
    refined = min(ends, key=lambda row: row[:2])
    print(f"best: violation {refined[0]:.4f}, score {refined[1]:.4f} ({best[1] - refined[1]:.4f} gained), {refined[2]}")
    return refined[1] if refined[0] == 0 else float("nan")


def costs(asked: Problem, quick: bool) -> None:
    """Search without each requirement in turn; print what each costs in score."""
    best = search(asked, quick)
    for option, without in without_each(asked):
        print(f"{option}: costs {best - search(without, quick):.4f}\n", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--costs", action="store_true")
    chosen = parser.parse_args()
    (costs if chosen.costs else search)(make("tracker-layout-v2"), chosen.quick)
