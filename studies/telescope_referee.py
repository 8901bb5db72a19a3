"""Do toy events, each fitted, rank layouts of a telescope as Fisher's errors do?

    python studies/telescope_referee.py [runs/neutrino-telescope] [EVENTS [TOYS]]

The hexagon, the best layout made by hand and the best winner of every optimiser in the folder see the same EVENTS (200)
fresh cascades and tracks, each TOYS (24) times: photons are drawn (Poisson), modules with light counted against the
trigger, and vertex, direction, time and energy fitted by maximum likelihood. The score is the problem's, with the
spread of an event's fits in the place of Fisher's errors and the share of its toys that trigger in that of Poisson's
tail; so few fits make each logarithm of a spread a little too small, the same for all layouts. Fits begin at the truth,
and the light is the model's. How far toys and model are apart in the difference of two layouts has a 95 % interval by
resampling events, which are the same for both.
"""

import sys
from functools import partial

from designopt import prepare

prepare()

import jax
import jax.numpy as jnp
import numpy as np
from gain_on_fresh import own_winners, toys_and_model

from designopt import make
from designopt.detectors.neutrino_telescope.detector import SEEN
from designopt.detectors.neutrino_telescope.light.information import Event, light_of
from designopt.detectors.neutrino_telescope.problem import ENERGY_WEIGHT, VOLUME_WEIGHT
from designopt.detectors.neutrino_telescope.simulation import draw, fits
from designopt.detectors.neutrino_telescope.strings import places_of, strings_of

FAR = 1e5
light = partial(jax.jit, static_argnums=(1, 4))(light_of)


def main(folder: str = "", wanted: str = "200", toys: str = "24") -> None:
    """Print scores by model and by toys, and how far each layout is behind the best made by hand."""
    problem = make("neutrino-telescope-v1", site="arca", events=int(wanted))
    hand = str(problem.compare_with)
    designs = {name: problem.references[name] for name in (hand, "wide hexagon", "hexagon")}
    if folder:
        designs |= own_winners(folder)
    key, found = jax.random.key(8), {}
    of = partial(score_of, volume=problem.detector.volume)
    for name, design in designs.items():
        made = {key: jnp.asarray(value) for key, value in design.items()}
        said = problem.detector.response(made, key)
        model = np.stack([np.log(said["angle"]), np.log(said["energy"]), said["trigger"]])
        found[name] = model, simulated(problem.detector, made, key, int(toys))
        model, by_toys, off, error = toys_and_model(found[name], found[hand], of)
        print(
            f"{name}: behind the best by hand by {model:+.4f} in the model, by {by_toys:+.4f} in toys; "
            f"toys less model {off:+.4f} +- {error:.4f}",
            flush=True,
        )


def score_of(table: np.ndarray, volume: float) -> float:
    """The problem's score of (logarithm of angle's error, of log10 E's, share that triggers; event)."""
    weight = table[2] + SEEN
    angle, energy = (np.sum(weight * part) / np.sum(weight) for part in table[:2])
    return float(angle + ENERGY_WEIGHT * energy - VOLUME_WEIGHT * np.log(volume * np.mean(weight)))


def simulated(detector, design, key, toys: int) -> np.ndarray:
    """Logarithms of the spread of fits of every event, angle and log10 E, and the share of its toys that trigger."""
    places, share = places_of(strings_of(design), detector.most)
    places = jnp.where(share[:, None] > 0.5, places, FAR)  # no light gets there: one program for all layouts
    rows = []
    for kind, sample in detector.events(key):
        for i in range(sample.theta.size):
            event = Event(sample.vertex[i], sample.theta[i], sample.phi[i], sample.log_energy[i])
            drawn = draw(light(places, kind, event, jnp.zeros(7), detector.medium), toys, i)
            fitted = np.asarray(fits(drawn, places, kind, detector.medium, event))
            angle = np.arctan(np.hypot(fitted[:, 3], fitted[:, 4]))
            lit = (np.asarray(drawn.count) > 0).sum(axis=1) >= detector.trigger
            spread = np.hypot(np.sqrt(np.mean(fitted[:, 6] ** 2)), kind.floor)
            rows.append((0.5 * np.log(np.mean(angle**2)), np.log(spread), lit.mean()))
    return np.array(rows).T


if __name__ == "__main__":
    main(*sys.argv[1:])
