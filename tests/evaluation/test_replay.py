"""A run that starts again: led through its record to the bit, charged for it, and its clock goes on."""

import dataclasses
import time

import numpy as np
import pytest

from designopt.benchmarks.problems import square_root_law
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.evaluation.replay import ReplayMismatch
from designopt.records.trial import Needs

LAW = square_root_law(4)
POINTS = np.random.default_rng(0).random((4, LAW.size))


@pytest.fixture(scope="module")
def recorded():
    """Two trials of a run that had taken a quarter of an hour."""
    trials = Evaluator(LAW, Allowance(1000)).evaluate(POINTS[:2], Needs.SCORE, 3.0)
    return [dataclasses.replace(trial, at=890.0 + 5.0 * trial.number) for trial in trials]


def test_what_is_replayed_is_charged_and_is_the_record(recorded):
    told = []
    evaluator = Evaluator(LAW, Allowance(30), recorded, told.append)
    assert evaluator.evaluate(POINTS[:2], Needs.SCORE, 3.0) == recorded
    assert told == []
    assert evaluator.spent == 20
    assert evaluator.remaining == 10
    assert evaluator.best is min(recorded, key=lambda trial: trial.score)


def test_the_clock_goes_on_from_the_record_without_the_time_of_the_replay(recorded):
    evaluator = Evaluator(LAW, Allowance(1000), recorded)
    time.sleep(0.3)  # an optimiser that thinks again what it had thought
    evaluator.evaluate(POINTS[:1], Needs.SCORE, 3.0)
    time.sleep(0.3)
    evaluator.evaluate(POINTS[1:2], Needs.SCORE, 3.0)
    (new,) = evaluator.evaluate(POINTS[2:3], Needs.SCORE, 3.0)
    assert new.number == 2
    assert 895.0 <= new.at < 895.3 + new.seconds


def test_the_clock_of_a_new_run_starts_at_nothing():
    (first,) = Evaluator(LAW, Allowance(1000)).evaluate(POINTS[:1], Needs.SCORE, 3.0)
    assert 0.0 <= first.at < 10.0


@pytest.mark.parametrize(
    ("change", "asked", "says"),
    [
        ({"sharpness": 4.0}, {}, "differs from its record"),
        ({"sample": 5}, {}, "met the fresh events 5 when it was recorded and meets the training events"),
        ({}, {"sample": 5}, "met the training events when it was recorded and meets the fresh events 5"),
        ({"sample": 6}, {"sample": 5}, "met the fresh events 6 when it was recorded and meets the fresh events 5"),
        ({"needs": Needs.LOSS}, {}, "asked for LOSS when it was recorded and asks for SCORE"),
        ({"u": POINTS[0] * (1.0 - 1e-15)}, {}, "differs from its record by"),
    ],
)
def test_a_proposal_that_is_not_the_recorded_one_is_refused(recorded, change, asked, says):
    evaluator = Evaluator(LAW, Allowance(1000), [dataclasses.replace(recorded[0], **change)])
    with pytest.raises(ReplayMismatch, match=says):
        evaluator.evaluate(POINTS[:1], Needs.SCORE, 3.0, **asked)
    assert evaluator.spent == 0
