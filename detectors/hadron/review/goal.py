"""What a hadron calorimeter is for: the energy of the hadrons of a jet, or the first problem's mean."""

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.hadron.problem import objective as mean_of_logarithms
from designopt.detectors.hadron.simulation.measure import ENERGIES
from designopt.problem.detector import Response
from designopt.suggestion import suggestion

GOALS = ("hadrons", "mean")


def hadrons(response: Response) -> Float[Array, ""]:
    r"""Logarithm of the error of the summed energy of hadrons with dN/dE = 1/E:
    $\frac12\ln\frac{\sum_i n_i\,\sigma^2(E_i)}{\sum_i n_i E_i}$ with $n_i \propto 1/E_i$.

    Hadrons of a jet lie flat in rapidity (Feynman, Phys. Rev. Lett. 23 (1969) 1415), dN/dE = 1/E, so pions of 50 and
    100 GeV count with equal $E\,(\sigma/E)^2$: what is minimised is the coefficient of a stochastic term. No weight.
    Smaller by 0.1 is an error that is 10 % smaller. What particle flow confuses is left out.

    Args:
        response: with `resolution` at 50 and 100 GeV.
    """
    return 0.5 * jnp.log(jnp.mean(np.array(ENERGIES) * response["resolution"] ** 2))


def objective_of(goal: str) -> Callable[[Response], Float[Array, ""]]:
    """The objective of a goal, "hadrons" or "mean" (that of `hadron-calorimeter-v1`). ValueError for any other.

    Args:
        goal: its name.

    Returns a function of the response, without unit.
    """
    match goal:
        case "hadrons":
            return hadrons
        case "mean":
            return mean_of_logarithms
        case _:
            raise ValueError(f"No goal of this problem is called {goal!r}.{suggestion(goal, GOALS)}")
