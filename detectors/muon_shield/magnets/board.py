"""What a review board asks of magnets that are to be built: room for coils, current, yokes and the field outside."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import logsumexp
from jaxtyping import Array, Float

from designopt.detectors.muon_shield.magnets.excitation import VACUUM, ampere_turns, strength
from designopt.detectors.muon_shield.magnets.field import leg_fields
from designopt.detectors.muon_shield.magnets.row import Magnets
from designopt.units import T, mm

SHARPNESS = 300.0
"""Of the smooth maximum: six equal values count 0.6 % more than one."""
DEPTHS = np.linspace(0.0, 1.0, 5)

Parts = Float[Array, "part magnet"]


def smooth_largest(values: Parts, present: Float[Array, " magnet"]) -> Float[Array, ""]:
    r"""$\ln(\sum p_i e^{300 v_i})/300 - 1$ of the magnets behind the absorber: never below the largest v - 1.

    `values` are what there is over what is allowed; a magnet of which p is there counts so much, an absent one nothing.

    Args:
        values: v, without unit, for each part of each magnet.
        present: p, how much of each magnet is there, 0 to 1.
    """
    weights = jnp.broadcast_to(present, values.shape)[:, 1:]
    return logsumexp(SHARPNESS * values[:, 1:], b=weights) / SHARPNESS - 1.0


def narrowest_window(magnets: Magnets) -> Parts:
    """Width of the coil windows at both faces, mm."""
    return jnp.stack([magnets.window_in, magnets.window_out])


def yoke_ratios(magnets: Magnets) -> Parts:
    """Side yoke over core, and core over side yoke, at half length."""
    half = magnets.section(0.5)
    yoke, core = jnp.maximum(half.yoke, 1e-3), jnp.maximum(half.core, 1e-3)
    return jnp.stack([yoke / core, core / yoke])


def current_densities(magnets: Magnets, saturation: bool, limit: float | None) -> Parts:
    """Ampere-turns over the smaller window of a magnet, copper, insulation and cooling together: A/mm2."""
    window = jnp.minimum(magnets.window_in * magnets.height_in, magnets.window_out * magnets.height_out) * 2
    return (ampere_turns(magnets, limit if saturation else None) / jnp.maximum(window / mm**2, 1.0))[None]


def stray_fields(magnets: Magnets, saturation: bool) -> Parts:
    r"""Field in T in the air on the outer face of side and top yoke: $\mu_0 H(B)$, H(B) of the steel inside.

    The field along a face is the same H on both sides of it. Steel of 1.8, 1.9 and 2.0 T has 11, 19 and 36 mT outside.
    Farther out it is weaker; the ends of magnets and their joints, where flux leaves the steel, are left out.
    """
    fields = leg_fields(magnets, magnets.section(jnp.asarray(DEPTHS)), saturation)
    return VACUUM * strength(jnp.concatenate([fields.side, fields.top]))


class BoardLimits(eqx.Module):
    """Limits of magnets that could be built; each None takes its limit away. Dimensionless, met when not positive.

    Attributes:
        window: least width of a coil window, mm.
        current_density: largest one averaged over a window, A/mm2.
        yoke_ratio: side yoke over core, or core over side yoke, at half length.
        stray: largest field on the outside of a yoke, T.
        saturation: whether the steel saturates; `limit`: where, T.
    """

    window: float | None = eqx.field(default=None, static=True)
    current_density: float | None = eqx.field(default=None, static=True)
    yoke_ratio: float | None = eqx.field(default=None, static=True)
    stray: float | None = eqx.field(default=None, static=True)
    saturation: bool = eqx.field(default=True, static=True)
    limit: float | None = eqx.field(default=None, static=True)

    def of(self, magnets: Magnets) -> dict[str, Float[Array, ""]]:
        """Every limit, by name. The hadron absorber, which stays as it is, is bound by none of them.

        Args:
            magnets: the shield, mm and T.

        Returns numbers without unit, met when not positive.
        """
        found: dict[str, Parts] = {}
        if self.window is not None:
            found["window width"] = self.window / jnp.maximum(narrowest_window(magnets), 1 * mm)
        if self.current_density is not None:
            found["coil window"] = current_densities(magnets, self.saturation, self.limit) / self.current_density
        if self.yoke_ratio is not None:
            found["yoke ratio"] = yoke_ratios(magnets) / self.yoke_ratio
        if self.stray is not None:
            found["stray field"] = stray_fields(magnets, self.saturation) / (self.stray / T)
        return {name: smooth_largest(values, magnets.present) for name, values in found.items()}
