"""The angle of multiple scattering, against Highland's formula written out by hand."""

import math

import jax.numpy as jnp
import pytest

from designopt.detectors.tracker.resolution.scattering import kick
from designopt.units import GeV


@pytest.mark.parametrize(("thickness", "momentum", "angle"), [
    # 13.6 MeV / p sqrt(x) (1 + 0.038 ln x), in rad: x = 0.01: 1 + 0.038 (-4.605) = 0.825; x = 1: 1; x = 0.001: 0.7375
    (0.01, 1.0, 0.0136 * 0.1 * 0.825), (1.0, 1.0, 0.0136), (0.01, 10.0, 0.00136 * 0.1 * 0.825),
    (0.001, 1.0, 0.0136 * math.sqrt(0.001) * 0.73751),
])  # fmt: skip
def test_a_layer_of_its_own_scatters_as_highland_says(thickness, momentum, angle):
    assert float(kick(jnp.asarray(thickness), momentum * GeV)) == pytest.approx(angle**2, rel=1e-3)


def test_a_logarithm_that_is_given_counts_for_all_layers_and_slow_particles_scatter_more():
    found = kick(jnp.asarray([0.0, 0.02, 0.04]), 1.0 * GeV, 0.5, 0.01)
    assert found[0] == 0.0
    assert float(found[1]) == pytest.approx(0.02 * (0.0136 / 0.5 * 0.825) ** 2, rel=1e-3)
    assert float(found[2]) == pytest.approx(2.0 * float(found[1]))
