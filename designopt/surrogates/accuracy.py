"""Is a surrogate good enough to trust its gradient: the information its error costs, and the angle to the truth."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

TRUSTED = 0.1
"""Nats: a surrogate whose error costs less may steer a design."""


def lost_information(
    error: Float[ndarray, " response"],
    noise: Float[ndarray, " response"],
    jacobian: Float[ndarray, "response coordinate"],
) -> float:
    r"""$\frac12\,|P_J\,\Sigma^{-1/2}\delta|^2$ in nats: what the error that design parameters can imitate costs.

    $\delta$ is surrogate minus simulator, $\Sigma = \mathrm{diag}(\mathrm{noise}^2)$ the simulator's variance, and
    $P_J$ projects on the columns of $\Sigma^{-1/2}J$, with J the derivative of the response by the design. It never
    exceeds $\frac12|\Sigma^{-1/2}\delta|^2 = (N/2)(\mathrm{RMSE}/\sigma)^2$, the worst case (arXiv 2503.13263).
    Raises ValueError for shapes that do not agree or noise that is not positive.
    """
    moved = _movable(error, noise, jacobian)
    return float(0.5 * np.sum((moved.T @ (error / noise)) ** 2))


def expected_loss(
    unsure: Float[ndarray, " response"],
    noise: Float[ndarray, " response"],
    jacobian: Float[ndarray, "response coordinate"],
) -> float:
    r"""The mean of `lost_information` over errors $\delta$ that are independent Gaussians of the widths `unsure`.

    $\frac12\sum_r (P_J)_{rr}\,u_r^2/\mathrm{noise}_r^2$. With a surrogate's own, calibrated uncertainty it tells before
    any check whether the surrogate may steer; with the noise of a check, what that check finds by chance.
    """
    moved = _movable(unsure, noise, jacobian)
    return float(0.5 * np.sum(np.sum(moved**2, axis=1) * (unsure / noise) ** 2))


def _movable(
    error: Float[ndarray, " response"],
    noise: Float[ndarray, " response"],
    jacobian: Float[ndarray, "response coordinate"],
) -> Float[ndarray, "response direction"]:
    """An orthonormal basis of what the design parameters can do to the responses, in units of the noise."""
    if not (error.shape == noise.shape == jacobian.shape[:1]):
        raise ValueError(
            f"The error has {error.shape}, the noise {noise.shape} and the Jacobian {jacobian.shape} entries. "
            "Give one row per response."
        )
    if not np.all(noise > 0):
        raise ValueError("The simulator's noise must be positive. Give the standard deviation of every response.")
    basis, sizes, _ = np.linalg.svd(jacobian / noise[:, None], full_matrices=False)
    return basis[:, sizes > 1e-12 * max(sizes.max(initial=0.0), 1e-300)]


def alignment(
    gradient: Float[ndarray, " coordinate"],
    truth: Float[ndarray, " coordinate"],
    truth_error: Float[ndarray, " coordinate"],
    seed: int = 0,
) -> tuple[float, float]:
    """Cosine between a surrogate's gradient and finite differences of the simulator, with its standard error.

    The error comes from 2000 draws of the finite differences within theirs. Raises ValueError for a gradient of zero.
    """
    if not (np.any(gradient) and np.any(truth)):
        raise ValueError("A gradient of zero points nowhere. Give two gradients that are not zero.")
    draws = truth + truth_error * np.random.default_rng(seed).standard_normal((2000, truth.size))
    cosines = draws @ gradient / (np.linalg.norm(draws, axis=1) * np.linalg.norm(gradient))
    exact = truth @ gradient / (np.linalg.norm(truth) * np.linalg.norm(gradient))
    return float(exact), float(np.std(cosines))
