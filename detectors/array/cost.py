"""What an array costs: units, trench and cable, ground."""

from pathlib import Path

import equinox as eqx
from jaxtyping import Array, Float

from designopt import CostBreakdown
from designopt.detectors.array.layout import enclosed, trench
from designopt.detectors.array.showers.flux import TANKS
from designopt.detectors.prices import PriceBook, read_prices
from designopt.units import m

BOOK = Path(__file__).with_name("prices.toml")


class Prices(eqx.Module):
    """kCHF for a unit of 19 tanks, for a metre of trench and cable, and for a square metre of ground."""

    unit: float
    metre: float
    ground: float

    @classmethod
    def of(cls, own: str | None = None) -> "Prices":
        """Those of the array's book with the entries of a user's own file over it. ValueError for a wrong file."""
        book: PriceBook = read_prices(own, BOOK)
        return cls(
            TANKS * book.price("channel", "water-tank"),
            book.price("length", "array-cable") * m,
            book.price("area", "array-site") * m**2,
        )


def bill(
    prices: Prices, x: Float[Array, " unit"], y: Float[Array, " unit"], present: Float[Array, " unit"]
) -> CostBreakdown:
    """Money by item, kCHF: as many units as there are, every one's line to the hub, and the smooth hull of them all.

    Args:
        prices: kCHF for a unit, a metre and a square metre.
        x: from the hub, m.
        y: from the hub, m.
        present: 0 to 1.
    """
    return {
        "units": prices.unit * present.sum(),
        "trench and cable": prices.metre * trench(x, y, present),
        "area": prices.ground * enclosed(x, y, present),
    }
