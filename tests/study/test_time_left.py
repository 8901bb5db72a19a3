"""The time left falls, and is about right once every kind of run has been seen."""

from itertools import pairwise

import numpy as np
import pytest

from designopt.study.time_left import Countdown, Pace, about, time_left

KINDS = {"fast": (12.0, 1.0), "steady": (30.0, 1.0), "thinking": (60.0, 2.0)}
"""Seconds of a run, and the power of its used allowance with which time goes."""


def played(workers, seeds=3, compiling=4.0, seed=0):
    """A study played through in steps of half a second: (time, seconds shown), and when it really ended."""
    random = np.random.default_rng(seed)
    waiting = [(kind, whole * random.uniform(0.9, 1.1), power)
               for _ in range(seeds) for kind, (whole, power) in KINDS.items()]  # fmt: skip
    begun: dict[int, float] = {}
    ended: dict[int, float] = {}
    countdown, shown, now = Countdown(), [], 0.0
    while len(ended) < len(waiting):
        paces = []
        for number, (kind, whole, power) in enumerate(waiting):
            hands = len(begun) - len(ended)
            if number not in begun and hands < workers:
                begun[number] = now
            passed = now - begun.get(number, now)
            seconds = min(max(passed - compiling, 0.0), whole)
            fraction = (seconds / whole) ** (1 / power)
            fraction = int(20 * fraction) / 20  # twenty evaluations
            seconds = whole * fraction**power
            if number in begun and passed > whole + compiling:
                ended.setdefault(number, now)
            state = "ended" if number in ended else "in hand" if number in begun else "waiting"
            curve = [(f, whole * f**power) for f in np.arange(0.05, fraction + 0.01, 0.05)]
            paces.append(Pace(kind, state, fraction, seconds, ended.get(number, now) - begun.get(number, now), curve))
        left = time_left(paces, workers)
        shown.append((now, countdown.show(left.study, now), left.untimed))
        now += 0.5
    return shown, now


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("seed", range(3))
def test_it_falls_and_is_about_right(workers, seed):
    shown, end = played(workers, seed=seed)
    known = [(at, left) for at, left, untimed in shown if left is not None and not untimed]
    assert known[0][0] < 0.4 * end
    rises = [(at, later - left) for (at, left), (_, later) in pairwise(known) if later > left + 1e-9]
    assert len(rises) <= 1, rises
    half = [abs(left - (end - at)) for at, left in known if at > 0.5 * end]
    assert max(half) < 0.15 * end


def test_nothing_is_told_before_anything_is_known():
    assert time_left([Pace("a", "in hand", 0.0, 0.0, 3.0), Pace("a", "waiting", 0.0, 0.0)], 1).study is None


def test_what_was_kept_tells_how_long_the_others_take():
    left = time_left([Pace("a", "ended", 1.0, 40.0), *[Pace("a", "waiting", 0.0, 0.0)] * 4], 2)
    assert left.study == pytest.approx(80.0)
    assert left.untimed == 0


def test_a_kind_that_was_not_seen_is_counted_and_taken_for_an_average_one():
    left = time_left([Pace("a", "ended", 1.0, 40.0), Pace("b", "waiting", 0.0, 0.0)], 1)
    assert (left.study, left.untimed) == (pytest.approx(40.0), 1)


def test_a_search_that_slows_down_is_foreseen_from_its_own_pace():
    curve = [(f, 100 * f**2) for f in np.linspace(0.01, 0.5, 50)]
    (rest,) = time_left([Pace("a", "in hand", 0.5, 25.0, 25.0, curve)], 1).runs.values()
    assert rest == pytest.approx(75.0, rel=0.05)  # its mean pace would say 25


def test_what_is_shown_waits_for_chance_and_believes_what_lasts():
    countdown = Countdown()
    assert countdown.show(100.0, 0.0) == 100.0
    assert countdown.show(105.0, 1.0) == 100.0
    assert countdown.show(90.0, 2.0) < 100.0
    shown = [countdown.show(200.0, 3.0 + second) for second in range(20)]
    assert shown[0] < 100.0
    assert shown[-1] > 180.0


def test_durations_are_told_no_finer_than_they_are_known():
    assert [about(s) for s in (2, 33, 58, 400, 3500, 8000)] == ["5 s", "35 s", "1 min", "7 min", "58 min", "2 h 10 min"]
