"""The ledger: flushed lines, torn ends cut, other people's ledgers refused, replay to the bit."""

import json
import logging

import numpy as np
import pytest

from designopt.benchmarks.problems import mixed_shelf
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.evaluation.replay import ReplayMismatch
from designopt.records.ledger import LedgerMismatch, RunFile, read_run, read_runs, run_file, run_files
from designopt.records.trial import Needs

SHELF = mixed_shelf()
HEADER = {
    "study": "s",
    "problem": SHELF.card(),
    "optimiser": {"name": "o", "role": "search", "settings": {}},
    "seed": 1,
    "allowance": 500,
}


def points(count, seed=0):
    return np.random.default_rng(seed).random((count, SHELF.size))


def written(path, count=5):
    file = RunFile(path, HEADER)
    Evaluator(SHELF, Allowance(500), record=lambda t: file.append(t.to_record())).evaluate(points(count))
    file.close()
    return read_run(path)


def test_what_was_written_is_read(tmp_path):
    run = written(tmp_path / "ledger" / "a.jsonl")
    assert run.header["problem"] == json.loads(json.dumps(SHELF.card()))
    assert [trial.number for trial in run.trials] == list(range(5))
    assert run.best.score == min(t.score for t in run.trials if t.feasible)
    assert [r.path.name for r in read_runs(tmp_path)] == ["a.jsonl"]


@pytest.mark.parametrize("torn", ['{"kind":"tri', '{"kind":"trial"', "\x00\x00"])
def test_a_torn_last_line_is_cut_and_reported(tmp_path, torn, caplog):
    path = tmp_path / "a.jsonl"
    written(path)
    whole = path.read_bytes()
    path.write_bytes(whole + torn.encode())
    with caplog.at_level(logging.WARNING):
        file = RunFile(path, HEADER)
    file.close()
    assert "torn" in caplog.text
    assert path.read_bytes() == whole


def test_damage_in_the_middle_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "a.jsonl"
    written(path)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[2] = b"rubbish\n"
    path.write_bytes(b"".join(lines))
    with pytest.raises(ValueError, match="Line 3"):
        RunFile(path, HEADER)
    assert path.read_bytes() == b"".join(lines)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"seed": 2}, "its seed is 1, not 2"),
        ({"problem": SHELF.card() | {"budget": 3.0}}, r"problem\.budget is 12, not 3\b"),
        ({"allowance": 7}, "allowance is 500, not 7"),
    ],
)
def test_a_ledger_of_another_run_is_refused_and_left_alone(tmp_path, change, says):
    path = tmp_path / "a.jsonl"
    written(path)
    before = path.read_bytes()
    with pytest.raises(LedgerMismatch, match=says):
        RunFile(path, HEADER | change)
    assert path.read_bytes() == before


def test_a_new_version_of_a_library_is_reported_and_replay_decides(tmp_path, caplog):
    optimiser = {"name": "o", "role": "search", "library": "cma", "version": "4.4", "settings": {}}
    RunFile(tmp_path / "a.jsonl", HEADER | {"optimiser": optimiser}).close()
    with caplog.at_level(logging.WARNING):
        file = RunFile(tmp_path / "a.jsonl", HEADER | {"optimiser": optimiser | {"version": "4.5"}})
    file.close()
    assert "was begun with cma 4.4 and goes on with 4.5" in caplog.text
    with pytest.raises(LedgerMismatch, match=r"its optimiser\.library is cma, not numpy"):
        RunFile(tmp_path / "a.jsonl", HEADER | {"optimiser": optimiser | {"library": "numpy"}})


def test_a_second_writer_is_refused(tmp_path):
    first = RunFile(tmp_path / "a.jsonl", HEADER)
    with pytest.raises(BlockingIOError, match="Another process"):
        RunFile(tmp_path / "a.jsonl", HEADER)
    first.close()


def test_replay_returns_the_record_charges_it_and_goes_on(tmp_path):
    run = written(tmp_path / "a.jsonl")
    new = []
    evaluator = Evaluator(SHELF, Allowance(500), run.trials[:3], new.append)
    trials = evaluator.evaluate(points(5))
    assert evaluator.spent == 50
    assert [trial.number for trial in new] == [3, 4]
    for replayed, recorded in zip(trials, run.trials, strict=True):
        assert replayed.score == recorded.score
        assert replayed.cost == recorded.cost


@pytest.mark.parametrize(
    ("points", "needs", "sharpness"),
    [(points(5, seed=1), Needs.SCORE, 1.0), (points(5), Needs.LOSS, 1.0), (points(5), Needs.SCORE, 2.0)],
)
def test_another_proposal_than_the_recorded_one_is_refused(tmp_path, points, needs, sharpness):
    run = written(tmp_path / "a.jsonl")
    with pytest.raises(ReplayMismatch, match="Trial 0"):
        Evaluator(SHELF, Allowance(500), run.trials).evaluate(points, needs, sharpness)


def test_a_folder_without_a_ledger_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no ledger"):
        list(read_runs(tmp_path))


def test_the_files_of_one_run_are_found_by_name_and_no_others(tmp_path):
    mine = [run_file(tmp_path, "law-3", "9.5", "Cma Es", "1", *mark) for mark in ((), ("3bc959ec",), ("78ed3957",))]
    others = [run_file(tmp_path, "law-3", "9.5", "Cma Es", seed, "3bc959ec") for seed in ("10", "11", "2")]
    mine[0].parent.mkdir(exist_ok=True)
    for path in (*mine, *others):
        path.touch()
    assert run_files(tmp_path, "law-3", "9.5", "Cma Es", "1") == sorted(mine)
    assert run_files(tmp_path) == sorted([*mine, *others])
    assert run_files(tmp_path, "law-3", "9.5", "Cma Es", "3") == []
