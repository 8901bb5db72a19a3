"""How should a fixed amount of money be spent on the layers of an electromagnetic calorimeter?

Every optimiser family designs a sampling calorimeter of up to 40 layers (materials, thicknesses, cell sizes) for the
same money and the same number of simulated showers. The full study takes a few hours on two cores, `--quick` minutes.
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.optimisers.lineup import default_lineup


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick` is the demo: few seeds and a small allowance."""
    problem = make("calorimeter-segmentation-v1")
    calls = 300 if quick else 4000
    return Study(
        name="calorimeter-segmentation",
        problems=[problem],
        optimisers=default_lineup(quick),
        seeds=range(2 if quick else 10),
        allowance=Allowance(events=calls * problem.events),
    )


if __name__ == "__main__":
    study().run("runs/calorimeter-segmentation")
