"""What a spectrometer is for: the search for a two-body decay of a long-lived particle, in numbers without weights."""

from collections.abc import Sequence

import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.problem.detector import Response

GOALS = ("search", "mass", "mean")


def mass_resolution(
    momentum: Float[Array, " momentum"],
    slope: Float[Array, " momentum"],
    momenta: Float[Array, " momentum"],
    mass: float,
) -> Float[Array, " momentum"]:
    r"""Relative error of the mass of a particle whose two light products have the momentum p (GeV) each.

    $m^2 = p_1p_2\alpha^2$ gives $\frac{\sigma_m}{m} = \sqrt{\frac12\left(\frac{\sigma_p}{p}\right)^2 +
    2\left(\frac{p\,\sigma_\theta}{m}\right)^2}$ with $\alpha = m/p$. `momentum` is $\sigma_p/p$, `slope`
    $\sigma_\theta$ in rad, `mass` in GeV. Small angles; products lighter than p; the slope across the bending plane is
    taken to be measured as well; averaged over decays that bend towards and away from each other, momentum and slope
    do not correlate.

    Args:
        momentum: without unit.
        slope: rad.
        momenta: p, GeV.
        mass: m, GeV.
    """
    return jnp.sqrt(0.5 * momentum**2 + 2.0 * (momenta * slope / mass) ** 2)


def search(response: Response, fractions: Sequence[float], vertex: bool = True) -> Float[Array, ""]:
    r"""Minus the logarithm of the significance $S/\sqrt{B}$ of a mass peak, up to a constant.

    $-\frac12\ln\sum_i f_i\,\frac{\epsilon^2}{(\sigma_m/m)_i\,(\sigma_x/\mathrm{mm})_i}$: random pairs of tracks are
    flat in mass and in the distance at which the tracks pass each other, so that the background under a signal is
    proportional to the widths of both, whatever number of them is accepted. `fractions` f_i of the decays have
    products of each momentum (`spectrum.fractions`), both tracks are measured with the probability $\epsilon^2$.
    Without `vertex` the mass alone is looked at.

    Args:
        response: `mass` and `position` (mm) by momentum, and the share that is measured.
        fractions: add to one.
        vertex: whether the distance of the tracks is looked at.
    """
    width = response["mass"] * (response["position"] if vertex else 1.0)
    return -0.5 * jnp.log(response["measured"] ** 2 * jnp.sum(jnp.asarray(fractions) / width))


def mean(response: Response, pointing_weight: float) -> Float[Array, ""]:
    r"""Weighted mean as in `-v1`: $\langle\ln\sigma_p/p\rangle + \lambda\,\langle\ln(\sigma_x/\mathrm{mm})\rangle$.

    Args:
        response: `momentum` ($\sigma_p/p$) and `position` (mm) by momentum.
        pointing_weight: $\lambda$.
    """
    return jnp.mean(jnp.log(response["momentum"])) + pointing_weight * jnp.mean(jnp.log(response["position"]))
