"""The problem `calorimeter-segmentation-v1`: how to spend a fixed amount of money on the layers of a calorimeter."""

from collections.abc import Sequence
from functools import partial

import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.design.declared import declared
from designopt.design.numbers import shown
from designopt.design.space import DesignSpace
from designopt.design.variables import Categorical, Integer, Real
from designopt.detectors.calorimeter.cost import ENVELOPE, CostModel
from designopt.detectors.calorimeter.detector import THICKNESS_OF, Calorimeter
from designopt.detectors.calorimeter.reference import references
from designopt.detectors.calorimeter.response.readout import Readout
from designopt.detectors.option_ranges import Channels, Depth, Energies, Length, Slots, Weight
from designopt.detectors.prices import FIRST_BOOK, read_prices
from designopt.problem.detector import Response
from designopt.problem.problem import Problem
from designopt.suggestion import suggestion
from designopt.units import kCHF, m, mm

NAME = "calorimeter-segmentation-v1"
ABSORBERS = ("W", "Pb", "Fe", "Cu")
ACTIVES = ("Si", "scintillator")
# About what the CALICE Si-W stack costs with these prices: neither 40 layers of silicon nor fine cells all along.
BUDGET = 2700 * kCHF
# Loss with its gradient against the loss, in CPU time, batches of 64: 3.7 and 4.3 (`designopt describe --measure`).
GRADIENT_PRICE = 4.0
PITCH = (3 * mm, 60 * mm)
_SENSORS = {
    "Si": Real("silicon_thickness", 0.2 * mm, 0.75 * mm, unit=mm, label="mm", step=0.025 * mm),
    "scintillator": Real("scintillator_thickness", 1 * mm, 5 * mm, unit=mm, label="mm", step=0.1 * mm),
}


def objective(response: Response, position_weight: float, pion_weight: float) -> Float[Array, ""]:
    r"""Mean logarithm of the errors of energy and position, the latter with a weight, less a bonus for resolved pi0:
    $\langle\ln\sigma_E/E\rangle + \lambda_x\langle\ln(\sigma_x/\mathrm{mm})\rangle - \lambda_2 P(\pi^0)$, where
    $\lambda_x$ is the position weight and $\lambda_2$ the pion weight.

    Means over the energies; the logarithm keeps one energy from dominating.

    Args:
        response: `resolution` (sigma over mean), `position` in mm, `pions_resolved`.
        position_weight: $\lambda_x$.
        pion_weight: $\lambda_2$.

    Returns a number without unit, smaller is better.
    """
    energy = jnp.mean(jnp.log(response["resolution"]))
    position = jnp.mean(jnp.log(response["position_resolution"]))
    return energy + position_weight * position - pion_weight * response["pions_resolved"]


@declared
def calorimeter_segmentation(
    budget: float = BUDGET,
    slots: Slots = 40,
    absorbers: Sequence[str] = ABSORBERS,
    actives: Sequence[str] = ACTIVES,
    energies: Energies = (1.0, 5.0, 20.0, 100.0),
    position_weight: Weight = 0.2,
    pion_weight: Weight = 0.5,
    side: Length = 1 * m,
    depth: Depth = 300 * mm,
    channels: Channels = 500_000,
    prices: str | None = None,
) -> Problem:
    """Segment a sampling calorimeter: thickness, materials and cells of up to 40 layers for a fixed sum.

    The objective is the mean logarithm of sigma(E)/E over the energies (GeV), plus `position_weight` times that of the
    position resolution, minus `pion_weight` times the probability to resolve the photons of pions of 5-40 GeV. The
    front face is fixed (`side` mm square with an envelope of 75 mm around it). Limits: `depth` in mm, `channels`, the
    envelope (two Molière radii), the pitch. `prices` is a file that overrides the price book. Money in kCHF.
    """
    absorbers, actives = tuple(absorbers), tuple(actives)
    check_options(slots, absorbers, actives, energies, depth, channels)
    variables: list[Real | Integer | Categorical] = [
        Real("absorber_thickness", 0.25 * mm, 15 * mm, unit=mm, label="mm", count=slots, scale="log", step=0.1 * mm),
        *(_series(_SENSORS[name], slots) for name in actives),
        Real("pitch", *PITCH, unit=mm, label="mm", count=slots, scale="log", step=0.5 * mm),
        Integer("present", 0, 1, count=slots),
    ]
    for name, choices in (("absorber", absorbers), ("active", actives)):
        if len(choices) > 1:
            variables.append(Categorical(name, choices, count=slots))
    space = DesignSpace(variables)
    detector = Calorimeter(
        prices=CostModel.from_book(read_prices(prices, FIRST_BOOK), side, ENVELOPE),
        readout=Readout(),
        absorbers=absorbers,
        actives=actives,
        energies=tuple(float(energy) for energy in energies),
        depth_limit=float(depth),
        channel_limit=float(channels),
        pitch_limits=PITCH,
    )
    paid = {"absorber_thickness": 1, "pitch": -1, "present": 1}
    if "scintillator" in actives:
        paid[THICKNESS_OF["scintillator"]] = 1
    return Problem(
        name=NAME,
        detector=detector,
        space=space,
        objective=partial(objective, position_weight=position_weight, pion_weight=pion_weight),
        budget=float(budget),
        spend_on=paid,
        events=detector.showers(),
        gradient_price=GRADIENT_PRICE,
        references=references(space, absorbers, actives),
        compare_with="uniform",
        options={
            "slots": slots,
            "absorbers": list(absorbers),
            "actives": list(actives),
            "energies": list(detector.energies),
            "position_weight": position_weight,
            "pion_weight": pion_weight,
            "side": side,
            "depth": depth,
            "channels": channels,
            "prices": prices,
        },
    )


def _series(variable: Real, slots: int) -> Real:
    return Real(variable.name, variable.lower, variable.upper, variable.unit, slots, step=variable.step, label="mm")


def check_options(
    slots: int,
    absorbers: Sequence[str],
    actives: Sequence[str],
    energies: Sequence[float],
    depth: float,
    channels: float,
) -> None:
    """Raise ValueError, in a sentence, for options that make no calorimeter."""
    if slots < 1:
        raise ValueError(f"The calorimeter has {slots} slots. Give it at least one.")
    for kind, chosen, known in (("absorber", absorbers, ABSORBERS), ("active medium", actives, tuple(THICKNESS_OF))):
        if not chosen:
            raise ValueError(f"No {kind} is allowed. Name at least one of {', '.join(known)}.")
        for name in chosen:
            if name not in known:
                raise ValueError(f"'{name}' cannot be an {kind} of this problem.{suggestion(name, known)}")
    if not energies or not all(energy > 0 for energy in energies):
        raise ValueError(f"The energies are {shown(list(energies))}. Give at least one, all positive, in GeV.")
    if not (depth > 0 and channels > 0):
        raise ValueError(f"The limits are {depth:g} mm of depth and {channels:g} channels. Both must be positive.")
