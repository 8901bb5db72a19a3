"""Compiled programs: one for each call, and none of a problem that was left behind."""

import gc
import platform
import subprocess
import sys
import weakref
from pathlib import Path

import jax
import jax.numpy as jnp
import pytest

from designopt import AbstractDetector, DesignSpace, Problem, Real, programs
from designopt.evaluation.simulator import compiled
from designopt.programs import PROBLEMS, PROGRAMS, drop_programs, kept_programs, program
from designopt.records.trial import Needs

MAPS = Path("/proc/self/maps")


class Law(AbstractDetector):
    def response(self, design, key=None):
        return {"error": jnp.sum(1.0 / design["size"])}

    def cost(self, design):
        return {"size": jnp.sum(design["size"])}

    def constraints(self, design):
        return {}

    def metrics(self, response):
        return dict(response)

    def draw(self, design, axes):
        pass

    def settings(self):
        return {}


def law(budget: float) -> Problem:
    space = DesignSpace([Real("size", 1.0, 9.0, count=2)])
    return Problem("law", Law(), space, lambda response: response["error"], budget, {"size": 1}, events=10)


def maps() -> int:
    gc.collect()
    return len(MAPS.read_bytes().splitlines())


@program
def doubled(problem: Problem, times: int = 2):
    return jax.jit(lambda x: times * problem.budget * x)


@pytest.fixture(autouse=True)
def _nothing_kept():
    drop_programs()
    yield
    drop_programs()


def test_the_same_call_gives_the_same_program():
    one, other = law(5.0), law(6.0)
    assert doubled(one) is doubled(one)
    assert doubled(one, 3) is not doubled(one)
    assert doubled(one) is not doubled(other)
    assert [float(doubled(problem)(1.0)) for problem in (one, other)] == [10.0, 12.0]


def test_the_problem_used_longest_ago_is_left_behind_with_its_programs():
    problems = [law(4.0 + i / 4) for i in range(PROBLEMS)]
    first = [doubled(problem) for problem in problems]
    doubled(problems[0])
    doubled(law(12.0))
    assert problems[1] not in kept_programs()
    assert doubled(problems[0]) is first[0]
    gone = weakref.ref(problems[1])
    del problems, first
    gc.collect()
    assert gone() is None


def test_one_problem_keeps_a_bounded_number_of_programs():
    problem = law(5.0)
    for times in range(PROGRAMS + 5):
        doubled(problem, times)
    assert kept_programs() == {problem: PROGRAMS}


@pytest.mark.skipif(not MAPS.exists(), reason="maps are counted where Linux lists them")
def test_many_problems_in_one_process_map_no_more_memory_than_a_few():
    counts = []
    for turn in range(3 * PROBLEMS):
        compiled(law(4.0 + turn / 4), Needs.LOSS, 1)
        counts.append(maps())
    first = counts[PROBLEMS - 1] - counts[0]
    assert first > 10 * (PROBLEMS - 1)  # a program does take maps
    assert counts[-1] - counts[PROBLEMS - 1] < first / 2


@pytest.mark.skipif(not MAPS.exists(), reason="maps are counted where Linux lists them")
def test_all_programs_are_dropped_when_the_process_has_mapped_too_much(monkeypatch):
    monkeypatch.setattr(programs._Room, "limit", programs.MAPS_OF_LINUX)
    problem, grown = law(5.0), jax.jit(lambda sample: jnp.linalg.solve(sample @ sample.T, sample[:, 0]).sum())
    before = maps()
    for rows in range(1, 4):  # a sample that grows: another program every time, which JAX keeps
        grown(jnp.eye(rows))
        compiled(problem, Needs.LOSS, rows)
    many = maps()
    assert many > before + 100
    monkeypatch.setattr(programs._Room, "limit", before + 50)
    monkeypatch.setattr(programs, "OFTEN", 1e12)
    assert not programs.make_room()  # it has counted before
    monkeypatch.setattr(programs, "OFTEN", 0.0)
    assert programs.make_room()
    assert kept_programs() == {}
    assert maps() - before < (many - before) / 2
    assert float(grown(jnp.eye(3))) == pytest.approx(1.0)


FREED = """
import ctypes
from designopt import programs
from designopt.processes import resident_mb
library = ctypes.CDLL(None)
library.malloc.restype, library.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
before, pieces = resident_mb(), [library.malloc(1024) for _ in range(100_000)]
for piece in pieces:
    ctypes.memset(piece, 1, 1024)
for piece in pieces[:-1]:
    library.free(piece)
kept, programs._Room.limit = resident_mb() - before, 0
assert programs.make_room()
print(kept, resident_mb() - before)
"""
"""100 MB in pieces of 1 kB below one that stays in use: glibc keeps all of it."""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library that keeps what was freed")
def test_freed_memory_goes_back_to_the_system_with_the_programs():
    said = subprocess.run([sys.executable, "-c", FREED], capture_output=True, text=True, check=True).stdout
    kept, left = (float(word) for word in said.split())
    assert kept > 80
    assert left < kept / 4


def test_what_is_allowed_stays_below_half_of_what_linux_lets_a_process_map(monkeypatch):
    most = []
    for held in (400, 9_000, 40_000):  # maps that are still there when all programs have been dropped
        numbers = iter([programs.MAPS_OF_LINUX, held])
        monkeypatch.setattr(programs, "mapped_pieces", lambda numbers=numbers: next(numbers))
        monkeypatch.setattr(programs._Room, "counted", -1e9)
        monkeypatch.setattr(programs._Room, "limit", programs.MOST_MAPS)
        assert programs.make_room()
        most.append(programs._Room.limit)
    assert most[0] == programs.MOST_MAPS
    assert most[1] == 18_000
    assert most[2] < 65_530 / 2
