"""Evolution meets new muons in every generation, draws them where leaks are uncertain, and finds better shields."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors.muon_shield.evolve import SCARCEST, Phase, evolve, leaky
from designopt.detectors.muon_shield.muons.beam import Bands
from designopt.detectors.muon_shield.muons.sample import frozen_sample
from designopt.detectors.muon_shield.problem import muon_shield
from designopt.detectors.muon_shield.race import Race

PROBLEM = muon_shield(muons=20, straggling=False, steps=8, saturation=False)
START = np.asarray(PROBLEM.space.encode(PROBLEM.references["baseline"]))
PHASES = (Phase(5, 0.05, 2000, 0, 8), Phase(1, 0.02, 1000, 2, 8))


@pytest.fixture(scope="module")
def generations():
    return list(evolve(PROBLEM, START, PHASES, designs=12, seed=3))


def test_muons_are_drawn_where_they_make_the_count_most_certain():
    """The law of the shares from chances known here: no other allocation has a smaller variance."""
    chance, spectrum = np.array([1e-5, 1e-3, 0.2]), np.array([0.9, 0.09, 0.01])
    bands = Bands((0.0, 30.0, 150.0, 400.0), (0.5, 0.3, 0.2))
    squares = chance * spectrum**2 / np.array(bands.shares)
    shares = np.array(leaky(bands, squares).shares)
    assert shares.sum() == pytest.approx(1)
    assert shares == pytest.approx(spectrum * np.sqrt(chance) / np.sum(spectrum * np.sqrt(chance)))

    def variance(drawn):
        return np.sum(spectrum**2 * chance / drawn)

    for shift in np.eye(3) - np.roll(np.eye(3), 1, axis=0):
        assert variance(shares + 0.02 * shift) > variance(shares) < variance(shares - 0.02 * shift)


def test_a_band_without_hits_is_still_watched():
    assert min(leaky(Bands(), np.eye(8)[2]).shares) == pytest.approx(SCARCEST / (1 + 7 * SCARCEST))
    assert leaky(Bands(), np.zeros(8)).shares == pytest.approx((1 / 8,) * 8)


def test_every_muon_is_counted(generations):
    """With halvings 12 shields meet one block, 6 a second one and 3 two more."""
    assert [g.muons for g in generations] == [
        24_000,
        48_000,
        72_000,
        96_000,
        120_000,
        120_000 + (12 + 6 + 3 * 2) * 1000,
    ]


def test_who_drops_out_of_a_race_ranks_behind_all_that_run_on():
    race = Race(np.array([0.0, 0.0, 0.0, 0.1]))
    for design, hits in enumerate((30.0, 10.0, 20.0, 0.0)):
        race.see(design, hits)
    race.halve()
    assert list(race.running) == [1, 2], "the fourth breaks a limit"
    race.see(1, 1000.0)
    race.see(2, 0.0)
    assert list(race.order()) == [2, 1, 0, 3], "worse than the first in the mean, but it ran on"
    assert list(race.hits) == [30.0, 505.0, 10.0, 0.0]


def test_shields_get_better_on_muons_none_of_them_has_met(generations):
    unseen = eqx.tree_at(lambda d: d.sample, PROBLEM.as_built_detector, frozen_sample(9, 8000, Bands(), 7, 8))
    before, after = (
        float(unseen.response(PROBLEM.decode(jnp.asarray(u)))["hits"]) for u in (START, generations[-1].centre)
    )
    assert after < 0.6 * before


def test_the_centre_keeps_its_limits_nearly_and_the_budget_exactly(generations):
    design = PROBLEM.decode(jnp.asarray(generations[-1].centre))
    assert max(float(g) for g in PROBLEM.constraints(design).values()) < 0.01
    assert float(PROBLEM.cost(design)) <= PROBLEM.budget * (1 + 1e-9)


def test_a_seed_gives_the_same_search_again(generations):
    again = next(evolve(PROBLEM, START, PHASES, designs=12, seed=3))
    first = generations[0]
    assert np.array_equal(again.centre, generations[0].centre)
    assert (again.hits, again.width, again.muons) == (first.hits, first.width, first.muons)
