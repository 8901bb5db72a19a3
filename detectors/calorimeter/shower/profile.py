"""Integrate any longitudinal profile over any layers by one small matrix: rational Chebyshev functions of depth.

A profile is sampled at GRID depths; the integral of its interpolant from 0 to t is linear in the samples, so the
layers' edges become a matrix that all energies and all shower shapes share. Exact derivatives cost the same again,
unlike those of the incomplete gamma function in its shape parameter.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import gammaln
from jaxtyping import Array, Float

SIZE = 48  # samples of the profile
STRETCH = 9.0  # X0: half of the grid lies before this depth

_degree = np.arange(SIZE)
_angle = np.pi * (_degree + 0.5) / SIZE
GRID = STRETCH / np.tan(_angle / 2) ** 2  # depths in X0, from nearly 0 to nearly infinity
_JACOBIAN = 2 * STRETCH / (1 - np.cos(_angle)) ** 2


def _antiderivative() -> np.ndarray:
    """Chebyshev coefficients of the integral, from samples on the grid: T_k integrates to T_k+1 and T_k-1."""
    coefficients = 2 / SIZE * np.cos(np.outer(_degree, _angle))
    coefficients[0] /= 2
    integral = np.zeros((SIZE + 1, SIZE))
    for k in range(SIZE):
        integral[k + 1, k] += 1.0 if k == 0 else 1 / (2 * (k + 1))
        if k > 1:
            integral[k - 1, k] -= 1 / (2 * (k - 1))
    return np.asarray(integral @ coefficients * _JACOBIAN)


_INTEGRAL = _antiderivative()


def floor(value: Array, lowest: float) -> Array:
    """Smooth maximum, within 1e-3 from 0.4 above the floor on, so that gradients survive where Geant4 clamps.

    Args:
        value: of any unit.
        lowest: what it does not fall below, in the unit of the value.
    """
    return lowest + jax.nn.softplus(10 * (value - lowest)) / 10


def between(lower: Float[Array, " layer"], upper: Float[Array, " layer"]) -> Float[Array, "grid layer"]:
    """Matrix that integrates profiles, sampled on GRID along their last axis, from `lower` to `upper` (X0).

    For gamma profiles with 2 < alpha < 7 and rates of 0.3 to 0.65 within 2e-7 of the incomplete gamma function;
    1e-5 at alpha = 1.6 and at alpha = 9. Depths at or before 0 count as 0.
    """
    upper, lower = jnp.maximum(upper, 0.0), jnp.maximum(lower, 0.0)
    basis = _chebyshev((upper - STRETCH) / (upper + STRETCH)) - _chebyshev((lower - STRETCH) / (lower + STRETCH))
    return jnp.asarray(_INTEGRAL.T) @ basis


@jax.custom_jvp
def _chebyshev(u: Float[Array, " edge"]) -> Float[Array, "degree edge"]:
    """Chebyshev polynomials T_0..T_SIZE: T_k+1 = 2 u T_k - T_k-1, no cosines."""
    return _recurrence(u, u)


@_chebyshev.defjvp
def _(primals: tuple[Array], tangents: tuple[Array]) -> tuple[Array, Array]:
    """T_k' = k U_k-1, which is five times cheaper than running the recurrence backwards."""
    (u,), (change,) = primals, tangents
    second = _recurrence(u, 2 * u)
    slope = jnp.concatenate([jnp.zeros_like(second[:1]), np.arange(1, SIZE + 1)[:, None] * second[:-1]])
    return _recurrence(u, u), slope * change


def _recurrence(u: Array, first: Array) -> Array:
    def step(pair: tuple[Array, Array], _: None) -> tuple[tuple[Array, Array], Array]:
        return (pair[1], 2 * u * pair[1] - pair[0]), pair[0]

    return jax.lax.scan(step, (jnp.ones_like(u), first), None, length=SIZE + 1)[1]


def gamma_profile(alpha: Float[Array, "*shape"], beta: Float[Array, "*shape"]) -> Float[Array, "*shape grid"]:
    r"""$\beta (\beta t)^{\alpha-1} e^{-\beta t} / \Gamma(\alpha)$ on GRID, per X0. Longo and Sestili (1975)."""
    a, b = alpha[..., None], beta[..., None]
    return jnp.exp((a - 1) * (jnp.log(b) + np.log(GRID)) - b * GRID + jnp.log(b) - gammaln(a))
