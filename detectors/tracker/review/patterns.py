"""Hits that are missing: the mean error over hit patterns, and the worst that one lost layer does."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.design.variables import Number

SHARP = 0.02
"""Temperature of smooth maxima, in units of a logarithm of errors."""


def over_patterns(
    sigma: Float[Array, "*shape"], losses: Float[Array, "*shape surface"], inefficiency: Number
) -> Float[Array, "*shape"]:
    r"""Mean error over the hit patterns of a track, to first order in the inefficiency $\epsilon$ of a layer:

    $\langle\sigma\rangle = (1 - n\epsilon)\,\sigma + \epsilon\sum_k \sigma_{without\,k}$ over the n layers that the
    track reaches. `losses` are $\ln(\sigma_{without\,k}/\sigma)$, 0 for layers it does not reach. Patterns with two
    and more lost hits have the probability $n^2\epsilon^2/2$ (2 % for ten layers of 98 %) and are counted as one with
    each hit.
    """
    return sigma * (1.0 + inefficiency * jnp.sum(jnp.expm1(losses), axis=-1))


def smooth_maximum(values: Float[Array, "*shape"], temperature: float = SHARP) -> Float[Array, ""]:
    r"""$T\ln\sum e^{v/T}$: never below the largest value, above it by at most $T\ln n$ where n values are equal.

    Args:
        values: v, any unit.
        temperature: T, in the same unit.
    """
    return temperature * jax.nn.logsumexp(values / temperature)
