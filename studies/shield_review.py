"""Which shield of at most 13 MCHF and 30 m leaves SHiP most of its signal, if a review board has to let it be built?

`muon-shield-ship-v2`: windows, current, stray field, slits, a part without field, tolerances. Four equal magnets of one
polarity and two of the other, found by exhaustive search, are the design to beat. Few muons and steps, so that a seed
takes minutes; count the winners again (`designopt evaluate muon-shield-ship-v2 DESIGN.json`), they are mostly luck.

    designopt run studies/shield_review.py [--quick]
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.optimisers.baselines import RandomSearch
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.evolution.renewed_evolution import Phase, RenewedCmaEs

PHASES = (Phase(0.4, 0.05), Phase(0.6, 0.025, 1, 3))
"""Near the best start, then nearer with more muons for the better half."""


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick`: one seed, few muons and a small allowance."""
    problem = make("muon-shield-ship-v2", muons=2000 if quick else 10_000, steps=10)
    return Study(
        name="shield-review",
        problems=[problem],
        optimisers=[RenewedCmaEs(phases=PHASES)] if quick else [RandomSearch(), CmaEs(), RenewedCmaEs(phases=PHASES)],
        seeds=range(1 if quick else 3),
        allowance=Allowance(events=(100 if quick else 1500) * problem.events),
    )


if __name__ == "__main__":
    study().run("runs/shield-review")
