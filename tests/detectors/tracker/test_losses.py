"""The loss of a layer from the smoothing pass is what a second fit without its hit says."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.resolution.crossing import Tracks
from designopt.detectors.tracker.resolution.track_parameters import resolution, resolution_and_losses
from designopt.detectors.tracker.review.patterns import over_patterns, smooth_maximum

RADII = jnp.asarray([15.6, 20.0, 40.0, 120.0, 686.0, 500.0, 1500.0])
SEES = jnp.asarray([0.0, 1.0, 1.0, 0.6, 0.0, 1.0, 1.0, 1.0, 1.0])
LAYOUT = Layout(
    radius=RADII,
    half_length=jnp.asarray([jnp.inf, 130.0, 130.0, 400.0, 2200.0, 700.0, 1300.0]),
    z=jnp.asarray([300.0, 1350.0]),
    inner=jnp.asarray([40.0, 200.0]),
    outer=jnp.asarray([110.0, 1500.0]),
    material=jnp.asarray([0.003, 0.006, 0.006, 0.01, 0.0125, 0.014, 0.014, 0.006, 0.014]),
    measures_rphi=SEES,
    measures_along=SEES,
    sigma_rphi=jnp.full(9, 0.005),
    sigma_along=jnp.full(9, 0.007),
)
PT, COT = np.meshgrid([0.2, 1.0, 45.0, 100.0], [0.0, 0.5, 1.2, 3.0, 6.0], indexing="ij")
TRACKS = Tracks(jnp.asarray(PT), jnp.asarray(COT), jnp.full(PT.shape, 3.0))
FIT = jax.jit(lambda layout: resolution(layout, TRACKS, 2.0, prior=True))
LOSSES = jax.jit(lambda layout: resolution_and_losses(layout, TRACKS, 2.0))
NAMES = ("pt", "d0", "z0")


def without(surface):
    seen = LAYOUT.measures_rphi.at[surface].set(0.0)
    return eqx.tree_at(lambda found: (found.measures_rphi, found.measures_along), LAYOUT, (seen, seen))


def test_errors_are_those_of_the_filter():
    found, plain = LOSSES(LAYOUT)[0], FIT(LAYOUT)
    for name in (*NAMES, "phi", "cot"):
        assert np.asarray(getattr(found, name)) == pytest.approx(np.asarray(getattr(plain, name)), rel=1e-6), name


@pytest.mark.parametrize("surface", range(LAYOUT.material.size))
def test_a_loss_is_what_a_fit_without_the_hit_says(surface):
    losses, whole, lacking = np.asarray(LOSSES(LAYOUT)[1]), FIT(LAYOUT), FIT(without(surface))
    for row, name in enumerate(NAMES):
        expected = np.log(np.asarray(getattr(lacking, name)) / np.asarray(getattr(whole, name)))
        found = losses[row, :, :, surface]
        assert found[1:] == pytest.approx(expected[1:], abs=2e-5), name
        assert found[0] == pytest.approx(expected[0], abs=2e-3), name  # curlers with few hits: rounding


def test_a_curler_that_turns_round_on_its_last_layer_loses_what_a_fit_says():
    """0.5 GeV in 2 T turns at 1668 mm: rounding made 1e8 of the loss of a layer at 1659 mm, in some directions only."""
    radii = jnp.asarray([15.6, 686.0, 18.0, 37.0, 57.5, 127.0, 391.0, 683.0, 1115.0, 1659.0])
    seen = jnp.ones(10).at[:2].set(0.0)
    layers = Layout(
        radius=radii, half_length=jnp.full(10, 1300.0), z=jnp.zeros(0), inner=jnp.zeros(0), outer=jnp.zeros(0),
        material=jnp.asarray([0.0034, 0.0125, *[0.0066] * 3, 0.0108, 0.0107, 0.0128, 0.0168, 0.0171]),
        measures_rphi=seen, measures_along=seen, sigma_rphi=jnp.full(10, 0.006), sigma_along=jnp.full(10, 0.006),
    )  # fmt: skip
    slopes = jnp.linspace(0.0, 0.5, 60)
    tracks = Tracks(jnp.full(60, 0.5), slopes, jnp.zeros(60))
    whole, losses = resolution_and_losses(layers, tracks, 2.0)
    blind = eqx.tree_at(lambda found: (found.measures_rphi, found.measures_along), layers, (seen.at[9].set(0.0),) * 2)
    lacking = resolution(blind, tracks, 2.0, prior=True)
    for row, name in enumerate(NAMES):
        expected = np.log(np.asarray(getattr(lacking, name)) / np.asarray(getattr(whole, name)))
        assert np.asarray(losses)[row, :, 9] == pytest.approx(expected, abs=2e-3), name


def test_a_curler_loses_nothing_with_a_layer_that_it_does_not_reach():
    losses = np.asarray(LOSSES(LAYOUT)[1])
    assert np.all(losses[:, 0, :, 6] == 0)  # 0.2 GeV turns at 667 mm; the layer stands at 1500 mm
    assert losses[0, 1, 0, 6] > 0.5


def test_a_dead_surface_loses_nothing():
    losses = np.asarray(LOSSES(LAYOUT)[1])
    assert np.all(losses[..., 0] == 0)
    assert np.all(losses[..., 4] == 0)


def test_the_mean_over_patterns_is_first_order_in_the_inefficiency():
    logs = jnp.log(jnp.asarray([2.0, 1.0, 1.5]))
    assert float(over_patterns(jnp.asarray(3.0), logs, 0.02)) == pytest.approx(3 * (0.94 + 0.02 * (2.0 + 1.0 + 1.5)))


def test_a_smooth_maximum_is_never_below_the_largest():
    values = jnp.asarray([0.1, 0.9, 0.899])
    assert 0.9 <= float(smooth_maximum(values)) <= 0.9 + 0.02 * np.log(3)
