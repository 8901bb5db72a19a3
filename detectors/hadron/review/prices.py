"""What a reviewed hadron calorimeter costs: sensors, channels, boards, steel, and the coil that has to go around it."""

from collections.abc import Sequence

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.few_kinds import further_systems
from designopt.detectors.hadron.review.offered import Offer
from designopt.detectors.hadron.simulation.showers import HALF_WIDTH
from designopt.detectors.prices import PriceBook
from designopt.units import m

INNER, HALF_LENGTH = 2.40 * m, 2.21 * m  # of CLD's hadron barrel: key4hep/k4geo, CLD_o2_v07
# Of CLD's cryostat, and from the calorimeter to it (the same file). The winding itself, 6.95 m long at 3.93 m, holds
# 5 % more energy than the cylinder of these: the coil is 3 % too cheap, for every depth alike.
COIL_LENGTH = 7.4 * m
CLEARANCE = 0.15 * m
FIELD = 2.0  # T, CLD
MILLION_DOLLARS = 940.0  # kCHF, at the price book's rate of 2020
MEGAJOULE = 1 / (8e-7 * np.pi) * 1e-6  # B2/(2 mu0) of 1 T in MJ/m3

ITEMS = ("sensors", "channels", "mechanics", "steel", "coil", "second read-out")
"""In the order in which they are told."""


def coil_cost(radius: Float[Array, ""] | float, field: Float[Array, ""] | float) -> Float[Array, ""]:
    r"""Price of a superconducting solenoid of CLD's length in million dollars.

    $C = 0.523\,(E/\mathrm{MJ})^{0.662}$, $E = \frac{B^2}{2\mu_0}\pi R^2 L$; PDG, Particle Detectors at Accelerators
    (recalled), a fit to thin solenoids of up to some GJ.

    Args:
        radius: of the winding, mm.
        field: T.
    """
    energy = field**2 * MEGAJOULE * jnp.pi * (jnp.asarray(radius) / m) ** 2 * COIL_LENGTH / m
    return 0.523 * energy**0.662


class Prices(eqx.Module):
    """kCHF: of one sensor of each kind on offer, of a mm of steel, and the share of a coil that the depth asks for.

    `sheet`, `channel`: of one whole sensor of each kind, material and read-out; `mechanics`: of any layer;
    `steel`: of a mm; `field`: T, 0 where depth is free; `second_readout`: of a system, silicon or tiles, beyond the
    first; `tile`: 1 for each kind that is a tile, else 0.
    """

    sheet: Float[np.ndarray, " kind"]
    channel: Float[np.ndarray, " kind"]
    mechanics: float
    steel: float
    field: float
    second_readout: float
    tile: Float[np.ndarray, " kind"]

    @classmethod
    def from_book(
        cls, book: PriceBook, offers: Sequence[Offer], pitch: float, field: float, second_readout: float
    ) -> "Prices":
        """Prices of a book for the face of the block; `pitch` of cells in mm, `field` in T, the last in kCHF."""
        area = (2 * HALF_WIDTH) ** 2
        cells = area / pitch**2
        return cls(
            sheet=np.array([_sheet(book, one, area, cells) for one in offers]),
            channel=np.array([cells * book.price("channel", one.material) for one in offers]),
            mechanics=area * book.price("mechanics", "layer"),
            steel=area * book.price("volume", "SS"),
            field=field,
            second_readout=second_readout,
            tile=np.array([one.tile for one in offers]),
        )

    def items(
        self, present: Float[Array, " sensor"], kinds: Float[Array, "sensor kind"], steel: Array, depth: Array
    ) -> dict[str, Float[Array, ""]]:
        """Money by item in kCHF; the sum is the cost.

        Args:
            present: gates, 0 to 1.
            kinds: weights of the kinds on offer.
            steel: of all gaps, mm.
            depth: of everything, boards too, mm.
        """
        number = present @ kinds
        systems = kinds @ jnp.stack([self.tile, 1 - self.tile], axis=1)
        return {
            "sensors": number @ self.sheet,
            "channels": number @ self.channel,
            "mechanics": self.mechanics * jnp.sum(present),
            "steel": self.steel * steel,
            "coil": self.coil(depth),
            "second read-out": self.second_readout * further_systems(present, systems),
        }

    def coil(self, depth: Float[Array, ""]) -> Float[Array, ""]:
        """What the coil costs more than one around no calorimeter, and the block's share of the barrel of it, kCHF.

        Args:
            depth: of the calorimeter, mm.
        """
        first = INNER + CLEARANCE
        share = (2 * HALF_WIDTH) ** 2 / (2 * np.pi * INNER * 2 * HALF_LENGTH)
        return share * MILLION_DOLLARS * (coil_cost(first + depth, self.field) - coil_cost(first, self.field))


def _sheet(book: PriceBook, one: Offer, area: float, cells: float) -> float:
    """Sensors of one layer, cut and wrapped: by area, by volume and by piece, as the book has them."""
    (sheet,), (volume,), (piece,) = (book.prices(part, [one.material]) for part in ("area", "volume", "tile"))
    return area * (sheet + volume * one.thickness) + cells * piece
