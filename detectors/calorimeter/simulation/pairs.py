"""Three pairs of absorber and sensor for pions and photons, scored in Geant4: the problem of arXiv 2502.02152."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.design.declared import declared
from designopt.design.space import Design, DesignSpace
from designopt.design.variables import Categorical, Real
from designopt.detectors.calorimeter.draw import draw_stack
from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.geant4.cache import Cache
from designopt.detectors.geant4.counter import LARGEST_SEED, Counter
from designopt.detectors.geant4.job import Job, stack_job
from designopt.detectors.geant4.materials import geant4_name
from designopt.detectors.geant4.session import Events, Session
from designopt.detectors.materials import MATERIALS, index_of
from designopt.detectors.option_ranges import EventCount, Seed, Workers
from designopt.problem.detector import AbstractDetector, CostBreakdown, Response
from designopt.problem.problem import Problem
from designopt.units import GeV, MeV, cm, m, mm

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME = "calorimeter-pairs-v1"
ABSORBERS = {"Pb": 25.0, "Fe": 4.166}  # price of a centimetre, in the money of the publication
SENSORS = {"PbWO4": 2500.0, "PS": 0.01}
BUDGET = 200_000.0
LENGTH = 200 * cm
PAIRS = 3
BEAM = (1 * GeV, 20 * GeV)
PARTICLES = ("pi+", "gamma")
HALF_WIDTH = 1 * m
CUT = 0.7 * mm
FEWEST = 20


def reconstruction_loss(
    signals: Float[np.ndarray, "event sensor"], energy: Float[np.ndarray, " event"]
) -> tuple[float, float]:
    r"""$\langle(E' - E)^2/(E + 1)\rangle$ in GeV with the best $E' = b + \sum_i a_i S_i$, and its standard error.

    Every event is predicted from all others: the residual of least squares over $1 - h$ with its leverage h. The
    publication has the same loss with a network of three layers of 100 in the place of the sum.

    Args:
        signals: S_i of every event, GeV.
        energy: E of every event, GeV.
    """
    root = 1 / np.sqrt(energy + 1)
    matrix = np.column_stack([np.ones(len(energy)), signals]) * root[:, None]
    left, sizes, _ = np.linalg.svd(matrix / np.maximum(np.linalg.norm(matrix, axis=0), 1e-12), full_matrices=False)
    left = left[:, sizes > 1e-9]
    wanted = energy * root
    leverage = np.minimum(np.sum(left**2, axis=1), 1 - 1e-6)
    squares = ((wanted - left @ (left.T @ wanted)) / (1 - leverage)) ** 2
    return float(squares.mean()), float(squares.std(ddof=1) / np.sqrt(len(squares)))


def pairs_counter(session: Session, count: int, workers: int = 1) -> Counter:
    """Stacks in, reconstruction loss and its error out: `count` events, half of them pions, half photons."""

    def jobs(stack: Layers, seed: int) -> list[tuple[Job, int]]:
        volumes = [
            (geant4_name(MATERIALS[index].name), float(part[index]))
            for pair in zip(np.asarray(stack.absorber), np.asarray(stack.active), strict=True)
            for part in pair
            for index in np.flatnonzero(part)
        ]
        beams = [stack_job(volumes, BEAM, kind, seed, CUT, HALF_WIDTH, hadrons=True) for kind in PARTICLES]
        return [(job, count // len(PARTICLES)) for job in beams]

    def read(_: Layers, found: Sequence[Events]) -> tuple[float, float]:
        signals = np.concatenate([one.values[:, 1::2] for one in found]) * MeV
        return reconstruction_loss(signals, np.concatenate([one.energy for one in found]))

    return Counter(session, jobs, read, 2, workers)


class Pairs(AbstractDetector):
    """Absorber, sensor, absorber, sensor, absorber, sensor: thicknesses and a choice of two materials for each."""

    counter: Counter = eqx.field(static=True)
    count: int = eqx.field(static=True)
    seed: int = eqx.field(static=True)

    def layers(self, design: Design) -> Layers:
        """The stack of a design; mixtures are shares of the thickness."""
        ones = jnp.ones(PAIRS)
        parts = [
            design[f"{kind}_thickness"][:, None] * design[kind] @ np.eye(len(MATERIALS))[[index_of(n) for n in names]]
            for kind, names in (("absorber", ABSORBERS), ("sensor", SENSORS))
        ]
        return Layers(parts[0], parts[1], 10 * cm * ones, ones)

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        """`loss`, mean squared error of the energy over E + 1 GeV, and `loss_error`."""
        seed = jnp.asarray(self.seed) if key is None else jax.random.randint(key, (), 1, LARGEST_SEED)
        loss, error = self.counter.numbers(self.layers(design), seed)
        return {"loss": loss, "loss_error": error}

    def cost(self, design: Design) -> CostBreakdown:
        """Money of the absorbers and of the sensors, priced by the centimetre."""
        return {
            f"{kind}s": jnp.sum(design[f"{kind}_thickness"] / cm * (design[kind] @ jnp.asarray(list(prices.values()))))
            for kind, prices in (("absorber", ABSORBERS), ("sensor", SENSORS))
        }

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """The length of the stack."""
        return {"length": (design["absorber_thickness"].sum() + design["sensor_thickness"].sum()) / LENGTH - 1}

    def draw(self, design: Design, axes: "Axes") -> None:
        """Side view."""
        draw_stack(self.layers(design), axes)

    def metrics(self, response: Response) -> dict[str, Float[Array, ""]]:
        """The loss."""
        return {"(E' - E)^2 / (E + 1), mean (GeV)": response["loss"]}

    def better(self, label: str) -> int:
        """Less."""
        return -1

    def settings(self) -> dict[str, Any]:
        """Everything that tells this calorimeter from another, as JSON values."""
        return {"model": "pairs-1", "simulated": "Geant4", "events": self.count, "seed": self.seed}


def logarithm_of_loss(response: Response) -> Float[Array, ""]:
    r"""Logarithm of the mean squared error of the energy over the energy, $\ln\langle(E' - E)^2/(E + 1)\rangle$ in GeV.

    Args:
        response: `loss` in GeV.

    Returns a number without unit, smaller is better.
    """
    return jnp.log(response["loss"])


@declared
def calorimeter_pairs(
    budget: float = BUDGET, events: EventCount = 100, seed: Seed = 1, workers: Workers = 1, cache: str | None = None
) -> Problem:
    """Three pairs of absorber (lead, iron) and sensor (PbWO4, polystyrene) for pi+ and photons of 1-20 GeV.

    The objective is the logarithm of the mean (E' - E)^2/(E + 1) of `events` particles. At most `budget` (money of the
    publication) and 2 m. `cache` is the folder that keeps simulated events. Raises ValueError for too few events.
    """
    if events < FEWEST:
        raise ValueError(f"{events} events cannot calibrate {PAIRS} sensors. Simulate {FEWEST} or more.")
    space = DesignSpace(
        [
            Real("absorber_thickness", 1 * mm, 500 * mm, unit=mm, label="mm", count=PAIRS, scale="log", step=1 * mm),
            Real("sensor_thickness", 1 * mm, 600 * mm, unit=mm, label="mm", count=PAIRS, scale="log", step=1 * mm),
            Categorical("absorber", tuple(ABSORBERS), count=PAIRS),
            Categorical("sensor", tuple(SENSORS), count=PAIRS),
        ]
    )
    published = {
        "absorber_thickness": jnp.asarray([90.0, 104.0, 360.0]) * mm,
        "sensor_thickness": jnp.asarray([372.0, 297.0, 275.0]) * mm,
        "absorber": jnp.tile(jnp.asarray([0.0, 1.0]), (PAIRS, 1)),
        "sensor": jnp.asarray([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]),
    }
    return Problem(
        name=NAME,
        detector=Pairs(pairs_counter(Session(Cache(cache)), int(events), int(workers)), int(events), int(seed)),
        space=space,
        objective=logarithm_of_loss,
        budget=float(budget),
        spend_on={"absorber_thickness": 1, "sensor_thickness": 1},
        events=int(events),
        gradient_price=None,
        spend="at most",
        references={"published start": published},
        compare_with="published start",
        options={"events": events, "seed": seed, "workers": workers, "cache": cache},
    )
