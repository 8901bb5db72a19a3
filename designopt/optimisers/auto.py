"""The optimiser of a user who does not choose: picked by noise, limits, dimension and allowance, and it says why."""

from dataclasses import dataclass
from typing import ClassVar

from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.composite import Neighbours, Then
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.gradient.methods import Adam, Lbfgs, Slsqp
from designopt.optimisers.stop import Stop
from designopt.optimisers.surrogate.local_surrogate import LocalSurrogate
from designopt.problem.problem import Problem
from designopt.records.trial import Needs

GRADIENTS = 10
"""With fewer gradients than this a descent gets nowhere."""
DENSE = 60
"""Coordinates up to which steps with dense matrices are cheap beside a simulation."""


def choose(problem: Problem, gradients: int) -> tuple[AbstractOptimiser, str]:
    """The optimiser for a problem and the gradients that the allowance pays for, and the reason as a sentence."""
    continuous = problem.space.continuous
    if not continuous.any():
        return Then(CmaEs(), Neighbours(), 0.7), "Every variable is whole or a choice, so gradients lead nowhere."
    if gradients < GRADIENTS:
        return LocalSurrogate(), f"The allowance pays for {gradients} gradients only, too few to descend."
    if not problem.deterministic:
        return Adam(), "Scores are noisy, and averaging many noisy gradients beats exact steps along them."
    reason = f"The loss is smooth and exact in {problem.size} coordinates, so quasi-Newton steps are the shortest way"
    if not continuous.all():
        chosen = Then(Then(LocalSurrogate(), Lbfgs()), Neighbours(), 0.8)
        return chosen, f"{reason}, from where a model of built scores has settled whole numbers and choices."
    if problem.constraint_names and problem.size <= DENSE:
        return Slsqp(), f"{reason}, with the side limits as constraints."
    return Lbfgs(), f"{reason}."


@dataclass(frozen=True)
class Auto(AbstractOptimiser):
    """Chooses by `choose`, says why, and is then the chosen one."""

    tried: ClassVar[int] = 15

    def reason(self, problem: Problem, events: int) -> str:
        """What is chosen, and why."""
        chosen, reason = choose(problem, Evaluator(problem, Allowance(events)).affordable(Needs.GRADIENT))
        return f"{chosen.name}: {reason}"

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Choose, search."""
        chosen, _ = choose(evaluator.problem, evaluator.affordable(Needs.GRADIENT))
        return chosen.search(evaluator, seed)
