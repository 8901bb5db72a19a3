"""One descent over some coordinates of the cube: every point asked for once, some scored as built."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from designopt.evaluation.evaluator import Evaluator
from designopt.records.trial import Needs, Trial

Point = Float[ndarray, " free"]


class Enough(Exception):
    """A descent has used the gradients it was given."""


@dataclass
class Walk:
    """One descent over the `free` coordinates from `u`: at most `gradients` of them, each asked for once."""

    evaluator: Evaluator
    u: Float[ndarray, " coordinate"]
    free: Bool[ndarray, " coordinate"]
    sharpness: float
    gradients: int
    scored_every: int
    _known: dict[bytes, Trial] = field(default_factory=dict)
    _steps: int = 0
    _last: Point | None = None

    @property
    def start(self) -> Point:
        """Where the descent begins."""
        return self.u[self.free]

    def whole(self, point: Point) -> Float[ndarray, " coordinate"]:
        """All coordinates of a point of the descent."""
        u = self.u.copy()
        u[self.free] = np.clip(point, 0.0, 1.0)
        return u

    def trial(self, point: Point) -> Trial:
        """The trial with the gradient at a point. Raises Enough, or AllowanceSpent after a last score."""
        place = np.asarray(point, dtype=float).tobytes()
        if place not in self._known:
            if len(self._known) >= self.gradients:
                raise Enough
            if not self.evaluator.affordable(Needs.GRADIENT):
                self.score(point)
            self._known[place] = self.evaluator.evaluate(self.whole(point)[None], Needs.GRADIENT, self.sharpness)[0]
        return self._known[place]

    def score(self, point: Point) -> Trial:
        """The trial as built."""
        return self.evaluator.evaluate(self.whole(point)[None], Needs.SCORE, self.sharpness)[0]

    def accepted(self, point: Point, *_: Any) -> None:
        """Called after every step of the library: keeps the point, and scores some as built."""
        self._steps, self._last = self._steps + 1, np.array(point)
        if self._steps % self.scored_every == 0:
            self.score(point)

    def within(self, point: Point, margin: float) -> Point | None:
        """The nearest point that keeps the side limits by `margin`, as far as their slopes at `point` tell.

        None where no gradient is known there, or where the broken limits do not depend on what is free.
        """
        known = self._known.get(np.asarray(point, dtype=float).tobytes())
        if known is None or known.jacobian is None:
            return None
        over = np.array(list(known.violations.values())) + margin
        rows = np.stack(list(known.jacobian.values()))[:, self.free]
        step = np.linalg.lstsq(rows[over > 0], over[over > 0])[0] if np.any(over > 0) else np.zeros(len(point))
        return np.clip(point - step, 0.0, 1.0) if np.linalg.norm(step) > 0 else None

    def end(self, descend: Callable[[], Point]) -> Point:
        """Descend, and say where it ended: the last step if the gradients ran out."""
        try:
            return descend()
        except Enough:
            return self.start if self._last is None else self._last
