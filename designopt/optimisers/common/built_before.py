"""What a search has had built: where all is made in steps, many points are one design, which is asked for once."""

from collections.abc import Callable, Iterable

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.optimisers.common.trust_region import candidates
from designopt.problem.problem import Problem
from designopt.problem.rounding import built_point
from designopt.records.trial import Trial

Point = Float[ndarray, " coordinate"]
DIGITS = 9
"""Decimals of a point of the cube to which two built designs are one."""
TRIED = 500
"""Points that are looked at for one that is new; where all are known, all but surely every design is."""


class BuiltBefore:
    """The designs that a search has asked for. Where a variable has no steps it remembers none: no two are alike."""

    def __init__(self, problem: Problem):
        space = problem.space
        self._problem, self._whole = problem, bool(np.all(~space.continuous | space.stepped))
        self._known: set[bytes] = set()

    def note(self, trials: Iterable[Trial]) -> None:
        """Remember what was built for some trials."""
        if self._whole:
            self._known.update(self._key(trial.u, trial.sharpness) for trial in trials)

    def knows(self, u: Point) -> bool:
        """Whether the design that a point is built as, at sharpness 1, was scored before; costs no simulation."""
        return self._whole and self._key(u, 1.0) in self._known

    def new_one(
        self, z: Point, lift: Callable[[Point], Point], random: np.random.Generator | np.random.RandomState
    ) -> Point | None:
        """`z` if what it lifts to would be built as something new, else the closest such point that is found; or None.

        It is known from then on, so that a batch holds no design twice. `TRIED` points that change some coordinates of
        z are looked at, then as many of the whole cube.
        """
        if not self._whole:
            return z
        low, high = np.zeros(len(z)), np.ones(len(z))
        points = z[None]
        if self.knows(lift(z)):
            around = candidates(random, z, low, high, TRIED)
            around = around[np.argsort(np.sum(np.abs(around - z), axis=1), kind="stable")]
            points = np.concatenate([around, random.uniform(low, high, (TRIED, len(z)))])
        found = next((point for point in points if not self.knows(lift(point))), None)
        if found is not None:
            self._known.add(self._key(lift(found), 1.0))
        return found

    def _key(self, u: Point, sharpness: float) -> bytes:
        return np.round(built_point(self._problem, u, sharpness), DIGITS).tobytes()
