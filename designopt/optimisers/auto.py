"""The optimiser of a user who does not choose: picked by noise, limits, dimension and allowance, and it says why."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.composite import Neighbours, Then
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.gradient.methods import Adam, Lbfgs, Slsqp
from designopt.optimisers.gradient.probe import AFFORDABLE, GRADIENTS, gap
from designopt.optimisers.gradient.race import Race
from designopt.optimisers.stop import Stop
from designopt.optimisers.surrogate.local_surrogate import LocalSurrogate
from designopt.problem.problem import Problem
from designopt.records.trial import Needs

FEW = 10
"""With fewer gradients than this a descent gets nowhere."""
DENSE = 60
"""Coordinates up to which steps with dense matrices are cheap beside a simulation."""
LOOSE = 0.5
"""Gap of a probe above which a relaxed design says little of the built one. Over five seeds it is 2 at least on the
spectrometer of any resolution at 3000 kCHF, below 0 on a law with a choice of two media; assumed in between."""
COUNTABLE = 20.0
"""Binary digits of all whole numbers and choices up to which a race, which draws them, meets good ones."""


def digits(problem: Problem) -> float:
    """Binary digits that tell all combinations of whole numbers and choices apart."""
    space = problem.space
    sizes = [*(space.integer_levels[space.integer_levels > 0] + 1), *map(len, space.choice_blocks)]
    return float(np.sum(np.log2(sizes))) if sizes else 0.0


HYBRID = Then(Slsqp(), Neighbours(), 0.8)
"""Descents that harden whole numbers and choices; then those of the best design are varied one by one."""


@dataclass(frozen=True)
class RaceOrHybrid(AbstractOptimiser):
    """Sizes and few choices: a probe decides. A gap above `LOOSE` means `Race`, else the `HYBRID`."""

    needs: ClassVar[Needs] = Needs.GRADIENT | Needs.SCORE

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Probe, choose, search."""
        loose = gap(evaluator, Slsqp(), np.random.default_rng([seed, 9])) > LOOSE
        chosen: AbstractOptimiser = Race() if loose else HYBRID
        return chosen.search(evaluator, seed)


def choose(problem: Problem, gradients: int) -> tuple[AbstractOptimiser, str]:
    """The optimiser for a problem and the gradients that the allowance pays for, and the reason as a sentence."""
    continuous = problem.space.continuous
    if not continuous.any():
        return Then(CmaEs(), Neighbours(), 0.7), "Every variable is whole or a choice, so gradients lead nowhere."
    if gradients < FEW:
        return LocalSurrogate(), f"The allowance pays for {gradients} gradients only, too few to descend."
    if not problem.deterministic:
        return Adam(), "Scores are noisy, and averaging many noisy gradients beats exact steps along them."
    reason = f"The loss is smooth and exact in {problem.size} coordinates, so quasi-Newton steps are the shortest way"
    if not continuous.all() and (gradients < AFFORDABLE or digits(problem) > COUNTABLE):
        return HYBRID, f"{reason}, which harden whole numbers and choices; their neighbours are tried in the end."
    if not continuous.all():
        return RaceOrHybrid(), (
            f"{reason}, and there are few choices: if building costs a relaxed design more than {LOOSE:g} of what "
            f"{GRADIENTS} gradients had gained, a race of built designs settles them, else {HYBRID.name}."
        )
    if problem.constraint_names and problem.size <= DENSE:
        return Slsqp(), f"{reason}, with the side limits as constraints."
    return Lbfgs(), f"{reason}."


@dataclass(frozen=True)
class Auto(AbstractOptimiser):
    """Chooses by `choose`, says why, and is then the chosen one."""

    tried: ClassVar[int] = 17

    def reason(self, problem: Problem, events: int) -> str:
        """What is chosen, and why."""
        chosen, reason = choose(problem, Evaluator(problem, Allowance(events)).affordable(Needs.GRADIENT))
        return f"{chosen.name}: {reason}"

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Choose, search."""
        chosen, _ = choose(evaluator.problem, evaluator.affordable(Needs.GRADIENT))
        return chosen.search(evaluator, seed)
