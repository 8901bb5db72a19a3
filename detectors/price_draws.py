"""All prices of the book at once, each drawn from its range: how many times as dear every item of a cost becomes."""

import math
from collections.abc import Callable, Mapping

import numpy as np

from designopt.design.space import Design
from designopt.detectors.prices import Price, PriceBook
from designopt.problem.detector import CostBreakdown


def drawn(book: PriceBook, draw: int) -> PriceBook:
    r"""The book with every price that has a range drawn from it, log-uniformly and independently.

    A range that begins at nothing is drawn from uniformly. The same draw gives the same book, whatever the problem.
    """
    random = np.random.default_rng((20, draw))
    return PriceBook({name: _drawn(book.entries[name], float(random.random())) for name in sorted(book.entries)})


def _drawn(price: Price, share: float) -> Price:
    if price.low is None or price.high is None:
        return price
    if price.low > 0:
        value = price.low * math.exp(share * math.log(price.high / price.low))
    else:
        value = price.low + share * (price.high - price.low)
    return Price(value, price.quoted, price.source, price.low, price.high)


def price_factors(
    book: PriceBook, cost: Callable[[PriceBook], Callable[[Design], CostBreakdown]]
) -> Callable[[Design, int], Mapping[str, float]]:
    """What a problem says of its `price_factors`: design and number of a draw to a factor for every item of its cost.

    Args:
        book: prices of the problem.
        cost: from a book to the cost of a design by item, kCHF.
    """

    def factors(design: Design, draw: int) -> Mapping[str, float]:
        usual, other = (cost(one)(design) for one in (book, drawn(book, draw)))
        return {item: float(other[item] / usual[item]) if float(usual[item]) else 1.0 for item in usual}

    return factors
