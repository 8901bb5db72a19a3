"""Which muon shield of at most 8 MCHF and 30 m lets the fewest muons through?

The public Muon Shield Challenge's easy problem with saturating steel: every optimiser family changes the same 30
numbers, from the Challenge's baseline and from random stacks, for the same money and the same number of simulated
muons: 150 times the same 10,000, which say how fast each family is at the start. The winners are counted again on
100,000 fresh ones. How far evolution gets that meets new muons in every generation: `studies/muon_shield_record.py`.
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.optimisers.lineup import default_lineup


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick` is for a look: few muons, few seeds and a small allowance."""
    problem = make("muon-shield-v1", muons=4000 if quick else 10_000)
    calls = 100 if quick else 150
    return Study(
        name="muon-shield",
        problems=[problem],
        optimisers=default_lineup(quick),
        seeds=range(2 if quick else 10),
        allowance=Allowance(events=calls * problem.events),
    )


if __name__ == "__main__":
    study().run("runs/muon-shield")
