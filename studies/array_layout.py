"""Where should the units of a gamma-ray array stand, and how many of them?

Five searches place up to 48 units of 19 water tanks on level ground for 12 MCHF: units, a trench with cable from each
to the hub, and the ground they enclose. The reward is the mean logarithm of the shares of showers by which photons are
told from protons, energies and directions measured. 600 showers, not the 200 of the problem's own: with 200, a descent
of 271 coordinates learns its showers and gains nothing on others. Layouts made by hand take part; which of them is best
is what `studies/array_by_hand.py` says. Half a minute of CPU for each seed of a search.

    designopt run studies/array_layout.py [--quick]
    python studies/gain_on_fresh.py runs/array-layout 40
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.optimisers.auto import Auto
from designopt.optimisers.evolution.annealing import SimulatedAnnealing
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.gradient.methods import Lbfgs
from designopt.optimisers.gradient.renewed_descent import RenewedDescent


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick`: few units and showers, a small allowance."""
    size = {"units": 24, "showers": 60, "budget": 5000.0} if quick else {"units": 48, "showers": 600}
    problem = make("array-layout-v1", **size)
    return Study(
        name="array-layout",
        problems=[problem],
        optimisers=[Lbfgs(), RenewedDescent(legs=1), SimulatedAnnealing(), CmaEs(), Auto()],
        seeds=range(2),
        allowance=Allowance(events=(100 if quick else 400) * problem.events),
    )


if __name__ == "__main__":
    study().run("runs/array-layout")
