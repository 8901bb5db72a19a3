"""Successive halving: many designs meet few fresh events, the better ones more, and new ones grow around the best."""

from dataclasses import dataclass

import numpy as np

from designopt.design.declared import Count, Positive
from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.common.fresh_events import fresh_events
from designopt.optimisers.common.halving import best_in_mean, settle
from designopt.optimisers.common.initial_designs import screened_points
from designopt.optimisers.common.subspace import Subspace
from designopt.optimisers.stop import Stop
from designopt.records.trial import Needs


@dataclass(frozen=True)
class SuccessiveHalving(AbstractOptimiser):
    """The best of `designs`, found by halving on fresh events; then the best of as many around it, `rounds` times.

    The first round takes the initial designs. Later ones take the best so far and points around it, normally
    distributed with `width` of the cube, half as wide in every further round; long series move through `knots`
    points. Every round has the same share of the allowance: more events a design, not more designs. All designs of a
    round meet the same events, which are new in every round. Karnin, Koren and Somekh, ICML 2013; Jamieson and
    Talwalkar, AISTATS 2016.

    The best of the run: the best of the last round, which is best in the mean over all that it met. It alone is scored
    on the events that all designs of the problem are ranked on, so that no lucky sample chooses it; there is no best
    before the end.
    """

    designs: Count = 32
    rounds: Count = 6
    width: Positive = 0.2
    knots: Count = 6

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Rounds of halving, each around the best of the last."""
        numbers, random = fresh_events(seed), np.random.default_rng([seed, 8])
        subspace = Subspace(evaluator.problem, self.knots)
        points = screened_points(evaluator, seed, self.designs, part=4)
        designs, best = len(points), points[0]
        for number in range(self.rounds):
            share = (evaluator.affordable(Needs.SCORE) - 1) // (self.rounds - number)
            best = best_in_mean(evaluator, points, numbers, share)
            around = subspace.centre(best)
            steps = self.width * 0.5**number * random.standard_normal((designs - 1, subspace.size))
            points = np.concatenate([best[None], subspace.lift(np.clip(around + steps, 0.0, 1.0))])
        settle(evaluator, best)
        return Stop.EVENTS
