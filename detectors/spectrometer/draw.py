"""A side view of a spectrometer: the magnet, its stations, and the momentum resolution below them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from designopt.detectors.spectrometer.magnet import Magnet
from designopt.detectors.spectrometer.stations import Stations
from designopt.units import m, um

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FINE, COARSE = 20 * um, 250 * um  # errors at the ends of the colour scale
COLOURS = ("#1f77b4", "#8a5a9e", "#c0392b", "#e67e22")
THICKEST = 0.45 * m  # width on paper of a station of 1 % X0


def draw_spectrometer(
    stations: Stations, magnet: Magnet, axes: "Axes", curves: Mapping[str, tuple[np.ndarray, np.ndarray]] | None = None
) -> None:
    """Draw stations from the side on `axes`, beam from the left, in metres; wider bars have more material.

    Colour tells the error of a station's measurement, from blue (fine) to red. A station that is there by half is
    half transparent. `curves` gives momenta and sigma(p)/p by label, drawn below.

    Args:
        magnet: its length in mm.
    """
    from matplotlib.colors import LogNorm
    from matplotlib.pyplot import get_cmap

    z, error, material, present = (np.asarray(x, float) for x in
                                   (stations.z, stations.error, stations.material, stations.present))  # fmt: skip
    colour, scale = get_cmap("coolwarm"), LogNorm(FINE, COARSE, clip=True)
    half = magnet.length / 2
    left, right = (magnet.centre + sign * half for sign in (-1, 1))
    axes.axvspan(left / m, right / m, color="#d9dde1", lw=0)
    axes.text(magnet.centre / m, 0.0, f"{magnet.bending_power:g} T m", ha="center", va="center")
    there = np.flatnonzero(present > 1e-3)
    for i in there:
        width = THICKEST * material[i] / 0.01 / m
        alpha = float(np.clip(present[i], 0.15, 1.0))
        axes.bar(z[i] / m, 1.6, max(width, 0.03), -0.8, color=colour(scale(error[i])), alpha=alpha, lw=0)
        axes.text(z[i] / m, 0.86, f"{error[i] / um:.0f}", ha="center", va="bottom", fontsize="x-small", rotation=90)
    axes.axhline(0.0, color="#5b6770", lw=0.6, ls=(0, (6, 4)), zorder=0)
    reach = max(float(np.max(np.abs(z[there]), initial=1.0 * m)), right) / m
    axes.set_xlim(-reach - 0.4, reach + 0.4)
    axes.set_ylim(-1.0, 1.25)
    axes.set_yticks([])
    axes.set_xlabel("z (m); error of each station in um")
    axes.spines[["top", "right", "left"]].set_visible(False)
    if curves:
        _draw_curves(axes, curves)


def _draw_curves(axes: "Axes", curves: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> None:
    below = axes.inset_axes((0, -0.75, 1, 0.5))
    for i, (label, (momenta, resolution)) in enumerate(curves.items()):
        below.loglog(
            momenta, 100 * resolution, color=COLOURS[i % len(COLOURS)], label=label, ls="-" if i == 0 else "--"
        )
    below.xaxis.set_major_formatter("{x:g}")
    below.set_yticks([0.3, 1, 3, 10], ["0.3", "1", "3", "10"])
    below.yaxis.set_minor_formatter("")
    below.set_xlabel("p (GeV)")
    below.set_ylabel(r"$\sigma_p/p$ (%)")
    below.set_ylim(0.2, 12)
    below.spines[["top", "right"]].set_visible(False)
    below.legend(frameon=False, fontsize="small")
