"""A calorimeter that only Geant4 knows: values without gradients, noisy, and every shower charged."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.design.declared import declared
from designopt.design.space import Design, DesignSpace
from designopt.design.variables import Real
from designopt.detectors.calorimeter.detector import Calorimeter
from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.problem import calorimeter_segmentation
from designopt.detectors.calorimeter.verify import geant4_jobs, geant4_layers
from designopt.detectors.geant4.cache import Cache
from designopt.detectors.geant4.counter import LARGEST_SEED, Counter
from designopt.detectors.geant4.job import Job
from designopt.detectors.geant4.session import Events, Session
from designopt.detectors.option_ranges import Energies, EventCount, Seed, Slots, Workers
from designopt.problem.detector import AbstractDetector, CostBreakdown, Response
from designopt.problem.problem import Problem
from designopt.units import mm

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME = "calorimeter-geant4-v1"
PITCH = 60 * mm  # the layers are summed, so that only money knows the cells
PLATE, TILE = (1 * mm, 20 * mm), (1 * mm, 10 * mm)
UNIFORM = (8 * mm, 3 * mm)  # absorber and scintillator of each layer of the reference
GROUPS = 20  # of showers, for errors


def best_resolution(signals: Float[np.ndarray, "shower layer"]) -> tuple[float, float]:
    r"""$\sigma/\mu$ of $\sum_i w_i E_i$ with the best weights, and its standard error.

    $(\sigma/\mu)^{-2} = \mu^T\Sigma^{-1}\mu$ for the true mean and covariance of the layers. Of N showers and L
    layers the estimate $T = \bar E^T S^{-1}\bar E$ has the mean $\frac{N-1}{N-L-2}(\mu^T\Sigma^{-1}\mu + L/N)$ for
    Gaussian signals (Anderson, An Introduction to Multivariate Statistical Analysis, section 5.2), which is solved for
    the first term, so that weights found on the same showers flatter nobody. The error comes from leaving out a
    twentieth of the showers in turn. Raises ValueError for fewer than 2 L + 20 showers.
    """
    number, layers = signals.shape
    if number < 2 * layers + 20:
        raise ValueError(
            f"{number} showers cannot tell the weights of {layers} layers. Simulate {2 * layers + 20} or more."
        )
    group = np.arange(number) % GROUPS
    left = np.array([_resolution(signals[group != out]) for out in range(GROUPS)])
    return _resolution(signals), float(np.sqrt((GROUPS - 1) / GROUPS * np.sum((left - left.mean()) ** 2)))


def _resolution(signals: Float[np.ndarray, "shower layer"]) -> float:
    number, layers = signals.shape
    mean, spread = signals.mean(axis=0), np.atleast_2d(np.cov(signals, rowvar=False))
    raised = mean @ np.linalg.lstsq(spread, mean, rcond=1e-12)[0]
    return float(1 / math.sqrt(max((number - layers - 2) / (number - 1) * raised - layers / number, 1e-6)))


def shower_counter(session: Session, energies: Sequence[float], count: int, workers: int = 1) -> Counter:
    """Stacks in, resolutions and their errors out, energy by energy: `count` electrons shared among the energies."""

    def jobs(stack: Layers, seed: int) -> list[tuple[Job, int]]:
        return geant4_jobs(geant4_layers(stack)[0], stack, np.array(energies), count, seed)

    def read(stack: Layers, found: Sequence[Events]) -> list[float]:
        sensors = geant4_layers(stack)[1]
        return [number for one in found for number in best_resolution(one.values[:, sensors])]

    return Counter(session, jobs, read, 2 * len(energies), workers)


class SimulatedCalorimeter(AbstractDetector):
    """A stack of one absorber and scintillator whose resolution is counted in Geant4.

    Design variables, one value a slot: `absorber_thickness` and `scintillator_thickness` (mm). `model` prices and draws
    the stack; nothing of its showers is used. `count` showers make one response; without a key their seed is
    `seed`, with one another. The response has no derivative.
    """

    model: Calorimeter
    counter: Counter = eqx.field(static=True)
    count: int = eqx.field(static=True)
    seed: int = eqx.field(static=True)

    def layers(self, design: Design) -> Layers:
        """The stack of a design."""
        return self.model.layers(_whole(design))[0]

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        """`resolution` at each energy, sigma over mean of the best weighted sum of the layers, and `resolution_error`.

        Sampling and leakage alone: Geant4 simulates no light, noise or calibration.
        """
        seed = jnp.asarray(self.seed) if key is None else jax.random.randint(key, (), 1, LARGEST_SEED)
        resolution, error = self.counter.numbers(self.layers(design), seed).reshape(-1, 2).T
        return {"resolution": resolution, "resolution_error": error}

    def cost(self, design: Design) -> CostBreakdown:
        """Money by item in kCHF."""
        return self.model.prices.items(self.layers(design))

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """None: the money limits the stack."""
        return {}

    def draw(self, design: Design, axes: "Axes") -> None:
        """Side view with the model's mean profile."""
        self.model.draw(_whole(design), axes)

    def metrics(self, response: Response) -> dict[str, Float[Array, ""]]:
        """Resolution at each energy."""
        return {
            f"sigma(E)/E at {energy:g} GeV (%)": 100 * response["resolution"][i]
            for i, energy in enumerate(self.model.energies)
        }

    def better(self, label: str) -> int:
        """As of what it wraps."""
        return self.model.better(label)

    def settings(self) -> dict[str, Any]:
        """Everything that tells this calorimeter from another, as JSON values."""
        return {"simulated": "Geant4", "showers": self.count, "seed": self.seed, **self.model.settings()}


def _whole(design: Design) -> Design:
    """The design with the variables of the full problem that are fixed here."""
    ones = jnp.ones_like(design["absorber_thickness"])
    return {**design, "pitch": PITCH * ones, "present": ones}


def objective(response: Response) -> Float[Array, ""]:
    """Mean logarithm of sigma(E)/E over the energies.

    Args:
        response: with `resolution`, sigma over mean.

    Returns a number without unit, smaller is better.
    """
    return jnp.mean(jnp.log(response["resolution"]))


@declared
def calorimeter_geant4(
    budget: float | None = None,
    slots: Slots = 10,
    absorber: str = "Pb",
    energies: Energies = (1.0,),
    showers: EventCount = 250,
    seed: Seed = 1,
    workers: Workers = 1,
    cache: str | None = None,
) -> Problem:
    """Plates and tiles of `slots` layers of one absorber and scintillator, at the price of equal layers.

    The objective is the mean ln sigma(E)/E over the energies (GeV), counted from `showers` electrons in all. Without a
    `budget` (kCHF) the money is that of 8 mm and 3 mm a layer. `cache` is the folder that keeps simulated events.
    """
    whole = calorimeter_segmentation(
        slots=slots, absorbers=[absorber], actives=["scintillator"], energies=energies, depth=2000 * mm
    )
    space = DesignSpace(
        [
            Real("absorber_thickness", *PLATE, unit=mm, label="mm", count=slots, scale="log", step=0.1 * mm),
            Real("scintillator_thickness", *TILE, unit=mm, label="mm", count=slots, step=0.1 * mm),
        ]
    )
    model = cast(Calorimeter, whole.detector)
    counter = shower_counter(Session(Cache(cache)), model.energies, int(showers), int(workers))
    detector = SimulatedCalorimeter(model, counter, int(showers), int(seed))
    uniform = {variable.name: jnp.full(slots, size) for variable, size in zip(space.variables, UNIFORM, strict=True)}
    money = float(sum(detector.cost(uniform).values())) if budget is None else float(budget)
    return Problem(
        name=NAME,
        detector=detector,
        space=space,
        objective=objective,
        budget=money,
        spend_on={variable.name: 1 for variable in space.variables},
        events=int(showers),
        gradient_price=None,
        references={"uniform": uniform},
        compare_with="uniform",
        options={"slots": slots, "absorber": absorber, "energies": list(energies), "showers": showers, "seed": seed,
                 "workers": workers, "cache": cache},
    )  # fmt: skip
