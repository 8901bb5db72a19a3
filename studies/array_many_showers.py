"""How much does a descent gain over the best layout made by hand when it sees 2000 showers, not 200 or 600?

With few showers it learns those that it sees: `studies/array_layout.py`. A search begins at the best of its initial
designs, which here is always the same, so that seeds of L-BFGS agree and one is enough. Five minutes of CPU.

    designopt run studies/array_many_showers.py [--quick]
    python studies/gain_on_fresh.py runs/array-many-showers 20
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.optimisers.gradient.methods import Lbfgs


def study(quick: bool = False) -> Study:
    """One descent; `quick`: few units and showers."""
    size = {"units": 24, "showers": 200, "budget": 5000.0} if quick else {"units": 44, "showers": 2000}
    problem = make("array-layout-v1", **size)
    return Study(
        name="array-many-showers",
        problems=[problem],
        optimisers=[Lbfgs(starts=1)],
        seeds=range(1),
        allowance=Allowance(events=(60 if quick else 600) * problem.events),
    )


if __name__ == "__main__":
    study().run("runs/array-many-showers")
