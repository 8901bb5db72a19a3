"""How should the money of CLD's whole tracker be spent, if a review board has to agree?

`tracker-layout-v2`: barrel and disks, with loss of any layer, alignment, material, finding, decays and every direction.
The best equal layers are the design to beat: 4 % better than CLD whole, and they keep every limit. Minutes for each
seed.

    designopt run studies/tracker_review.py [--quick]
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.optimisers.auto import Auto
from designopt.optimisers.baselines import RandomSearch
from designopt.optimisers.gradient.methods import Lbfgs, Slsqp


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick`: one seed and a small allowance."""
    problem = make("tracker-layout-v2")
    return Study(
        name="tracker-review",
        problems=[problem],
        optimisers=[Slsqp(), Lbfgs()] if quick else [RandomSearch(), Lbfgs(), Slsqp(), Auto()],
        seeds=range(1 if quick else 3),
        allowance=Allowance(events=(60 if quick else 1000) * problem.events),
    )


if __name__ == "__main__":
    study().run("runs/tracker-review")
