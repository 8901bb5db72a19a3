"""Gradient descent through the spending map, from many starts of which the weak are given up: Adam and L-BFGS."""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from designopt.evaluation.evaluator import Evaluator
from designopt.evaluation.trial import Needs, Trial, merit
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.penalty import Penalty
from designopt.optimisers.starts import initial_wishes
from designopt.optimisers.stop import Stop
from designopt.problem.rounding import HARD, built_wish, continuous


def _screened(evaluator: Evaluator, seed: int, count: int) -> list[Trial]:
    """The initial designs, scored as built, best first; at most a fifth of the allowance goes there."""
    count = max(1, min(count, evaluator.affordable(Needs.SCORE) // 5))
    return sorted(evaluator.evaluate(initial_wishes(evaluator, seed, count), Needs.SCORE), key=merit)


def _cosine(progress: float, first: float, last: float) -> float:
    return last + 0.5 * (first - last) * (1.0 + math.cos(math.pi * min(max(progress, 0.0), 1.0)))


@dataclass(frozen=True)
class Adam(AbstractOptimiser):
    """Adam from several starts at once, one batched call a step.

    The `screened` initial designs are scored and the best `starts` descend for the fraction `explored` of the
    allowance; then the best of them goes on alone. Gates and mixtures harden from sharpness 1 to `sharpest`. From
    the fraction `polished` on, the whole numbers and choices of the best design stay as built and its sizes descend
    alone. The step falls from `rate` to `last_rate` along a cosine, before and after. Every `scored_every`th step is
    scored as built too. Side limits: augmented Lagrangian with `weight`, its multipliers renewed at every scored
    step. Kingma and Ba, arXiv 1412.6980.
    """

    starts: int = 4
    screened: int = 16
    explored: float = 0.4
    polished: float = 0.7
    rate: float = 0.05
    last_rate: float = 0.002
    sharpest: float = 8.0
    scored_every: int = 4
    weight: float = 10.0
    margin: float = 0.002
    needs: ClassVar[Needs] = Needs.GRADIENT | Needs.SCORE
    library: ClassVar[str] = "optax"

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Screen, descend together, descend alone, fix, polish."""
        problem = evaluator.problem
        wishes = np.stack([trial.u for trial in _screened(evaluator, seed, self.screened)[: self.starts]])
        anything, sizes = np.ones(problem.size, bool), continuous(problem)
        clock = _Clock(evaluator, evaluator.spent)
        wishes = self._descend(clock, wishes, self.explored, anything)
        wishes = self._descend(clock, wishes[:1], self.polished, anything)
        best = evaluator.best
        built = built_wish(problem, best.u, best.sharpness) if best else built_wish(problem, wishes[0], self.sharpest)
        wishes = self._descend(clock, built[None], 1.0, sizes)
        evaluator.evaluate(wishes, Needs.SCORE, HARD)
        return Stop.EVENTS

    def _sharpness(self, progress: float) -> float:
        return HARD if progress >= self.polished else self.sharpest ** (progress / self.polished)

    def _rate(self, progress: float) -> float:
        if progress >= self.polished:
            return _cosine((progress - self.polished) / (1.0 - self.polished), self.rate / 2.0, self.last_rate / 2.0)
        return _cosine(progress / self.polished, self.rate, self.last_rate)

    def _descend(self, clock: "_Clock", wishes: np.ndarray, until: float, free: np.ndarray) -> np.ndarray:
        """Steps of all wishes until this fraction of the allowance; returns them, the best as last scored first."""
        import jax
        import optax

        evaluator = clock.evaluator
        mover = optax.scale_by_adam(b1=0.9, b2=0.99)
        state, move = mover.init(wishes), jax.jit(mover.update)
        penalties = [Penalty(len(evaluator.problem.constraint_names), self.weight, self.margin) for _ in wishes]
        order, step = list(range(len(wishes))), 0
        while clock.progress() < until and evaluator.affordable(Needs.GRADIENT) >= len(wishes):
            progress = clock.progress()
            sharpness = HARD if until == 1.0 else self._sharpness(progress)
            trials = evaluator.evaluate(wishes, Needs.GRADIENT, sharpness)
            if step % self.scored_every == 0:
                scored = evaluator.evaluate(wishes, Needs.SCORE, sharpness)
                order = sorted(range(len(wishes)), key=lambda row: merit(scored[row]))
                for penalty, trial in zip(penalties, trials, strict=True):
                    penalty.update(trial)
            slopes = np.stack([p.value_and_gradient(t)[1] for p, t in zip(penalties, trials, strict=True)])
            direction, state = move(slopes, state)
            wishes = np.clip(wishes - self._rate(progress) * free * np.asarray(direction), 0.0, 1.0)
            step += 1
        return wishes[order]


@dataclass(frozen=True)
class _Clock:
    """How much of the allowance that was left at the start a search has spent."""

    evaluator: Evaluator
    begun: int

    def progress(self) -> float:
        return (self.evaluator.spent - self.begun) / max(self.evaluator.allowance.events - self.begun, 1)


@dataclass(frozen=True)
class Lbfgs(AbstractOptimiser):
    """Bounded quasi-Newton descent with exact gradients, start after start.

    The best `starts` of the `screened` initial designs descend for `scouted` gradients each. The best as built goes on
    through the sharpnesses `hardening`, `stage` gradients each; then its whole numbers and choices stay as built and
    its sizes descend to convergence. What is left of the allowance goes to the next start. Every `scored_every`th step
    is scored as built. Side limits: augmented Lagrangian with `weight`, `rounds` rounds at the end.
    Byrd, Lu, Nocedal and Zhu, SIAM J. Sci. Comput. 16 (1995) 1190.
    """

    starts: int = 4
    screened: int = 16
    scouted: int = 6
    stage: int = 25
    hardening: tuple[float, ...] = (1.0, 3.0, 8.0)
    rounds: int = 3
    scored_every: int = 5
    weight: float = 10.0
    margin: float = 0.002
    tolerance: float = 1e-9
    needs: ClassVar[Needs] = Needs.GRADIENT | Needs.SCORE
    library: ClassVar[str] = "scipy"

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Screen, scout, then harden and polish the starts, the most promising first."""
        chosen = _screened(evaluator, seed, self.screened)[: self.starts]
        penalties = [Penalty(len(evaluator.problem.constraint_names), self.weight, self.margin) for _ in chosen]
        scouted = []
        for trial, penalty in zip(chosen, penalties, strict=True):
            scouted.append((*self._minimise(evaluator, trial.u, self.hardening[0], penalty, self.scouted), penalty))
        for _, wish, penalty in sorted(scouted, key=lambda entry: merit(entry[0])):
            for sharpness in self.hardening:
                _, wish = self._minimise(evaluator, wish, sharpness, penalty, self.stage)
            wish = built_wish(evaluator.problem, wish, self.hardening[-1])
            for _ in range(self.rounds if penalty.count else 1):
                _, wish = self._minimise(evaluator, wish, HARD, penalty, 4 * self.stage, fixed=True)
        return Stop.CONVERGED

    def _minimise(
        self,
        evaluator: Evaluator,
        wish: np.ndarray,
        sharpness: float,
        penalty: Penalty,
        gradients: int,
        fixed: bool = False,
    ) -> tuple[Trial, np.ndarray]:
        """One descent; its end is scored as built and renews the multipliers. Returns that trial and the wish."""
        from scipy.optimize import minimize

        free = continuous(evaluator.problem) if fixed else np.ones(evaluator.size, bool)
        bounds = np.where(free[:, None], np.array([0.0, 1.0]), wish[:, None])
        steps = 0

        def score(point: np.ndarray) -> Trial:
            return evaluator.evaluate(np.clip(point, 0.0, 1.0)[None], Needs.SCORE, sharpness)[0]

        def slope(point: np.ndarray) -> tuple[float, np.ndarray]:
            if not evaluator.affordable(Needs.GRADIENT):
                score(point)
            trial = evaluator.evaluate(np.clip(point, 0.0, 1.0)[None], Needs.GRADIENT, sharpness)[0]
            return penalty.value_and_gradient(trial)

        def accepted(point: np.ndarray) -> None:
            nonlocal steps
            steps += 1
            if steps % self.scored_every == 0:
                score(point)

        options = {
            "maxfun": gradients,
            "maxiter": gradients,
            "ftol": self.tolerance,
            "gtol": self.tolerance,
            "maxcor": 20,
        }
        end = minimize(slope, wish, jac=True, method="L-BFGS-B", bounds=bounds, options=options, callback=accepted)
        trial = score(end.x)
        penalty.update(trial)
        return trial, trial.u
