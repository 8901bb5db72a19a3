"""Which shield of at most 13 MCHF and 30 m leaves SHiP most of its signal, if a review board has to let it be built?

`muon-shield-ship-v2`: windows, current, stray field, slits, a part without field, tolerances. Four equal magnets of one
polarity and two of the other, found by exhaustive search, are the design to beat. Evolution on fresh muons, near to
them: a few minutes a seed. Count the winners again with a million muons (`designopt evaluate muon-shield-ship-v2
DESIGN.json --muons 1000000`); what more muons find, `studies/muon_shield_record.py reviewed` shows.

    designopt run studies/shield_review.py [--quick]
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.optimisers.evolution.renewed_evolution import Phase, RenewedCmaEs

PHASES = (Phase(0.5, 0.02), Phase(0.5, 0.01, 1, 2))
"""Narrow, since most windows and gaps of the start are at a limit; then more muons for the better half."""


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick`: one seed, few muons and a small allowance."""
    problem = make("muon-shield-ship-v2", muons=2000 if quick else 20_000, steps=10)
    return Study(
        name="shield-review",
        problems=[problem],
        optimisers=[RenewedCmaEs(phases=PHASES, members=24)],
        seeds=range(1 if quick else 10),
        allowance=Allowance(events=(100 if quick else 1500) * problem.events),
    )


if __name__ == "__main__":
    study().run("runs/shield-review")
