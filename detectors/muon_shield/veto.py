"""A veto plane behind the shield: it tags the muons that go on to a hit, and blinds the experiment a little."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.muon_shield.magnets.row import Magnets
from designopt.detectors.muon_shield.muons.beam import PER
from designopt.detectors.muon_shield.muons.hits import is_hit, soft_hit
from designopt.detectors.muon_shield.transport.shield import PLANE, Exit
from designopt.units import CHF, m

MUONS_PER_SPILL = 2.71e10  # muons behind the target of one spill; lfpc/MuonShieldChallenge, weights of its fit
SPILL = 1.0  # s
WINDOW = 10e-9  # s in which a veto cannot tell two muons apart; assumed, two crossed layers of scintillator
EFFICIENCY = 0.99  # assumed
HALF_WIDTH, HALF_HEIGHT = 2 * m, 3 * m
PRICE = 4 * 2.0 * 3.0 * 10_000 * CHF  # 10 kCHF per m2 with read-out; assumed
BEHIND = 0.5 * m  # distance from the last magnet
"""Where the plane stands: half a metre behind the last magnet, at most at the plane where hits are counted."""


class Tagged(eqx.Module):
    """Weighted hits per 1e7 muons that no veto saw, and the mean number of other muons in its time window."""

    hits: Float[Array, ""]
    others: Float[Array, ""]

    @property
    def busy(self) -> Float[Array, ""]:
        r"""Share of the time that is lost to vetoes, $1 - e^{-R\tau}$.

        Returns a share without unit, 0 to 1.
        """
        return -jnp.expm1(-self.others)


def tagged(exit: Exit, magnets: Magnets, veto: Float[Array, ""], edge: float | None) -> Tagged:
    r"""A veto of the presence `veto` (0..1): a muon through it is seen with 99 % efficiency.

    Muons fly straight behind the last magnet, so the crossing follows from the exit's line. Other muons cross it at a
    rate R, 2.7e10 a second leave the target, and $R\tau$ of them fall into its window. `edge` blurs the acceptances,
    mm; None: hard.

    Args:
        exit: the muons on the plane z = 82 m: places in mm, momenta in GeV.
        magnets: the shield, mm and T.
        veto: 0 to 1.
        edge: mm.
    """
    back = (PLANE - jnp.minimum(magnets.length + BEHIND, PLANE)).astype(exit.x.dtype) / exit.direction_z
    there = eqx.tree_at(
        lambda e: (e.x, e.y), exit, (exit.x - back * exit.direction_x, exit.y - back * exit.direction_y)
    )
    count = is_hit if edge is None else lambda e: soft_hit(e, edge)
    crossing = count(there) * veto.astype(exit.x.dtype)
    missed = count(exit) * (1 - EFFICIENCY * jnp.where(exit.alive > 0, crossing, 0.0))
    rate = jnp.sum((exit.weight * crossing).astype(float)) * MUONS_PER_SPILL / PER / SPILL
    return Tagged(jnp.sum((exit.weight * missed).astype(float)), rate * WINDOW)
