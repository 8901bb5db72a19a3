"""How close does each family come to an optimum that is known exactly, for 50, 200 and 1000 calls' worth of events?

Six problems at fixed cost, ten seeds, every optimiser with one setting for all, beside the libraries run bare. The
distance is 0 at the optimum and 1 at the uniform reference design, as built and without noise. A gradient counts as
three calls. What thinks for longer than a tenth of a second per call does not take part at 1000 calls.
`python studies/compare_optimisers.py` runs what is missing and prints the tables; interrupt and repeat at will.
"""

from designopt import prepare

prepare()

import sys

from designopt import Allowance, Study
from designopt.benchmarks.accuracy import distances, table
from designopt.benchmarks.bare_libraries import BareCma, BareDescent, BareDifferentialEvolution
from designopt.benchmarks.problems import bowl, knapsack, limited_law, noisy_law, rippled_bowl, two_kinds
from designopt.optimisers.auto import Auto
from designopt.optimisers.baselines import RandomSearch
from designopt.optimisers.bayesian.gradient_search import GradientBayes
from designopt.optimisers.bayesian.skopt_search import BayesianSearch
from designopt.optimisers.evolution.annealing import SimulatedAnnealing
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.evolution.differential_evolution import DifferentialEvolution
from designopt.optimisers.gradient.methods import Adam, Lbfgs, Slsqp, TrustConstr
from designopt.optimisers.reinforcement.agents import Ppo, Sac
from designopt.optimisers.reinforcement.compiled import CompiledPpo
from designopt.optimisers.reinforcement.masked import MaskedPpo
from designopt.optimisers.surrogate.local_surrogate import LocalSurrogate

PROBLEMS = [bowl(), limited_law(), noisy_law(), rippled_bowl(), two_kinds(), knapsack()]
QUICK = [RandomSearch(), Auto(), Lbfgs(), Slsqp(), TrustConstr(), Adam(), CmaEs(), DifferentialEvolution(),
         SimulatedAnnealing(), BareCma(), BareDifferentialEvolution(), BareDescent("L-BFGS-B"),
         BareDescent("SLSQP")]  # fmt: skip
MODELS = [LocalSurrogate(), GradientBayes(), GradientBayes(gradients=False), CompiledPpo()]
SLOW = [BayesianSearch(), Ppo(), Sac(), MaskedPpo()]
ENTRANTS = {50: [*QUICK, *MODELS, *SLOW], 200: [*QUICK, *MODELS], 1000: QUICK}


def grid(calls: int, seeds: int) -> Study:
    """All families on all problems with this allowance."""
    allowance = Allowance(events=calls * PROBLEMS[0].events)
    return Study(f"compare-optimisers-{calls}", PROBLEMS, ENTRANTS[calls], range(seeds), allowance)


def study(quick: bool = False) -> Study:
    """The middle allowance alone."""
    return grid(50 if quick else 200, 2 if quick else 10)


def main(seeds: int = 10) -> None:
    """Run what is missing of the three allowances and print a table for each."""
    for calls in ENTRANTS:
        folder = f"runs/compare-optimisers-{calls}"
        grid(calls, seeds).run(folder)
        print(f"\n{calls} calls, {seeds} seeds: median distance to the optimum (95 % interval)\n")
        print(table(distances(PROBLEMS, folder)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
