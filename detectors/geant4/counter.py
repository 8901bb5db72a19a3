"""Geant4 inside compiled programs: designs in, numbers counted from simulated events out. It has no derivative."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jaxtyping import Array, Float, Int

import designopt.design  # noqa: F401  # gives JAX 64 bits
from designopt.detectors.geant4.job import Job
from designopt.detectors.geant4.pool import run_jobs
from designopt.detectors.geant4.session import Events, Geant4Error, Session

LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Counter:
    """`jobs(design, seed)` says what is simulated for a design, `read(design, events)` what is counted from it.

    A design is any tree of arrays. `size` numbers come back; `workers` jobs run at a time.
    """

    session: Session
    jobs: Callable[[Any, int], list[tuple[Job, int]]]
    read: Callable[[Any, Sequence[Events]], Sequence[float]]
    size: int
    workers: int = 1

    def numbers(self, design: Any, seed: Int[Array, ""]) -> Float[Array, " number"]:
        """What `read` counts; in a batch, equal designs with equal seeds are simulated once.

        Args:
            design: what is simulated, as arrays.
            seed: of the events, a whole number.

        Returns numbers in the units that `read` counts in.
        """
        shape = jax.ShapeDtypeStruct((self.size,), float)
        return jax.pure_callback(self._simulated, shape, design, seed, vmap_method="broadcast_all")

    def _simulated(self, designs: Any, seeds: Any) -> Float[np.ndarray, "*batch number"]:
        """Raises Geant4Error if a job is refused or not finished."""
        batch = np.shape(seeds)
        flat = jax.tree.map(lambda part: np.asarray(part).reshape(-1, *np.shape(part)[len(batch) :]), designs)
        rows = [jax.tree.map(lambda part, row=row: part[row], flat) for row in range(np.size(seeds))]
        asked = [self.jobs(row, int(seed)) for row, seed in zip(rows, np.ravel(seeds), strict=True)]
        once = {job.key: (job, number) for jobs in asked for job, number in jobs}
        events: dict[str, Events] = {}
        for key, result in zip(once, run_jobs(self.session, list(once.values()), workers=self.workers), strict=True):
            if isinstance(result, Geant4Error):
                raise result
            events[key] = result
        found = [self.read(row, [events[job.key] for job, _ in jobs]) for row, jobs in zip(rows, asked, strict=True)]
        return np.reshape(np.asarray(found, float), (*batch, self.size))
