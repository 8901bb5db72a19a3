"""How far does annealing of built trackers come, from the best equal layers for the price of CLD?

`SimulatedAnnealing` alone, three times the evaluations of `tracker_review.py`: about four minutes of CPU for each
seed. `designopt verify` and `designopt examine` take its winners further.

    designopt run studies/tracker_annealed.py [--quick]
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.optimisers.evolution.annealing import SimulatedAnnealing


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick`: one seed and a small allowance."""
    problem = make("tracker-layout-v2")
    return Study(
        name="tracker-annealed",
        problems=[problem],
        optimisers=[SimulatedAnnealing()],
        seeds=range(1 if quick else 10),
        allowance=Allowance(events=(60 if quick else 3000) * problem.events),
    )


if __name__ == "__main__":
    study().run("runs/tracker-annealed")
