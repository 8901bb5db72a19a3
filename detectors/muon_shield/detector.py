"""The muon shield as a detector: from the free sizes of a design to muons that get through, cost, limits, a drawing."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.design.space import Design
from designopt.detectors.muon_shield.cost import CostModel, masses
from designopt.detectors.muon_shield.gdml import HEADINGS, shield_geometry, written_shield
from designopt.detectors.muon_shield.limits import LimitModel
from designopt.detectors.muon_shield.magnets.row import COLUMNS, UNITS, Magnets
from designopt.detectors.muon_shield.muons.beam import Bands
from designopt.detectors.muon_shield.muons.hits import is_hit
from designopt.detectors.muon_shield.muons.sample import Sample, renewed
from designopt.detectors.muon_shield.objective import Objective
from designopt.detectors.muon_shield.transport.shield import Exit, Settings, shield_exit, total
from designopt.problem.detector import AbstractDetector, CostBreakdown, Response

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from designopt.geometry import Geometry

TIED = {"yoke_in": ("top_in",), "yoke_out": ("top_out",), "middle": ("middle_in", "middle_out")}
"""Numbers of a magnet that follow a variable: top yokes are as thick as side yokes, the middle gap is straight."""

REPORTED = ((0, 30), (30, 60), (60, 150), (150, 400))
"""Bands of initial momentum in GeV whose hits a response reports."""


class MuonShield(AbstractDetector):
    """A row of magnets behind the target; the first is the hadron absorber, which stays as it is.

    A design has one series for each number of the others that is free (`magnets.COLUMNS`, and `middle` for both
    faces of the middle gap), in mm and T; everything else stands in `rows`. A series `present` gates the magnets.

    Attributes:
        rows: the fifteen numbers of every magnet, internal units.
        sample: the training muons.
        settings: how they are simulated; soft edges for the loss, hard ones for the score.
        objective, prices, limits: what is asked, what it costs, what it must keep to.
        bands: how fresh muons are drawn.
    """

    rows: Float[Array, "magnet number"]
    sample: Sample
    flight: Settings
    objective: Objective = eqx.field(static=True)
    prices: CostModel
    limits: LimitModel
    bands: Bands

    def magnets(self, design: Design) -> Magnets:
        """The shield of a design."""
        columns = {name: self.rows[:, i] for i, name in enumerate(COLUMNS)}
        for name, values in design.items():
            if name != "present":
                for column in (name, *TIED.get(name, ())) if name in columns else TIED[name]:
                    columns[column] = jnp.concatenate([columns[column][:1], values])
        free = design.get("present", jnp.ones(self.rows.shape[0] - 1))
        return Magnets(**columns, present=jnp.concatenate([jnp.ones(1), free]))

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        """The objective, and with hard edges the hits per 1e7 muons with their error, by momentum and charge.

        `largest` is the largest weight among the hits: an error is to be trusted if it is small against the sum.
        """
        magnets, sample = self.magnets(design), renewed(self.sample, key, self.bands)
        mass = jnp.sum(masses(magnets))
        score = self.objective.score(self.flight.hard)
        if not self.flight.hard:
            summed = total(score, magnets, sample.muons, sample.noise, self.flight)
            return {"objective": self.objective.value(summed, mass, magnets.length)}
        exit = shield_exit(magnets, sample.muons, sample.noise, self.flight)
        summed = jnp.sum((exit.weight * score(exit)).astype(float))
        return {"objective": self.objective.value(summed, mass, magnets.length), **counted(exit, sample)}

    def hit_squares(self, design: Design, key: PRNGKeyArray) -> Float[Array, " band"]:
        """Sums of the squared weights of the hits in each of `bands`, of fresh muons; see `Bands.focused`.

        Args:
            design: values by name of variable, mm and T.
            key: of the muons and of their random numbers.
        """
        sample = renewed(self.sample, key, self.bands)
        exit = shield_exit(self.magnets(design), sample.muons, sample.noise, self.flight)
        squares = (exit.weight * is_hit(exit)).astype(float) ** 2
        band = jnp.searchsorted(jnp.asarray(self.bands.edges[1:-1]), sample.muons.momentum, side="right")
        return jax.ops.segment_sum(squares, band, len(self.bands.shares))

    def cost(self, design: Design) -> CostBreakdown:
        """Money by item in kCHF."""
        return self.prices.items(self.magnets(design))

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """Length, and where asked for cavern, yoke ratio and coil window."""
        return self.limits.of(self.magnets(design))

    def draw(self, design: Design, axes: "Axes") -> None:
        """Plan view with the field of every leg and a sample of muons."""
        from designopt.detectors.muon_shield.draw import draw_plan

        draw_plan(self.magnets(design), axes, self.flight.saturation)

    def metrics(self, response: Response) -> dict[str, Float[Array, ""]]:
        """Hits and their error, where they come from, and how many more a plane larger by a tenth would see."""
        if "hits" not in response:
            return {"objective": response["objective"]}
        named = {f"hits, {low}-{high} GeV": response[f"hits_{low}_{high}"] for low, high in REPORTED}
        return {
            "hits per 1e7 muons": response["hits"],
            "statistical error": response["hits_error"],
            **named,
            "hits of positive muons": response["hits_positive"],
            "hits on a plane 10 % larger": response["hits_larger"],
            "largest weight": response["largest"],
        }

    def better(self, label: str) -> int:
        """Fewer hits; errors and weights say how sure a count is."""
        return 0 if label in ("statistical error", "largest weight") else -1

    def written(self, design: Design) -> dict[str, Any]:
        """The magnets as `designopt evaluate` reads them."""
        return written_shield(self.magnets(design))

    def geometry(self, written: Mapping[str, Any]) -> "Geometry":
        """The iron as it is installed."""
        return shield_geometry(written, self.flight.slit, self.flight.field_free)

    def headings(self) -> Mapping[str, Sequence[str]]:
        """The fifteen numbers of a magnet."""
        return HEADINGS

    def settings(self) -> dict[str, Any]:
        """Everything that tells this shield from another, as JSON values."""
        flight, bands = self.flight, self.bands
        counted = {"counted_from": bands.counted_from} if bands.counted_from else {}
        return {
            "model": "muon-shield-1",
            "rows": (np.asarray(self.rows) / UNITS).tolist(),
            "objective": self.objective.name,
            "edge": self.objective.edge,
            "muons": self.sample.muons.count,
            "bands": {"edges": list(bands.edges), "shares": list(bands.shares), **counted},
            "softness": None if flight.softness is None else float(flight.softness),
            "saturation": flight.saturation,
            "straggling": flight.physics.straggling,
            "scattering": flight.physics.scattering,
            "steps": flight.steps,
            "coils": self.prices.coils,
            "length": self.limits.length,
            "cavern": self.limits.cavern,
            "buildable": self.limits.buildable,
            **self._asked(),
        }

    def _asked(self) -> dict[str, Any]:
        """What a review board asks beyond that; empty for the problems of the Challenge."""
        flight, board = self.flight, self.limits.board
        if board is None:
            return {}
        made = flight.tolerances
        return {
            "dead_time": self.objective.dead_time,
            "slit": flight.slit,
            "field_free": flight.field_free,
            "tolerances": None if made is None else jax.tree.map(lambda part: np.asarray(part).tolist(), vars(made)),
            "board": vars(board),
            "prices": {name: getattr(self.prices, name) for name in ("iron", "conductor", "power")},
        }


def counted(exit: Exit, sample: Sample) -> dict[str, Float[Array, ""]]:
    """Weighted hits per 1e7 muons: all with their error, by initial momentum, of positive muons, on a larger plane.

    Args:
        exit: the muons behind the shield, mm and GeV.
        sample: the muons as they were born.
    """
    weights = (exit.weight * is_hit(exit)).astype(float)
    momentum = sample.muons.momentum
    bands = {f"hits_{a}_{b}": jnp.sum(jnp.where((momentum >= a) & (momentum < b), weights, 0.0)) for a, b in REPORTED}
    return {
        "hits": jnp.sum(weights),
        "hits_error": jnp.sqrt(jnp.sum(weights**2)),
        **bands,
        "hits_positive": jnp.sum(jnp.where(exit.charge > 0, weights, 0.0)),
        "hits_larger": jnp.sum((exit.weight * is_hit(exit, 1.1)).astype(float)),
        "largest": jnp.max(weights),
    }
