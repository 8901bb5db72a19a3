"""What sensors along the block cost: silicon by area and thickness, channels, mechanics. The steel is given."""

from pathlib import Path

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.hadron.simulation.sensors import Sensors
from designopt.detectors.hadron.simulation.showers import HALF_WIDTH
from designopt.detectors.prices import DEFAULT_BOOK, read_prices
from designopt.units import cm, mm

PITCH = 30 * mm  # square cells; they set the number of channels only
EXTRA = 10.0  # EUR/cm3 of silicon, assumed: thick sensors are cut from more of the crystal and need a higher bias
EUR = 1.07e-3  # kCHF


class SensorPrices(eqx.Module):
    r"""$C = \sum_i g_i [A (c_{area} + c_{volume} t_i + c_{mechanics}) + (A/p^2) c_{channel}]$ in kCHF.

    A is the face of the block. Area, mechanics and channel prices come from `detectors/prices.toml`; the price of
    thickness is an assumption.
    """

    area: float
    sheet: float
    volume: float
    mechanics: float
    channel: float
    pitch: float

    @classmethod
    def from_book(
        cls, prices: str | None = None, pitch: float = PITCH, extra: float = EXTRA, base: Path = DEFAULT_BOOK
    ) -> "SensorPrices":
        """Prices of a book, with a user's own file over it. `extra` in EUR/cm3, `pitch` in mm."""
        if not (pitch > 0 and extra >= 0):
            raise ValueError(
                f"The pitch is {pitch:g} mm and the silicon costs {extra:g} EUR/cm3. Give a positive pitch."
            )
        book = read_prices(prices, base)
        return cls(
            area=(2 * HALF_WIDTH) ** 2,
            sheet=book.price("area", "Si"),
            volume=extra * EUR / cm**3,
            mechanics=book.price("mechanics", "layer"),
            channel=book.price("channel", "Si"),
            pitch=pitch,
        )

    @property
    def channels(self) -> float:
        """Channels of one sensor."""
        return self.area / self.pitch**2

    def items(self, sensors: Sensors) -> dict[str, Float[Array, ""]]:
        """Money by item in kCHF; the sum is the cost.

        Args:
            sensors: depths and thicknesses in mm, gates 0 to 1.
        """
        number = jnp.sum(sensors.present)
        silicon = self.sheet * number + self.volume * jnp.sum(sensors.present * sensors.thickness)
        return {
            "sensors": self.area * silicon,
            "channels": self.channels * self.channel * number,
            "mechanics": self.area * self.mechanics * number,
        }

    def one(self, thickness: float) -> float:
        """Price of one sensor in kCHF."""
        return self.area * (self.sheet + self.volume * thickness + self.mechanics) + self.channels * self.channel
