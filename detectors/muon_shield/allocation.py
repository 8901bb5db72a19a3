"""The problem `muon-shield-allocation-v1`: magnets one after another, none, polarity up or down, then their sizes."""

from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.design.declared import declared
from designopt.design.space import Design, DesignSpace
from designopt.design.variables import Categorical
from designopt.detectors.muon_shield.cost import CostModel
from designopt.detectors.muon_shield.detector import counted
from designopt.detectors.muon_shield.limits import LENGTH, LimitModel
from designopt.detectors.muon_shield.magnets.row import COLUMNS, UNITS, Magnets
from designopt.detectors.muon_shield.muons.beam import Bands
from designopt.detectors.muon_shield.muons.sample import Sample, frozen_sample, renewed
from designopt.detectors.muon_shield.problem import BUDGET, GRADIENT_PRICE, MUONS, STEPS, STOPPED, hard_edged, variable
from designopt.detectors.muon_shield.reference import challenge_baseline
from designopt.detectors.muon_shield.transport.shield import Settings, shield_exit
from designopt.detectors.muon_shield.transport.step import Physics
from designopt.detectors.muon_shield.veto import PRICE, tagged
from designopt.detectors.option_ranges import EventCount, Seed, ShieldLength, Slots
from designopt.problem.detector import AbstractDetector, CostBreakdown, Response
from designopt.problem.problem import Problem
from designopt.units import T, cm, mm

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME = "muon-shield-allocation-v1"
KINDS = ("none", "up", "down", "veto")
NONE, UP, DOWN, VETO = range(4)
FIELD = 1.9 * T
GAP = 10 * cm
ABSENT = 1e-100
"""Weight of both polarities below which a slot has no field: its square, by which slopes divide, would be 0."""
SIZES = {
    "half_length": (50, 350),
    "core_in": (5, 150),
    "core_out": (5, 150),
    "height_in": (5, 150),
    "height_out": (5, 150),
    "window_in": (2, 100),
    "window_out": (2, 100),
}
"""Bounds in cm; yokes are as wide as the core, fields +-1.9 T, gaps 10 cm."""


class ShieldAllocation(AbstractDetector):
    """Behind the hadron absorber, up to so many slots; each holds nothing, a magnet of either polarity, or a veto.

    Design variables: `kind`, weights of `KINDS` in every slot, and the series of `SIZES` in mm. "up" is +1.9 T in the
    core; "down" is -1.9 T in the side yokes, the other way round; "none" takes no room and costs nothing. A veto
    stands behind the last magnet, whichever slot names it; a second one adds nothing but its price.
    """

    absorber: Float[Array, " number"]
    sample: Sample
    flight: Settings
    prices: CostModel
    limits: LimitModel
    bands: Bands
    edge: float = eqx.field(static=True)

    def magnets(self, design: Design) -> Magnets:
        """The shield of a design, the absorber first; a slot's gate is the weight of its two polarities."""
        kind = design["kind"]
        there = kind[:, UP] + kind[:, DOWN]
        field = FIELD * (kind[:, UP] - kind[:, DOWN]) / jnp.where(there > ABSENT, there, 1.0)
        core = {"yoke_in": "core_in", "yoke_out": "core_out", "top_in": "core_in", "top_out": "core_out"}
        fixed = {"gap": GAP + 0 * there, "middle_in": 0 * there, "middle_out": 0 * there, "field": field}
        free = {name: fixed[name] if name in fixed else design[core.get(name, name)] for name in COLUMNS}
        columns = {
            name: jnp.concatenate([self.absorber[i : i + 1], values]) for i, (name, values) in enumerate(free.items())
        }
        return Magnets(**columns, present=jnp.concatenate([jnp.ones(1), there]))

    def veto(self, design: Design) -> Float[Array, ""]:
        """Is there a veto? 0..1.

        Args:
            design: values by name of variable, in internal units.

        Returns a share without unit.
        """
        return jnp.minimum(jnp.sum(design["kind"][:, VETO]), 1.0)

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        r"""ln(1 + hits that no veto saw) - ln(share of the time that is not vetoed); with hard edges the counts too."""
        magnets, sample = self.magnets(design), renewed(self.sample, key, self.bands)
        exit = shield_exit(magnets, sample.muons, sample.noise, self.flight)
        seen = tagged(exit, magnets, self.veto(design), None if self.flight.hard else self.edge)
        objective = jnp.log(1 + seen.hits) + seen.others
        if not self.flight.hard:
            return {"objective": objective}
        return {"objective": objective, "untagged": seen.hits, "busy": seen.busy, **counted(exit, sample)}

    def cost(self, design: Design) -> CostBreakdown:
        """Money by item in kCHF."""
        return self.prices.items(self.magnets(design)) | {"veto": PRICE * jnp.sum(design["kind"][:, VETO])}

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """Length and cavern."""
        return self.limits.of(self.magnets(design))

    def draw(self, design: Design, axes: "Axes") -> None:
        """Plan view."""
        from designopt.detectors.muon_shield.draw import draw_plan

        draw_plan(self.magnets(design), axes, self.flight.saturation)

    def metrics(self, response: Response) -> dict[str, Float[Array, ""]]:
        """Hits, hits that no veto saw, and the share of the time that it is busy."""
        if "hits" not in response:
            return {"objective": response["objective"]}
        return {
            "hits per 1e7 muons": response["hits"],
            "statistical error": response["hits_error"],
            "hits not tagged": response["untagged"],
            "veto busy (%)": 100 * response["busy"],
        }

    def better(self, label: str) -> int:
        """Fewer hits; the error says how sure a count is."""
        return 0 if label == "statistical error" else -1

    def settings(self) -> dict[str, Any]:
        """Everything that tells this detector from another, as JSON values."""
        flight = self.flight
        return {
            "model": "muon-shield-allocation-1",
            "kinds": list(KINDS),
            "absorber": (np.asarray(self.absorber) / UNITS).tolist(),
            "muons": self.sample.muons.count,
            "sample": self.sample.seed,
            "softness": None if flight.softness is None else float(flight.softness),
            "saturation": flight.saturation,
            "straggling": flight.physics.straggling,
            "steps": flight.steps,
            "length": self.limits.length,
            "cavern": self.limits.cavern,
            "buildable": self.limits.buildable,
            "coils": self.prices.coils,
            "bands": {"edges": list(self.bands.edges), "shares": list(self.bands.shares)},
            "edge": self.edge,
            "veto": PRICE,
        }


def unseen_and_busy(response: Response) -> Float[Array, ""]:
    r"""Logarithm of one more than the muons, of 1e7, that no veto saw, less that of the share of time without a veto:
    $\ln(1 + N) - \ln(1 - b)$, where b is the share of the time that the veto is busy.

    Args:
        response: as the detector gives it.

    Returns a number without unit, smaller is better.
    """
    return response["objective"]


@declared
def muon_shield_allocation(
    budget: float = BUDGET,
    length: ShieldLength = LENGTH,
    slots: Slots = 12,
    saturation: bool = True,
    straggling: bool = True,
    muons: EventCount = MUONS,
    sample: Seed = 0,
) -> Problem:
    """Allocate iron to magnets one after another: none, polarity up or down with its sizes, or a veto plane.

    The problem of the allocation environment: `designopt.envs` places one element a step, sees the money, the length
    and the cavern that are left, and is rewarded at the end. Up to `slots` elements, `budget` kCHF, `length` mm.
    """
    options = {name: value for name, value in locals().items() if name != "budget"}
    if slots < 1:
        raise ValueError(f"The shield has {slots} slots. Give it at least one; twelve magnets fit into 30 m.")
    space = DesignSpace(
        [
            Categorical("kind", KINDS, count=slots, nothing="none"),
            *(variable(name, low, high, slots) for name, (low, high) in SIZES.items()),
        ]
    )
    bands, steps = Bands(), STEPS
    relaxed = ShieldAllocation(
        absorber=jnp.asarray(challenge_baseline()[0] * UNITS),
        sample=frozen_sample(sample, muons, bands, slots + 1, steps),
        flight=Settings(
            softness=10 * mm,
            steps=steps,
            saturation=saturation,
            physics=Physics(straggling=straggling, stopped=STOPPED),
        ),
        prices=CostModel(),
        limits=LimitModel(float(length)),
        bands=bands,
        edge=150 * mm,
    )
    return Problem(
        name=NAME,
        detector=relaxed,
        built_detector=hard_edged(relaxed),
        space=space,
        objective=unseen_and_busy,
        budget=float(budget),
        spend_on={name: 1 for name in SIZES},
        spend="at most",
        growing=("length", "cavern width", "cavern height"),
        events=muons,
        gradient_price=GRADIENT_PRICE,
        references={"baseline": baseline(slots)} if slots >= 6 else {},
        options=options,
    )


def baseline(slots: int) -> Design:
    """The Challenge's baseline in slots, its fifth magnet without a middle gap; empty slots repeat the last sizes."""
    table = challenge_baseline()[1:]
    filled = np.concatenate([table, np.repeat(table[-1:], slots - len(table), axis=0)])
    kinds = np.where(np.arange(slots) >= len(table), NONE, np.where(filled[:, -1] > 0, UP, DOWN))
    sizes = {name: jnp.asarray(filled[:, COLUMNS.index(name)] * cm) for name in SIZES}
    return {"kind": jnp.eye(len(KINDS))[kinds], **sizes}
