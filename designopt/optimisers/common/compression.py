"""Numbers far from what matters are compressed before a model is fitted, so that absurd designs do not spoil it."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

Values = Float[ndarray, " trial"]

TAIL = 5.0
"""Side limits are compressed beyond this excess."""


def compressed_scores(values: Values) -> tuple[Values, Values]:
    r"""Scores above the median compressed logarithmically, and the derivative of that, to multiply slopes by.

    $m + s \ln(1 + (v - m)/s)$ for v > m, with the median m and s = m - min(v), at least 1e-9; the others stay.
    """
    middle = float(np.median(values))
    scale = max(middle - float(np.min(values)), 1e-9)
    over = np.maximum(values - middle, 0.0) / scale
    return np.where(over > 0.0, middle + scale * np.log1p(over), values), 1.0 / (1.0 + over)


def compressed_limits(g: Values) -> tuple[Values, Values]:
    r"""Side limits $t \tanh(g / t)$ with $t$ = `TAIL`, and the derivative of that, to multiply slopes by."""
    share = np.tanh(g / TAIL)
    return TAIL * share, 1.0 - share**2
