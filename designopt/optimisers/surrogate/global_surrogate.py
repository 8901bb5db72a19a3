"""A global surrogate: learn the score of everything built so far, descend along what was learnt, sample there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from numpy import ndarray

from designopt.design.declared import Count, Positive
from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.base import AbstractAskTell
from designopt.optimisers.common.built_before import BuiltBefore
from designopt.optimisers.common.initial_designs import screened_points
from designopt.optimisers.common.subspace import Subspace
from designopt.problem.problem import Problem
from designopt.problem.rounding import built_point
from designopt.programs import program
from designopt.records.trial import Trial, scores_of, sort_key
from designopt.surrogates.ensemble import Ensemble, fit_ensemble
from designopt.surrogates.with_slopes import fitted


@dataclass
class _Learnt:
    """State of a run: built designs as points of the cube, and their trials."""

    problem: Problem
    random: np.random.Generator
    initial: np.ndarray
    shapes: Float[ndarray, "coordinate knot"]
    built: BuiltBefore
    points: list[np.ndarray] = field(default_factory=list)
    trials: list[Trial] = field(default_factory=list)


@dataclass(frozen=True)
class GlobalSurrogate(AbstractAskTell):
    r"""The loop of AIDO (arXiv 2502.02152) with an ensemble of networks in the place of its diffusion model.

    The ensemble learns the score as a function of the built design, from all designs so far; its error is the noise
    that a Gaussian process finds in them. Adam descends `steps` times from the `descents` best known designs, each in a
    box of the half side `reach`, along the gradient of the predicted score through the map to the budget; side limits
    are known exactly and count as `weight` times their excess. The ends are scored, and `batch` - `descents` variations
    of the best of them, Gaussian of the width `spread`, long series through `knots` points.

    Args:
        screened: initial designs that are scored before the search begins.
        rate: of Adam, in the cube.
    """

    screened: Count = 16
    batch: Count = 8
    descents: Count = 3
    steps: Count = 150
    rate: Positive = 0.02
    reach: Positive = 0.3
    spread: Positive = 0.1
    knots: Count = 6
    weight: Positive = 10.0
    library: ClassVar[str] = "equinox"

    def start(self, evaluator: Evaluator, seed: int) -> _Learnt:
        """The initial designs are the first to be asked."""
        shapes = Subspace(evaluator.problem, self.knots).matrix
        initial = screened_points(evaluator, seed, self.screened, self.needs, least=10, part=4)
        return _Learnt(
            evaluator.problem, np.random.default_rng([seed, 6]), initial, shapes, BuiltBefore(evaluator.problem)
        )

    def ask(self, state: _Learnt) -> np.ndarray | None:
        """The initial designs first, then the ends of descents and variations of the best, all built anew."""
        if not state.trials:
            return state.initial
        model = self._model(state)
        order = sorted(range(len(state.trials)), key=lambda row: sort_key(state.trials[row]))
        starts = np.stack([state.trials[row].u for row in order[: self.descents]])
        settings = (self.steps, self.rate, self.reach, self.weight)
        ends, values = (np.asarray(part) for part in _descent(state.problem, *settings)(model, jnp.asarray(starts)))
        best = ends[int(np.argmin(values))]
        shifts = state.random.standard_normal((self.batch - len(ends), state.shapes.shape[1])) @ state.shapes.T
        wanted = np.clip(np.concatenate([ends, best + self.spread * shifts]), 0.0, 1.0)
        found = [state.built.new_one(point, np.asarray, state.random) for point in wanted]
        kept = [point for point in found if point is not None]
        return np.stack(kept) if kept else None

    def tell(self, state: _Learnt, trials: list[Trial]) -> None:
        """Remember what was built."""
        state.trials += trials
        state.built.note(trials)
        state.points += [built_point(state.problem, trial.u, trial.sharpness) for trial in trials]

    def _model(self, state: _Learnt) -> Ensemble:
        scores = scores_of(state.trials)
        middle = float(np.median(scores))
        scores = np.minimum(scores, middle + 3.0 * max(middle - scores.min(), 1e-9))  # how bad is bad does not matter
        points = np.stack(state.points)
        noise = max(fitted(points, scores).noise, 1e-3 * float(np.std(scores)), 1e-9)
        return fit_ensemble(points, scores, np.full(len(scores), noise), seed=len(scores))


@program
def _descent(problem: Problem, steps: int, rate: float, reach: float, weight: float) -> Callable[..., Any]:
    """Ends of descents and the predicted score there, limits included, compiled."""
    import optax

    def value(model: Ensemble, u: Float[Array, " coordinate"]) -> Float[Array, ""]:
        limits = problem.constraints(problem.decode(u))
        excess = sum((jax.nn.relu(limit) for limit in limits.values()), jnp.zeros(()))
        return model.predict(problem.project_to_budget(u))[0] + weight * excess

    @eqx.filter_jit
    def descend(model: Ensemble, starts: Float[Array, "start coordinate"]) -> tuple[Array, Array]:
        low, high = jnp.clip(starts - reach, 0.0, 1.0), jnp.clip(starts + reach, 0.0, 1.0)
        mover = optax.adam(rate)

        def step(state: Any, _: None) -> tuple[Any, None]:
            points, memory = state
            moves, memory = mover.update(jax.vmap(jax.grad(lambda u: value(model, u)))(points), memory)
            return (jnp.clip(optax.apply_updates(points, moves), low, high), memory), None

        (ends, _), _ = jax.lax.scan(step, (starts, mover.init(starts)), None, steps)
        return ends, jax.vmap(lambda u: value(model, u))(ends)

    return descend
