"""How far does annealing of built layouts come on the reviewed hadron calorimeter, where descents stop at equal plates?

`SimulatedAnnealing` alone, five times the evaluations of `hadron_review.py`: about two minutes of CPU for each seed.
What it finds fits the 600 showers that it reads in part: the held-out ones decide. `designopt verify` takes its winners
to Geant4.

    designopt run studies/hadron_annealed.py [--quick]
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.detectors.hadron.problem_v2 import NAME
from designopt.optimisers.evolution.annealing import SimulatedAnnealing


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick`: one seed and a small allowance."""
    problem = make(NAME)
    return Study(
        name="hadron-annealed",
        problems=[problem],
        optimisers=[SimulatedAnnealing()],
        seeds=range(1 if quick else 10),
        allowance=Allowance(events=(60 if quick else 3000) * problem.events),
    )


if __name__ == "__main__":
    study().run("runs/hadron-annealed")
