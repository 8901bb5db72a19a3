"""The front of score against money: non-dominated sorting of designs that may keep some of the budget."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.design.declared import Count
from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.base import AbstractAskTell
from designopt.optimisers.common.initial_designs import initial_points
from designopt.optimisers.common.subspace import Subspace
from designopt.problem.free_budget import KEPT
from designopt.problem.problem import Problem
from designopt.records.trial import Trial, scores_of, sort_key


@dataclass
class _Population:
    """State of a run."""

    subspace: Subspace
    algorithm: Any
    initial: np.ndarray | None
    asked: Any = None


@dataclass(frozen=True)
class Nsga2(AbstractAskTell):
    """NSGA-II of `members` designs for score and money at once, long series drawn through `knots` points.

    Searches a problem `with_savings`. The first generation are the initial designs, each keeping another share of the
    money. Of two designs the one that breaks the limits less comes first, then the one that is better in score and
    money, then the one in the emptier place. Deb et al., IEEE Trans. Evol. Comput. 6 (2002) 182.
    """

    members: Count = 40
    knots: Count = 10
    library: ClassVar[str] = "pymoo"
    extra: ClassVar[str] = "front"
    modules: ClassVar[tuple[str, ...]] = ("pymoo",)

    def cannot_search(self, problem: Problem) -> str:
        """That money cannot be kept."""
        if KEPT in problem.space.slices:
            return ""
        return (
            f"On '{problem.name}' every design costs the same, so it has no front of score against money. "
            "Search `with_savings(problem, least)`."
        )

    def start(self, evaluator: Evaluator, seed: int) -> _Population:
        """The first generation. Raises ValueError for a problem whose money cannot be kept."""
        if why := self.cannot_search(evaluator.problem):
            raise ValueError(why)
        initial = initial_points(evaluator, seed, self.members)
        initial[:, evaluator.problem.space.slices[KEPT]] = np.random.default_rng([seed, 7]).permutation(
            np.linspace(0.0, 1.0, len(initial))
        )[:, None]
        subspace = Subspace(evaluator.problem, self.knots)
        return _Population(subspace, self._algorithm(subspace, initial, seed), initial)

    def _algorithm(self, subspace: Subspace, initial: Float[ndarray, "member coordinate"], seed: int) -> Any:
        from pymoo.algorithms.moo.nsga2 import NSGA2
        from pymoo.core.problem import Problem as Cube
        from pymoo.core.termination import NoTermination

        cube = Cube(n_var=subspace.size, n_obj=2, n_ieq_constr=1, xl=0.0, xu=1.0)
        algorithm = NSGA2(pop_size=self.members, sampling=subspace.nearest(initial))
        return algorithm.setup(cube, termination=NoTermination(), seed=seed, verbose=False)

    def ask(self, state: _Population) -> np.ndarray:
        """The next generation."""
        state.asked = state.algorithm.ask()
        if state.initial is not None:
            return state.initial
        return state.subspace.lift(np.asarray(state.asked.get("X"), dtype=float))

    def tell(self, state: _Population, trials: list[Trial]) -> None:
        """Scores and prices of a generation."""
        from pymoo.core.evaluator import Evaluator as Told
        from pymoo.problems.static import StaticProblem

        if state.initial is not None:
            state.subspace.centre(min(trials, key=sort_key).u)
            state.initial = None
        known = np.stack([scores_of(trials), [float(trial.paid or 0.0) for trial in trials]], axis=1)
        over = [[trial.violation + float(trial.failed)] for trial in trials]
        told = StaticProblem(state.algorithm.problem, F=known, G=np.array(over))
        Told().eval(told, state.asked)
        state.algorithm.tell(infills=state.asked)
