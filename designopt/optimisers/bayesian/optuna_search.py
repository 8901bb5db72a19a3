"""Bayesian optimisation with Optuna's Gaussian process: quick thinking beyond a hundred observations."""

import warnings
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from designopt.design.declared import Count
from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.base import AbstractAskTell
from designopt.optimisers.common.initial_designs import screened_points
from designopt.optimisers.common.subspace import Subspace
from designopt.records.trial import Trial, sort_key


@dataclass
class _Session:
    """State of a run; `asked` are the trials of the library whose scores are not known yet."""

    subspace: Subspace
    initial: np.ndarray
    study: Any
    axes: dict[str, Any]
    asked: list[Any] = field(default_factory=list)
    begun: bool = False


@dataclass(frozen=True)
class OptunaBayes(AbstractAskTell):
    """Logarithm of the expected improvement of a Gaussian process, side limits as constraints of their own.

    Long series are drawn through `knots` points; the `screened` initial designs come first. Everything else is the
    library's default. Needs the extra [bayes]. Ament et al., arXiv 2310.20708.
    """

    knots: Count = 4
    screened: Count = 16
    library: ClassVar[str] = "optuna"
    extra: ClassVar[str] = "bayes"
    modules: ClassVar[tuple[str, ...]] = ("optuna",)

    def start(self, evaluator: Evaluator, seed: int) -> _Session:
        """Choose the subspace; the initial designs are the first to be asked."""
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        subspace = Subspace(evaluator.problem, self.knots)
        initial = screened_points(evaluator, seed, self.screened, self.needs, least=2)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)  # of an argument that may change
            sampler = optuna.samplers.GPSampler(
                seed=seed,
                n_startup_trials=0,
                deterministic_objective=evaluator.problem.deterministic,
            )
        axes = {f"{place:03d}": optuna.distributions.FloatDistribution(0.0, 1.0) for place in range(subspace.size)}
        return _Session(subspace, initial, optuna.create_study(sampler=sampler), axes)

    def ask(self, state: _Session) -> np.ndarray:
        """The initial designs first, then the sampler's suggestion."""
        if not state.begun:
            return state.initial
        state.asked = [state.study.ask(state.axes)]
        return state.subspace.lift(np.array([[trial.params[name] for name in state.axes] for trial in state.asked]))

    def tell(self, state: _Session, trials: list[Trial]) -> None:
        """Scores and limits."""
        from optuna.trial import TrialState

        if not state.begun:
            state.begun = True
            state.subspace.centre(min(trials, key=sort_key).u)
            for trial in trials:
                point = state.subspace.nearest(trial.u)
                state.study.enqueue_trial(dict(zip(state.axes, map(float, point), strict=True)))
            state.asked = [state.study.ask(state.axes) for _ in trials]
        for asked, trial in zip(state.asked, trials, strict=True):
            for limit, excess in trial.built_violations.items():
                asked.set_constraint(limit, float(excess))
            if trial.score is None:
                state.study.tell(asked, state=TrialState.FAIL)
            else:
                state.study.tell(asked, trial.score)
