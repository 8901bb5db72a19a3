"""How much simulated sums scatter, and how well a finite number of events tells."""

import numpy as np
from jaxtyping import Float


def relative_spread(sums: Float[np.ndarray, " event"]) -> tuple[float, float]:
    """Sigma over mean, and its standard error from the fourth moment (at least that of a Gaussian).

    Args:
        sums: of the signals, any unit.

    Returns numbers without unit.
    """
    number, mean, variance = len(sums), sums.mean(), sums.var(ddof=1)
    kurtosis = np.mean((sums - mean) ** 4) / variance**2
    relative = 0.5 * np.sqrt(max(kurtosis - (number - 3) / (number - 1), 2 * number / (number - 1)) / number)
    spread = np.sqrt(variance) / mean
    return float(spread), float(spread * relative)
