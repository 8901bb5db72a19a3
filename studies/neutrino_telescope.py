"""Where should the strings of a neutrino telescope stand, how long should they be, with how many modules?

Searches hang up to nine strings for the price of seven of KM3NeT/ARCA's. The reward is the mean logarithm of the error
of the direction, 0.3 of that of the energy, less half of that of the effective volume, which is the sensitivity to a
point source. Hand-made layouts of the same money take part. 480 events, not the problem's own 48: a search of 54
coordinates learns 48 events. 200 evaluations' worth; ten minutes of CPU.

    designopt run studies/neutrino_telescope.py [--quick]
    python studies/gain_on_fresh.py runs/neutrino-telescope 25
    python studies/telescope_referee.py runs/neutrino-telescope
    python studies/telescope_by_hand.py runs/neutrino-telescope
    python studies/telescope_ranking.py
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.optimisers import Adam, Auto, CmaEs, Lbfgs, Ppo, RandomSearch, SimulatedAnnealing


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick`: few events and a small allowance."""
    problem = make("neutrino-telescope-v1", site="arca", events=48 if quick else 480)
    searches = [RandomSearch(), Auto(), Adam(), Lbfgs(), SimulatedAnnealing(), CmaEs(), Ppo()]
    return Study(
        name="neutrino-telescope",
        problems=[problem],
        optimisers=[search for search in searches if not search.missing_extras()],  # agents need [rl]
        seeds=range(2 if quick else 10),
        allowance=Allowance(events=(100 if quick else 200) * problem.events),
    )


if __name__ == "__main__":
    study().run("runs/neutrino-telescope")
