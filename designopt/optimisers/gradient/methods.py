"""Gradient descent through the map to the budget: Adam, L-BFGS, SLSQP and an interior-point method."""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.design.declared import Count, NotNegative, Positive, Share
from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.common.augmented_lagrangian import Penalty
from designopt.optimisers.gradient.descent import TOLERANCE, AbstractDescent, screened, smooth
from designopt.optimisers.gradient.walk import Point, Walk
from designopt.optimisers.stop import Stop
from designopt.problem.rounding import HARD, built_point
from designopt.records.trial import Needs, sort_key

SHORTEST = 16
"""Gradients that a start of Adam should have at least; with fewer there are fewer starts."""

SLACK = 100.0
"""Factor on side limits for trust-constr, whose first slack is at least 1: unscaled, that is all of what is allowed,
and the search first goes for a design that uses nothing of it."""


def _cosine(progress: float, first: float, last: float) -> float:
    return last + 0.5 * (first - last) * (1.0 + math.cos(math.pi * min(max(progress, 0.0), 1.0)))


@dataclass(frozen=True)
class Adam(AbstractOptimiser):
    """Adam from several starts at once, one batched call per step.

    The `screened` initial designs are scored and the best `starts` descend for the fraction `explored` of the
    allowance; then the best of them goes on alone. Gates and mixtures harden from sharpness 1 to `sharpest`. From
    the fraction `polished` on, the whole numbers and choices of the best design stay as built and its sizes descend
    alone. The step falls from `rate` to `last_rate` along a cosine, before and after. Every `scored_every`th step is
    scored as built too. Side limits: augmented Lagrangian with `weight`, its multipliers renewed at every scored
    step; where all variables are sizes, one start has all the steps, which the multipliers need. Kingma and Ba, arXiv
    1412.6980.

    Args:
        margin: by how much, without unit, the side limits are over-fulfilled, so that rounding breaks none.
    """

    starts: Count = 4
    screened: Count = 16
    explored: Share = 0.4
    polished: Share = 0.7
    rate: Positive = 0.05
    last_rate: Positive = 0.002
    sharpest: Positive = 8.0
    scored_every: Count = 4
    weight: Positive = 10.0
    margin: NotNegative = 0.002
    needs: ClassVar[Needs] = Needs.GRADIENT | Needs.SCORE
    library: ClassVar[str] = "optax"
    tried: ClassVar[int] = 5

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Screen, descend together, descend alone, fix, polish."""
        problem = evaluator.problem
        found = screened(evaluator, seed, self.screened, evaluator.affordable(Needs.GRADIENT) < 2 * SHORTEST)
        most = 1 if problem.constraint_names and smooth(problem) else self.starts
        starts = int(np.clip(evaluator.affordable(Needs.GRADIENT) // SHORTEST, 1, most))
        points = np.stack(found[:starts])
        anything, sizes = np.ones(problem.size, bool), problem.space.continuous
        clock = _Clock(evaluator, evaluator.spent)
        penalties = [Penalty.of(problem, self.weight, self.margin, rounds=False) for _ in points]
        points, penalties = self._descend(clock, points, penalties, self.explored, anything)
        points, penalties = self._descend(clock, points[:1], penalties[:1], self.polished, anything)
        best = evaluator.best_scored
        built = built_point(problem, best.u, best.sharpness) if best else built_point(problem, points[0], self.sharpest)
        points, _ = self._descend(clock, built[None], penalties, 1.0, sizes)
        evaluator.evaluate(points, Needs.SCORE, HARD)
        return Stop.EVENTS

    def _sharpness(self, progress: float) -> float:
        return HARD if progress >= self.polished else self.sharpest ** (progress / self.polished)

    def _rate(self, progress: float) -> float:
        if progress >= self.polished:
            return _cosine((progress - self.polished) / (1.0 - self.polished), self.rate / 2.0, self.last_rate / 2.0)
        return _cosine(progress / self.polished, self.rate, self.last_rate)

    def _descend(
        self, clock: "_Clock", points: np.ndarray, penalties: list[Penalty], until: float, free: np.ndarray
    ) -> tuple[np.ndarray, list[Penalty]]:
        """Steps of all points until this fraction of the allowance; returns them, the best as last scored first."""
        import jax
        import optax

        evaluator = clock.evaluator
        mover = optax.scale_by_adam(b1=0.9, b2=0.99)
        state, move = mover.init(points), jax.jit(mover.update)
        order, step = list(range(len(points))), 0
        while clock.progress() < until and evaluator.affordable(Needs.GRADIENT) >= len(points):
            progress = clock.progress()
            sharpness = HARD if until == 1.0 else self._sharpness(progress)
            trials = evaluator.evaluate(points, Needs.GRADIENT, sharpness)
            if step % self.scored_every == 0:
                scored = evaluator.evaluate(points, Needs.SCORE, sharpness)
                order = sorted(range(len(points)), key=lambda row: sort_key(scored[row]))
                for penalty, trial in zip(penalties, trials, strict=True):
                    penalty.update(trial)
            slopes = np.stack([p.value_and_gradient(t)[1] for p, t in zip(penalties, trials, strict=True)])
            direction, state = move(slopes, state)
            points = np.clip(points - self._rate(progress) * free * np.asarray(direction), 0.0, 1.0)
            step += 1
        return points[order], [penalties[row] for row in order]


@dataclass(frozen=True)
class _Clock:
    """How much of the allowance that was left at the start a search has spent."""

    evaluator: Evaluator
    begun: int

    def progress(self) -> float:
        return (self.evaluator.spent - self.begun) / max(self.evaluator.allowance.events - self.begun, 1)


@dataclass(frozen=True)
class Lbfgs(AbstractDescent):
    """Bounded quasi-Newton descents; side limits by an augmented Lagrangian, renewed at every end.

    Scales to thousands of coordinates. Byrd, Lu, Nocedal and Zhu, SIAM J. Sci. Comput. 16 (1995) 1190.
    """

    def descend(self, walk: Walk, penalty: Penalty) -> Point:
        """L-BFGS-B with a memory of twenty steps."""
        from scipy.optimize import minimize

        def slope(point: Point) -> tuple[float, Point]:
            value, gradient = penalty.value_and_gradient(walk.trial(point))
            return value, gradient[walk.free]

        size = len(walk.start)
        options = {"maxfun": 10**6, "maxiter": 10**6, "ftol": TOLERANCE, "gtol": TOLERANCE, "maxcor": 20}
        bounds = [(0.0, 1.0)] * size
        return minimize(
            slope, walk.start, jac=True, method="L-BFGS-B", bounds=bounds, options=options, callback=walk.accepted
        ).x


def _limits(walk: Walk, point: Point, margin: float) -> Float[ndarray, " limit"]:
    return np.array(list(walk.trial(point).violations.values())) + margin


def _jacobian(walk: Walk, point: Point) -> Float[ndarray, "limit free"]:
    jacobian = walk.trial(point).jacobian
    assert jacobian is not None
    return np.stack(list(jacobian.values()))[:, walk.free]


def _loss(walk: Walk, point: Point) -> tuple[float, Point]:
    trial = walk.trial(point)
    assert trial.gradient is not None
    return trial.loss or 0.0, trial.gradient[walk.free]


@dataclass(frozen=True)
class Slsqp(AbstractDescent):
    """Sequential quadratic programming: side limits as constraints with their exact Jacobian, no weight to choose.

    A dense matrix of all coordinates is factorised at every step: for up to a few hundred of them. Kraft, DFVLR-FB
    88-28 (1988).

    Args:
        first_step: length of the first step in the cube.
    """

    exact_limits: ClassVar[bool] = True
    first_step: Positive = 0.3

    def descend(self, walk: Walk, penalty: Penalty) -> Point:
        """SLSQP with the limits kept by the margin; the loss is scaled so that its first step has the given length."""
        from scipy.optimize import minimize

        scale = self.first_step / max(float(np.linalg.norm(_loss(walk, walk.start)[1])), 1e-12)
        rule = {
            "type": "ineq",
            "fun": lambda point: -_limits(walk, point, penalty.margin),
            "jac": lambda point: -_jacobian(walk, point),
        }

        def loss(point: Point) -> tuple[float, Point]:
            value, gradient = _loss(walk, point)
            return scale * value, scale * gradient

        return minimize(
            loss,
            walk.start,
            jac=True,
            method="SLSQP",
            bounds=[(0.0, 1.0)] * len(walk.start),
            constraints=[rule] if penalty.count else [],
            options={"maxiter": 10**6, "ftol": TOLERANCE * scale},
            callback=walk.accepted,
        ).x


@dataclass(frozen=True)
class TrustConstr(AbstractDescent):
    """Interior-point descent in a trust region, second derivatives by quasi-Newton updates; limits as `Slsqp`.

    Byrd, Hribar and Nocedal, SIAM J. Optim. 9 (1999) 877.
    """

    exact_limits: ClassVar[bool] = True

    def descend(self, walk: Walk, penalty: Penalty) -> Point:
        """trust-constr with the limits kept by the margin."""
        import warnings

        from scipy.optimize import BFGS, Bounds, NonlinearConstraint, minimize

        rule = NonlinearConstraint(
            lambda point: SLACK * _limits(walk, point, penalty.margin),
            -np.inf,
            0.0,
            jac=lambda point: SLACK * _jacobian(walk, point),
            hess=BFGS(),
        )
        size = len(walk.start)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a step along which the gradient does not change skips an update
            return minimize(
                lambda point: _loss(walk, point),
                np.clip(walk.start, 1e-3, 1.0 - 1e-3),
                jac=True,
                hess=BFGS(),
                method="trust-constr",
                bounds=Bounds(np.zeros(size), np.ones(size), keep_feasible=True),
                constraints=[rule] if penalty.count else [],
                options={"maxiter": 10**6, "xtol": TOLERANCE, "gtol": TOLERANCE, "initial_tr_radius": 0.2,
                         "initial_barrier_parameter": 1e-3},
                callback=walk.accepted,
            ).x  # fmt: skip
