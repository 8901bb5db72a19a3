"""Does a policy pay if a kind of spectrometer has to be designed again and again?

Six places for stations of any resolution; budget, bending power and momenta are drawn. `Auto` designs the first dozen,
all of its events charged. For fifty that nobody has seen, three ways to begin meet with the same descent (choices stay,
twelve gradients): the design of a policy that learned from the dozen, the design of the nearest of the dozen, and
nothing at all (`Auto` afresh). Printed: how far each is above the best of all, and the evaluations until it is as good
as the warm start from the nearest ended, to half a per cent; from these the number of problems after which the
policy's training is paid. `python studies/agents_amortised.py [--practise 200] [--seeds 3]`.
"""

from designopt import prepare

prepare()

import argparse
import time

import numpy as np

from designopt import Allowance, Evaluator, Problem, make
from designopt.envs.budget_env import place
from designopt.evaluation.evaluator import AllowanceSpent
from designopt.optimisers.auto import Auto
from designopt.optimisers.gradient.methods import Lbfgs
from designopt.optimisers.reinforcement.amortised import BudgetPolicy, Policy
from designopt.problem.rounding import HARD
from designopt.report.data.statistics import interquartile_mean

PARAMETERS = ("bending_power", "momenta")
RANGES = np.log([(3000.0, 8000.0), (0.4, 1.2), (0.5, 2.0)])
"""Budget (kCHF), bending power (T m), times 5, 20 and 100 GeV."""
GRADIENTS = 12
AFRESH = 200
CLOSE = 0.005


def drawn(count: int, seed: int) -> list[Problem]:
    """Problems with logarithms of their three numbers in a Latin hypercube, the middle of each cell."""
    random = np.random.default_rng(seed)
    cells = np.stack([random.permutation(count) for _ in RANGES], axis=1)
    found = []
    for row in (cells + 0.5) / count:
        budget, bending, scale = np.exp(RANGES[:, 0] + row * (RANGES[:, 1] - RANGES[:, 0]))
        momenta = [float(scale * p) for p in (5.0, 20.0, 100.0)]
        options = {"budget": float(budget), "bending_power": float(bending), "momenta": momenta}
        found.append(make("spectrometer-layout-v1", stations=6, granularity="continuous", **options))
    return found


def descended(problem: Problem, u: np.ndarray) -> Evaluator:
    """A design as it is, then a dozen gradients of its sizes."""
    evaluator = Evaluator(problem, Allowance(AFRESH * problem.events))
    evaluator.evaluate(u[None], sharpness=HARD)
    descent = Lbfgs()
    try:
        descent.walk(evaluator, u, HARD, descent.penalty(evaluator), GRADIENTS, fixed=True)
    except AllowanceSpent:
        pass
    return evaluator


def afresh(problem: Problem, seed: int) -> Evaluator:
    """A search that knows of no other problem."""
    evaluator = Evaluator(problem, Allowance(AFRESH * problem.events))
    Auto().run(evaluator, seed)
    return evaluator


def steps(evaluator: Evaluator) -> list[tuple[float, float]]:
    """Evaluations' worth of events, and the best score within the limits by then."""
    spent, best, found = 0.0, np.inf, []
    for trial in evaluator.trials:
        spent += trial.events / evaluator.problem.events
        best = min(best, trial.score if trial.score is not None and trial.feasible else np.inf)
        found.append((spent, best))
    return found


def until(found: list[tuple[float, float]], score: float) -> float:
    """Evaluations until the score is reached; all that a search afresh may have, where it never is."""
    return next((spent for spent, best in found if best <= score), float(AFRESH))


def compared(policy: Policy, unseen: list[Problem], seed: int) -> dict[str, np.ndarray]:
    """Of every way a row per problem: score at first, at the end, and evaluations until as good as the warm start."""
    known = np.array([place(problem, policy.problems, PARAMETERS) for problem in policy.problems])
    rows: dict[str, list[tuple[float, float, float]]] = {"policy": [], "nearest": [], "afresh": []}
    for problem in unseen:
        nearest = np.argmin(np.linalg.norm(known - place(problem, policy.problems, PARAMETERS), axis=1))
        ends = {
            "policy": steps(descended(problem, policy.design(problem))),
            "nearest": steps(descended(problem, policy.taught[nearest])),
            "afresh": steps(afresh(problem, seed)),
        }
        aim = ends["nearest"][-1][1] + CLOSE
        for name, found in ends.items():
            rows[name].append((found[0][1], found[-1][1], until(found, aim)))
    return {name: np.array(row) for name, row in rows.items()}


def main() -> None:
    """Teach, compare, and print what was found for each seed."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--practise", type=int, default=200, help="calls of PPO for each problem of the dozen")
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--unseen", type=int, default=50)
    chosen = options.parse_args()
    taught, unseen = drawn(12, 0), drawn(chosen.unseen, 1)
    for seed in range(chosen.seeds):
        begun = time.process_time()
        policy = BudgetPolicy(practised=chosen.practise, parameters=PARAMETERS).train(taught, seed)
        learned = len(taught) * chosen.practise
        print(f"seed {seed}: {policy.events / taught[0].events:.0f} evaluations for the dozen, {learned} of them")
        print(f"    for the policy alone, {time.process_time() - begun:.0f} s of CPU")
        rows = compared(policy, unseen, seed)
        best = np.min([row[:, 1] for row in rows.values()], axis=0)
        for name, row in rows.items():
            first, end = (np.expm1(row[:, k] - best) * 100 for k in (0, 1))
            print(
                f"    {name}: above the best of the three by {interquartile_mean(first):.2f} % at first, "
                f"{interquartile_mean(end):.2f} % in the end ({np.isfinite(row[:, 1]).sum()} of {len(row)} allowed); "
                f"as good as the warm start after {row[:, 2].mean():.1f} evaluations"
            )
        saved = rows["nearest"][:, 2] - rows["policy"][:, 2]
        random = np.random.default_rng(seed)
        means = random.choice(saved, (10_000, len(saved))).mean(axis=1)
        low, high = np.quantile(means, [0.025, 0.975])
        print(f"    the policy saves {saved.mean():.1f} evaluations a problem, 95 % {low:.1f} to {high:.1f}: ", end="")
        ends = [f"{learned / value:.0f}" if value > 0 else "never" for value in (saved.mean(), high, low)]
        print(f"its training is paid after {ends[0]} problems, 95 % {ends[1]} to {ends[2]}", flush=True)


if __name__ == "__main__":
    main()
