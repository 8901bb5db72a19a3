"""Fresh events by number: charged, recorded, replayed bit for bit, never the best; and halving on them."""

import itertools
import json
from dataclasses import replace

import jax
import numpy as np
import pytest

from designopt.benchmarks.problems import noisy_law
from designopt.evaluation.evaluator import Allowance, AllowanceSpent, Evaluator
from designopt.evaluation.replay import ReplayMismatch
from designopt.optimisers.common.fresh_events import fresh_events
from designopt.optimisers.common.halving import Halving, best_in_mean, evaluations
from designopt.records.trial import Needs, Trial

NOISY = noisy_law(4, noise=0.3)
POINTS = np.random.default_rng(1).random((4, NOISY.size))


def evaluator(calls=40, recorded=()):
    return Evaluator(NOISY, Allowance(calls * NOISY.events), recorded)


def test_a_number_names_the_same_fresh_events_every_time():
    run = evaluator()
    first, again, other, common = (run.evaluate(POINTS, sample=sample) for sample in (5, 5, 6, None))
    assert [t.score for t in first] == [t.score for t in again]
    assert not set(t.score for t in first) & (set(t.score for t in other) | set(t.score for t in common))
    assert {t.sample for t in run.trials} == {5, 6, None}
    gradients = [run.evaluate(POINTS[:1], Needs.GRADIENT, sample=sample)[0].gradient for sample in (5, 6)]
    assert not np.array_equal(*gradients)


def test_fresh_events_are_charged_like_all_others():
    run = evaluator(calls=6)
    run.evaluate(POINTS, sample=1)
    assert run.spent == 4 * NOISY.events
    with pytest.raises(AllowanceSpent):
        run.evaluate(POINTS, sample=2)
    assert run.spent == 6 * NOISY.events


def test_a_lucky_sample_is_never_the_best_of_a_run():
    run = evaluator()
    for sample in range(5):
        run.evaluate(POINTS, sample=sample)
    assert run.best is None
    (trial,) = run.evaluate(POINTS[:1])
    assert run.best is trial
    assert min(t.score for t in run.trials) < trial.score, "luck was there to be had"
    assert all(t.within_limits and not t.feasible for t in run.trials[:-1])


def test_the_record_says_which_events_and_is_replayed_to_the_bit():
    run = evaluator()
    run.evaluate(POINTS, sample=2**53 - 1)
    run.evaluate(POINTS[:1])
    lines = [json.loads(json.dumps(trial.to_record())) for trial in run.trials]
    assert "sample" not in lines[-1], "as ledgers were written before"
    recorded = [Trial.from_record(line) for line in lines]
    again = evaluator(recorded=recorded[:2])
    again.evaluate(POINTS, sample=2**53 - 1)
    assert [t.score for t in again.trials] == [t.score for t in run.trials[:4]]
    for sample, words in ((3, "meets the fresh events 3 now"), (None, "meets the training events now")):
        with pytest.raises(ReplayMismatch, match=words):
            evaluator(recorded=recorded).evaluate(POINTS, sample=sample)


def test_numbers_never_repeat_and_differ_between_seeds():
    drawn = [number for seed in (0, 1, 2**70) for number in itertools.islice(fresh_events(seed), 500)]
    assert len(set(drawn)) == 1500
    assert all(0 <= number < 2**53 for number in drawn)
    assert drawn[:500] == list(itertools.islice(fresh_events(0), 500))


@pytest.fixture(scope="module")
def scripted():
    """A trial that says what it is told."""
    trial = evaluator().evaluate(POINTS[:1])[0]
    return lambda score, excess=0.0: replace(trial, score=score, built_violations={"limit": excess})


def test_who_drops_out_ranks_behind_all_that_run_on(scripted):
    halving = Halving(evaluator(), POINTS, charge=1000.0)
    for row, (score, excess) in enumerate(((30.0, 0.0), (10.0, 0.0), (20.0, 0.0), (0.0, 0.1))):
        halving.note(row, scripted(score, excess))
    halving.halve()
    assert list(halving.running) == [1, 2], "the fourth breaks a limit"
    halving.note(1, scripted(1000.0))
    halving.note(2, scripted(0.0))
    assert list(halving.ranks()) == [2, 1, 0, 3], "worse than the first in the mean, but it ran on"
    assert list(halving.mean) == [30.0, 505.0, 10.0, 0.0]


def test_without_a_charge_whoever_keeps_the_limits_comes_first(scripted):
    halving = Halving(evaluator(), POINTS)
    for row, (score, excess) in enumerate(((3.0, 0.0), (1.0, 0.2), (2.0, 0.1), (9.0, 0.0))):
        halving.note(row, scripted(score, excess))
    assert list(halving.best_first()) == [0, 3, 2, 1]


@pytest.mark.parametrize(("samples", "halvings"), [(1, 0), (1, 2), (2, 1)])
def test_every_evaluation_of_a_halving_is_counted(samples, halvings):
    run = evaluator()
    halving = Halving(run, POINTS).run(fresh_events(0), samples, halvings)
    assert len(run.trials) == evaluations(4, samples, halvings)
    assert halving.samples.max() == samples * 2**halvings
    assert len({t.sample for t in run.trials}) == samples * 2**halvings, "all that run meet the same events"


def test_the_best_in_mean_is_found_where_single_samples_mislead():
    """Reference and three random designs: on one sample the order is chance, over many it is the truth."""
    reference = np.asarray(NOISY.space.encode(NOISY.references["uniform"]))
    points = np.concatenate([POINTS[:3], reference[None]])
    run = Evaluator(NOISY, Allowance(10**6))
    singles = [int(np.argmin([t.score for t in run.evaluate(points, sample=s)])) for s in range(20)]
    assert len(set(singles)) > 1
    spent = run.spent
    assert np.array_equal(best_in_mean(run, points, fresh_events(3), 800), reference)
    assert run.spent - spent <= 800 * NOISY.events
    assert np.array_equal(best_in_mean(run, points, fresh_events(3), 1), points[0])


def test_the_best_in_mean_is_truly_better_than_what_one_sample_would_choose():
    """Without noise, in the mean over draws of eight points; two standard deviations of this mean are luck."""
    truth, gained = jax.jit(lambda u: NOISY.score(NOISY.build(u))), []
    for draw in range(24):
        run, points = evaluator(200), np.random.default_rng([7, draw]).random((8, NOISY.size))
        chosen = best_in_mean(run, points, fresh_events(draw), 200)
        luckiest = points[np.argmin([trial.score for trial in run.trials[:8]])]
        gained.append(float(truth(luckiest) - truth(chosen)))
    assert np.mean(gained) > 2 * np.std(gained, ddof=1) / np.sqrt(len(gained)) > 0
