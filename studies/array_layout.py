"""Where should the units of a gamma-ray array stand, and how many of them?

Every optimiser family places up to 90 units of 19 water tanks on level ground for 12 MCHF: units, a trench with cable
from each to the hub, and the ground they enclose. The reward is the mean logarithm of the shares of showers by which
photons are told from protons, energies and directions measured. Gains are quoted against the best of five layouts made
by hand at the same money: grids of hexagons, triangles and squares, rings, a dense core with a sparse ring.
`--quick` has fewer units and showers, and takes a few minutes.
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.optimisers.lineup import default_lineup


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick` has few seeds and a small allowance."""
    small = {"units": 24, "showers": 60, "budget": 5000.0}
    problem = make("array-layout-v1", **(small if quick else {}))
    calls = 300 if quick else 2000
    return Study(
        name="array-layout",
        problems=[problem],
        optimisers=default_lineup(quick),
        seeds=range(2 if quick else 10),
        allowance=Allowance(events=calls * problem.events),
    )


if __name__ == "__main__":
    study().run("runs/array-layout")
