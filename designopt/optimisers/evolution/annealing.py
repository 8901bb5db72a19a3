"""Simulated annealing of one design that can be built."""

import math
from bisect import insort
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.design.declared import Count, Positive
from designopt.design.space import DesignSpace
from designopt.evaluation.evaluator import Evaluator
from designopt.evaluation.ranking import Ranking
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.common.initial_designs import best_screened
from designopt.optimisers.stop import Stop
from designopt.problem.rounding import HARD, built_point
from designopt.records.trial import Needs

Point = Float[ndarray, " coordinate"]
COPIED = 0.25
"""Share of the neighbours of a series in which a run of slots becomes like the slot beside it."""
DECADES = 2.0
"""Over which the lengths of steps are spread, flat in their logarithm."""
TRIES = 20
"""Neighbours that are drawn until one is built as another design."""
PATIENCE = 64
"""Neighbours in a row that break a limit, after which a design that keeps it is scored as if it spent all of the money,
as they do: one that leaves some, such as a reference, may keep limits that none of them can."""
BESIDE = 1e-9
"""Part of the way to the middle of the cube: as far from the point of a reference, which is built as it is drawn and
keeps its money, that the same design is built like any other."""
VIOLATION = 1000.0
"""How many typical losses a violation of 1, all of a limit, counts as, where the design to leave breaks one too."""


@dataclass(frozen=True)
class SimulatedAnnealing(AbstractOptimiser):
    r"""Annealing of one built design: a worse neighbour is kept with the probability $e^{-\Delta/T}$.

    A neighbour has one variable changed in a run of slots: sizes by a normal step, whole numbers by one, choices by
    another one; or such a run is made like the slot beside it, in all variables of as many slots. T falls
    geometrically with what is spent, in units of the median by which neighbours have been worse: those within the
    limits, and all while the design itself breaks one, where breaking it less comes before the score. A design within
    the limits, 64 neighbours of which break one, is scored again with all of the money spent.
    Metropolis et al., J. Chem. Phys. 21 (1953) 1087; Kirkpatrick, Gelatt, Vecchi, Science 220 (1983) 671.

    Args:
        screened: initial designs, the best of which is annealed.
        step: the longest typical step of a size, in the unit cube; the shortest is a hundredth of it.
        first: temperature at the beginning, in typical losses.
        last: temperature at the end.
    """

    screened: Count = 16
    step: Positive = 0.1
    first: Positive = 0.5
    last: Positive = 0.02

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Screen, then anneal until the allowance is spent."""
        problem, random, ranking = evaluator.problem, np.random.default_rng([seed, 11]), Ranking()
        here = best_screened(evaluator, seed, self.screened)
        ranking.see(evaluator.trials)
        place = built_point(problem, here.u, here.sharpness)
        whole, worse, barred = max(1, evaluator.remaining), [0.0], 0
        while True:
            point = place
            for _ in range(TRIES):
                point = neighbour(problem.space, place, self.step, random)
                if not np.array_equal(there := built_point(problem, point, HARD), place):
                    break
            (other,) = evaluator.evaluate(point[None], Needs.SCORE, HARD)
            ranking.see([other])
            loss, broken = ranking.value(other) - ranking.value(here), 0.0
            if not here.feasible and here.score is not None and other.score is not None:
                loss, broken = other.score - here.score, other.violation - here.violation
            if loss > 0.0 and other.feasible >= here.feasible:
                insort(worse, loss)
            typical = (worse[(len(worse) - 1) // 2] + worse[len(worse) // 2]) / 2  # their median
            cooled = self.first * (self.last / self.first) ** (1.0 - evaluator.remaining / whole)
            temperature = max(cooled * typical, 1e-300)
            loss += VIOLATION * typical * broken
            barred = 0 if other.feasible else barred + 1
            if random.random() < math.exp(min(0.0, -loss / temperature)):
                here, place = other, there
            elif here.feasible and barred >= PATIENCE:
                (here,) = evaluator.evaluate((place + BESIDE * (0.5 - place))[None], Needs.SCORE, HARD)
                ranking.see([here])
                barred = 0


def neighbour(space: DesignSpace, point: Point, step: float, random: np.random.Generator) -> Point:
    """A point of the cube that differs from a built one in one variable, or in a run of slots made like another.

    Args:
        space: whose point it is.
        point: of a built design, shape (coordinate,).
        step: the longest typical step of a size.
        random: where the draws come from.
    """
    moved = point.copy()
    rows = {v.name: moved[space.slices[v.name]].reshape(v.count or 1, v.width) for v in space.variables}
    variable = space.variables[random.integers(len(space.variables))]
    slots = variable.count or 1
    many = int(slots ** random.random())
    first = int(random.integers(slots - many + 1))
    run = slice(first, first + many)
    beside = [slot for slot in (first - 1, first + many) if 0 <= slot < slots]
    if beside and random.random() < COPIED:
        source = int(random.choice(beside))
        for other in space.variables:
            if other.count == slots:
                rows[other.name][run] = rows[other.name][source]
    elif variable.choice:
        rows[variable.name][run] = np.eye(variable.width)[random.integers(variable.width)]
    elif variable.levels:
        rows[variable.name][run] += random.choice([-1, 1]) / variable.levels
    else:
        rows[variable.name][run] += step * 10.0 ** (-DECADES * random.random()) * random.normal()
    return np.clip(moved, 0.0, 1.0)
