"""Plane waves by the package Differometor: its own aLIGO and Voyager, with our numbers in the place of theirs."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.interferometer.models.carrier import Powers
from designopt.detectors.interferometer.optics import Optics

MISSING = (
    "The package Differometor is not installed, so there is no simulation by plane waves. Install it with "
    "pip install 'designopt[interferometer]', or take the model 'closed-form'."
)
NAMES: Mapping[str, Mapping[str, str]] = {
    "aligo": {"laser": "L0", "squeezer": "sq1", "arms": "x y"},
    "voyager": {"laser": "l0", "squeezer": "sq", "arms": "y x"},
}
TEST_MASSES = ("itmx", "etmx", "itmy", "etmy")


class Built(NamedTuple):
    """What Differometor makes of a layout: arrays for `simulate`, places of ports, and names of components."""

    arrays: dict[str, Any]
    detectors: Any
    ports: tuple[Any, ...]
    components: tuple[str, ...]


def installed() -> bool:
    """Whether Differometor can be imported; nothing is imported."""
    return find_spec("differometor") is not None


def version() -> str:
    """Name and version of the package, as results say it."""
    from importlib.metadata import version as of

    return f"differometor {of('differometor')}"


def waves(frequencies: Float[Array, " frequency"], optics: Optics) -> tuple[Float[Array, " frequency"], Powers]:
    """Strain noise in 1/sqrt(Hz), and the largest powers in W on hard sides, on soft sides and at detectors.

    Strain is without unit. Noise over signal of a strain of one, steady plane waves in complex128, quantum noise of
    every open port and every loss, free test masses moved by radiation pressure. Equal to Finesse 3.0.2 to 1e-9 for
    aLIGO (`tests/detectors/interferometer`). ValueError, in a sentence, without the package.

    Args:
        frequencies: in Hz.
        optics: the interferometer.
    """
    strain, *sides = simulated(frequencies, optics)
    return strain, Powers(*(jnp.max(side) for side in sides))


def simulated(frequencies: Float[Array, " frequency"], optics: Optics) -> tuple[Array, Array, Array, Array]:
    """Noise of `optics` at `frequencies` (Hz) over strain (without unit); W at hard, soft sides, and detectors.

    Noise power is linear in the covariance of what the squeezer sends, so that a share of squeezed light which is lost
    on its way is that share of the noise power without squeezing.
    """
    squeezed, hard, soft, seen = _without_loss(frequencies, optics)
    lost = optics.squeezing_loss
    if lost > 0:
        vacuum = _without_loss(frequencies, replace(optics, squeezing=0.0))[0]
        squeezed = jnp.sqrt((1 - lost) * squeezed**2 + lost * vacuum**2)
    return squeezed, hard, soft, seen


def _without_loss(frequencies: Float[Array, " frequency"], optics: Optics) -> tuple[Array, Array, Array, Array]:
    build = built(optics.layout)
    from differometor import signal_detector, simulate
    from differometor.utils import calculate_powers

    arrays = build.arrays | {
        "optimized_parameters": jnp.stack([jnp.asarray(value, float) for value in changes(optics).values()]) + 0j,
        "signal_changing_values": frequencies[None, :],
    }
    light, signal, noise = simulate(**arrays)
    at = signal_detector(light, signal)[build.detectors]
    answer = jnp.abs(at[0] - at[1] if optics.layout == "voyager" else at[0])
    hard, soft, seen = calculate_powers(light, build.detectors, *build.ports)
    count = len(build.components)
    return noise.reshape(-1) / answer, hard.reshape(-1), soft.reshape(-1)[:count], seen.reshape(-1)


def components(layout: str) -> tuple[str, ...]:
    """Names of the components whose hard and soft sides `simulated` gives, in its order."""
    return built(layout).components


@lru_cache(maxsize=4)
def built(layout: str) -> Built:
    """The arrays of a layout, made once. ValueError, in a sentence, without the package."""
    if not installed():
        raise ValueError(MISSING)
    from differometor import run_build_step, setups

    with jax.ensure_compile_time_eval():  # the first call may come from inside a function that is being traced
        setup, _ = getattr(setups, layout)()
        pairs = list(changes(_like(layout)))
        arrays, detectors, *ports = run_build_step(setup, [("f", "frequency")], jnp.ones(1), pairs)
        kinds = ("beamsplitter", "mirror")
        names = [name for kind in kinds for name, node in setup.nodes if node["component"] == kind]
    return Built(dict(arrays), detectors, tuple(ports[:3]), tuple(names))


def changes(optics: Optics) -> dict[tuple[str, str], Any]:
    """Values by component and property, as Differometor calls them. Both arms are equal but for the dark offset.

    Each property has an entry of its own: of several that share one value, Differometor 0.0.6 changes the reflection
    of carrier light at the last one only.
    """
    names = NAMES[optics.layout]
    mirrors = {
        "prm": optics.power_mirror,
        "srm": optics.signal_mirror,
        **{f"itm{arm}": optics.input_mirror for arm in "xy"},
        **{f"etm{arm}": optics.end_mirror for arm in "xy"},
    }
    if optics.layout == "voyager":
        mirrors["fm1"] = optics.filter_mirror
    found: dict[tuple[str, str], Any] = {(names["laser"], "power"): optics.power}
    for name, passed in mirrors.items():
        found[name, "reflectivity"] = (1 - passed - optics.loss) / (1 - optics.loss)  # of what is not lost
        found[name, "loss"] = optics.loss
    found["srm", "tuning"] = optics.signal_tuning
    found[names["squeezer"], "db"] = optics.squeezing
    found[names["squeezer"], "angle"] = optics.squeezing_angle
    found |= {(f"{name}sus", "mass"): optics.mass for name in TEST_MASSES}
    found |= {(f"itm{arm}_etm{arm}", "length"): optics.length for arm in "xy"}
    if optics.layout == "aligo":
        found["etmx", "tuning"] = 90.0 - optics.dark_offset
        found["etmy", "tuning"] = 0.0 + optics.dark_offset
    else:
        found["fm2", "tuning"] = optics.filter_tuning
        found["fm1_fm2", "length"] = optics.filter_length
        found["lo", "phase"] = optics.homodyne
    return found


def _like(layout: str) -> Optics:
    from designopt.detectors.interferometer.optics import PUBLISHED

    return PUBLISHED[layout]
