"""Where there is no terminal, progress is told in plain lines: when a run ends, and once a minute for the others."""

import io

import pytest
from rich.console import Console

from designopt.benchmarks.problems import mixed_shelf
from designopt.cli import progress_table
from designopt.cli.progress_table import ProgressTable
from designopt.evaluation.evaluator import Allowance
from designopt.optimisers.baselines import RandomSearch
from designopt.study.plan import RunPlan


@pytest.fixture
def table(tmp_path):
    problem = mixed_shelf(slots=3)
    plans = [RunPlan("study", problem, RandomSearch(), seed, Allowance(events=1000)) for seed in range(2)]
    return ProgressTable(plans, tmp_path, Console(file=io.StringIO(), width=40, force_terminal=False))


def told(table):
    return table.console.file.getvalue().splitlines()


def test_a_run_that_ended_is_one_line_once(table):
    table.watches[1].state = "failed"
    for _ in range(3):
        table.tick(now=True)
    (line,) = told(table)
    assert line.startswith("[1/2] RandomSearch, seed 1: failed, best as built -")


def test_once_a_minute_a_line_says_how_far_the_others_are(table, monkeypatch):
    table.watches[0].state, table.watches[0].spent = "running", 250
    table.tick(now=True)
    assert told(table) == []
    monkeypatch.setattr(progress_table, "EVERY", -1.0)
    table.tick(now=True)
    (line,) = told(table)
    assert line.startswith("0 of 2 runs ended; RandomSearch, seed 0 25 % under way; 0:0")
    assert line.endswith("left.")
