"""Cells: the closed forms against quadrature, sums that are one, containment against the published rule."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import gamma

from designopt.detectors.calorimeter.lateral.cells import (
    RadialShape,
    centre_of_gravity,
    density_at,
    impact_from_centre_of_gravity,
    radial_shape,
    share_in_cell,
    share_in_corner,
    share_left_of,
    share_within,
    shower_share_in_cell,
)

SHAPE = RadialShape(jnp.array(0.12), jnp.array(0.8), jnp.array(0.7))
cell_share = jax.jit(share_in_cell)
shower_share = jax.jit(shower_share_in_cell)
round_trip = jax.jit(lambda x, p, b: impact_from_centre_of_gravity(centre_of_gravity(x, p, b), p, b))

# Depth-averaged containment at 1, 2 and 3.5 Molière radii for 1-10 GeV: docs/physics/calorimeter.md.
CONTAINMENT = {
    "PbWO4": (68.4, 9.64e-3, (0.876, 0.898), (0.954, 0.964), (0.982, 0.987)),
    "W": (74.0, 7.97e-3, (0.876, 0.898), (0.954, 0.964), (0.982, 0.987)),
    "Pb": (82.0, 7.43e-3, (0.876, 0.898), (0.954, 0.964), (0.982, 0.987)),
    "Fe": (26.0, 21.68e-3, (0.83, 0.85), (0.93, 0.93), (0.97, 0.97)),
}


@pytest.mark.parametrize(("x", "y", "radius"), [(0.3, 0.7, 0.2), (5.0, 0.01, 1.0), (1.0, 1.0, 0.05), (20.0, 3.0, 2.0)])
def test_rectangle_equals_quadrature_of_the_radial_density(x, y, radius):
    def column(at):  # integral over y of R^2 / (pi (x^2 + y^2 + R^2)^2), elementary
        k = np.hypot(at, radius)
        return radius**2 / np.pi * (y / (2 * k**2 * (k**2 + y**2)) + np.arctan(y / k) / (2 * k**3))

    numeric = quad(column, 0, x, epsabs=1e-14, epsrel=1e-13, limit=400, points=[min(radius, x / 2)])[0]
    assert float(share_in_corner(x, y, radius)) == pytest.approx(numeric, abs=1e-12)


def test_strip_is_the_rectangle_that_is_infinitely_tall():
    tall = 2 * share_in_corner(jnp.array(0.7), jnp.array(1e9), jnp.array(0.3))
    assert float(tall) == pytest.approx(float(share_left_of(0.7, 0.3)) - 0.5, abs=1e-9)


def test_projected_density_is_the_derivative_of_the_share():
    slope = jax.grad(share_left_of)(0.37, 0.21)
    assert float(slope) == pytest.approx(float(density_at(0.37, 0.21)), rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5), st.floats(0.05, 3.0))
def test_cells_that_tile_the_plane_share_the_whole_shower(x, y, pitch):
    edges = np.concatenate([[-1e12], (np.arange(-6, 6) + 0.5) * pitch, [1e12]])
    left, bottom = np.meshgrid(edges[:-1] - x * pitch, edges[:-1] - y * pitch)
    right, top = np.meshgrid(edges[1:] - x * pitch, edges[1:] - y * pitch)
    assert float(jnp.sum(shower_share(left, right, bottom, top, SHAPE))) == pytest.approx(1.0, abs=1e-12)


def test_splitting_a_cell_changes_nothing():
    whole = cell_share(-0.3, 0.9, 0.1, 0.5, 0.2)
    halves = cell_share(-0.3, 0.2, 0.1, 0.5, 0.2) + cell_share(0.2, 0.9, 0.1, 0.5, 0.2)
    assert float(whole) == pytest.approx(float(halves), abs=1e-14)


def test_share_of_a_disc_equals_the_integral_of_the_radial_profile():
    def profile(r):
        return sum(
            p * 2 * r * R**2 / (r**2 + R**2) ** 2
            for p, R in ((float(SHAPE.core_share), float(SHAPE.core)), (1 - float(SHAPE.core_share), float(SHAPE.tail)))
        )

    assert float(share_within(1.3, SHAPE)) == pytest.approx(
        quad(profile, 0, 1.3, epsabs=1e-13, epsrel=1e-13)[0], abs=1e-11
    )


@pytest.mark.parametrize("material", CONTAINMENT)
@pytest.mark.parametrize("energy", [1.0, 3.0, 10.0])
def test_radial_containment_is_the_published_one(material, energy):
    charge, critical, *bands = CONTAINMENT[material]
    relative = np.log(energy / critical)
    maximum = relative - 0.812
    alpha = 0.81 + (0.458 + 2.26 / charge) * relative
    depth = np.linspace(0, 30, 1501)[1:]
    weight = gamma.pdf(depth, alpha, scale=maximum / (alpha - 1))
    shape = radial_shape(jnp.asarray(depth / maximum), energy, charge, 1.0, 0.0)
    for radius, (low, high) in zip((1.0, 2.0, 3.5), bands, strict=True):
        inside = float(np.average(share_within(radius, shape), weights=weight))
        assert low - 0.01 < inside < high + 0.01, f"{inside:.3f} of {material} within {radius} Molière radii"


@given(st.floats(-0.49, 0.49), st.floats(1.0, 100.0), st.floats(1.0, 50.0))
@settings(max_examples=40, deadline=None)
def test_the_s_curve_and_its_inverse_cancel(impact, pitch, slope):
    assert float(round_trip(impact * pitch, pitch, slope)) == pytest.approx(impact * pitch, abs=1e-9 * pitch)


def test_the_s_curve_is_the_centre_of_gravity_of_an_exponential_profile():
    pitch, slope, impact = 20.0, 6.0, 4.0
    edges = (np.arange(-40, 41) + 0.5) * pitch - impact
    below = np.where(edges < 0, 0.5 * np.exp(-np.abs(edges) / slope), 1 - 0.5 * np.exp(-np.abs(edges) / slope))
    centres = np.arange(-39, 41) * pitch
    assert np.sum(np.diff(below) * centres) == pytest.approx(float(centre_of_gravity(impact, pitch, slope)), abs=1e-9)


@given(st.floats(0, 6), st.floats(0.3, 200), st.floats(10, 92), st.floats(0.6, 1.0), st.floats(0, 4))
@settings(max_examples=60, deadline=None)
def test_radial_parameters_stay_physical_everywhere(stage, energy, charge, ratio, cell):
    shape = _shape(stage, energy, charge, ratio, cell)
    assert float(shape.core) > 0
    assert float(shape.tail) > 0
    assert 0 <= float(shape.core_share) <= 1


def test_thicker_absorbers_do_not_narrow_a_shower_without_end():
    thin, thick = (_shape(0.7, 10.0, 70.0, 0.7, cell) for cell in (0.7, 4.0))
    assert float(share_within(1.0, thick)) == pytest.approx(float(share_within(1.0, thin)), abs=0.01)


_shape = jax.jit(radial_shape)
