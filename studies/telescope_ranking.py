"""Is a taller and uniform telescope better than a merely wider one of the same money, and how many events decide that?

For every site the layouts made by hand are scored on fresh events of its own energies: the loss relative to the site's
hexagon (smaller is better), its 95 % interval, and how many events are needed for an interval that leaves out zero.
`python studies/telescope_ranking.py [--quick] [SITE ...]`; a minute of CPU for each site.
"""

import sys

from designopt import prepare

prepare()

import jax
import numpy as np

from designopt import make
from designopt.detectors.neutrino_telescope.references.layouts import SITES

EVENTS, BLOCKS, SURE = 480, 50, 1.96


def main(sites: list[str], blocks: int) -> None:
    """Print the table of each site, the best layout first."""
    for site in sites or list(SITES):
        problem = make("neutrino-telescope-v1", site=site, events=EVENTS)
        score = jax.jit(problem.score)
        keys = jax.random.split(jax.random.key(3), blocks)
        found = {name: np.array([float(score(one, key)) for key in keys]) for name, one in problem.references.items()}
        print(f"{site}: {blocks * EVENTS} events, {problem.budget:.0f} kCHF, hexagon {found['hexagon'].mean():.4f}")
        for name in sorted(found, key=lambda name: found[name].mean()):
            away = found[name] - found["hexagon"]
            spread, mean = away.std(ddof=1), away.mean()
            needed = EVENTS * (SURE * spread / mean) ** 2 if name != "hexagon" else 0.0
            half = SURE * spread / np.sqrt(blocks)
            print(f"  {name:14s} {mean:+.4f} +- {half:.4f}; {needed:.0f} events decide", flush=True)


if __name__ == "__main__":
    named = [word for word in sys.argv[1:] if word != "--quick"]
    main(named, 5 if "--quick" in sys.argv else BLOCKS)
