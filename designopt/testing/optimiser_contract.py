"""The contract of every optimiser: in the box, on budget, within the allowance, repeatable, better than chance."""

import json

import numpy as np

from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.baselines import RandomSearch
from designopt.optimisers.stop import Stop
from designopt.problem.problem import Problem
from designopt.records.trial import Needs, Trial, sort_key

PENNY = 1e-9
"""Relative money by which a relaxed design may miss the budget."""


def check_optimiser(optimiser: AbstractOptimiser, problem: Problem, allowance: int, seed: int = 0) -> Evaluator:
    """Run an optimiser, resume it from half of its record, and hold both runs against the contract.

    `allowance` is in simulated events. Returns the finished evaluator, for further checks; raises AssertionError
    with what was broken. It does not compare with chance: see `check_beats_chance`.
    """
    json.dumps(optimiser.settings())
    evaluator, stop = finished_run(optimiser, problem, allowance, seed)
    assert isinstance(stop, Stop), f"{optimiser.name}.run returned {stop!r}. Return a Stop."
    check_points(evaluator)
    check_money(evaluator)
    check_allowance(evaluator)
    check_best(evaluator)
    check_resume(optimiser, evaluator, seed)
    return evaluator


def finished_run(
    optimiser: AbstractOptimiser, problem: Problem, allowance: int, seed: int, recorded: list[Trial] | None = None
) -> tuple[Evaluator, Stop]:
    """One run from start to end, led through `recorded` trials first."""
    evaluator = Evaluator(problem, Allowance(allowance), recorded or [])
    return evaluator, optimiser.run(evaluator, seed)


def check_points(evaluator: Evaluator) -> None:
    """Something was proposed, every point lies in the unit cube, and trials are numbered as they came."""
    assert evaluator.trials, "The run proposed nothing."
    points = np.stack([trial.u for trial in evaluator.trials])
    assert np.all((points >= 0.0) & (points <= 1.0)), "A point lies outside the unit cube."
    assert [trial.number for trial in evaluator.trials] == list(range(len(evaluator.trials)))


def check_money(evaluator: Evaluator) -> None:
    """Relaxed designs cost the budget (at most, if money may be left), built ones never more."""
    problem = evaluator.problem
    for trial in evaluator.trials:
        missed = trial.cost / problem.budget - 1.0
        assert missed <= PENNY, f"Trial {trial.number} costs {missed:.2g} more than the budget, relatively."
        assert problem.spend == "at most" or missed >= -PENNY, f"Trial {trial.number} leaves {-missed:.2g} unspent."
        if trial.built_cost is not None:
            assert trial.built_cost <= problem.budget, f"Trial {trial.number} costs {trial.built_cost:g} kCHF as built."


def check_allowance(evaluator: Evaluator) -> None:
    """What was charged adds up, and stays within the allowance."""
    assert evaluator.spent == sum(trial.events for trial in evaluator.trials)
    assert evaluator.spent <= evaluator.allowance.events, "More events were simulated than allowed."


def check_best(evaluator: Evaluator) -> None:
    """Something feasible was found; the best is the lowest feasible score and keeps every side limit."""
    scored = [trial for trial in evaluator.trials if Needs.SCORE in trial.needs]
    assert scored, "No trial was scored as built, so the run found nothing that counts."
    best = evaluator.best
    assert best is not None, f"None of {len(scored)} scored designs keeps the side limits."
    assert best.feasible
    assert best.number == min(scored, key=sort_key).number


def check_resume(optimiser: AbstractOptimiser, evaluator: Evaluator, seed: int, share: float = 0.5) -> None:
    """Cut the record, as a kill would, and run again: the same trials to the last bit, so the same seed repeats too."""
    lines = [json.dumps(trial.to_record()) for trial in evaluator.trials]
    recorded = [Trial.from_record(json.loads(line)) for line in lines[: int(share * len(lines))]]
    again, _ = finished_run(optimiser, evaluator.problem, evaluator.allowance.events, seed, recorded)
    assert len(again.trials) == len(evaluator.trials), "A resumed run has another number of trials."
    for one, other in zip(evaluator.trials, again.trials, strict=True):
        same = np.array_equal(one.u, other.u) and one.score == other.score and one.loss == other.loss
        same &= one.needs == other.needs
        assert same, f"Trial {one.number} of a resumed run is another one."


def check_beats_chance(optimiser: AbstractOptimiser, problem: Problem, allowance: int, seeds: int = 5) -> None:
    """The median best score over seeds is below that of random search with the same allowance."""

    def median(entrant: AbstractOptimiser) -> float:
        bests = [finished_run(entrant, problem, allowance, seed)[0].best for seed in range(seeds)]
        return float(np.median([np.inf if best is None else best.score for best in bests]))

    reached, chance = median(optimiser), median(RandomSearch())
    assert reached < chance, f"{optimiser.name} reaches {reached:g}, random search {chance:g}."
