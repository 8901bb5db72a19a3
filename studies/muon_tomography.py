"""Where should panels stand around a ladle, how large, how many, to tell how high the steel stands in it?

TomOpt's task (arXiv 2309.14027) at its budget of 6 units, one a square metre: every family of optimisers places up to
4 + 4 panels; hand-made layouts take part by themselves. The reward is the logarithm of the error of the fill height.
A search sees 1024 muons, which stand for all: `studies/tomography_fresh.py` asks others. `designopt verify` simulates
whole ladles muon by muon. 400 evaluations' worth; half an hour of CPU, of which the Bayesian search takes half.

    designopt run studies/muon_tomography.py [--quick]
    python studies/tomography_fresh.py runs/muon-tomography
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.optimisers import Adam, CmaEs, Lbfgs, RandomSearch, SimulatedAnnealing, default_lineup


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick` has four optimisers, two seeds and a small allowance."""
    problem = make("muon-tomography-v1", money="TomOpt", budget=6.0)
    families = [RandomSearch(), CmaEs(), Adam(), Lbfgs()]
    return Study(
        name="muon-tomography",
        problems=[problem],
        optimisers=families if quick else [*default_lineup(), SimulatedAnnealing()],
        seeds=range(2 if quick else 10),
        allowance=Allowance(events=(100 if quick else 400) * problem.events),
    )


if __name__ == "__main__":
    study().run("runs/muon-tomography")
