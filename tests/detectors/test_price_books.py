"""`designopt evaluate` pays with the reviewed book or with the one that a first version pays with, and says which."""

import jax.numpy as jnp
import pytest

from designopt.analysis.written import written
from designopt.detectors.prices import DEFAULT_BOOK, FIRST_BOOK, read_prices
from designopt.problem.registry import evaluation, make

FIRST = ("calorimeter-segmentation-v1", "hadron-calorimeter-v1", "tracker-layout-v1")


@pytest.fixture(scope="module", params=FIRST)
def referred(request):
    """Name of a problem, its reference design as it is written down, and what the problem pays for it."""
    problem = make(request.param)
    name = problem.compare_with or next(iter(problem.references))
    design = {key: jnp.asarray(value) for key, value in problem.references[name].items()}
    return request.param, written(problem, design), float(problem.cost(design))


def test_the_first_book_by_its_name_gives_what_a_first_version_pays(referred):
    name, design, paid = referred
    found = evaluation(name).evaluate_design(design, prices="prices-v1.toml")
    assert found["total_cost"] == pytest.approx(paid, rel=1e-6)
    assert found["price_book"] == "prices-v1.toml"


def test_an_own_file_stands_over_the_reviewed_book(referred, tmp_path):
    name, design, _ = referred
    own = tmp_path / "mine.toml"
    own.write_text('[mechanics]\nlayer = { price = 5, unit = "EUR/cm2" }\n[layer]\n'
                   'tracker = { price = 5_000_000, unit = "CHF" }\n')  # fmt: skip
    current, found = (evaluation(name).evaluate_design(design, **options) for options in ({}, {"prices": str(own)}))
    assert current["price_book"] == "prices.toml"
    assert found["price_book"] == "mine.toml over prices.toml"
    assert found["total_cost"] > 1.02 * current["total_cost"]


def test_what_came_later_has_its_current_price_and_nothing_else():
    first, current = read_prices(None, FIRST_BOOK), read_prices()
    assert first.price("channel", "drift-chamber") == current.price("channel", "drift-chamber")
    assert not first.knows("volume", "Si")
    assert first.price("area", "Si") > current.price("area", "Si")
    assert set(read_prices(None, DEFAULT_BOOK).entries) == set(current.entries)
