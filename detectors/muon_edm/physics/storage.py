"""Which muons are stored: through the channel, off the wall, and near the middle late in time; counted or smooth."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.muon_edm.physics.beam import Beam, Injection, aside
from designopt.detectors.muon_edm.physics.fields import Fields, Region
from designopt.detectors.muon_edm.physics.kinematics import ns
from designopt.detectors.muon_edm.physics.motion import Extent, late_extent
from designopt.units import mm

STEEP, EDGE = 8, 16
"""Powers of the smooth count: of |z| over its limit, and of distances over the bore and over the wall."""


class Storage(eqx.Module):
    """What stored means, and how long a muon is followed. Assumed: 25 mm, in the last 60 of 150 ns.

    With the usual bump |z| swings with 49 ns, so that the last 60 ns hold its largest value.

    Attributes:
        limit: largest |z|, mm.
        flight: ns.
        late: share of the flight, its end, in which |z| counts.
        steps: of the flight; 500 move no |z| by more than 0.1 mm.
    """

    limit: float = eqx.field(static=True, default=25.0 * mm)
    flight: float = eqx.field(static=True, default=150.0 * ns)
    late: float = eqx.field(static=True, default=0.4)
    steps: int = eqx.field(static=True, default=500)


class Flights(eqx.Module):
    """What became of every muon: how far it went, and its distances (mm) from the axis at both ends of the channel."""

    extent: Extent
    aside: Float[Array, "end muon"]

    def counted(self, limit: float, region: Region, bore: Array | float) -> tuple[Array, Array]:
        """Whether each is stored, and whether it comes through the channel: 0 or 1.

        Args:
            limit: of |z|, mm.
            region: the vessel, mm.
            bore: radius of the channel, mm.
        """
        passed = jnp.all(self.aside < bore, 0)
        kept = (self.extent.reach < limit) & (self.extent.distance < region.wall) & (self.extent.furthest < region.end)
        return (passed & kept).astype(float), passed.astype(float)

    def smooth(self, limit: float, region: Region, bore: Array | float) -> tuple[Array, Array]:
        r"""The same between 0 and 1: $1/[1+(|z|/limit)^8+(r/wall)^{16}+(|z|/end)^{16}]$ times the channel's.

        That is $1/[1+\sum(r/bore)^{16}]$ over both its ends.

        The powers of z and of the circle's reach are means over time (`Extent`). Half at a limit; far from it the
        logarithm still has a slope, other than that of a logistic edge.

        Args:
            limit: of |z|, mm.
            region: the vessel, mm.
            bore: radius of the channel, mm.
        """
        passed = 1.0 / (1.0 + jnp.sum((self.aside / bore) ** EDGE, 0))
        left = self.extent.circle / region.wall**EDGE + self.extent.length / region.end**EDGE
        return passed / (1.0 + self.extent.swing / limit**STEEP + left), passed


def flights(
    fields: Fields, region: Region, injection: Injection, beam: Beam, normal: Float[Array, "muon 6"], storage: Storage
) -> Flights:
    """Follow muons through the fields; distances in mm, of every muon.

    Args:
        fields: of the design.
        region: the vessel.
        injection: where the channel ends and points.
        beam: sizes of the beam.
        normal: what `Beam.draw` gave.
        storage: how long, in how many steps.
    """
    place, momentum, start = injection.muons(beam, normal)
    dt = storage.flight / storage.steps
    extent = late_extent(fields, region, place, momentum, start, dt, storage.steps, storage.late)
    return Flights(extent, aside(beam, normal))


def binomial_error(fraction: Array | float, muons: int) -> Array:
    r"""Standard error $\sqrt{(k+\frac12)(n-k+\frac12)/n}/n$ of a fraction k/n: never 0. No unit.

    Args:
        fraction: k/n.
        muons: n.
    """
    k = jnp.asarray(fraction) * muons
    return jnp.sqrt((k + 0.5) * (muons - k + 0.5) / muons) / muons
