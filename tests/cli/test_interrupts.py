"""A signal ends a command and everything it started, at once, says how to go on, and spoils nothing."""

import signal
from pathlib import Path

import pytest

from designopt.benchmarks.busy_study import MARKS
from designopt.benchmarks.interrupts import interrupted
from designopt.records.ledger import read_runs

pytestmark = pytest.mark.skipif(not Path("/proc").exists(), reason="what is left is counted with /proc")

STUCK = Path(__file__).parents[1] / "study" / "stuck_study.py"
SOON = 4.0
"""Seconds; 2 are promised, and the machine of the tests may be busy. Before, it was for ever."""


@pytest.fixture
def stop(tmp_path):
    """Run the stuck study, send a signal when all its runs are stuck: what happened, and the environment of it all."""

    def run(kind, runs, number, workers):
        marks = tmp_path / "marks"
        words = ["run", str(STUCK), "--out", str(tmp_path / "my runs"), "--workers", str(workers)]
        return interrupted(
            words,
            {"STUCK": kind, MARKS: str(marks)},
            lambda: marks.exists() and marks.read_text().count("\n") >= runs,
            number,
            0.1,
        )

    return run


@pytest.mark.parametrize(
    ("kind", "number", "workers", "code"),
    [
        ("waiting", signal.SIGINT, 1, 130),
        ("waiting", signal.SIGHUP, 1, 129),
        ("locking", signal.SIGINT, 2, 130),
        ("locking", signal.SIGTERM, 2, 143),
    ],
)
def test_a_signal_ends_everything_and_says_how_to_go_on(stop, tmp_path, kind, number, workers, code):
    found = stop(kind, {"waiting": 1, "locking": 2}[kind], number, workers)
    assert found.code == code, found.output
    assert found.seconds < SOON
    assert found.gone < SOON
    assert found.left == 0
    assert "Traceback" not in found.output
    resume = f"designopt resume '{tmp_path / 'my runs'}'" + (" --workers 1" if workers == 1 else "")
    assert found.output.rstrip().splitlines()[-1] == f"Go on with: {resume}"
    for run in read_runs(tmp_path / "my runs"):
        assert run.failure is None
        assert run.trials


def test_workers_and_what_they_started_end_with_a_killed_parent(stop):
    found = stop("locking", 2, signal.SIGKILL, 2)
    assert found.code == -signal.SIGKILL
    assert found.left == 0
    assert found.gone < SOON
