"""Momenta of the muons that leave the SHiP target: a mixture of Gaussians, cut into bands of momentum."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

FILE = Path(__file__).with_name("muons.json")


@lru_cache(maxsize=1)
def read() -> dict[str, Any]:
    """The fitted mixture with its source and definition."""
    return json.loads(FILE.read_text())


@dataclass(frozen=True)
class Mixture:
    r"""Gaussians in (u, v), standardised: u = logit of (p - p_min)/(p_max - p_min), v = ln(p_T/p_z).

    32 components fitted on the weighted spectrum of 2.3e9 simulated muons, p from 3.1 to 400 GeV.
    lfpc/MuonShieldChallenge@15c5b3f, configs/gmm_model.json.
    """

    weight: Float[ndarray, " component"]
    mean_u: Float[ndarray, " component"]
    mean_v: Float[ndarray, " component"]
    sigma_u: Float[ndarray, " component"]
    slope: Float[ndarray, " component"]
    sigma_v: Float[ndarray, " component"]

    def below(self, momentum: float) -> Float[ndarray, " component"]:
        """Probability that a muon of each component has less than this momentum (GeV)."""
        from scipy.special import ndtr

        return ndtr((standard_u(momentum) - self.mean_u) / self.sigma_u)


@lru_cache(maxsize=1)
def mixture() -> Mixture:
    """The mixture, its weights adding to one; `slope` and `sigma_v` are those of v where u is known."""
    weight, mean_u, mean_v, cov_uu, cov_uv, cov_vv = np.array(read()["components"]).T
    slope = cov_uv / cov_uu
    return Mixture(weight / weight.sum(), mean_u, mean_v, cov_uu**0.5, slope, (cov_vv - slope * cov_uv) ** 0.5)


def standard_u(momentum: float) -> float:
    """The standardised coordinate u of a momentum in GeV; infinite at and beyond the ends of the spectrum."""
    fit = read()
    share = (momentum - fit["p_min"]) / (fit["p_max"] - fit["p_min"])
    if not 0 < share < 1:
        return np.inf if share >= 1 else -np.inf
    return (np.log(share / (1 - share)) - fit["u_mean"]) / fit["u_std"]
