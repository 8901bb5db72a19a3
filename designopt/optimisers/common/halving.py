"""Successive halving: designs meet the same fresh events, and the worse half drops out at times."""

import math
from collections.abc import Iterator

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from designopt.evaluation.evaluator import Evaluator
from designopt.records.trial import Needs, Trial


class Halving:
    """Designs that meet one sample of fresh events after another; only those still running meet the next.

    What is compared is the mean score over the samples that a design has met, plus `charge` times what its side
    limits are exceeded by, `margin` included; with `charge` None, designs within their limits come before all others,
    and those by what they exceed. Karnin, Koren and Somekh, ICML 2013 (sequential halving).

    Attributes:
        running: rows of the designs that have not dropped out, shape (running,).
        samples: how many samples each design has met, shape (design,).
        excess: sum of what is over the side limits, shape (design,).
    """

    def __init__(
        self,
        evaluator: Evaluator,
        points: Float[ndarray, "design coordinate"],
        charge: float | None = None,
        margin: float = 0.0,
    ):
        self.evaluator, self.points, self.charge, self.margin = evaluator, np.asarray(points), charge, margin
        self.running, self._dropped = np.arange(len(points)), [np.arange(0)]
        self.samples, self.excess = np.zeros(len(points)), np.zeros(len(points))
        self._sums, self._charged = np.zeros(len(points)), np.zeros(len(points))

    def meet(self, sample: int) -> None:
        """The designs that are still running meet the fresh events of a number."""
        trials = self.evaluator.evaluate(self.points[self.running], Needs.SCORE, sample=sample)
        for row, trial in zip(self.running, trials, strict=True):
            self.note(int(row), trial)

    def note(self, row: int, trial: Trial) -> None:
        """What one design did on one sample."""
        assert trial.score is not None
        self._sums[row] += trial.score
        self.samples[row] += 1
        self.excess[row] = trial.violation
        self._charged[row] = sum(max(0.0, g + self.margin) for g in trial.built_violations.values())

    @property
    def mean(self) -> Float[ndarray, " design"]:
        """Mean score over the samples that each design has met."""
        return self._sums / np.maximum(self.samples, 1)

    def _sorted(self, rows: Int[ndarray, " row"]) -> Int[ndarray, " row"]:
        mean, excess = self.mean[rows], self.excess[rows]
        if self.charge is None:
            return rows[np.lexsort((mean, excess))]
        return rows[np.argsort(mean + self.charge * self._charged[rows], kind="stable")]

    def halve(self) -> None:
        """Only the better half runs on."""
        ranked = self._sorted(self.running)
        half = -(-len(ranked) // 2)
        self.running = np.sort(ranked[:half])
        self._dropped.append(ranked[half:])

    def best_first(self) -> Int[ndarray, " design"]:
        """Rows, the best first; who dropped out comes behind all that ran on, whatever the means say."""
        return np.concatenate([self._sorted(rows) for rows in (self.running, *reversed(self._dropped))])

    def ranks(self) -> Float[ndarray, " design"]:
        """The rank of each design, 0 the best."""
        return np.argsort(self.best_first()).astype(float)

    def run(self, numbers: Iterator[int], samples: int, halvings: int) -> "Halving":
        """All meet so many samples; then, `halvings` times, the better half meets as many again as it has met."""
        met = 0
        for n in range(halvings + 1):
            if n:
                self.halve()
            for _ in range(met, samples * 2**n):
                self.meet(next(numbers))
            met = samples * 2**n
        return self


def evaluations(designs: int, samples: int, halvings: int) -> int:
    """How many evaluations `Halving.run` takes."""
    total, running, met = 0, designs, 0
    for n in range(halvings + 1):
        total += running * (samples * 2**n - met)
        running, met = -(-running // 2), samples * 2**n
    return total


def best_in_mean(
    evaluator: Evaluator, points: Float[ndarray, "design coordinate"], numbers: Iterator[int], budget: int
) -> Float[ndarray, " coordinate"]:
    """The best of some points, found by halving on fresh events with at most `budget` evaluations.

    All points meet the same events, none of which any of them has met before, and the one that is left has met the
    most: it is best in the mean, not by a lucky sample. Points within their side limits come before all others. Where
    `budget` pays for few points, the first ones are compared.
    """
    points = np.asarray(points)[: max(1, budget)]
    halvings = math.ceil(math.log2(len(points)))
    while halvings and evaluations(len(points), 1, halvings) > budget:
        halvings -= 1
    if len(points) == 1:
        return points[0]
    samples = budget // evaluations(len(points), 1, halvings)
    return points[Halving(evaluator, points).run(numbers, samples, halvings).best_first()[0]]


def settle(evaluator: Evaluator, winner: Float[ndarray, " coordinate"]) -> Trial:
    """Score the winner of a search on the events that all designs of the problem are ranked on, as its last trial.

    No other design of the search is scored there, so that the best of the run is the winner, and not another design
    that these events flatter. It has no best before.
    """
    return evaluator.evaluate(winner[None], Needs.SCORE)[0]
