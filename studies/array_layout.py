"""Where should the units of a gamma-ray array stand, and how many of them?

Eight searches place up to 48 units of 19 water tanks on level ground for 12 MCHF: units, a trench with cable from each
to the hub, and the ground they enclose. The reward is the mean logarithm of the shares of showers by which photons are
told from protons, energies and directions measured. 600 showers, not the 200 of the problem's own: with 200, a descent
of 271 coordinates learns its showers and gains nothing on others. Layouts made by hand take part; which of them is best
is what `studies/array_by_hand.py` says. 200 evaluations' worth of showers; seven minutes of CPU.

    designopt run studies/array_layout.py [--quick]
    python studies/gain_on_fresh.py runs/array-layout 20
    python studies/array_referee.py runs/array-layout
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.optimisers import Adam, Auto, CmaEs, Lbfgs, Ppo, RandomSearch, SimulatedAnnealing
from designopt.optimisers.gradient.renewed_descent import RenewedDescent


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick`: few units and showers, a small allowance."""
    size = {"units": 24, "showers": 60, "budget": 5000.0} if quick else {"units": 48, "showers": 600}
    problem = make("array-layout-v1", **size)
    searches = [RandomSearch(), Auto(), Adam(), Lbfgs(), RenewedDescent(legs=1)]
    searches += [SimulatedAnnealing(), CmaEs(), Ppo()]
    return Study(
        name="array-layout",
        problems=[problem],
        optimisers=[search for search in searches if not search.missing_extras()],  # agents need [rl]
        seeds=range(2 if quick else 10),
        allowance=Allowance(events=(100 if quick else 200) * problem.events),
    )


if __name__ == "__main__":
    study().run("runs/array-layout")
