"""One number a trial: feasible designs first, the others by what they exceed, failures last, none of them infinite."""

import dataclasses

import numpy as np
import pytest

from designopt.evaluation.ranking import Ranking
from designopt.records.trial import Needs, Trial


def trial(number, score, excess):
    limits = {"amount": excess, "length": -0.5}
    relaxed = {"loss": None, "gradient": None, "jacobian": None, "cost": 1.0, "violations": limits}
    built = {"score": score, "built_cost": 1.0, "paid": 1.0, "built_violations": limits}
    spent = {"events": 10, "seconds": 0.0, "at": 0.0, "failed": False}
    return Trial(number=number, u=np.zeros(1), sharpness=1.0, needs=Needs.SCORE, **relaxed, **built, **spent)


@pytest.fixture
def trials():
    """Six within their limits, six that exceed them and score better for it."""
    within = [trial(n, 1.0 + 0.1 * n, -0.1) for n in range(6)]
    return [*within, *(trial(6 + n, -5.0 * n, excess) for n, excess in enumerate((0.3, 0.01, 5.0, 0.1, 90.0, 1.0)))]


def test_feasible_designs_count_their_score_and_the_others_more_the_more_they_exceed(trials):
    ranking = Ranking()
    ranking.see(trials)
    feasible = [trial for trial in trials if trial.feasible]
    broken = sorted((trial for trial in trials if not trial.feasible), key=lambda trial: trial.violation)
    assert len(feasible) > 2
    assert len({trial.violation for trial in broken}) > 2
    assert [ranking.value(trial) for trial in feasible] == [trial.score for trial in feasible]
    numbers = [ranking.value(trial) for trial in broken]
    assert numbers == sorted(numbers)
    assert numbers[0] < numbers[-1]
    worst, best = max(t.score for t in feasible), min(t.score for t in feasible)
    assert min(numbers) > worst
    assert max(numbers) <= worst + 1.1 * (worst - best)  # a step of moderate height


def test_a_failure_comes_after_every_design_and_everything_is_finite_before_any_score(trials):
    ranking = Ranking()
    broken = next(trial for trial in trials if not trial.feasible)
    failed = dataclasses.replace(broken, failed=True, score=None)
    assert np.isfinite([ranking.value(broken), ranking.value(failed)]).all()
    ranking.see(trials)
    worst = dataclasses.replace(broken, built_violations={"amount": 1e12})
    assert ranking.value(failed) > ranking.value(broken)
    assert ranking.value(dataclasses.replace(worst, failed=True)) > ranking.value(worst)
    assert np.isfinite(ranking.value(worst))
