"""Bending in vacuum with its signs, Highland's widths, and unit vectors that stay unit vectors."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors.muon_shield.transport.bending import bend
from designopt.detectors.muon_shield.transport.energy_loss import energy_of
from designopt.detectors.muon_shield.transport.scattering import deflect, highland_angle, step_angle
from designopt.detectors.muon_shield.transport.step import Matter, Noise, Physics, Track, drift, interact
from designopt.units import cm, m, mrad

STEPS = 10  # of 10 cm
QUIET = Noise(*jnp.zeros((4, 1)))


@jax.jit
def metre_of_vacuum(charge, field_x, field_y, momentum):
    one = jnp.ones(1)
    track = Track(0 * one, 0 * one, 0 * one, 0 * one, one, energy_of(momentum * one))
    matter = Matter(0 * one, field_x * one, field_y * one)
    for _ in range(STEPS):
        track = drift(track, 5 * cm)
        track = drift(interact(track, charge * one, 10 * cm * one, matter, QUIET, Physics(scattering=False)), 5 * cm)
    return track


@pytest.mark.parametrize(("charge", "field"), [(1, 1.9), (1, -1.9), (-1, 1.9), (-1, -1.9)])
def test_bend_in_vacuum(charge, field):
    """10 GeV, 1.9 T, 1 m: sin(theta) = 0.05696, offset 28.50 mm; a positive muon in B_y > 0 goes to -x."""
    out = metre_of_vacuum(charge, 0.0, field, 10.0)
    towards = -charge * np.sign(field)
    assert float(out.direction_x[0]) * towards == pytest.approx(0.05696, rel=1e-3)
    assert float(out.x[0]) * towards == pytest.approx(28.50, rel=1e-3)
    assert float(out.y[0]) == 0.0
    up = metre_of_vacuum(charge, field, 0.0, 10.0)
    assert float(up.direction_y[0]) * -towards == pytest.approx(0.05696, rel=1e-3)
    assert float(up.x[0]) == 0.0


def test_directions_stay_unit_vectors():
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(3, 100))
    vectors[2] = np.abs(vectors[2])
    start = tuple(jnp.asarray(vectors / np.linalg.norm(vectors, axis=0)))
    small = jnp.asarray(0.2 * rng.normal(size=(2, 100)))
    for turned in (bend(start, *small), deflect(start, *small)):
        assert np.sum(np.square(turned), axis=0) == pytest.approx(np.ones(100), rel=1e-12)
    assert np.allclose(bend(bend(start, *small), *-small), start, atol=1e-12)  # the reversed field brings it back


@pytest.mark.parametrize(("momentum", "length", "angle"), [
    (10, 1 * m, 11.84), (50, 1 * m, 2.367), (100, 5 * m, 2.787), (20, 10 * cm, 1.729),
])  # fmt: skip
def test_highland(momentum, length, angle):
    assert float(highland_angle(momentum, length)) / mrad == pytest.approx(angle, rel=1e-3)


def test_scattering_adds_up_whatever_the_steps():
    momentum = jnp.full(7, 20.0)
    parts = jnp.array([1.0, 5.0, 30.0, 100.0, 200.0, 300.0, 364.0])
    whole = step_angle(jnp.array([20.0]), jnp.array([float(parts.sum())]))
    assert float(jnp.sqrt(jnp.sum(step_angle(momentum, parts) ** 2))) == pytest.approx(float(whole[0]), rel=1e-12)
