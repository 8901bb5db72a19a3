"""What the table of speeds holds: each row a name, its processor time, and what it is held against."""

import importlib
import importlib.util
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import jax
import numpy as np

from designopt.benchmarks.speed.growth import growth
from designopt.benchmarks.speed.peers import by_c, by_numpy
from designopt.evaluation.programs.measured_price import measured_price, shortest
from designopt.evaluation.simulator import compiled
from designopt.problem.registry import make
from designopt.records.trial import Needs

MUONS = 100_000
ROWS = 64
SIDE = 200


class Row(NamedTuple):
    """One line: `seconds` of the processor for one of what is named, and a remark."""

    name: str
    seconds: float
    remark: str = ""


def reference() -> float:
    """Seconds of a kernel that every machine has: the product of two matrices of 200 rows, by NumPy."""
    matrix = np.random.default_rng(0).random((SIDE, SIDE))
    return shortest(lambda: [matrix @ matrix for _ in range(50)]) / 50


def detectors(names: list[str]) -> Iterator[Row]:
    """Decoding and building, a score, a loss, and a loss with its gradient, of each problem, a design.

    Args:
        names: of problems.
    """
    for name in names:
        problem = make(name)
        points = np.random.default_rng(0).random((ROWS, problem.size))
        build = jax.jit(jax.vmap(problem.build))
        yield Row(f"{name}: built design", shortest(lambda: jax.block_until_ready(build(points))) / ROWS)  # noqa: B023
        score = compiled(problem, Needs.SCORE, ROWS)
        yield Row(f"{name}: score", shortest(lambda: score(points, 1.0)) / ROWS)  # noqa: B023
        if problem.gradient_price is not None:
            found = measured_price(problem, ROWS)
            yield Row(f"{name}: loss", found.loss)
            remark = f"{found.price:.2f} losses, charged as {problem.gradient_price:g}"
            yield Row(f"{name}: loss and gradient", found.gradient, remark)


def muons() -> Iterator[Row]:
    """Mean ionisation of a muon in iron, by us, by NumPy and by C where there is a compiler."""
    ours = importlib.import_module("designopt.detectors.muon_shield.transport.energy_loss")
    constants = {"bethe": ours.BETHE, "excitation": ours.EXCITATION, **ours.DENSITY_EFFECT}
    energy = np.geomspace(1.0, 400.0, MUONS)
    function = jax.jit(ours.ionisation)
    wanted = np.asarray(function(energy))
    with tempfile.TemporaryDirectory() as folder:
        peers = {"NumPy": by_numpy(constants), "C": by_c(constants, Path(folder))}
        mine = shortest(lambda: jax.block_until_ready(function(energy))) / MUONS
        yield Row("ionisation of a muon: ours", mine)
        for name, peer in peers.items():
            if peer is None:
                yield Row(f"ionisation of a muon: {name}", float("nan"), "no compiler here")
                continue
            apart = float(np.max(np.abs(peer(energy) / wanted - 1)))
            seconds = shortest(lambda: peer(energy)) / MUONS  # noqa: B023
            yield Row(f"ionisation of a muon: {name}", seconds, f"{seconds / mine:.2f} x ours; apart by {apart:.1g}")


def around(trials: int) -> Iterator[Row]:
    """The work around a simulation, a trial.

    Args:
        trials: of the run that is measured.
    """
    for what, microseconds in growth(trials).items():
        yield Row(f"{what}, a trial of {trials:,}", microseconds * 1e-6)
