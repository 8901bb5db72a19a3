"""Shields as they are made: fields and places a little off, each muon through one of a few of them."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.muon_shield.transport.step import Matter

Numbers = Float[Array, " muon"]


class Tolerances(eqx.Module):
    """Variations of a shield: one factor of all fields, and a displacement of every magnet in mm.

    Muon i flies through variation i modulo their number, so a count is the mean over all of them and takes no longer.
    """

    field: Float[Array, " variation"]
    shift_x: Float[Array, "variation magnet"]
    shift_y: Float[Array, "variation magnet"]

    def of_magnets(self, muons: int) -> tuple[Numbers, Float[Array, "magnet muon"], Float[Array, "magnet muon"]]:
        """The factor of each muon, and how far each magnet is displaced for it; float32.

        Args:
            muons: how many.

        Returns the factor of the field, and displacements along x and y in mm.
        """
        which = jnp.arange(muons) % self.field.shape[0]
        parts = self.field[which], self.shift_x.T[:, which], self.shift_y.T[:, which]
        return tuple(part.astype(jnp.float32) for part in parts)  # type: ignore[return-value]

    def only(self, variation: int) -> "Tolerances":
        """One of the variations alone."""
        part = slice(variation, variation + 1)
        return Tolerances(self.field[part], self.shift_x[part], self.shift_y[part])


VARIATIONS = ("as drawn", "weaker", "weaker, magnets aside in x", "stronger, magnets aside in y")


def tolerances(field: float, place: float, magnets: int) -> Tolerances:
    """Four shields at the ends of their tolerances: `VARIATIONS`.

    Fields weaker or stronger by the fraction `field` in all magnets; magnets `place` mm to one side and the other in
    turn. Mirror images of these let as many muons through: charges and both sides of the beam are alike.
    """
    aside, none = place * (-1.0) ** np.arange(magnets), np.zeros(magnets)
    return Tolerances(
        jnp.array([1.0, 1 - field, 1 - field, 1 + field]),
        jnp.asarray(np.stack([none, none, aside, none])),
        jnp.asarray(np.stack([none, none, none, aside])),
    )


def scaled(matter: Matter, factor: Numbers) -> Matter:
    """The same iron with another field.

    Args:
        matter: share that is iron, and the field in T.
        factor: of the field, shape (muon,).
    """
    return matter._replace(field_x=matter.field_x * factor, field_y=matter.field_y * factor)
