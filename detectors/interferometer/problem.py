"""The problem `interferometer-v1`: a gravitational-wave detector for a fixed sum, within what mirrors stand."""

from typing import Annotated, Literal

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

import designopt as do
from designopt.detectors.interferometer.cost import Prices
from designopt.detectors.interferometer.description import HIGHEST, LOWEST
from designopt.detectors.interferometer.detector import Interferometer, model_of
from designopt.detectors.interferometer.reference import reference_level, references
from designopt.detectors.option_ranges import PriceFile
from designopt.units import kg, m
from designopt.written import Range, declared

NAME = "interferometer-v1"
EPS = 1e-6
"""Reflectivities end so far from 0 and 1, where their square roots have no slope."""
POINTS = 34
"""Every third of the 100 frequencies at which the noise is published."""
# CPU time of the loss with its gradient over that of the loss, closed form, eight designs: 1.6; with Differometor 1.2,
# see studies/interferometer_speed.py.
GRADIENT_PRICE = 2.0

Frequency = Annotated[float, Range(0.1, 1e5)]


@declared
def interferometer(
    budget: float | None = None,
    layout: Annotated[Literal["voyager", "aligo"], "How signals are read and squeezed light is turned."] = "voyager",
    model: Annotated[
        Literal["auto", "differometor", "closed-form"], "auto: Differometor where it is installed."
    ] = "auto",
    lowest: Annotated[Frequency, "Lowest frequency, Hz."] = LOWEST,
    highest: Annotated[Frequency, "Highest frequency, Hz."] = HIGHEST,
    points: Annotated[int, Range(2, 1000), "Frequencies, at equal ratios."] = POINTS,
    hard_side: Annotated[float, Range(100.0, 1e12), "Power that a component stands on its harder side, W."] = 3.5e6,
    soft_side: Annotated[float, Range(0.1, 1e9), "Power that a component stands on its softer side, W."] = 2e3,
    detector: Annotated[float, Range(1e-6, 1e3), "Power that a photodetector stands, W."] = 1e-2,
    most_squeezing: Annotated[float, Range(10.0, 20.0), "Of the squeezer, dB; Voyager's is 10."] = 20.0,
    squeezing_loss: Annotated[float, Range(0.0, 0.9), "Share of the squeezed light lost on its way."] = 0.0,
    prices: PriceFile = None,
) -> do.Problem:
    """Design a gravitational-wave detector: arms, mirrors, laser, squeezer and tunings for a fixed sum.

    The objective is the mean of log10 of the strain noise over `points` frequencies from `lowest` to `highest` (Hz),
    less the same mean of the published interferometer of the `layout`: 0 is Voyager (or aLIGO), -0.1 is a noise 21 %
    smaller. Quantum noise only: by plane waves of the package Differometor (`model` "differometor"), or by formulas of
    the two-photon formalism ("closed-form"); "auto" takes the package where it is installed, and the problem's options
    say which it was. Limits, in W: `hard_side` and `soft_side` on every component, `detector` on photodetectors.
    Of the squeezed light `squeezing_loss` is lost on its way, in the published interferometer too: none, unless asked;
    pygwinc counts with 0.05 in Voyager, of which 20 dB leave 12. Losses in photodetectors are left out.
    `most_squeezing` (dB) of 10 asks for no more than Voyager does.

    Money goes to the length of the arms, the mass of their mirrors, the power of the laser and the dB of squeezing;
    isolation and prices of `prices` (a file over the book) are assumed. The default `budget` (kCHF) is what the
    published interferometer costs.
    """
    if not lowest < highest:
        raise ValueError(f"The frequencies go from {lowest:g} to {highest:g} Hz. Give a range that rises.")
    chosen = model_of(model)
    space = do.DesignSpace(_variables(layout, float(most_squeezing)))
    grid = tuple(np.geomspace(lowest, highest, points).tolist())
    machine = Interferometer(
        Prices.from_book(prices), layout, chosen, grid, float(hard_side), float(soft_side), float(detector),
        float(squeezing_loss),
    )  # fmt: skip
    people = references(machine, space)
    first = next(iter(people))
    money = float(np.sum([*machine.cost(people[first]).values()])) if budget is None else float(budget)
    level = reference_level(machine)

    def objective(response: do.Response) -> Float[Array, ""]:
        r"""Mean logarithm of the strain noise, $\langle\log_{10} h\rangle$, less that of the published machine."""
        return jnp.mean(jnp.log10(response["strain"])) - level

    return do.Problem(
        name=NAME,
        detector=machine,
        space=space,
        objective=objective,
        budget=money,
        spend_on={"length": 1, "mass": 1, "power": 1, "squeezing": 1},
        events=1,
        gradient_price=GRADIENT_PRICE,
        references=people,
        compare_with=first,
        options={
            "layout": layout,
            "model": chosen,
            "lowest": lowest,
            "highest": highest,
            "points": points,
            "hard_side": hard_side,
            "soft_side": soft_side,
            "detector": detector,
            "most_squeezing": most_squeezing,
            "squeezing_loss": squeezing_loss,
            "prices": prices,
        },
    )


def _variables(layout: str, most_squeezing: float) -> list[do.Real]:
    def passed(name: str) -> do.Real:
        return do.Real(name, EPS, 1 - EPS, scale="log")

    def angle(name: str, most: float = 180.0) -> do.Real:
        return do.Real(name, -most, most, label="deg")

    found = [
        do.Real("length", 1 * m, 4000 * m, unit=m, label="m"),
        do.Real("mass", 0.01 * kg, 200 * kg, unit=kg, label="kg"),
        do.Real("power", 0.01, 200.0, label="W"),
        do.Real("squeezing", 0.01, most_squeezing, label="dB"),
        passed("power_mirror"),
        passed("input_mirror"),
        passed("signal_mirror"),
        angle("signal_tuning"),
        angle("squeezing_angle"),
    ]
    if layout == "aligo":
        return [*found, do.Real("dark_offset", 1e-6, 1e-2, label="deg", scale="log")]
    return [*found, passed("filter_mirror"), angle("filter_tuning", 0.5), angle("homodyne")]
