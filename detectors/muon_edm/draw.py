"""A drawing of an injection: paths along the axis over time with the kick, and one orbit seen from above."""

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np

from designopt import Design
from designopt.detectors.muon_edm.physics.motion import step

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from designopt.detectors.muon_edm.detector import MuonInjection

SHOWN = 20


def draw_injection(detector: "MuonInjection", design: Design, axes: "Axes") -> None:
    """Draw z (mm) of twenty muons over time (ns) on `axes`; the kick below, an orbit in the corner, coils at the edge.

    Args:
        detector: the fields and the beam.
        design: values by name of variable.
        axes: of matplotlib.
    """
    storage, region, fields = detector.storage, detector.region, detector.fields(design)
    dt = storage.flight / storage.steps
    normal = detector.beam.draw(jax.random.key(1), SHOWN).at[0].set(0.0)
    place, momentum, start = detector.injection(design).muons(detector.beam, normal)

    def one(state: tuple[jax.Array, jax.Array], k: jax.Array) -> tuple[tuple[jax.Array, jax.Array], jax.Array]:
        place, momentum = step(fields, region, *state, start + k * dt, dt)
        return (place, momentum), place

    paths = np.asarray(jax.jit(lambda: jax.lax.scan(one, (place, momentum), jnp.arange(float(storage.steps))))()[1])
    time = dt * np.arange(1, storage.steps + 1)
    gone = np.maximum.accumulate((np.abs(paths[..., 2]) > region.end), axis=0)
    z = np.where(gone, np.nan, paths[..., 2])
    axes.axhspan(-storage.limit, storage.limit, color="#dfe9df", lw=0)
    axes.axvline(storage.flight * (1 - storage.late), color="#5b6770", lw=0.6, ls=(0, (6, 4)))
    axes.plot(time, z[:, 1:], color="#1f77b4", lw=0.5, alpha=0.6)
    axes.plot(time, z[:, 0], color="#c0392b", lw=1.2)
    pulse = np.asarray(fields.pulse(jnp.asarray(time)))
    axes.fill_between(time, -region.end, -region.end + 30 * pulse, color="#e67e22", alpha=0.5, lw=0)
    milli = 1e3 * float(design["kick_field"])
    axes.text(float(design["kick_time"]), -region.end + 32, f"{milli:.1f} mT", ha="center", fontsize="small")
    for current, at in zip(np.asarray(design["coil_current"]), np.asarray(design["coil_place"]), strict=True):
        axes.text(storage.flight, at, f" {current:+.0f} A", va="center", fontsize="x-small")
    axes.set_xlim(0, storage.flight)
    axes.set_ylim(-region.end, region.end)
    axes.set_xlabel("time (ns); dashed: |z| counts from here")
    axes.set_ylabel("z (mm); green: stored")
    axes.spines[["top", "right"]].set_visible(False)
    above = axes.inset_axes((0.7, 0.72, 0.28, 0.28))
    above.plot(paths[:40, 0, 0], paths[:40, 0, 1], color="#c0392b", lw=0.8)
    turn = np.linspace(0, 2 * np.pi, 100)
    above.plot(region.wall * np.cos(turn), region.wall * np.sin(turn), color="#5b6770", lw=0.6)
    above.set_aspect("equal")
    above.set_xticks([])
    above.set_yticks([])
    above.set_title("from above, wall 45 mm", fontsize="x-small")
