"""The interferometer as a detector: from the variables of a design to its noise, powers, cost, limits and a drawing."""

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

import designopt as do
from designopt.detectors.interferometer.cost import Prices
from designopt.detectors.interferometer.description import written_optics
from designopt.detectors.interferometer.draw import draw_noise
from designopt.detectors.interferometer.models import plane_waves
from designopt.detectors.interferometer.models.carrier import Powers, powers
from designopt.detectors.interferometer.models.two_photon import strain_noise
from designopt.detectors.interferometer.optics import PUBLISHED, Optics
from designopt.units import kg, m

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CLOSED_FORM, SIMULATOR = "closed-form", "differometor"
MODELS = (SIMULATOR, CLOSED_FORM)
USUAL = 100.0  # Hz, where tables quote the noise
MIRRORS = ("power_mirror", "input_mirror", "signal_mirror", "filter_mirror")


class Interferometer(do.AbstractDetector):
    """A dual-recycled Michelson interferometer with squeezed light; quantum noise only.

    Design variables: `power` (W), `length` (mm), `mass` (t), `squeezing` (dB), `power_mirror`, `input_mirror`,
    `signal_mirror` (the transmitted share of the light that is not lost), `signal_tuning`, `squeezing_angle`
    (degrees), and `dark_offset`, or `filter_mirror`, `filter_tuning` and `homodyne`, as the layout has them.
    What is no variable is as published. There are no random events: a key changes nothing.
    """

    prices: Prices
    layout: str = eqx.field(static=True)
    model: str = eqx.field(static=True)
    frequencies: tuple[float, ...] = eqx.field(static=True)
    hard_limit: float = eqx.field(static=True)
    soft_limit: float = eqx.field(static=True)
    detector_limit: float = eqx.field(static=True)
    squeezing_loss: float = eqx.field(static=True, default=0.0)

    def optics(self, design: do.Design) -> Optics:
        """The interferometer of a design, in SI units."""
        published = PUBLISHED[self.layout]
        own: dict[str, Any] = dict(design) | {"length": design["length"] / m, "mass": design["mass"] / kg}
        passed = {name: (1 - published.loss) * own[name] for name in MIRRORS if name in own}
        return replace(published, **own | passed, squeezing_loss=self.squeezing_loss)

    def response(self, design: do.Design, key: PRNGKeyArray | None = None) -> do.Response:
        """`strain`: noise in 1/sqrt(Hz) at every frequency; `hard`, `soft` and `detector`: largest powers in W."""
        strain, light = self.measured(self.optics(design))
        return {"strain": strain, "hard": light.hard, "soft": light.soft, "detector": light.detector}

    def measured(self, optics: Optics) -> tuple[Float[Array, " frequency"], Powers]:
        """Noise of `optics` as strain (without unit) in 1/sqrt(Hz), and its largest powers in W, by this model."""
        frequencies = jnp.asarray(self.frequencies)
        if self.model == SIMULATOR:
            return plane_waves.waves(frequencies, optics)
        return strain_noise(frequencies, optics), powers(optics)

    def cost(self, design: do.Design) -> do.CostBreakdown:
        """Money by item in kCHF: vacuum, mirrors, laser, squeezer, isolation."""
        return self.prices.items(self.optics(design))

    def constraints(self, design: do.Design) -> dict[str, Float[Array, ""]]:
        """Power on the hard and the soft side of the worst component, and at the detector, over its limit, less one.

        By the closed form, whatever the model is: within 0.1 % of Differometor's, for a thousandth of the work.
        """
        light = powers(self.optics(design))
        return {
            "hard side": light.hard / self.hard_limit - 1,
            "soft side": light.soft / self.soft_limit - 1,
            "detector": light.detector / self.detector_limit - 1,
        }

    def draw(self, design: do.Design, axes: "Axes") -> None:
        """Strain noise of the design and of the published interferometer, and the standard quantum limit."""
        draw_noise(self.optics(design), axes)

    def metrics(self, response: do.Response) -> dict[str, Float[Array, ""]]:
        """Noise at 100 Hz, its best value, and the largest powers."""
        grid, strain = jnp.asarray(self.frequencies), response["strain"]
        found = {"best noise (1e-24/sqrt(Hz))": 1e24 * jnp.min(strain)}
        if grid[0] <= USUAL <= grid[-1]:
            usual = jnp.exp(jnp.interp(jnp.log(USUAL), jnp.log(grid), jnp.log(strain)))
            found = {f"noise at {USUAL:g} Hz (1e-24/sqrt(Hz))": 1e24 * usual} | found
        return found | {
            "power on the hard side (kW)": response["hard"] / 1e3,
            "power on the soft side (W)": response["soft"],
            "power at the detector (mW)": 1e3 * response["detector"],
        }

    def better(self, label: str) -> int:
        """The smaller noise; a power is a property with a limit."""
        return -1 if "noise" in label else 0

    def written(self, design: do.Design) -> dict[str, Any]:
        """The interferometer as `designopt evaluate` reads it."""
        return written_optics(self.optics(design))

    def settings(self) -> dict[str, Any]:
        """Everything that tells this interferometer from another, as JSON values; with the simulator's version."""
        return {
            "model": plane_waves.version() if self.model == SIMULATOR else "two-photon-1",
            "layout": self.layout,
            "frequencies": list(self.frequencies),
            "limits": [self.hard_limit, self.soft_limit, self.detector_limit],
            "squeezing_loss": self.squeezing_loss,
            "prices": {f.name: float(getattr(self.prices, f.name)) for f in fields(self.prices)},
        }


def model_of(wanted: str) -> str:
    """The model that is used: "auto" is Differometor where it is installed. ValueError, in a sentence, without it.

    Args:
        wanted: one of `MODELS`, or "auto".
    """
    there = plane_waves.installed()
    if wanted == SIMULATOR and not there:
        raise ValueError(plane_waves.MISSING)
    return (SIMULATOR if there else CLOSED_FORM) if wanted == "auto" else wanted
