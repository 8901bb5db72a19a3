"""What a muon shield costs: iron by the tonne, and, where asked for, coils, their electricity and cryostats."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.muon_shield.magnets.excitation import SUPERCONDUCTING, ampere_turns, turn_length
from designopt.detectors.muon_shield.magnets.row import Magnets
from designopt.detectors.prices import PriceBook
from designopt.problem.detector import CostBreakdown
from designopt.units import CHF, cm, kg, m

DENSITY = 7.87e-3 * kg / cm**3
IRON_PRICE = 8 * CHF / kg  # 2 for the steel, 6 for making a yoke of it

# Ampere-turn metres of a warm coil at the current density where conductor and power cost the same, 5.2 A/mm2:
# sqrt(270 CHF/kg x 8960 kg/m3 x 5 CHF/W x 1.77e-8 ohm m) = 0.463 CHF each.
CONDUCTOR = 270.0 * CHF  # per kg of copper, 20 for the metal and 250 for winding
COPPER_DENSITY = 8960.0  # kg/m3
COPPER_RESISTIVITY = 1.77e-8  # ohm m
POWER = 5.0 * CHF  # per watt, over the life of the experiment

# High-temperature superconductor at 583 A/mm2: tape and its residual loss, per ampere-turn metre.
TAPE = (390.0 * 8960.0 / 583e6 + 5.0 * 3e-13 * 583e6) * CHF
CRYOSTAT = 60.0  # kCHF per metre of turn: vacuum vessel and cold box 50, 2 kW of wall power 10; assumed


def volumes(magnets: Magnets) -> Float[Array, " magnet"]:
    r"""Iron of every magnet in mm3: $L\,(A_{in} + 4 A_{middle} + A_{out})/6$, exact for sizes linear along the beam.

    Args:
        magnets: the shield, mm and T.
    """
    area = magnets.section(jnp.array([0.0, 0.5, 1.0])).area
    return magnets.lengths * (area[0] + 4 * area[1] + area[2]) / 6


def masses(magnets: Magnets) -> Float[Array, " magnet"]:
    """Iron of every magnet in tonnes.

    Args:
        magnets: the shield, mm and T.
    """
    return DENSITY * volumes(magnets)


class CostModel(eqx.Module):
    """Prices of a shield in kCHF, as the public Muon Shield Challenge counts them.

    The Challenge charges iron alone, 8 CHF/kg. `coils` adds the closed-form optimum of copper coils and their power
    (0.925 CHF per ampere-turn metre) and, for goals above 3 T, superconducting tape and cryostats. `limit` is where
    the steel saturates (None: never). `iron` and `conductor` (per t, per kg) and `power` (per W) are prices. Sources:
    lfpc/MuonShieldChallenge utils.py, lfpc/MuonsAndMatter materials; the cryostat's price is assumed, since the
    sources have none.
    """

    coils: bool = eqx.field(default=False, static=True)
    limit: float | None = eqx.field(default=None, static=True)
    iron: float = eqx.field(default=IRON_PRICE, static=True)
    conductor: float = eqx.field(default=CONDUCTOR, static=True)
    power: float = eqx.field(default=POWER, static=True)

    @classmethod
    def from_book(cls, book: PriceBook, limit: float | None) -> "CostModel":
        """With coils, at the prices of a book: yokes and copper by mass, electricity by power."""
        prices = (book.price("mass", "yoke-steel"), book.price("mass", "coil-copper") * kg)
        return cls(True, limit, *prices, book.price("power", "magnet"))

    def items(self, magnets: Magnets) -> CostBreakdown:
        """Money by item; the sum is the cost. Rises with every length, and iron with every transverse size."""
        iron = {"iron": self.iron * jnp.sum(masses(magnets))}
        if not self.coils:
            return iron
        cold = jnp.abs(magnets.field) > SUPERCONDUCTING
        turns = turn_length(magnets) / m
        wound = ampere_turns(magnets, self.limit) * turns
        half = (self.conductor * COPPER_DENSITY * self.power * COPPER_RESISTIVITY) ** 0.5
        warm = jnp.sum(jnp.where(cold, 0.0, half * wound))
        return {
            **iron,
            "coils": warm,
            "electricity": warm,
            "superconductor": jnp.sum(jnp.where(cold, TAPE * wound + CRYOSTAT * turns, 0.0)),
        }
