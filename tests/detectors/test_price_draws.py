"""Prices drawn from their ranges: inside them, alike for every design, and nothing else moves."""

import numpy as np
import pytest

from designopt import make
from designopt.analysis.perturbations import changes
from designopt.detectors.price_draws import drawn
from designopt.detectors.prices import read_prices

PROBLEM = make("hadron-calorimeter-v2", uniform=False)
CLD = PROBLEM.references["CLD"]


def test_every_price_stays_in_its_range_and_those_without_stay_what_they_are():
    book = read_prices()
    ranged = [name for name, price in book.entries.items() if price.low is not None]
    assert len(ranged) > 20
    draws = [drawn(book, number) for number in range(8)]
    for name, price in book.entries.items():
        values = {draw.entries[name].value for draw in draws}
        if name in ranged:
            assert len(values) == 8
            assert all(price.low <= value <= price.high for value in values)
        else:
            assert values == {price.value}
    assert drawn(book, 3).entries == draws[3].entries


def test_items_follow_their_prices():
    """Mechanics at 3-5 EUR/cm2 for 4, tiles' read-out at 4-12 EUR for 8; coil and second read-out are in no book."""
    factors = [PROBLEM.price_factors(CLD, draw) for draw in range(8)]
    for one in factors:
        assert set(one) == {"sensors", "channels", "mechanics", "steel", "coil", "second read-out"}
        assert 0.75 <= one["mechanics"] <= 1.25
        assert 0.5 <= one["channels"] <= 1.5
        assert one["coil"] == one["steel"] == one["second read-out"] == 1
    assert len({one["mechanics"] for one in factors}) == 8


def test_examine_draws_the_same_prices_for_every_design():
    u = np.asarray(PROBLEM.space.encode(CLD))
    items = list(PROBLEM.detector.cost(CLD))
    found = [change for change in changes(PROBLEM, u, items, 1) if change.kind == "ranges"]
    assert [change.draw for change in found] == list(range(8))
    for change in found:
        assert change.factors == pytest.approx({**dict.fromkeys(items, 1.0), **PROBLEM.price_factors(CLD, change.draw)})
        assert "sizes" in change.compensations
    plain = make("plane-spacing-v1")
    point = np.full(plain.size, 0.5)
    assert not [one for one in changes(plain, point, ["planes"], 1) if one.kind == "ranges"]
