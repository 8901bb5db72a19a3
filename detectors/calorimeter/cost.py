"""What a stack of layers costs: plates, sensors, channels and mechanics, layer by layer."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.shower.medium import ratio
from designopt.detectors.materials import NAMES, index_of
from designopt.detectors.prices import PriceBook, read_prices
from designopt.units import m, mm

FIDUCIAL_SIDE = 1 * m
ENVELOPE = 75 * mm  # added on every side: two Molière radii of 37.5 mm, which hold 95 % of a shower


class CostModel(eqx.Module):
    r"""Prices along the material axis, and the fixed area every layer is bought for.

    $C = \sum_i A\,[\,c_a d_i + c_s s_i + g_i(c_{sheet} + c_{mech}) + g_i (c_{tile} + c_{channel})/p_i^2\,]$ with the
    absorber and active thickness $d_i, s_i$ (gates included), the gate $g_i$ and the pitch $p_i$. Smooth, and rising
    with everything but the pitch. The area is fixed, the fiducial side and an envelope all around, so that nothing
    is won by a small detector. Prices: `detectors/prices.toml`; most are assumptions.
    """

    side: float
    envelope: float
    volume: Float[Array, " material"]
    sheet: Float[Array, " material"]
    tile: Float[Array, " material"]
    channel: Float[Array, " material"]
    mechanics: float

    @classmethod
    def from_book(
        cls, book: PriceBook | None = None, side: float = FIDUCIAL_SIDE, envelope: float = ENVELOPE
    ) -> "CostModel":
        """Cost model with the prices of a book (the project's own by default). Raises ValueError for a bad area."""
        if not (side > 0 and envelope >= 0):
            raise ValueError(
                f"The fiducial side is {side:g} mm with an envelope of {envelope:g} mm. "
                "The side must be positive and the envelope not negative."
            )
        book = book or read_prices()
        other = book.price("channel", "other")
        channel = [book.price("channel", name) if book.knows("channel", name) else other for name in NAMES]
        return cls(
            side=side,
            envelope=envelope,
            volume=jnp.asarray(book.prices("volume", NAMES)),
            sheet=jnp.asarray(book.prices("area", NAMES)),
            tile=jnp.asarray(book.prices("tile", NAMES)),
            channel=jnp.asarray(channel),
            mechanics=book.price("mechanics", "layer"),
        )

    @property
    def area(self) -> float | Float[Array, ""]:
        """Area of every layer in mm2."""
        return (self.side + 2 * self.envelope) ** 2

    def channels(self, layers: Layers) -> Float[Array, " layer"]:
        """Read-out channels of each layer: area over the square of the pitch, where there is something to read.

        Args:
            layers: the stack, from the front; thicknesses and pitches in mm.

        Returns numbers of channels.
        """
        return jnp.sum(active_share(layers), axis=-1) * self.area / layers.pitch**2

    def items(self, layers: Layers, share: Float[Array, "layer material"] | None = None) -> dict[str, Float[Array, ""]]:
        """Money by item in kCHF; their sum is the cost.

        `share` says which sensor each layer holds (weights times the gate); left out, it is taken from the active
        thickness, which is the same thing for one sensor a layer.

        Args:
            layers: the stack, from the front; thicknesses and pitches in mm.
        """
        share = active_share(layers) if share is None else share
        channels = self.area / layers.pitch**2
        return {
            "absorber": self.area * jnp.sum(layers.absorber @ self.volume),
            "active": self.area * jnp.sum(layers.active @ self.volume + share @ self.sheet)
            + jnp.sum(channels * (share @ self.tile)),
            "channels": jnp.sum(channels * (share @ self.channel)),
            "mechanics": self.area * self.mechanics * jnp.sum(layers.present),
        }

    def items_of_choices(
        self,
        absorbers: tuple[str, ...],
        absorber: Float[Array, "layer absorber"],
        actives: tuple[str, ...],
        active: Float[Array, "layer active"],
        share: Float[Array, "layer active"],
        pitch: Float[Array, " layer"],
        present: Float[Array, " layer"],
    ) -> dict[str, Float[Array, ""]]:
        """What `items` gives, for layers along the few materials that a design chooses from.

        Args:
            absorbers: names of materials, the columns of `absorber`.
            absorber: mm, weights and gates included.
            actives: names of materials, the columns of `active` and `share`.
            active: mm, weights and gates included.
            share: which sensor each layer holds, weights times the gate.
            pitch: mm.
            present: gates, 0 to 1.

        Returns money by item in kCHF.
        """
        plates, sensors = (np.array([index_of(name) for name in names]) for names in (absorbers, actives))
        channels = self.area / pitch**2
        return {
            "absorber": self.area * jnp.sum(absorber @ self.volume[plates]),
            "active": self.area * jnp.sum(active @ self.volume[sensors] + share @ self.sheet[sensors])
            + jnp.sum(channels * (share @ self.tile[sensors])),
            "channels": jnp.sum(channels * (share @ self.channel[sensors])),
            "mechanics": self.area * self.mechanics * jnp.sum(present),
        }


def active_share(layers: Layers) -> Float[Array, "layer material"]:
    """Weight of each sensor material in each layer, times the presence gate; zero in a layer without a sensor.

    Args:
        layers: the stack, from the front; thicknesses and pitches in mm.

    Returns shares, 0 to 1.
    """
    return layers.present[:, None] * ratio(layers.active, jnp.sum(layers.active, axis=-1, keepdims=True))


def unpriced(layers: Layers, model: CostModel) -> list[str]:
    """Names of the materials in a stack that the price book gives away for nothing without saying so."""
    volume, sheet = np.asarray(model.volume), np.asarray(model.sheet)
    as_plate = np.any(np.asarray(layers.absorber) > 0, axis=0) & (volume == 0)
    as_sensor = np.any(np.asarray(layers.active) > 0, axis=0) & (volume == 0) & (sheet == 0)
    free = {"air", "vacuum", "H2O"}
    return [name for name, missing in zip(NAMES, as_plate | as_sensor, strict=True) if missing and name not in free]
