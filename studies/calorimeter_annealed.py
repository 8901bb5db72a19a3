"""How far does annealing of built stacks come on the reviewed calorimeter, where descents end at the best equal stack?

`SimulatedAnnealing` alone, five times the evaluations of `calorimeter_review.py`: about a minute and a half for each
seed. `designopt verify` and `designopt examine` take its winners further.

    designopt run studies/calorimeter_annealed.py [--quick]
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.optimisers.evolution.annealing import SimulatedAnnealing


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick`: one seed and a small allowance."""
    problem = make("calorimeter-segmentation-v2")
    return Study(
        name="calorimeter-annealed",
        problems=[problem],
        optimisers=[SimulatedAnnealing()],
        seeds=range(1 if quick else 10),
        allowance=Allowance(events=(60 if quick else 5000) * problem.events),
    )


if __name__ == "__main__":
    study().run("runs/calorimeter-annealed")
