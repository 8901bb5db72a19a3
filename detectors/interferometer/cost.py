"""What an interferometer costs: vacuum by length, mirrors and isolation by mass, laser by power, squeezer by dB."""

from pathlib import Path

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.interferometer.optics import Optics
from designopt.detectors.prices import read_prices
from designopt.units import kg, m

BOOK = Path(__file__).with_name("prices.toml")
TEST_MASSES = 4


class Prices(eqx.Module):
    """Prices in kCHF: of a metre of vacuum, a kg of mirror, a W of laser, a dB of squeezing, an isolated mirror."""

    vacuum: float
    mirror: float
    laser: float
    decibel: float
    isolation: float
    carried: float

    @classmethod
    def from_book(cls, own: str | None = None) -> "Prices":
        """The prices of this package, all assumed, with a user's own file over them. ValueError for a wrong file."""
        book = read_prices(own, BOOK)
        return cls(
            vacuum=book.price("length", "interferometer-vacuum") * m,
            mirror=book.price("mass", "test-mass") * kg,
            laser=book.price("power", "laser-1064"),
            decibel=book.price("layer", "squeezed-decibel"),
            isolation=book.price("layer", "seismic-isolation"),
            carried=book.price("mass", "seismic-isolation") * kg,
        )

    def items(self, optics: Optics) -> dict[str, Float[Array, ""]]:
        r"""Money by item in kCHF of an interferometer, `optics`; the sum is the cost.

        $C = (2L + L_f)\,c_{vacuum} + 4m\,c_{mirror} + P\,c_{laser} + D\,c_{dB} + 4(c_{isolation} + m\,c_{carried})$
        with the length $L_f$ of a filter cavity, where there is one. Recycling mirrors, beam splitter and what is
        beside the interferometer are left out: they are the same in every design.
        """
        return {
            "vacuum": self.vacuum * jnp.asarray(2 * optics.length + optics.filter_length),
            "mirrors": TEST_MASSES * self.mirror * jnp.asarray(optics.mass),
            "laser": self.laser * jnp.asarray(optics.power),
            "squeezer": self.decibel * jnp.asarray(optics.squeezing),
            "isolation": TEST_MASSES * (self.isolation + self.carried * jnp.asarray(optics.mass)),
        }
