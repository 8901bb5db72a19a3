"""A track fit whose kinks are parameters: least squares on hits and kinks, for any way of tracing a track."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray


@dataclass(frozen=True)
class Fit:
    """Linear fit around one reference track: `estimator` turns hit deviations into parameter deviations."""

    estimator: Float[ndarray, "parameter hit"]
    covariance: Float[ndarray, "parameter parameter"]

    @property
    def errors(self) -> Float[ndarray, " parameter"]:
        """Standard deviation of every parameter, as the fit states it.

        Returns in the units of the parameters.
        """
        return np.sqrt(np.diag(self.covariance))


def fit_with_kinks(
    by_parameter: Float[ndarray, "hit parameter"],
    by_kink: Float[ndarray, "hit kink"],
    hit_errors: Float[ndarray, " hit"],
    kink_errors: Float[ndarray, " kink"],
) -> Fit:
    r"""The fit that minimises $\sum_i (m_i - h_i)^2/\sigma_i^2 + \sum_k \alpha_k^2/\theta_k^2$ over track and kinks.

    `by_parameter` and `by_kink` are the derivatives of the hits. Kinks are counted in units of their own spread, and
    the columns of the track scaled to one, so that one orthogonal decomposition is all. Raises ValueError when the
    hits do not determine the track. Blobel, Nucl. Instr. Meth. A 566 (2006) 14, describes fits with kinks.

    Args:
        by_parameter: mm per unit of the parameter.
        by_kink: mm per rad.
        hit_errors: $\sigma_i$, mm.
        kink_errors: $\theta_k$, rad.
    """
    count, kinks = by_parameter.shape[1], len(kink_errors)
    hits = np.concatenate([by_parameter, by_kink * kink_errors], axis=1) / hit_errors[:, None]
    scale = np.concatenate([np.linalg.norm(hits[:, :count], axis=0), np.ones(kinks)])
    if len(hits) < count or not np.all(scale > 0):
        raise ValueError(f"{len(hits)} measured coordinates do not determine the {count} parameters of a track.")
    rows = np.concatenate([hits / scale, np.eye(kinks, count + kinks, k=count)])
    q, r = np.linalg.qr(rows)
    if np.min(np.abs(np.diag(r))) < 1e-12 * np.max(np.abs(np.diag(r))):
        raise ValueError("The hits leave one direction of the track undetermined: they are too few or coincide.")
    inverse = np.linalg.solve(r, np.eye(len(r)))[:count] / scale[:count, None]
    return Fit((inverse @ q.T)[:, : len(hits)] / hit_errors, inverse @ inverse.T)
