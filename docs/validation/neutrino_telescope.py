"""Fisher's errors of the telescope against maximum-likelihood fits of toy events in seven of ARCA's strings."""

import jax.numpy as jnp
import numpy as np

import designopt as do
from designopt.detectors.neutrino_telescope.detector import NeutrinoTelescope
from designopt.detectors.neutrino_telescope.light.information import CASCADE, TRACK, Event, Kind
from designopt.detectors.neutrino_telescope.light.media import WATER
from designopt.detectors.neutrino_telescope.strings import places_of, strings_of
from designopt.detectors.neutrino_telescope.verify import of_event
from designopt.report.figures.palette import COLOURS
from validation.drawing import PREDICTED, Claim, Validation, key, named, panels, plain, worst

ENERGIES = (1e3, 1e4, 1e5, 1e6)
"""GeV."""
VERTICES: dict[Kind, tuple[float, float, float]] = {CASCADE: (20.0, 10.0, 30.0), TRACK: (-150.0, 15.0, -60.0)}
"""m from the middle of the strings; both go up at 60 degrees, along x."""
TOYS = 200


def compared(kind: Kind) -> np.ndarray:
    """Rows of Fisher's error, that of fits and its own error, of the angle (deg) and of log10 E, for each energy."""
    problem = do.make("neutrino-telescope-v1")
    detector = problem.detector
    assert isinstance(detector, NeutrinoTelescope)
    places, share = places_of(strings_of(problem.references["hexagon"]), detector.most)
    modules = places[np.flatnonzero(np.asarray(share) > 0.5)]
    vertex = jnp.mean(modules, axis=0) + jnp.asarray(VERTICES[kind])
    whole, rows = jnp.ones(len(modules)), []
    for k, energy in enumerate(ENERGIES):
        event = Event(vertex, *(jnp.asarray(value) for value in (np.pi / 3, 0.0, np.log10(energy))))
        found = of_event(f"{energy:g} GeV", modules, whole, event, kind, WATER, TOYS, 100 * k + len(kind.name))
        rows.append([(one.predicted, one.found, one.error) for one in found])
    return np.array(rows)


def validation() -> Validation:
    """Errors of the angle and of log10 E over the energy, for a cascade and a track."""
    off: list[float] = []
    errors: list[float] = []
    with panels(2, 4.8) as (figure, axes):
        for kind, colour in zip(VERTICES, COLOURS, strict=False):
            rows = compared(kind)
            for panel, values in zip(axes, np.moveaxis(rows, 1, 0), strict=True):
                panel.plot(ENERGIES, values[:, 0], color=colour)
                panel.errorbar(ENERGIES, values[:, 1], values[:, 2], color=colour, **PREDICTED)
            named(axes[0], colour, kind.name)
            off += (rows[:, :, 1] / rows[:, :, 0] - 1).ravel().tolist()
            errors += ((rows[:, :, 1] - rows[:, :, 0]) / rows[:, :, 2]).ravel().tolist()
        axes[0].set(xscale="log", yscale="log", ylabel="Error of the angle (degrees)")
        axes[1].set(yscale="log", xlabel="Energy (GeV)", ylabel="Error of log10 E")
        plain(axes[0], (), (0.1, 1, 10, 100))
        plain(axes[1], (), (0.01, 0.1, 1))
        key(figure, axes[0])
    counts = (f"{len(ENERGIES)} energies", f"{TOYS} toys each", "nothing was fitted to data")
    return Validation(figure, counts, (
        Claim("within {} %", 16, 100 * worst(off)),
        Claim("{} standard errors", 2.5, worst(errors)),
    ))  # fmt: skip
