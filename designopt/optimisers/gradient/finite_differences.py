"""Descent along finite differences: how to follow a simulator that has no gradient, and what that costs."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.design.declared import Count, Positive
from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.base import AbstractAskTell
from designopt.optimisers.common.initial_designs import screened_points
from designopt.optimisers.common.subspace import Subspace
from designopt.records.trial import Trial, scores_of, sort_key


@dataclass
class _Descent:
    """State of a run; the points around `centre`, or the `target` of a step, are asked next."""

    subspace: Subspace
    initial: np.ndarray
    stride: float
    leader: Trial | None = None
    centre: np.ndarray | None = None
    probes: np.ndarray | None = None
    target: np.ndarray | None = None


@dataclass(frozen=True)
class FiniteDifferences(AbstractAskTell):
    r"""Steepest descent along central differences $(f(z + he_k) - f(z - he_k))/2h$ from the best initial design.

    Two scores per coordinate and one for the step. h is `step`; a step is `stride` long along its longest coordinate
    and is halved when the design there is no better, down to a hundredth of its first length. Side limits count as
    `weight` times their excess. Long series are drawn through `knots` points.

    Args:
        screened: initial designs that are scored before the search begins.
    """

    knots: Count = 4
    screened: Count = 16
    step: Positive = 0.1
    stride: Positive = 0.2
    weight: Positive = 10.0

    def start(self, evaluator: Evaluator, seed: int) -> _Descent:
        """Choose the subspace; the initial designs are the first to be asked."""
        initial = screened_points(evaluator, seed, self.screened, self.needs, least=2)
        return _Descent(Subspace(evaluator.problem, self.knots), initial, self.stride)

    def ask(self, state: _Descent) -> np.ndarray | None:
        """The initial designs, then pairs around the centre and the end of a step in turn."""
        if state.centre is None:
            return state.initial
        if state.target is not None:
            return state.subspace.lift(state.target)[None]
        if state.stride < self.stride / 100:
            return None
        shifts = self.step * np.eye(len(state.centre))
        state.probes = np.clip(state.centre + np.concatenate([shifts, -shifts]), 0.0, 1.0)
        return state.subspace.lift(state.probes)

    def tell(self, state: _Descent, trials: list[Trial]) -> None:
        """Choose the centre, the step, or the next centre."""
        if state.centre is None:
            state.leader = min(trials, key=sort_key)
            state.centre = state.subspace.centre(state.leader.u)
        elif state.target is None:
            assert state.probes is not None
            state.target = self._stepped(state, self._values(trials))
        else:
            assert state.leader is not None
            if sort_key(trials[0]) < sort_key(state.leader):
                state.leader, state.centre = trials[0], state.target
            else:
                state.stride /= 2.0
            state.target = None

    def _values(self, trials: list[Trial]) -> Float[ndarray, " probe"]:
        return scores_of(trials) + self.weight * np.array([trial.violation for trial in trials])

    def _stepped(self, state: _Descent, values: Float[ndarray, " probe"]) -> Float[ndarray, " knot"]:
        assert state.centre is not None
        assert state.probes is not None
        up, down = np.split(values, 2)
        apart = np.diagonal(np.subtract(*np.split(state.probes, 2)))
        slope = (up - down) / apart
        return np.clip(state.centre - state.stride * slope / max(np.max(np.abs(slope)), 1e-12), 0.0, 1.0)
