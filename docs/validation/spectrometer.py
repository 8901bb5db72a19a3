"""The spectrometer against SHiP's formula and a toy Monte Carlo that shares with it only the scattering angle."""

import jax
import jax.numpy as jnp
import numpy as np

from designopt.detectors.spectrometer.magnet import Magnet
from designopt.detectors.spectrometer.simulation.toy import Dipole, Station, simulate_tracks
from designopt.detectors.spectrometer.stations import Stations, track_errors
from designopt.report.figures.palette import COLOURS, INK
from validation.drawing import PREDICTED, Claim, Validation, key, level, panels, plain, worst

SHIP, VERTEX = Magnet(0.65, 5000.0), -10_000.0
PLACES = (-5500.0, -3500.0, 3500.0, 5500.0)
ERROR, MATERIAL = 0.12 / 8**0.5, 0.0043
"""mm, of eight straw layers of 120 um; X0."""
MOMENTA = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
TRACKS = 20_000


def stations(z: object, error: object = ERROR, material: object = MATERIAL, present: object = 1.0) -> Stations:
    """Stations at places in mm; errors in mm, material in X0.

    Args:
        z: mm.
        error, material, present: one for all, or one each.
    """
    places = jnp.asarray(z, dtype=float)
    rest = (jnp.broadcast_to(jnp.asarray(value, dtype=float), places.shape) for value in (error, material, present))
    return Stations(places, *rest)


def ship_formula(momenta: np.ndarray) -> np.ndarray:
    """sigma(p)/p in %, 0.49 (+) 0.022 p: arXiv 1504.04956, recalled.

    Args:
        momenta: GeV.
    """
    return np.hypot(0.49, 0.022 * momenta)


def validation() -> Validation:
    """sigma(p)/p of SHiP's four stations over the momentum."""
    half = 0.5 * SHIP.length
    dipole = Dipole(SHIP.bending_power / (2e-3 * half), -half, half)
    told = [Station(place, ERROR, MATERIAL) for place in PLACES]
    toys = [simulate_tracks(told, dipole, p, VERTEX, TRACKS, seed) for seed, p in enumerate(MOMENTA)]
    grid, momenta = np.geomspace(0.8, 130, 40), np.array(MOMENTA)
    model = jax.jit(lambda p: 100 * track_errors(stations(PLACES), SHIP, p, VERTEX)["momentum"])
    found = np.array([100 * toy.resolution["momentum"] for toy in toys])
    error = np.array([100 * toy.error["momentum"] for toy in toys])
    curve, points = np.asarray(model(jnp.asarray(grid))), np.asarray(model(jnp.asarray(momenta)))
    with panels(2, 4.4, (1.3, 1)) as (figure, (sigma, off)):
        sigma.plot(grid, curve, color=COLOURS[0], label="model")
        sigma.plot(grid, ship_formula(grid), "--", color=INK, linewidth=1.2, label="SHiP's formula")
        sigma.errorbar(momenta, found, error, color=COLOURS[1], label="toy Monte Carlo", **PREDICTED)
        sigma.set(xscale="log", yscale="log", ylabel="sigma(p)/p (%)")
        plain(sigma, (), (0.5, 1, 2))
        off.errorbar(momenta, 100 * (found / points - 1), 100 * error / points, color=COLOURS[1], **PREDICTED)
        off.plot(grid, 100 * (ship_formula(grid) / curve - 1), "--", color=INK, linewidth=1.2)
        level(off)
        off.set(xlabel="Momentum (GeV)", ylabel="Over the model,\nless 1 (%)")
        plain(off, (1, 2, 5, 10, 20, 50, 100))
        key(figure, sigma, 3)
    return Validation(figure, (f"{len(MOMENTA)} momenta", f"{TRACKS:,} tracks each", "nothing was fitted"), (
        Claim("within {} %", 0.6, 100 * worst(found / points - 1)),
        Claim("{} % off", 5, 100 * worst(ship_formula(momenta) / points - 1)),
    ))  # fmt: skip
