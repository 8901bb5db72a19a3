"""The session survives what a simulation can do to it: crash, hang, half a line, a kill of either process."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from fake_child import truth

from designopt.detectors.geant4.cache import Cache
from designopt.detectors.geant4.job import stack_job
from designopt.detectors.geant4.pool import run_jobs
from designopt.detectors.geant4.session import Geant4Error, Session, _last_words

FAKE = Path(__file__).parent / "fake_child.py"
JOB = stack_job([("G4_W", 2.0), ("G4_Si", 0.5)], 5.0, seed=3)


def session(mode, folder, cache=None, **options):
    starts = folder / mode
    starts.mkdir(exist_ok=True)
    return Session(cache, child=(sys.executable, str(FAKE), mode, str(starts)), **options)


def expected(events, seed=3):
    return np.array([truth(seed, event) for event in range(events)], float)


def starts(mode, folder):
    return len(list((folder / mode).glob("start*")))


def test_events_come_in_order_with_their_numbers(tmp_path):
    found = session("good", tmp_path).run(JOB, 20)
    assert np.array_equal(found.values, expected(20))
    assert found.energy.tolist() == [5.0] * 20
    assert found.simulation == "Fake 1.0, no physics"
    assert found.trouble == ()
    assert found.simulated == 20


def test_a_crash_in_the_middle_of_a_line_is_survived_and_reported(tmp_path):
    found = session("crash", tmp_path).run(JOB, 9)
    assert np.array_equal(found.values, expected(9))
    assert starts("crash", tmp_path) == 3
    assert any("(-11)" in sentence for sentence in found.trouble), found.trouble
    assert any("middle of a line" in sentence for sentence in found.trouble)


def test_a_job_that_crashes_again_and_again_is_given_up_in_words(tmp_path):
    with pytest.raises(Geant4Error, match="Only 9 of 40 events"):
        session("stuck", tmp_path).run(JOB, 40)
    assert starts("stuck", tmp_path) == 4  # one that brought nine events, three in vain
    assert len(session("stuck", tmp_path).run(JOB, 40, at_least=5).energy) == 9


def test_a_silent_child_is_stopped_and_its_events_kept(tmp_path):
    found = session("hang", tmp_path, patience=1.0).run(JOB, 8)
    assert np.array_equal(found.values, expected(8))
    assert any("silent for too long" in sentence for sentence in found.trouble)
    for file in (tmp_path / "hang").glob("start*"):
        with pytest.raises(ProcessLookupError):
            os.kill(int(file.read_text()), 0)


def test_the_time_limit_ends_a_job_and_says_so(tmp_path):
    found = session("slow", tmp_path).run(JOB, 10_000, minutes=0.03, at_least=1)
    assert 1 <= len(found.energy) < 100
    assert np.array_equal(found.values, expected(len(found.energy)))
    assert any("time it was given" in sentence for sentence in found.trouble)


def test_an_altered_line_is_never_used(tmp_path):
    found = session("alter", tmp_path).run(JOB, 6)
    assert np.array_equal(found.values, expected(6))
    assert found.energy.tolist() == [5.0] * 6
    assert any("torn" in sentence for sentence in found.trouble)


def test_a_refused_job_and_a_dead_program_end_in_a_sentence(tmp_path):
    with pytest.raises(Geant4Error, match="knows no material 'G4_Unobtainium'"):
        session("refuse", tmp_path).run(JOB, 3)
    with pytest.raises(Geant4Error, match="no room in the stable"):
        session("dead", tmp_path).run(JOB, 3)
    with pytest.raises(ValueError, match="at least one"):
        session("good", tmp_path).run(JOB, 0)


def test_geant4_ends_with_its_own_reason_not_with_the_frame_around_it():
    said = """*************
 Geant4 version Name: geant4-11-03
-------- EEEE ------- G4Exception-START -------- EEEE -------
*** G4Exception : GeomSolids0002
      issued by : G4Box::G4Box()
Dimensions too small for Solid: layer!
     hX, hY, hZ = 1000, 1000, 1.35163e-16
*** Fatal Exception *** core dump ***
 **** Track information is not available at this moment

-------- EEEE -------- G4Exception-END --------- EEEE -------

*** G4Exception: Aborting execution ***
"""
    with tempfile.TemporaryFile() as talk:
        talk.write(b"one\n----\n\nMemory error\n")
        assert _last_words(talk) == "one Memory error"
        talk.write(said.encode())
        assert _last_words(talk) == (
            "G4Exception : GeomSolids0002 issued by : G4Box::G4Box() Dimensions too small for Solid: layer! "
            "hX, hY, hZ = 1000, 1000, 1.35163e-16"
        )


def test_events_of_two_simulations_are_not_mixed(tmp_path):
    cache = Cache(tmp_path / "cache")
    session("good", tmp_path, cache).run(JOB, 3)
    with pytest.raises(Geant4Error, match="must not be mixed"):
        session("other", tmp_path, cache).run(JOB, 5)


def test_the_parent_is_killed_and_nothing_whole_is_lost(tmp_path):
    """SIGKILL the parent at three moments: the child dies with it, and what was written is right."""
    cache = Cache(tmp_path / "cache")
    program = (
        "import sys; from designopt.detectors.geant4.cache import Cache;"
        "from designopt.detectors.geant4.session import Session;"
        "from designopt.detectors.geant4.job import stack_job;"
        "Session(Cache(sys.argv[1]), child=sys.argv[2:]).run("
        "stack_job([('G4_W', 2.0), ('G4_Si', 0.5)], 5.0, seed=3), 100000)"
    )
    (tmp_path / "slow").mkdir()
    child = [sys.executable, str(FAKE), "slow", str(tmp_path / "slow")]
    kept = 0
    for moment in (0.23, 0.41, 0.59):
        parent = subprocess.Popen([sys.executable, "-c", program, str(cache.folder), *child])
        wait_until(lambda: len(cache.read(JOB).events) > kept)  # noqa: B023
        time.sleep(moment)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        entry = cache.read(JOB)
        assert len(entry.events) > kept
        kept = len(entry.events)
        assert all(np.array_equal(record.values, truth(3, event)) for event, record in entry.events.items())
    found = session("good", tmp_path, cache).run(JOB, kept + 5)
    assert found.simulated == 5
    assert np.array_equal(found.values, expected(kept + 5))


def wait_until(condition, seconds=60.0):
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_a_pool_returns_every_job_and_one_failure_stops_no_other(tmp_path):
    jobs = [(stack_job([("G4_Si", 1.0)], 1.0, seed=seed), 4) for seed in range(5)]
    results = run_jobs(session("good", tmp_path), jobs, workers=2)
    assert all(np.array_equal(result.values, expected(4, seed)) for seed, result in enumerate(results))
    failed = run_jobs(session("refuse", tmp_path), jobs[:2], workers=2)
    assert all(isinstance(result, Geant4Error) for result in failed)
