"""The campaign of kills sees what is lost, doubled or changed; and a small one of it loses nothing."""

import json
import os
import random
import subprocess
import sys

import numpy as np
import pytest

from designopt.benchmarks.campaign.comparison import compare
from designopt.benchmarks.campaign.damage import DAMAGES
from designopt.benchmarks.campaign.disasters import refused
from designopt.benchmarks.campaign.moment import ELSEWHERE, RESCORE, WRITE, Folder, Kept
from designopt.benchmarks.campaign.studies import slow_disk
from designopt.benchmarks.campaign.studies.line_up import FAMILIES, QUICK
from designopt.benchmarks.campaign.tally import Tally
from designopt.records.ledger import RunFile
from designopt.records.trial import Needs, Trial

PROBLEM = {"name": "p", "budget": 1.0, "spend": "exactly", "options": {}, "events": 1}
HEADER = {
    "study": "s",
    "problem": PROBLEM,
    "optimiser": {"name": "o", "role": "search", "library": "numpy", "version": "2", "settings": {"step": 0.1}},
    "seed": 0,
    "allowance": 100,
}
END = {"kind": "end", "stop": "EVENTS", "why": "The allowance is spent.", "seconds": 1.0}
WINNER = {"kind": "winner", "number": 3, "score": 1.0, "violations": {}, "design": {}}


def trial(number, at=None):
    u = np.random.default_rng(number).random(6)
    return Trial(
        number=number, u=u, sharpness=1.0, needs=Needs.SCORE, loss=None, gradient=None, jacobian=None,
        score=float(u.sum()), cost=1.0, built_cost=1.0, paid=1.0, violations={}, built_violations={}, failed=False,
        events=1, seconds=0.01, at=0.1 * number if at is None else at,
    ).to_record()  # fmt: skip


def ledger(run_dir, *records):
    file = RunFile(run_dir / "ledger" / "a.jsonl", HEADER)
    for record in records:
        file.append(record)
    file.close()
    return file.path


@pytest.fixture
def right(tmp_path):
    ledger(tmp_path / "right", *(trial(number) for number in range(4)), END, WINNER)
    return tmp_path / "right"


def test_a_study_that_differs_only_in_its_clock_is_the_same(tmp_path, right):
    ledger(tmp_path / "now", *(trial(number, at=7.0 + number) for number in range(4)), {**END, "seconds": 9.0}, WINNER)
    found = compare(tmp_path / "now", right)
    assert found.none
    assert found.same == 4


@pytest.mark.parametrize(
    ("records", "lost", "different", "says"),
    [
        ([trial(0), trial(1), trial(2), END, WINNER], 1, 0, ""),
        ([trial(0), trial(1), trial(2), {**trial(3), "score": 0.5}, END, WINNER], 0, 1, ""),
        ([trial(0), trial(1), trial(2), trial(3), trial(4), END, WINNER], 0, 1, ""),
        ([trial(0), trial(1), trial(2), trial(3), END, {**WINNER, "score": 1.0 + 2**-52}], 0, 0, "winner"),
        ([trial(0), trial(1), trial(2), trial(3), END], 0, 0, "winner"),
        ([trial(0), trial(1), trial(2), trial(3), {"kind": "failure", "why": "x"}], 0, 0, "failure"),
        ([trial(0), trial(1, at=5.0), trial(2), trial(3), END, WINNER], 0, 0, "clock"),
    ],
)
def test_what_is_lost_or_changed_is_counted(tmp_path, right, records, lost, different, says):
    ledger(tmp_path / "now", *records)
    found = compare(tmp_path / "now", right)
    assert not found.none
    assert (found.lost, found.different) == (lost, different)
    assert says in " ".join(found.others)


def test_a_run_that_is_missing_is_lost(tmp_path, right):
    assert compare(tmp_path / "nothing", right).lost == 4


def test_the_moment_of_a_kill_is_read_from_the_ledger(tmp_path):
    path, folder, kept = ledger(tmp_path, trial(0), trial(1)), Folder(tmp_path), Kept()
    assert folder.look() == [path]
    assert folder.look() == []
    assert folder.trials == 2
    assert folder.moment({path}) == ELSEWHERE
    kept.note(folder)
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"kind":"tri')
    folder.look()
    assert folder.moment({path}) == WRITE
    assert folder.moment(set()) == ELSEWHERE
    ledger(tmp_path, END)  # the writer cuts the torn line
    folder.look()
    assert folder.moment({path}) == RESCORE
    kept.note(folder)
    assert not kept.changed
    path.write_bytes(path.read_bytes().replace(b'"at":0.1', b'"at":0.2'))
    kept.note(folder)
    assert len(kept.changed) == 1


def test_a_kill_counts_only_after_a_new_trial():
    tally = Tally()
    for where, added in ((WRITE, 1), (WRITE, 0), (ELSEWHERE, 3), (RESCORE, 1)):
        tally.kill("worker", where, added)
    assert (tally.counted, tally.uncounted, tally.aimed) == (3, 1, 2)


def test_a_slow_disk_writes_in_pieces_and_leaves_pipes_alone(tmp_path, monkeypatch):
    monkeypatch.setenv(slow_disk.SLOW, "1")
    monkeypatch.setattr(os, "write", os.write)
    slow_disk.slow_if_asked()
    written = []
    with (tmp_path / "file").open("wb") as file:
        for _ in range(20):
            written.append(os.write(file.fileno(), b"0123456789"))
    assert min(written) >= 1
    assert len(set(written)) > 1
    assert (tmp_path / "file").read_bytes() == b"".join(b"0123456789"[:length] for length in written)
    reading, writing = os.pipe()
    assert all(os.write(writing, b"0123456789") == 10 for _ in range(20))
    os.close(reading)
    os.close(writing)


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damage_is_one(right, name):
    whole, chance = (right / "ledger" / "a.jsonl").read_bytes(), random.Random(name)
    assert any(DAMAGES[name](whole, chance) != whole for _ in range(5))


def test_a_refusal_that_leaves_something_out_is_seen():
    good = "Line 3 of the ledger a.jsonl is damaged. The 2 evaluations before it hold. Put back a copy of it."
    assert not refused(good, "a.jsonl")
    assert "file" in refused(good, "b.jsonl")
    assert "holds" in refused("The ledger a.jsonl is damaged. Put back a copy.", "a.jsonl")
    assert "go on" in refused("The ledger a.jsonl is damaged. The 2 evaluations before it hold.", "a.jsonl")


def test_all_families_take_part():
    assert set(FAMILIES) == set(QUICK)
    assert sum(map(len, FAMILIES.values())) >= 12


def test_a_small_campaign_loses_nothing(tmp_path):
    words = ["--quick", "--kills", "3", "--cli-share", "0", "--disasters", "0", "--folder", str(tmp_path / "runs")]
    done = subprocess.run(
        [sys.executable, "-m", "designopt.benchmarks.campaign", *words], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["total"]
    assert found["kills_counted"] >= 3
    assert found["studies_finished"] >= 1
    assert found["trials_compared"] > 0
    assert found["trials_lost"] == found["trials_doubled"] == found["trials_different"] == 0
