"""A muon of the injection against two laws in closed form: what a kick gives it, and where a mirror turns it back."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.muon_edm.physics.fields import Fields, Region
from designopt.detectors.muon_edm.physics.kinematics import BEND, mirror_ratio, orbit_radius, speed
from designopt.detectors.muon_edm.physics.motion import step
from designopt.report.figures.palette import COLOURS
from designopt.units import MeV
from validation.drawing import PREDICTED, Claim, Validation, panels, worst

P = 23 * MeV
MAIN = 2.5
STEPS = 500
KICKS = (0.5e-3, 1e-3, 2e-3, 4e-3, 6e-3, 8e-3, 10e-3)
"""T; at the peak of a pulse of 2 ns."""
WIDTH = 2.0
PITCHES = (0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08)
"""rad, from the plane across the axis."""

Path = tuple[Float[Array, "step 3"], Float[Array, "step 3"]]


def fields(
    bump: float = 0.01, kick: float = 0.0, currents: tuple[float, float] = (0.0, 0.0), time: float = 10.0,
    width: float = WIDTH,
) -> Fields:  # fmt: skip
    """A solenoid of 2.5 T with two coils; kick in T, its time and width in ns, currents in ampere-turns."""
    peak, at, wide = (jnp.asarray(value) for value in (kick, time, width))
    return Fields(MAIN, bump, jnp.asarray(currents), jnp.asarray([-50.0, 40.0]), peak, at, wide)


def path(some: Fields, place: Float[Array, " 3"], momentum: Float[Array, " 3"], dt: float) -> Path:
    """Places (mm) and momenta (GeV) of a muon after each of 500 steps of `dt` ns."""
    return _path(some, place, momentum, jnp.asarray(dt))


@eqx.filter_jit
def _path(some: Fields, place: Float[Array, " 3"], momentum: Float[Array, " 3"], dt: Float[Array, ""]) -> Path:
    def one(state: Path, k: Float[Array, ""]) -> tuple[Path, Path]:
        state = step(some, Region(), *state, k * dt, dt)
        return state, state

    return jax.lax.scan(one, (place, momentum), jnp.arange(float(STEPS)))[1]


def started(z: float, pitch: float) -> tuple[Float[Array, " 3"], Float[Array, " 3"]]:
    """A muon on an orbit around the axis, at `z` mm; `pitch` in rad from the plane across it."""
    across = P * np.cos(pitch)
    return jnp.asarray([across / (BEND * MAIN), 0.0, z]), jnp.asarray([0.0, -across, P * np.sin(pitch)])


def kicked(kick: float) -> tuple[float, float]:
    """Momentum along z (GeV) that a kick (T) gives a muon without any: by its path, and by K sigma sqrt(2 pi)."""
    momenta = path(fields(0.0, kick), *started(0.0, 0.0), 0.1)[1]
    return -float(momenta[-1, 2]), BEND * float(speed(P)) * kick * WIDTH * float(np.sqrt(2 * np.pi))


def turned(pitch: float) -> tuple[float, float, float]:
    """Field where a muon turns back over that in the middle, less 1; 1 / sin^2 less 1; and the rest of its p_z there.

    Args:
        pitch: rad, from the plane across the axis.
    """
    some = fields(0.01)
    places, momenta = path(some, *started(0.0, pitch), 0.2)
    turn = int(np.argmax(places[:, 2]))
    radius = float(orbit_radius(P, MAIN))
    strength = some.at(jnp.asarray([[radius, 0.0, 0.0], [radius, 0.0, places[turn, 2]]]))
    ratio = float(np.linalg.norm(strength[1]) / np.linalg.norm(strength[0]))
    return ratio - 1, float(mirror_ratio(np.pi / 2 - pitch)) - 1, float(momenta[turn, 2])


def validation() -> Validation:
    """What kicks give and where mirrors turn, of paths and of the laws."""
    kicks, mirrors = np.array([kicked(kick) for kick in KICKS]), np.array([turned(pitch)[:2] for pitch in PITCHES])
    with panels(2, 4.8, share=False) as (figure, (above, below)):
        for axes, at, values, unit in (
            (above, 1e3 * np.array(KICKS), kicks, 1e3),
            (below, 1e3 * np.array(PITCHES), mirrors, 100),
        ):
            axes.plot(at, unit * values[:, 1], color=COLOURS[0], label="closed form")
            axes.errorbar(at, unit * values[:, 0], color=COLOURS[1], label="path in the model", **PREDICTED)
            axes.set(xlim=(0, None), ylim=(0, None))
        above.set(xlabel="Kick (mT), 2 ns wide", ylabel="Momentum given (MeV)")
        below.set(xlabel="Pitch (mrad)", ylabel="Field where it turns\nover the middle, less 1 (%)")
        above.legend(frameon=False, fontsize=8.5)
    off = [100 * (values[:, 0] / values[:, 1] - 1) for values in (kicks, mirrors)]
    counts = (f"{len(KICKS)} kicks", f"{len(PITCHES)} pitches", "measurement is stored", "nothing was fitted")
    return Validation(figure, counts, (
        Claim("within {} % of the law of the kick", 0.6, worst(off[0])),
        Claim("{} % of that of the mirror", 0.05, worst(off[1])),
    ))  # fmt: skip
