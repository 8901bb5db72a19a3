"""The information filter: the same errors as from the covariance of all hits, at any momentum and for any stack."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors.tracker.resolution.covariance import errors, root_covariance
from designopt.detectors.tracker.resolution.information import Turns, Ways, filtered_errors, in_order

SIZES = (12, 100)
FILTER = jax.jit(filtered_errors)
METRES, UNIT = 1.0, 1e-5


def stack(size, momentum, seed=3):
    """Random layers of 0.5 to 3 % of X0 between 2 cm and 2 m, 3 to 100 um, in 2 T at 50 degrees; in 10 um units."""
    random = np.random.default_rng(seed)
    s, bend = np.sort(random.uniform(0.02, 2.0, size)), 0.3 * 2.0 / momentum / 2  # at 0.1 GeV a loop has 1 m
    s = s if momentum > 0.2 else 0.25 * s
    material, sine = random.uniform(0.005, 0.03, size), np.sin(np.radians(50))
    kick = (0.0136 / momentum / UNIT) ** 2 * material / sine
    weights = (UNIT / random.uniform(3e-6, 1e-4, (2, size))) ** 2
    lever, bulge = np.sin(2 * bend * s) / (2 * bend), 0.5 * (np.sin(bend * s) / bend) ** 2
    ways = Ways(*(jnp.asarray(v)[:, None] for v in (s, np.cos(2 * bend * s), lever, bulge, *weights, kick)))
    return ways, Turns(jnp.full(1, 2 * bend * np.cos(np.radians(50))), jnp.full(1, 1 / sine)), 2 * bend


@jax.jit
def by_covariance(ways, turns, omega):
    """All hits of both planes at once, with the matrix of correlated scattering."""
    s, cosine, lever, bulge, across, along, kick = (values[:, 0] for values in ways)
    ahead, none = jnp.maximum(s[:, None] - s[None, :], 0.0), jnp.zeros((s.size, 3))
    plane, line = jnp.stack([cosine, lever, bulge], axis=1), jnp.stack([jnp.ones_like(s), s], axis=1)
    turned = jnp.sin(omega * ahead) / omega
    curled = turns.curling[0] * 2 * (jnp.sin(0.5 * omega * ahead) / omega) ** 2
    design = jnp.block([[plane, none[:, :2]], [none, line]])
    levers = jnp.block([[turned, curled], [0 * turned, ahead * turns.rising[0]]])
    return errors(root_covariance(design, jnp.sqrt(jnp.concatenate([across, along])), levers, jnp.tile(kick, 2)))


@pytest.mark.parametrize("momentum", [0.1, 1.0, 30.0, 1000.0])
@pytest.mark.parametrize("size", SIZES)
def test_the_filter_is_the_covariance_of_all_hits(size, momentum):
    ways, turns, omega = stack(size, momentum)
    found = np.asarray(FILTER(ways, turns, jnp.full((5, 1), jnp.inf)))[:, 0]
    assert np.all(found > 0)
    assert found == pytest.approx(np.asarray(by_covariance(ways, turns, omega)), rel=1e-7)


def test_its_slopes_are_those_of_the_covariance():
    ways, turns, omega = stack(12, 3.0)
    open_ends = jnp.full((5, 1), jnp.inf)
    found = jax.jit(jax.grad(lambda w: jnp.sum(jnp.log(filtered_errors(w, turns, open_ends)))))(ways)
    wanted = jax.jit(jax.grad(lambda w: jnp.sum(jnp.log(by_covariance(w, turns, omega)))))(ways)
    for name in ("across", "along", "kick"):
        expected = np.asarray(getattr(wanted, name))
        scale = float(np.max(np.abs(expected)))
        assert np.asarray(getattr(found, name)) == pytest.approx(expected, rel=1e-6, abs=1e-6 * scale), name


def test_what_hits_leave_open_is_no_number_and_spoils_nothing_else():
    """Without z, momentum and d0 stay measured; with two hits in r-phi nothing in that plane is."""
    ways, turns, _ = stack(12, 3.0)
    free = jnp.full((5, 1), jnp.inf)
    blind = np.asarray(FILTER(ways._replace(along=0.0 * ways.along), turns, free))[:, 0]
    assert np.all(np.isfinite(blind[:3]))
    assert np.all(np.isnan(blind[3:]))
    assert np.all(blind[:3] >= np.asarray(FILTER(ways, turns, free))[:3, 0])
    few = np.asarray(FILTER(ways._replace(across=ways.across.at[2:].set(0.0)), turns, free))[:, 0]
    assert np.all(np.isnan(few[:3]))
    assert np.all(np.isfinite(few[3:]))


def test_a_track_puts_its_surfaces_in_order_and_slopes_go_back():
    values, order = jnp.asarray([[3.0, 1.0, 2.0]]), jnp.asarray([[1, 2, 0]])
    assert np.asarray(in_order(values, order)) == pytest.approx(np.array([[1.0, 2.0, 3.0]]))
    slope = jax.grad(lambda v: in_order(v, order) @ jnp.asarray([1.0, 10.0, 100.0]) @ jnp.ones(1))(values)
    assert np.asarray(slope) == pytest.approx(np.array([[100.0, 1.0, 10.0]]))
