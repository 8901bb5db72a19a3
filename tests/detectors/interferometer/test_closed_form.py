"""The closed form against Buonanno and Chen's own coefficients, against Finesse, and its laws."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from validation.interferometer import STORED, stored_optics

from designopt.detectors.interferometer.models.carrier import carrier, powers
from designopt.detectors.interferometer.models.two_photon import strain_noise
from designopt.detectors.interferometer.optics import PUBLISHED, Optics, cavity_pole, standard_quantum_limit

GRID = np.geomspace(5.0, 3000.0, 40)
HBAR, C = 1.054571817e-34, 299_792_458.0
noise = jax.jit(strain_noise)


def bare(**changes: float) -> Optics:
    """Voyager without losses, squeezing and filter cavity."""
    ideal = replace(PUBLISHED["voyager"], loss=0.0, end_mirror=0.0, squeezing=0.0)
    return replace(ideal, **changes)


def buonanno_chen(grid: np.ndarray, optics: Optics, zeta: float) -> np.ndarray:
    """Equations 2.20-2.26 of Phys. Rev. D 64 (2001) 042006, in NumPy, with b_zeta = b1 sin(zeta) + b2 cos(zeta)."""
    omega = 2 * np.pi * grid
    gamma = optics.input_mirror * C / (4 * optics.length)
    beta, phi = np.arctan(omega / gamma), -np.radians(optics.signal_tuning)
    at_splitter = float(carrier(optics).arm) * optics.input_mirror / 2  # to first order in T, as there
    k = 8 * 2 * np.pi * C / 1064e-9 * at_splitter / (optics.mass * optics.length**2 * omega**2 * (gamma**2 + omega**2))
    rho, tau = np.sqrt(1 - optics.signal_mirror), np.sqrt(optics.signal_mirror)
    c11 = (1 + rho**2) * (np.cos(2 * phi) + k / 2 * np.sin(2 * phi)) - 2 * rho * np.cos(2 * beta)
    c12 = -(tau**2) * (np.sin(2 * phi) + k * np.sin(phi) ** 2)
    c21 = tau**2 * (np.sin(2 * phi) - k * np.cos(phi) ** 2)
    d1 = -(1 + rho * np.exp(2j * beta)) * np.sin(phi)
    d2 = -(-1 + rho * np.exp(2j * beta)) * np.cos(phi)
    sine, cosine = np.sin(zeta), np.cos(zeta)
    above = (c11 * sine + c21 * cosine) ** 2 + (c12 * sine + c11 * cosine) ** 2
    below = 2 * k * tau**2 * np.abs(d1 * sine + d2 * cosine) ** 2
    limit = np.sqrt(8 * HBAR / (optics.mass * omega**2 * optics.length**2))
    return limit * np.sqrt(above / below)


@pytest.mark.parametrize(("tuning", "homodyne"), [(90.0, 0.0), (80.0, 0.0), (-70.0, 25.0), (0.0, 10.0), (40.0, -60.0)])
def test_without_losses_it_is_buonanno_and_chen(tuning, homodyne):
    optics = bare(signal_tuning=tuning, homodyne=homodyne)
    angle = np.pi / 2 - np.radians(tuning) - np.radians(homodyne)  # of the quadrature b1 cos + b2 sin
    expected = buonanno_chen(GRID, optics, np.pi / 2 - angle)
    np.testing.assert_allclose(noise(GRID, optics), expected, rtol=1e-6)


@pytest.mark.parametrize("case", STORED["cases"], ids=lambda case: case["name"])
def test_it_is_within_two_percent_of_finesse(case):
    np.testing.assert_allclose(
        noise(np.asarray(STORED["frequencies"]), stored_optics(case)), case["strain_asd"], rtol=0.02
    )


def test_the_standard_quantum_limit_is_a_limit_and_is_touched():
    """A bare Michelson with arms has one frequency, that of K = 1, where it is exactly at the limit."""
    optics = bare(signal_mirror=0.999999, signal_tuning=0.0, homodyne=0.0, input_mirror=0.02, mass=40.0)
    grid = np.geomspace(5.0, 500.0, 2000)
    ratio = np.asarray(noise(grid, optics)) / np.asarray(standard_quantum_limit(jnp.asarray(grid), optics))
    assert 1 - 3e-3 < ratio.min() < 1 + 3e-3
    assert 0 < np.argmin(ratio) < len(grid) - 1
    one = standard_quantum_limit(jnp.asarray([100.0]), optics)[0]
    assert float(one) == pytest.approx(np.sqrt(8 * HBAR / (40.0 * (2 * np.pi * 100) ** 2 * 4000.0**2)), rel=1e-9)


def test_the_response_falls_at_the_cavity_pole():
    optics = bare(signal_mirror=0.999999, signal_tuning=0.0, homodyne=0.0, input_mirror=0.02, mass=1e12)
    pole = float(cavity_pole(optics))
    assert pole == pytest.approx(C * 0.02 / (8 * np.pi * 4000.0), rel=1e-12)
    low, at = noise(np.array([pole / 1000, pole]), optics)
    assert float(at / low) == pytest.approx(np.sqrt(2), rel=2e-3)


def test_squeezing_divides_shot_noise_by_its_factor():
    """Without radiation pressure, losses and a signal mirror that turns quadratures, 10 dB are a factor of sqrt(10)."""
    heavy = bare(mass=1e12, signal_mirror=0.999999, signal_tuning=90.0)
    squeezed = noise(GRID, replace(heavy, squeezing=10.0, filter_mirror=0.9, filter_tuning=0.0))
    np.testing.assert_allclose(noise(GRID, heavy) / squeezed, np.sqrt(10), rtol=0.02)


def test_losses_never_help():
    for name, published in PUBLISHED.items():
        optics = replace(published, mass=1e12)  # light that is lost pushes less
        lossy = noise(GRID, replace(optics, loss=4 * optics.loss))
        assert np.all(np.asarray(lossy) > np.asarray(noise(GRID, optics)) * (1 - 1e-9)), name


def test_powers_are_those_that_differometor_and_finesse_find():
    """W, from one run of each; the limits of the problem are on these."""
    aligo, voyager = powers(PUBLISHED["aligo"]), powers(PUBLISHED["voyager"])
    assert [float(value) for value in aligo[:2]] == pytest.approx([7.62417e5, 2717.98], rel=1e-3)
    assert float(aligo.detector) == pytest.approx(4.58687e-4, rel=0.02)
    assert [float(value) for value in voyager[:2]] == pytest.approx([3.05876e6, 1569.38], rel=1e-3)


def test_of_twenty_decibels_a_loss_of_five_per_cent_leaves_twelve():
    """Shot noise far above the pole, no other loss: 0.95 / 100 + 0.05 of the vacuum's power."""
    ideal = replace(PUBLISHED["aligo"], loss=0.0, end_mirror=0.0, squeezing=20.0)
    grid = np.geomspace(3000.0, 5000.0, 5)
    none, lossy = (noise(grid, replace(ideal, squeezing=db, squeezing_loss=0.05)) for db in (0.0, 20.0))
    np.testing.assert_allclose((lossy / none) ** 2, 0.0595, rtol=0.02)
    np.testing.assert_allclose((noise(grid, ideal) / none) ** 2, 0.01, rtol=0.1)


@pytest.mark.parametrize("layout", ["voyager", "aligo"])
def test_what_is_lost_of_squeezed_light_is_vacuum(layout):
    published = PUBLISHED[layout]
    power = [np.square(noise(GRID, replace(published, **own))) for own in ({}, {"squeezing": 0.0})]
    np.testing.assert_allclose(
        noise(GRID, replace(published, squeezing_loss=0.2)), np.sqrt(0.8 * power[0] + 0.2 * power[1]), rtol=1e-9
    )
