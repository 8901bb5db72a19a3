"""Which muon shield of at most 8 MCHF and 30 m lets the fewest muons through?

The public Muon Shield Challenge's easy problem with saturating steel: every optimiser family changes the same 30
numbers, from the Challenge's baseline and from random stacks, for the same money and the same number of simulated
muons. The full study takes hours on two cores, `--quick` minutes. What comes next for the best design is
`studies/muon_shield_record.py`.
"""

from designopt import Allowance, Study, make
from designopt.optimisers.lineup import default_lineup


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick` is for a look: few muons, few seeds and a small allowance."""
    problem = make("muon-shield-v1", muons=4000 if quick else 20_000)
    calls = 100 if quick else 1000
    return Study(
        name="muon-shield",
        problems=[problem],
        optimisers=default_lineup(quick),
        seeds=range(2 if quick else 10),
        allowance=Allowance(events=calls * problem.events),
    )


if __name__ == "__main__":
    study().run("runs/muon-shield")
