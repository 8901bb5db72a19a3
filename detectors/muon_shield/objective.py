"""The objectives of a shield: hits or a shaped count of the literature, hard for the score, soft for the loss."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.muon_shield.muons.beam import PER as PER
from designopt.detectors.muon_shield.muons.hits import HALF_HEIGHT, HALF_WIDTH, is_hit
from designopt.detectors.muon_shield.transport.shield import PLANE, Exit
from designopt.problem.detector import Response
from designopt.units import GeV, kg, m

Name = Literal["hits", "chi", "fcn"]
Goal = Literal["signal", "hits", "chi", "fcn"]
NAMES: tuple[Goal, ...] = ("signal", "hits", "chi", "fcn")

CHI_WIDTH = 2.1 * m
FCN_NEAR, FCN_FAR, FCN_HALF_HEIGHT = 2.6 * m, 3.0 * m, 5 * m
FCN_MASS = 1_915_820 * kg
SPREAD = 1 * m * GeV  # by which a slow muon's place at the plane is uncertain
SPILL = 2.71e10  # muons a second, 4e13 protons in a spill of 1 s; lfpc/MuonShieldChallenge, weights of its fit
DRIFT = 300e-9  # s: 10 mm in a straw at 30 ns/mm; ShipSoft/FairShip geometry_config.py, strawtubes.v_drift
LONGEST = 30 * m  # of the public Challenge; behind it the vessel begins
ROUND = 1e-5  # under the roots, whose slope would be infinite at the far edge

Numbers = Float[Array, " muon"]
Score = Callable[[Exit], Numbers]


def _edge(distance: Numbers, blur: float | None) -> Numbers:
    """1 inside, 0 outside; a logistic curve of width `blur`, or a step."""
    if blur is None:
        return (distance > 0).astype(distance.dtype)
    return jax.nn.sigmoid(distance / blur)


def near_hit(exit: Exit, edge: float) -> Numbers:
    r"""Smooth stand-in for a hit: $\sigma((2\,m - |x|)/w)\,\sigma((3\,m - |y|)/w)$, w = edge + 1 m GeV/p.

    A muon of p GeV that leaves the last iron scatters by 13.6 MeV/p in every radiation length of it, which carries it
    metres aside on the way to the plane: whether a slow one hits is chance, and this its smooth probability. One
    sample then says as much about slow muons as many do by counting.

    Args:
        exit: the muons on the plane z = 82 m: places in mm, momenta in GeV.
        edge: mm.
    """
    width = edge + SPREAD / jnp.maximum(exit.momentum, 0.3 * GeV)
    across = jax.nn.sigmoid((HALF_WIDTH - jnp.abs(exit.x)) / width)
    return across * jax.nn.sigmoid((HALF_HEIGHT - jnp.abs(exit.y)) / width) * exit.alive


def chi(exit: Exit, blur: float | None = None) -> Numbers:
    r"""$\sqrt{1 + (qx - x_m)/(2x_m)}$ inside $|x| < x_m = 2.1$ m, |y| < 3 m: worst on the side a charge should leave.

    A charge q is bent to qx < 0, so this falls while a muon is still inside. lfpc/BlackBoxOptimization, problems.py.

    Args:
        exit: the muons on the plane z = 82 m: places in mm, momenta in GeV.
        blur: mm over which the edges are blurred; None: hard.
    """
    side = exit.charge * exit.x
    root = jnp.sqrt(jnp.maximum(0.5 + side / (2 * CHI_WIDTH), 0.0) + ROUND)
    inside = _edge(CHI_WIDTH - jnp.abs(side), blur) * _edge(HALF_HEIGHT - jnp.abs(exit.y), blur)
    return jnp.where(exit.alive > 0, inside * exit.alive * root, 0.0)


def fcn(exit: Exit, blur: float | None = None) -> Numbers:
    r"""$\sqrt{(2.6\,m + qx)/5.6\,m}$ for -2.6 m < qx < 3 m, |y| < 5 m, p > 1 GeV: the weight of a muon in 2018.

    olantwin/muon_shield_optimisation, disney_common.py. There the plane is the first tracking station, here z = 82 m.

    Args:
        exit: the muons on the plane z = 82 m: places in mm, momenta in GeV.
        blur: mm over which the edges are blurred; None: hard.
    """
    side = exit.charge * exit.x
    root = jnp.sqrt(jnp.maximum((FCN_NEAR + side) / (FCN_NEAR + FCN_FAR), 0.0) + ROUND)
    inside = _edge(FCN_NEAR + side, blur) * _edge(FCN_FAR - side, blur)
    inside *= _edge(FCN_HALF_HEIGHT - jnp.abs(exit.y), blur)
    fast = _edge(exit.momentum - 1 * GeV, None if blur is None else 0.1 * GeV)
    return jnp.where(exit.alive > 0, inside * fast * exit.alive * root, 0.0)


def lost_signal(hits: Float[Array, ""], length: Float[Array, ""], dead_time: float = DRIFT) -> Float[Array, ""]:
    r"""$-\ln S$, $S = \frac{82\,m - L}{82\,m - 30\,m}\,e^{-R\tau}$: the signal against that of an ideal shield of 30 m.

    Particles that live much longer than the experiment is long decay everywhere alike, so those seen are as many as
    the vessel is long, from the shield's end L to the plane at 82 m. A decay is seen if no muon crosses the plane in
    the time $\tau$ in which a straw drifts; R is their rate, 2.7e10 a second times the share that hits. That the plane
    is a little larger seen from nearer is left out: the acceptance of decays far upstream is smaller, not larger.

    Args:
        hits: per 1e7 muons.
        length: L of the shield, mm.
        dead_time: $\tau$ in s.
    """
    rate = hits / PER * SPILL
    return rate * dead_time - jnp.log((PLANE - length) / (PLANE - LONGEST))


@dataclass(frozen=True)
class Objective:
    """One of the objectives; smaller is better. "signal": `lost_signal`. The others are logarithms.

    "hits": ln(1 + hits per 1e7 muons). "chi": ln(1 + sum of `chi` per 1e7). "fcn": ln of the 2018 function
    $(1 + e^{10(W - W^*)/W^*})(1 + \\sum w)$ with the mass W and W* = 1916 t, again per 1e7 muons.
    `edge` blurs the edges of the acceptance in the loss, mm; `dead_time` belongs to the signal, s.
    """

    name: Goal = "hits"
    edge: float = 0.15 * m
    dead_time: float = DRIFT

    def __post_init__(self) -> None:
        if self.name not in NAMES:
            raise ValueError(f"'{self.name}' is no objective of the muon shield. Known: {', '.join(NAMES)}.")
        if not self.edge > 0:
            raise ValueError(f"The acceptance has an edge of {self.edge:g} mm. Give a positive one.")

    def score(self, hard: bool) -> Score:
        """What a muon at the plane counts."""
        if self.name in ("hits", "signal"):
            return is_hit if hard else lambda exit: near_hit(exit, self.edge)
        shaped = chi if self.name == "chi" else fcn
        return lambda exit: shaped(exit, None if hard else self.edge)

    def value(
        self, total: Float[Array, ""], mass: Float[Array, ""], length: Float[Array, ""] | float = LONGEST
    ) -> Float[Array, ""]:
        """The objective from the weighted sum of scores per 1e7 muons, the mass of iron in t and the length in mm.

        Args:
            total: per 1e7 muons.
            mass: t.
            length: mm.
        """
        if self.name == "signal":
            return lost_signal(total, jnp.asarray(length), self.dead_time)
        value = jnp.log(1.0 + total)
        if self.name == "fcn":
            value += jnp.log1p(jnp.exp(10 * (mass - FCN_MASS) / FCN_MASS))
        return value


def _signal(response: Response) -> Float[Array, ""]:
    r"""Minus the logarithm of the signal that is kept, $-\ln S$ with $S = \frac{82\,m - L}{82\,m - 30\,m}\,e^{-R\tau}$:
    L is the length of the shield, R the rate of muons at the plane and $\tau$ the drift time of a straw.
    """
    return response["objective"]


def _hits(response: Response) -> Float[Array, ""]:
    r"""Logarithm of one more than the muons at the plane behind the shield, $\ln(1 + N)$ with N of 1e7 muons."""
    return response["objective"]


def _chi(response: Response) -> Float[Array, ""]:
    r"""Logarithm of one more than the muons at the plane, of 1e7, each counted as $\sqrt{1/2 + qx/4.2\,m}$."""
    return response["objective"]


def _fcn(response: Response) -> Float[Array, ""]:
    r"""Logarithm of the function of 2018, $\ln[(1 + e^{10(W - W^*)/W^*})(1 + \sum w)]$: the mass W of iron against
    1916 t, and the muons at the plane, of 1e7, each counted as $w = \sqrt{(2.6\,m + qx)/5.6\,m}$.
    """
    return response["objective"]


WORDS: dict[Goal, Callable[[Response], Float[Array, ""]]] = {
    "signal": _signal,
    "hits": _hits,
    "chi": _chi,
    "fcn": _fcn,
}
"""The number of a response by the name of the objective, which the detector has computed; its docstring says what."""
