"""A Gaussian process whose hyperparameters scikit-learn finds and whose prediction JAX can differentiate."""

import warnings
from typing import Any

import jax.numpy as jnp
import jax.scipy.linalg as jsl
import numpy as np
from jaxtyping import Array, Float

from designopt.surrogates.base import AbstractSurrogate, Points, Values, checked


class GaussianProcess(AbstractSurrogate):
    r"""Matérn 5/2 with one length per coordinate, heteroscedastic noise, constant mean.

    $k(u, u') = a^2 (1 + \sqrt5 r + 5r^2/3)\,e^{-\sqrt5 r}$ with $r^2 = \sum_i (u_i - u'_i)^2/\ell_i^2$; sample s has
    the known noise variance $\epsilon_s^2$. Rasmussen and Williams, Gaussian Processes for Machine Learning,
    equations 2.25, 2.26 and 4.17. For some hundred samples; `noise` is the root mean square of their errors.
    """

    points: Float[Array, "sample coordinate"]
    weights: Float[Array, " sample"]
    root: Float[Array, "sample sample"]  # Cholesky factor of the samples' covariance
    lengths: Float[Array, " coordinate"]
    amplitude: Float[Array, ""]
    middle: Float[Array, ""]
    scale: Float[Array, ""]
    spread: Float[Array, ""]

    def _covariance(self, u: Float[Array, " coordinate"]) -> Float[Array, " sample"]:
        square = jnp.sum(((self.points - u) / self.lengths) ** 2, axis=-1)
        distance = jnp.sqrt(jnp.where(square > 0, 5.0 * square, 0.0) + jnp.where(square > 0, 0.0, 1e-300))
        return self.amplitude**2 * (1.0 + distance + distance**2 / 3.0) * jnp.exp(-distance)

    def predict(self, u: Float[Array, " coordinate"]) -> tuple[Float[Array, ""], Float[Array, ""], Float[Array, ""]]:
        """Posterior mean and its standard deviation; the typical noise of a sample."""
        near = self._covariance(u)
        known = jsl.solve_triangular(self.root, near, lower=True)
        variance = jnp.maximum(self.amplitude**2 - known @ known, 1e-12)
        return self.middle + self.scale * (near @ self.weights), self.scale * jnp.sqrt(variance), self.spread

    def shape(self) -> dict[str, Any]:
        """Samples and coordinates."""
        return {"samples": self.points.shape[0], "size": self.points.shape[1]}

    @classmethod
    def blank(cls, shape: dict[str, Any]) -> "GaussianProcess":
        """All zeros."""
        samples, size, zero = shape["samples"], shape["size"], jnp.zeros(())
        return cls(
            jnp.zeros((samples, size)), jnp.zeros(samples), jnp.zeros((samples, samples)), jnp.zeros(size),
            zero, zero, zero, zero,
        )  # fmt: skip


def fit_gaussian_process(points: Points, values: Values, errors: Values, seed: int = 0) -> GaussianProcess:
    """Learn from samples: points of the cube, mean responses and their standard errors, one per row.

    The hyperparameters maximise the marginal likelihood from three starts. Raises ValueError for bad samples.
    """
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern

    checked(points, values, errors, 3)
    middle, scale = float(np.mean(values)), max(float(np.std(values)), 1e-12)
    size = points.shape[1]
    kernel = ConstantKernel(1.0, (1e-3, 1e4)) * Matern(np.full(size, 0.5), [(0.02, 50.0)] * size, nu=2.5)
    model = GaussianProcessRegressor(kernel, alpha=(errors / scale) ** 2, n_restarts_optimizer=2, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # length scales at their bounds say that a coordinate does not matter
        model.fit(points, (values - middle) / scale)
    found = model.kernel_
    arrays = (
        points, model.alpha_, model.L_, np.broadcast_to(found.k2.length_scale, size), np.sqrt(found.k1.constant_value),
        middle, scale, np.sqrt(np.mean(errors**2)),
    )  # fmt: skip
    return GaussianProcess(*(jnp.asarray(array, dtype=float) for array in arrays))
