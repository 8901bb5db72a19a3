"""A stack that sees nothing of a shower: finite numbers, worse than those of any layer, that fall as layers come."""

from collections.abc import Mapping
from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.shower.longitudinal import Longitudinal
from designopt.detectors.materials import MATERIALS, RADIATION_LENGTH, index_of
from designopt.problem.detector import Response
from designopt.units import mm

FEWEST = 1e-3
"""X0 of sensors below which a stack sees nothing. The thinnest layer on offer has twice as much (0.2 mm of silicon)."""
BLIND = 1e9
"""Relative error of an energy, and error of a place in mm, without any sensor. A single layer of 0.25 mm of iron and
1 mm of tile, the least that a design can have, comes to 3e6 at 100 GeV."""
FAINTEST = 1e-13
"""Signal over beam energy below which a shower is not seen: what is left there is rounding."""
WORST = frozenset(
    {"resolution", "leakage", "position_resolution", "photon_resolution", "photon_position", "mass_resolution"}
)
"""What is as bad as can be then; everything else that is measured is 0."""


class Sight(eqx.Module):
    """The stack that is simulated, and whether it is the one that was asked for.

    Attributes:
        layers: the stack itself, or where it sees nothing one of tungsten and silicon instead: what does not depend
            on the design has neither value nor slope that is not finite.
        there: whether the stack sees anything.
        error: what stands for an error where it does not; it falls with the thickness of the sensors.
    """

    layers: Layers
    there: Bool[Array, ""]
    error: Float[Array, ""]

    @classmethod
    def of(cls, layers: Layers) -> "Sight":
        """Look at a stack; thicknesses in mm."""
        sensors = jnp.sum(layers.active @ (1 / jnp.asarray(RADIATION_LENGTH)))
        there = sensors > FEWEST
        whole = jax.tree.map(lambda real, other: jnp.where(there, real, other), layers, _stand_in(layers))
        return cls(whole, there, BLIND * jnp.exp(-sensors / FEWEST))

    def errors(self, value: Float[Array, "*any"]) -> Float[Array, "*any"]:
        """Errors of the stack; where it sees nothing `error`.

        Args:
            value: relative, or in mm.
        """
        return jnp.where(self.there, value, self.error)

    def found(self, value: Float[Array, "*any"]) -> Float[Array, "*any"]:
        """What the stack finds, the more the better; where it sees nothing 0.

        Args:
            value: a share without unit, or in whatever unit comes back.
        """
        return jnp.where(self.there, value, 0.0)

    def response(self, measured: Mapping[str, Array]) -> Response:
        """A response by name, errors and findings.

        Args:
            measured: what was simulated with `layers`: errors without unit or in mm, the rest without unit.
        """
        return {name: (self.errors if name in WORST else self.found)(value) for name, value in measured.items()}


def seen(shower: Longitudinal) -> Bool[Array, "energy 1"]:
    """Which showers leave a signal. A photon that converts behind a thin stack leaves none.

    Args:
        shower: of the beam energies, GeV.
    """
    return (jnp.sum(shower.layer_energy, axis=-1) > FAINTEST * shower.energies)[:, None]


def as_if_seen(shower: Longitudinal) -> Longitudinal:
    """The showers, with a signal of the beam energy in every layer for those that leave none.

    Nothing is divided by zero then, on either side of a `where` over `seen`.

    Args:
        shower: of the beam energies, GeV.
    """
    there, whole = seen(shower), shower.energies[:, None]
    return replace(
        shower,
        layer_energy=jnp.where(there, shower.layer_energy, whole),
        sampling_fraction=jnp.where(there, shower.sampling_fraction, whole),
        sampling_variance=jnp.where(there, shower.sampling_variance, whole),
        deviations=jnp.where(there[..., None], shower.deviations, 0.0),
        quadrature=jnp.where(there[..., None], shower.quadrature, 0.0),
    )


def _stand_in(layers: Layers) -> Layers:
    """A stack of as many layers, each of 3 mm of tungsten and 0.5 mm of silicon."""

    def row(material: str, thickness: float) -> Float[Array, "layer material"]:
        each = np.zeros((layers.pitch.size, len(MATERIALS)))
        each[:, index_of(material)] = thickness
        return jnp.asarray(each)

    return Layers(
        absorber=row("W", 3 * mm),
        active=row("Si", 0.5 * mm),
        pitch=jnp.full(layers.pitch.shape, 10 * mm),
        present=jnp.ones(layers.present.shape),
        homogeneous=layers.homogeneous,
        board=None if layers.board is None else row("W", 0.0),
        share=None if layers.share is None else row("Si", 1.0),
    )
