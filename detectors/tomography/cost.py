"""What panels cost: area and read-out channels in kCHF, or TomOpt's units of money."""

from dataclasses import dataclass

import jax.numpy as jnp
from jaxtyping import Array, Float

import designopt as do
from designopt.detectors.prices import read_prices
from designopt.detectors.tomography.physics.tracks import Panels
from designopt.units import m

TECHNOLOGY = "micropattern-gas"
"""Of the price book: 100 um over a square metre, as strips 0.35 mm apart."""
STRIPS = 12**0.5
"""Pitch of strips over the error of a hit: strips that say yes or no."""


@dataclass(frozen=True)
class Prices:
    """kCHF for a square metre of panel and for a channel; a channel of 0 has no item of its own."""

    area: float
    channel: float


TOMOPT = Prices(1.0, 0.0)
"""One unit of money for a square metre and none for channels (arXiv 2309.14027; its budget is 6)."""


def prices_of(money: str, book: str | None) -> Prices:
    """Prices in "kCHF", from the price book with a user's file over it, or "TomOpt" units.

    Raises ValueError for another kind of money.

    Args:
        money: "kCHF" or "TomOpt".
        book: path of a TOML file, or None.
    """
    if money not in ("kCHF", "TomOpt"):
        raise ValueError(f'\'money\' is {money!r}. Write "kCHF", or "TomOpt" for its units: one a square metre.')
    if money == "TomOpt":
        return TOMOPT
    prices = read_prices(book)
    return Prices(prices.price("area", TECHNOLOGY) * m**2, prices.price("channel", TECHNOLOGY))


def cost_of(panels: Panels, resolution: float, prices: Prices) -> do.CostBreakdown:
    r"""Money by item: area $\sum g\,a\,b$, and channels $\sum g\,(a + b)/(\sqrt{12}\sigma)$ of strips in x and y.

    Args:
        panels: spans a, b in m and presence g.
        resolution: error of a hit, m.
        prices: of a square metre and a channel.
    """
    area = jnp.sum(panels.present * panels.span_x * panels.span_y)
    if prices.channel == 0:
        return {"area": prices.area * area}
    return {"area": prices.area * area, "channels": prices.channel * channels_of(panels, resolution)}


def channels_of(panels: Panels, resolution: float) -> Float[Array, ""]:
    """Strips in x and y of all panels.

    Args:
        panels: spans in m and presence.
        resolution: error of a hit, m.
    """
    return jnp.sum(panels.present * (panels.span_x + panels.span_y)) / (STRIPS * resolution)
