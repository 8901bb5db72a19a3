"""How different two built designs are, and which designs of a run are as good as the best and different."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from designopt.problem.problem import Problem
from designopt.problem.rounding import built_point
from designopt.records.trial import Trial, sort_key

PART = 0.05
"""Of the way from the median of the first designs to the best: how much worse a design may be and count as good."""
FIRST = 16
"""Designs of a run whose median says where it began."""
LOOKED_AT = 2000
"""Good designs of a run, best first, that are compared with each other."""


@dataclass(frozen=True)
class Shape:
    """What is built of a point: the filled slots, in order, and what belongs to no slot.

    Attributes:
        slots: coordinates of each slot; zeros where a variable has no such slot.
        filled: which slots hold something.
        single: coordinates of the variables without slots.
    """

    slots: Float[ndarray, "slot width"]
    filled: Bool[ndarray, " slot"]
    single: Float[ndarray, " single"]


class Differences:
    r"""Distance of two built designs of a problem in the unit cube of what is built, 0 to 1.

    $\sqrt{\langle(u_i - u_i')^2\rangle}$ over all variables of all slots that either design fills; a choice counts as
    one variable. Empty slots do not count. A slot that only one of the two fills differs in every variable. Filled
    slots are compared in their order, or, where a problem's detector says that their order means nothing
    (`AbstractDetector.interchangeable`), in the order in which they agree best.
    """

    def __init__(self, problem: Problem):
        self._problem = problem
        variables = problem.space.variables
        series = [variable for variable in variables if variable.count]
        self._count = max((variable.count or 0 for variable in series), default=0)
        self._series, self._single = series, [variable for variable in variables if not variable.count]
        self._variables = max(len(series), 1)
        firsts = problem.detector.interchangeable
        self._groups = np.split(np.arange(self._count), firsts[1:] if firsts else [])
        self._alike = bool(firsts)

    def shape(self, u: Float[ndarray, " coordinate"], sharpness: float = 1.0) -> Shape:
        """What is built of a point; needs no simulation.

        Args:
            u: the point, shape (coordinate,), 0 to 1.
            sharpness: of the gates and mixtures from which it is built.
        """
        built, space = built_point(self._problem, u, sharpness), self._problem.space
        filled, columns = np.ones(self._count, bool), []
        for variable in self._series:
            values = built[space.slices[variable.name]].reshape(variable.count, variable.width)
            whole = np.zeros((self._count, variable.width))
            whole[: len(values)] = values * (np.sqrt(0.5) if variable.choice else 1.0)
            columns.append(whole)
            if variable.choice and variable.nothing is not None:
                filled[: len(values)] &= np.argmax(values, axis=1) != variable.choices.index(variable.nothing)
            elif variable.levels and variable.lower == 0 and self._problem.spend_on.get(variable.name) == 1:
                filled[: len(values)] &= values[:, 0] > 0.5 / variable.levels
        single = [built[space.slices[v.name]] * (np.sqrt(0.5) if v.choice else 1.0) for v in self._single]
        slots = np.concatenate(columns, axis=1) if columns else np.zeros((0, 0))
        return Shape(slots, filled, np.concatenate(single) if single else np.zeros(0))

    def apart(self, one: Shape, other: Shape) -> float:
        """The distance of two designs, 0 to 1.

        Args:
            one, other: as `shape` gives them.
        """
        total = float(np.sum((one.single - other.single) ** 2))
        counted = float(len(self._single))
        for slots in self._groups:
            first, second = (part.slots[slots][part.filled[slots]] for part in (one, other))
            shared, most = min(len(first), len(second)), max(len(first), len(second))
            total += self._paired(first, second) + self._variables * (most - shared)
            counted += self._variables * most
        return float(np.sqrt(min(total / counted, 1.0))) if counted else 0.0

    def _paired(self, first: np.ndarray, second: np.ndarray) -> float:
        """Sum of squared differences of the slots that both have."""
        if not self._alike:
            shared = min(len(first), len(second))
            return float(np.sum((first[:shared] - second[:shared]) ** 2))
        from scipy.optimize import linear_sum_assignment

        squares = np.sum((first[:, None] - second[None, :]) ** 2, axis=2)
        return float(np.sum(squares[linear_sum_assignment(squares)]))


@dataclass(frozen=True)
class Different:
    """One of a set of different designs.

    Attributes:
        place: of its trial among those that were looked at.
        trial: which scored it.
        worse: its score less the best one.
        apart: distance to the best design, 0 to 1 (`Differences`).
    """

    place: int
    trial: Trial
    worse: float
    apart: float


def tolerance(trials: Iterable[Trial]) -> float:
    """`PART` of the way from the median of the `FIRST` feasible scores to the best of all, in the score's unit."""
    scores = [trial.score for trial in trials if trial.feasible and trial.score is not None]
    return PART * (float(np.median(scores[:FIRST])) - min(scores)) if scores else 0.0


def different(
    problem: Problem, trials: Iterable[Trial], within: float | None = None, apart: float = 0.1, most: int = 8
) -> list[Different]:
    """The best design, then the next best that lies `apart` from all before it, and so on; all `within` of the best.

    Feasible trials scored on the events that all designs are ranked on; the best `LOOKED_AT` of them, of equals the
    first. No simulation is needed. Empty where there is no such trial.

    Args:
        problem: of the trials.
        trials: of one run or of several.
        within: how much worse than the best a score may be, in its own unit; None: see `tolerance`.
        apart: smallest distance of two designs, 0 to 1 (`Differences`).
        most: designs that are returned.
    """
    known = list(trials)
    within = tolerance(known) if within is None else within
    order = sorted((place for place, trial in enumerate(known) if trial.feasible), key=lambda p: sort_key(known[p]))
    differences, found, shapes = Differences(problem), list[Different](), list[Shape]()
    for place in order[:LOOKED_AT]:
        trial = known[place]
        worse = float(trial.score or 0.0) - float(known[order[0]].score or 0.0)
        if worse > within or len(found) == most:
            break
        shape = differences.shape(trial.u, trial.sharpness)
        distances = [differences.apart(shape, other) for other in shapes]
        if all(distance >= apart for distance in distances):
            found.append(Different(place, trial, worse, distances[0] if distances else 0.0))
            shapes.append(shape)
    return found
