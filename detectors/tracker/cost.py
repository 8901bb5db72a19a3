"""What a tracker costs: sensors by area and technology, channels, mechanics by layer, power."""

from collections.abc import Sequence

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.prices import PriceBook, read_prices
from designopt.detectors.tracker.layout.gas import Gas
from designopt.detectors.tracker.layout.technology import NAMES


class CostModel(eqx.Module):
    r"""Prices along the technology axis.

    $C = \sum_k g_k\,[A_k c_{tech} + n_k c_{channel} + P_k c_{power} + c_{layer}]$

    A_k is the area of a barrel layer, $4\pi r h$, or of a disk and its mirror image, $2\pi(r_o^2 - r_i^2)$. Prices per
    mm2, channel, W and layer in kCHF (`detectors/prices.toml`); only the ratio of pixels to strips has a source.
    """

    area: Float[Array, " technology"]
    channel: Float[Array, " technology"]
    layer: float
    power: float

    @classmethod
    def from_book(cls, book: PriceBook | None = None) -> "CostModel":
        """Cost model with the prices of a book, the project's own by default."""
        book = book or read_prices()
        return cls(
            area=jnp.asarray([book.price("area", name) for name in NAMES]),
            channel=jnp.asarray([book.price("channel", name) for name in NAMES]),
            layer=book.price("layer", "tracker"),
            power=book.price("power", "tracker"),
        )

    def items(
        self,
        area: Float[Array, " surface"],
        share: Float[Array, "surface technology"],
        channels: Float[Array, "surface technology"],
        power: Float[Array, " surface"],
    ) -> dict[str, Float[Array, ""]]:
        """Money by item in kCHF.

        `area` of the layers in mm2; `share` the part of each that is there, in each technology; `channels` and
        `power` (W) of what is there.
        """
        return {
            "sensors": jnp.sum(area * (share @ self.area)),
            "channels": jnp.sum(channels @ self.channel),
            "mechanics": self.layer * jnp.sum(share),
            "power": self.power * jnp.sum(power),
        }


def barrel_area(radius: Float[Array, "*shape"], half_length: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """Area of a cylinder in mm2.

    Args:
        radius: mm.
        half_length: mm.
    """
    return 4 * jnp.pi * radius * half_length


def disk_area(inner: Float[Array, "*shape"], outer: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """Area of a disk and its mirror image in mm2.

    Args:
        inner: radius, mm.
        outer: radius, mm.
    """
    return 2 * jnp.pi * jnp.maximum(outer**2 - inner**2, 0.0)


def gas_items(
    gases: Sequence[Gas], areas: Sequence[float], channels: Sequence[float], stands: Sequence[float], book: PriceBook
) -> dict[str, float]:
    """Money by item in kCHF of gas detectors: by area where it is bought so, by channel, by layer, by W of read-out.

    Layer by layer: its kind, its area (mm2), its channels, and how much of a layer it is (half a pair of disks: 0.5).
    """
    rows = list(zip(gases, areas, channels, stands, strict=True))
    return {
        "sensors": sum(area * sum(book.prices("area", [gas.name])) for gas, area, _, _ in rows),
        "channels": sum(count * book.price("channel", gas.name) for gas, _, count, _ in rows),
        "mechanics": sum(part * book.price("layer", gas.name) for gas, _, _, part in rows),
        "power": book.price("power", "tracker") * sum(count * gas.power for gas, _, count, _ in rows),
    }
