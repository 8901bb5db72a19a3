"""The problem `neutrino-telescope-v1`: how many strings, where, how long, and how many modules on each."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

import designopt as do
from designopt.detectors.neutrino_telescope.cost import prices_of
from designopt.detectors.neutrino_telescope.detector import NeutrinoTelescope, triggered_mean
from designopt.detectors.neutrino_telescope.references.hand_made import design_of, hand_made
from designopt.detectors.neutrino_telescope.references.layouts import SITES, Site, hexagon
from designopt.units import m
from designopt.written import Range, declared

NAME = "neutrino-telescope-v1"
ENERGY_WEIGHT = 0.3
VOLUME_WEIGHT = 0.5
"""A point source on a background is seen with a significance of V / sqrt(V sigma^2) = sqrt(V) / sigma."""
GRADIENT_PRICE = 6.6  # CPU time of eight designs: 24.6 ms each with their gradients, 3.7 ms without
BEST = "tall wide hexagon", "tall hexagon", "hexagon"
"""The hand-made layout that gains are quoted against: the first that there is for the money."""
WIDE = 2.0
"""Distances of strings from the hexagon of the budget to the edge of the cylinder of events (assumed)."""

Slots = Annotated[int, Range(1, 300)]
Modules = Annotated[int, Range(2, 500)]
Events = Annotated[int, Range(1, 100_000)]
Share = Annotated[float, Range(0.0, 1.0)]
Metres = Annotated[float, Range(0.1, 1e5)]
Weight = Annotated[float, Range(0.0, 100.0)]
Money = Annotated[float, Range(0.0, 1e9)]


class Sensitivity:
    r"""$\langle\ln\sigma_\Omega\rangle + 0.3\,\langle\ln\sigma_{\log E}\rangle - 0.5\,\ln(V/\mathrm{km}^3)$.

    Smaller is better. Means over triggered events; the angle in rad, V the effective volume.
    """

    def __init__(self, energy_weight: float, volume_weight: float):
        self.energy_weight, self.volume_weight = energy_weight, volume_weight

    def __call__(self, response: do.Response) -> Float[Array, ""]:
        """The number of a response; `response` as the detector gives it."""
        angle, energy = (triggered_mean(jnp.log(response[name]), response["trigger"]) for name in ("angle", "energy"))
        volume = jnp.log(response["effective_volume"])
        return angle + self.energy_weight * energy - self.volume_weight * volume


@declared
def neutrino_telescope(
    budget: float | None = None,
    site: str = "arca",
    strings: Slots = 9,
    modules: Modules | None = None,
    events: Events = 48,
    tracks: Share = 0.5,
    distance: Metres | None = None,
    absorption: Metres | None = None,
    energy_weight: Weight = ENERGY_WEIGHT,
    volume_weight: Weight = VOLUME_WEIGHT,
    prices: Mapping[str, Money] | None = None,
) -> do.Problem:
    """Hang up to 9 strings of light sensors in ice or water for a fixed sum: where, how long, how many modules.

    The objective is <ln sigma_angle> + 0.3 <ln sigma_log10E> - 0.5 ln(effective volume / km3), means over triggered
    events: `tracks` of the `events` are muons, the others cascades, even in a cylinder around the strings, in all
    directions and in the logarithm of energy. `site`, "icecube", "gen2", "orca", "arca" or "p-one", says the medium,
    the energies, how deep strings may hang, and whose strings the hand-made layouts have.

    Money (kCHF, assumed): every string, its cable (from the surface in ice, from the sea floor in water), its modules,
    and ground cable to the hub at x = y = 0. Without a budget: what the site's hexagon of seven strings costs, or of
    all, where there are fewer slots. `strings` is the number of slots, `modules` the most of a string (the site's if
    left out), `distance` the least between two strings in m (0.4 of the site's), `absorption` another absorption length
    in m, `prices` those to be others: deployment, cable, module, ground_cable.
    """
    if site not in SITES:
        raise ValueError(f"The site is '{site}'. Write one of {', '.join(SITES)}.")
    place = SITES[site]
    medium = place.medium if absorption is None else replace(place.medium, absorption=absorption)
    most = place.modules if modules is None else modules
    usual = min(7, strings)
    reach = float(np.max(np.hypot(*hexagon(usual, place.between).T))) + WIDE * place.between
    detector = NeutrinoTelescope(
        medium=medium,
        prices=prices_of(medium.name, prices),
        most=most,
        radius=reach,
        depths=place.depths,
        floor=place.floor,
        energies=place.energies,
        cascades=events - round(tracks * events),
        tracks=round(tracks * events),
        trigger=place.trigger,
        distance=0.4 * place.between if distance is None else distance,
    )
    space = space_of(place, strings, most, reach)

    money = jax.jit(lambda design: jnp.sum(jnp.stack(list(detector.cost(design).values()))))
    paid = float(money(design_of(place, space, hexagon(usual, place.between)))) if budget is None else budget
    references = hand_made(place, space, money, paid)
    return do.Problem(
        name=NAME,
        detector=detector,
        space=space,
        objective=Sensitivity(energy_weight, volume_weight),
        budget=paid,
        spend_on={"present": 1, "modules": 1, **({"spacing": 1} if place.floor is None else {"top_depth": -1})},
        gradient_price=GRADIENT_PRICE,
        references=references,
        compare_with=next((name for name in BEST if name in references), None),
        options=options_of(
            site=site, strings=strings, modules=modules, events=events, tracks=tracks, distance=distance,
            absorption=absorption, energy_weight=energy_weight, volume_weight=volume_weight,
            prices=None if prices is None else dict(prices),
        ),
    )  # fmt: skip


def space_of(site: Site, strings: int, most: int, reach: float) -> do.DesignSpace:
    """The variables: `strings` slots of up to `most` modules, at most `reach` m from the hub along x and y."""
    top, bottom = site.depths
    lowest = bottom - 0.2 * (bottom - top)
    return do.DesignSpace(
        [
            do.Real("x", -reach * m, reach * m, unit=m, label="m", count=strings),
            do.Real("y", -reach * m, reach * m, unit=m, label="m", count=strings),
            do.Real("top_depth", top * m, lowest * m, unit=m, label="m", count=strings),
            do.Real("spacing", 0.3 * site.spacing * m, 3.0 * site.spacing * m, unit=m, label="m", count=strings),
            do.Integer("modules", 1, most, count=strings),
            do.Integer("present", 0, 1, count=strings),
        ]
    )


def options_of(**options: Any) -> dict[str, Any]:
    """Options as the card holds them."""
    return options
