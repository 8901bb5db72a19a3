"""Where should panels stand around a ladle, how large, how many, to tell how high the steel stands in it?

TomOpt's task (arXiv 2309.14027) at its budget of 6 units, one a square metre, and at the same money with strips to pay:
every family of optimisers places up to 4 + 4 panels; hand-made layouts take part by themselves. The reward is the
logarithm of the error of the fill height. `designopt verify` afterwards simulates whole ladles muon by muon.
The full study takes an hour on two cores, `--quick` two minutes.
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.optimisers import Adam, CmaEs, Lbfgs, RandomSearch, default_lineup


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick` has four optimisers, two seeds and a small allowance."""
    tomopt = make("muon-tomography-v1", money="TomOpt", budget=6.0)
    calls = 400 if quick else 2000
    return Study(
        name="muon-tomography",
        problems=[tomopt] if quick else [tomopt, make("muon-tomography-v1")],
        optimisers=[RandomSearch(), CmaEs(), Adam(), Lbfgs()] if quick else default_lineup(),
        seeds=range(2 if quick else 10),
        allowance=Allowance(events=calls * tomopt.events),
    )


if __name__ == "__main__":
    study().run("runs/muon-tomography")
