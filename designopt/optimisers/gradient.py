"""Gradient descent through the spending map, from many starts of which the weak are given up: Adam and L-BFGS."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.evaluation.evaluator import Evaluator
from designopt.evaluation.trial import Needs, Trial, merit
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.penalty import Penalty
from designopt.optimisers.rounding import HARD, built_wish, continuous
from designopt.optimisers.starts import initial_wishes
from designopt.optimisers.stop import Stop

SLOPE = Needs.GRADIENT
BOTH = Needs.GRADIENT | Needs.SCORE


def _screened(evaluator: Evaluator, seed: int, count: int) -> list[Trial]:
    """The initial designs, scored as built, best first; at most a fifth of the allowance goes there."""
    count = max(1, min(count, evaluator.affordable(Needs.SCORE) // 5))
    return sorted(evaluator.evaluate(initial_wishes(evaluator, seed, count), Needs.SCORE), key=merit)


def _cosine(progress: float, first: float, last: float) -> float:
    return last + 0.5 * (first - last) * (1.0 + math.cos(math.pi * min(max(progress, 0.0), 1.0)))


@dataclass(frozen=True)
class Adam(AbstractOptimiser):
    """Adam from several starts at once, one batched call a step.

    The `screened` initial designs are scored and the best `starts` descend; half of them are given up at equal
    shares of the first `explored` part of the allowance. Gates and mixtures harden from sharpness 1 to `sharpest`. From
    the fraction `polished` on, the best design's whole numbers and choices stay as built and its sizes descend
    alone. The step falls from `rate` to `last_rate` along a cosine in each part. Every `scored_every`th step is
    scored as built. Side limits: augmented Lagrangian with `weight`, its multipliers renewed at every scored step.
    Kingma and Ba, arXiv 1412.6980.
    """

    starts: int = 4
    screened: int = 16
    explored: float = 0.4
    polished: float = 0.75
    rate: float = 0.05
    last_rate: float = 0.002
    sharpest: float = 8.0
    scored_every: int = 4
    weight: float = 10.0
    margin: float = 0.002
    needs: ClassVar[Needs] = BOTH
    library: ClassVar[str] = "optax"

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Screen, descend while giving up the weak, fix, polish."""
        chosen = _screened(evaluator, seed, self.screened)[: self.starts]
        wishes = np.stack([trial.u for trial in chosen])
        begun, total = evaluator.spent, max(evaluator.remaining, 1)

        def progress() -> float:
            return (evaluator.spent - begun) / total

        wishes = self._descend(evaluator, wishes, progress)
        best = evaluator.best
        built = built_wish(evaluator.problem, *((best.u, best.sharpness) if best else (wishes[0], self.sharpest)))
        self._polish(evaluator, built, progress)
        return Stop.EVENTS

    def _penalties(self, evaluator: Evaluator, count: int) -> list[Penalty]:
        limits = len(evaluator.problem.constraint_names)
        return [Penalty(limits, self.weight, self.margin) for _ in range(count)]

    def _mover(self) -> Any:
        import jax
        import optax

        mover = optax.scale_by_adam(b1=0.9, b2=0.99)
        return mover.init, jax.jit(mover.update)

    def _descend(self, evaluator: Evaluator, wishes: np.ndarray, progress: Any) -> np.ndarray:
        """Soft descent of all starts; returns the point of the last survivor."""
        start, move = self._mover()
        penalties, active, state, step = self._penalties(evaluator, len(wishes)), list(range(len(wishes))), start(wishes), 0
        while progress() < self.polished:
            part = progress() / self.polished
            sharpness = self.sharpest**part
            scored = step % self.scored_every == 0
            trials = evaluator.evaluate(wishes[active], BOTH if scored else SLOPE, sharpness)
            slopes = np.zeros_like(wishes)
            for row, trial in zip(active, trials, strict=True):
                slopes[row] = penalties[row].value_and_gradient(trial)[1]
                if scored:
                    penalties[row].update(trial)
            direction, state = move(slopes, state)
            wishes = np.clip(wishes - _cosine(part, self.rate, self.last_rate) * np.asarray(direction), 0.0, 1.0)
            if scored:
                wanted = self._wanted(progress(), len(wishes))
                active = [row for _, row in sorted(zip(map(merit, trials), active, strict=True))[:wanted]]
            step += 1
        return wishes[active]

    def _wanted(self, progress: float, starts: int) -> int:
        halvings = math.floor(progress / self.explored * (math.log2(starts) + 1e-9)) if starts > 1 else 0
        return max(1, math.ceil(starts / 2**halvings))

    def _polish(self, evaluator: Evaluator, wish: np.ndarray, progress: Any) -> None:
        """Hard descent of the sizes of one built design, to the end of the allowance."""
        start, move = self._mover()
        free = continuous(evaluator.problem)
        (penalty,), state, step = self._penalties(evaluator, 1), start(wish), 0
        while evaluator.affordable(SLOPE):
            scored = step % self.scored_every == 0
            if not evaluator.affordable(BOTH if scored else SLOPE):
                break
            (trial,) = evaluator.evaluate(wish[None], BOTH if scored else SLOPE, HARD)
            if scored:
                penalty.update(trial)
            direction, state = move(penalty.value_and_gradient(trial)[1], state)
            part = (progress() - self.polished) / (1.0 - self.polished)
            wish = np.clip(wish - _cosine(part, self.rate / 2, self.last_rate) * free * np.asarray(direction), 0.0, 1.0)
            step += 1
        if evaluator.affordable(Needs.SCORE):
            evaluator.evaluate(wish[None], Needs.SCORE, HARD)


@dataclass(frozen=True)
class Lbfgs(AbstractOptimiser):
    """Bounded quasi-Newton descent with exact gradients, start after start.

    The best `starts` of the `screened` initial designs descend for `scouted` gradients each; the best as built goes on
    through the sharpnesses `hardening`, then its whole numbers and choices stay as built and its sizes descend to
    convergence. What is left of the allowance goes to the next start. Side limits: augmented Lagrangian with
    `weight`, `rounds` rounds at the end. Byrd, Lu, Nocedal and Zhu, SIAM J. Sci. Comput. 16 (1995) 1190.
    """

    starts: int = 4
    screened: int = 16
    scouted: int = 8
    stage: int = 25
    hardening: tuple[float, ...] = (1.0, 3.0, 8.0)
    rounds: int = 3
    weight: float = 10.0
    margin: float = 0.002
    tolerance: float = 1e-9
    needs: ClassVar[Needs] = BOTH
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
        self, evaluator: Evaluator, wish: np.ndarray, sharpness: float, penalty: Penalty, gradients: int, fixed: bool = False
    ) -> tuple[Trial, np.ndarray]:
        """One descent; its end is scored as built and renews the multipliers. Returns that trial and the wish."""
        from scipy.optimize import minimize

        free = continuous(evaluator.problem) if fixed else np.ones(evaluator.size, bool)
        bounds = np.where(free[:, None], np.array([0.0, 1.0]), wish[:, None])
        last: list[Trial] = []

        def slope(point: Float[ndarray, " coordinate"]) -> tuple[float, Float[ndarray, " coordinate"]]:
            if not evaluator.affordable(SLOPE) and evaluator.affordable(Needs.SCORE):
                evaluator.evaluate(np.clip(point, 0.0, 1.0)[None], Needs.SCORE, sharpness)
            last[:] = evaluator.evaluate(np.clip(point, 0.0, 1.0)[None], SLOPE, sharpness)
            return penalty.value_and_gradient(last[0])

        options = {"maxfun": gradients, "maxiter": gradients, "ftol": self.tolerance, "gtol": self.tolerance, "maxcor": 20}
        end = minimize(slope, wish, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
        wish = np.clip(end.x, 0.0, 1.0)
        (trial,) = evaluator.evaluate(wish[None], Needs.SCORE, sharpness)
        penalty.update(trial)
        return trial, wish
