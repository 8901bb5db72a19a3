"""Between which counts the hits of a shield lie: an interval that holds with few events of different weights."""

from scipy.special import gammaincinv

LEVEL = 0.95
EMPTY = 3.0
"""Events that may be missed where none was seen, at 95 %: 1 - exp(-3) = 0.95 (PDG, Statistics)."""


def interval(total: float, squares: float, heaviest: float, level: float = LEVEL) -> tuple[float, float]:
    r"""Lower and upper end of a central interval for a sum of Poisson numbers with weights.

    With the sum $y = \sum w$ over the events seen, $v = \sum w^2$ and the largest weight $w_M$ that an event can have,
    seen or not, the ends are quantiles of gamma laws: of shape $y^2/v$ and scale $v/y$ at $\alpha/2$, and of shape
    $(y + w_M)^2/(v + w_M^2)$ and scale $(v + w_M^2)/(y + w_M)$ at $1 - \alpha/2$. For equal weights these are the
    exact limits for a Poisson number; else they hold at least `level` of the time in every case that was tried. One
    event of the largest weight is always allowed for: with nothing seen the upper end is 3.7 $w_M$.
    M. P. Fay and E. J. Feuer, Statistics in Medicine 16 (1997) 791.

    Args:
        total, squares: sums of the weights, and of their squares, over the events seen; not negative.
        heaviest: the largest weight of any event that could have been seen; positive.
    """
    tail = (1.0 - level) / 2
    low = squares / total * float(gammaincinv(total**2 / squares, tail)) if total > 0 else 0.0
    more, wider = total + heaviest, squares + heaviest**2
    return low, wider / more * float(gammaincinv(more**2 / wider, 1.0 - tail))


def effective(total: float, squares: float) -> float:
    r"""Effective number of events, $(\sum w)^2/\sum w^2$: of equal weights that would be known as well; 0 for none."""
    return total**2 / squares if squares > 0 else 0.0
