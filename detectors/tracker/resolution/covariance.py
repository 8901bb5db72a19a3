"""How well a straight-line-in-its-parameters track is measured when scattering ties its hits together."""

import jax.numpy as jnp
import jax.scipy.linalg as jsl
from jaxtyping import Array, Float


def noise(
    weights: Float[Array, " hit"],
    levers: Float[Array, "hit scatterer"],
    kicks: Float[Array, " scatterer"],
) -> Float[Array, "hit hit"]:
    r"""Covariance of the hits in units of their own errors: $I + W S W$ with $S_{ij} = \sum_k L_{ik}\theta_k^2 L_{jk}$.

    `weights` are $w_i = \sqrt{g_i}/\sigma_i$, 0 where nothing is measured; `levers` the displacement of hit i for a
    kick of 1 rad at scatterer k (0 where k lies behind i); `kicks` the variances $\theta_k^2$. No eigenvalue is below
    one, whatever the momentum, so the matrix is positive definite by construction. No gate is ever divided by.
    """
    scattered = (levers * kicks) @ levers.T
    return jnp.eye(weights.size, dtype=weights.dtype) + weights[:, None] * scattered * weights[None, :]


def root_covariance(
    design: Float[Array, "hit parameter"],
    weights: Float[Array, " hit"],
    levers: Float[Array, "hit scatterer"],
    kicks: Float[Array, " scatterer"],
    prior: Float[Array, " parameter"] | None = None,
) -> Float[Array, "parameter parameter"]:
    r"""Triangular $T$ with $T T^T = C = (A^T V^{-1} A)^{-1}$, $V_{ij} = \sigma_i^2\delta_{ij}/g_i + S_{ij}$.

    Parameters that enter the hits linearly, $y = A p$, best linear unbiased estimate (Gauss-Markov). With
    $I + WSW = LL^T$ and $L^{-1}WA = QR$ it is $T = R^{-1}$: Cholesky, triangular solve, QR; the normal equations, whose
    condition is the square, are never formed. `prior` holds standard deviations known beforehand (infinite without).
    `noise` explains the other arguments. Any units, if they agree; metres and 10 um keep float32 accurate. Fewer hits
    than parameters and no prior give values that are not finite.

    Args:
        design: A, the derivative of each hit with each parameter.
        weights: $\sqrt{g}/\sigma$ of each hit, from `weight`.
        levers: how far a kick of one moves each hit, per scatterer.
        kicks: variance of the angle of each scatterer, rad2.
    """
    lower = jnp.linalg.cholesky(noise(weights, levers, kicks))
    rows = jsl.solve_triangular(lower, weights[:, None] * design, lower=True)
    if prior is not None:
        rows = jnp.concatenate([rows, jnp.diag(1.0 / prior)])
    upper = _triangle(rows)
    return jsl.solve_triangular(upper, jnp.eye(upper.shape[0], dtype=upper.dtype), lower=False)


def surprises(
    design: Float[Array, "hit parameter"],
    weights: Float[Array, " hit"],
    levers: Float[Array, "hit scatterer"],
    kicks: Float[Array, " scatterer"],
    prior: Float[Array, " parameter"],
) -> Float[Array, " hit"]:
    r"""How far each hit may lie from where all the others say, in its own error: $\sqrt{1/P_{ii}}/\sigma_i$.

    $P = V^{-1} - V^{-1}A\,C A^T V^{-1}$; prediction and hit added in quadrature, so never below one. Arguments as in
    `root_covariance`.

    Args:
        design: A, the derivative of each hit with each parameter.
        weights: $\sqrt{g}/\sigma$ of each hit, from `weight`.
        levers: how far a kick of one moves each hit, per scatterer.
        kicks: variance of the angle of each scatterer, rad2.
        prior: standard deviations known beforehand, infinite without.

    Returns numbers without unit, one or more.
    """
    lower = jnp.linalg.cholesky(noise(weights, levers, kicks))
    inverse = jsl.solve_triangular(lower, jnp.eye(weights.size, dtype=weights.dtype), lower=True)
    rows = inverse @ (weights[:, None] * design)
    upper = _triangle(jnp.concatenate([rows, jnp.diag(1.0 / prior)]))
    basis = jsl.solve_triangular(upper, rows.T, lower=False, trans="T")
    information = jnp.sum(inverse**2, axis=0) - jnp.sum((basis @ inverse) ** 2, axis=0)
    return 1.0 / jnp.sqrt(jnp.maximum(information, 1e-12))


def weight(gate: Float[Array, "*shape"], error: Float[Array, "*shape"] | float) -> Float[Array, "*shape"]:
    r"""Weight $\sqrt{g}/\sigma$ of a hit that is there by the part g.

    The root is taken of $g + 10^{-24}$: a closed gate is invisible to that precision and keeps a finite slope.

    Args:
        gate: g, 0 to 1.
        error: $\sigma$ of the hit, in any unit of length.
    """
    return jnp.sqrt(gate + 1e-24) / error


def errors(root: Float[Array, "parameter parameter"]) -> Float[Array, " parameter"]:
    """Standard deviations of the parameters from `root_covariance`: the lengths of its rows.

    Args:
        root: T, in the units of the parameters.
    """
    return jnp.sqrt(jnp.sum(root**2, axis=-1))


def distances(hits: Float[Array, " hit"], scatterers: Float[Array, " scatterer"]) -> Float[Array, "hit scatterer"]:
    """Levers of a straight track: how far each hit lies behind each scatterer, 0 in front of it.

    Args:
        hits: places along the track, in any unit of length.
        scatterers: places along the track, in the same unit.
    """
    return jnp.maximum(hits[:, None] - scatterers[None, :], 0.0)


def _triangle(rows: Float[Array, "row parameter"]) -> Float[Array, "parameter parameter"]:
    """R of a QR decomposition with a positive diagonal, by modified Gram-Schmidt: few columns, cheap derivatives.

    Its R is backward stable as Householder's is (Higham, Accuracy and Stability, 2nd ed., theorem 19.13).
    """
    columns, entries = [rows[:, j] for j in range(rows.shape[1])], {}
    for j in range(len(columns)):
        entries[j, j] = jnp.sqrt(columns[j] @ columns[j])
        unit = columns[j] / entries[j, j]
        for k in range(j + 1, len(columns)):
            entries[j, k] = unit @ columns[k]
            columns[k] = columns[k] - entries[j, k] * unit
    size, zero = len(columns), jnp.zeros((), rows.dtype)
    return jnp.stack([jnp.stack([entries.get((j, k), zero) for k in range(size)]) for j in range(size)])
