"""No process outlives its parent, even one that cannot listen; signals are taken only where they were not ignored."""

import os
import signal
import subprocess
import sys
import time

import pytest

from designopt.processes import ended_by_signals

CHILD = """
import subprocess, sys
from designopt import processes
sys.platform = {platform!r}
processes.end_with_parent(lambda: processes.wait_for_reader_to_go(1), has_children={has_children})
print("ready", flush=True)
{work}
"""
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(600)
"""
SPAWNS = """
import multiprocessing, pickle, time
from designopt import processes
class ImportsForLong:
    def __reduce__(self):
        return time.sleep, (600,)
work = pickle.dumps((print, (ImportsForLong(),)))
child = multiprocessing.get_context("spawn").Process(target=processes.work_while_parent_lives, args=(work,))
with processes.deaf_to_terminal():
    child.start()
print(child.pid, flush=True)
time.sleep(600)
"""
SLEEPS, LOCKS = "import time; time.sleep(600)", "sum(range(10**11))"


def is_alive(process):
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rsplit(")")[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="the other way is taken elsewhere, and tested here")
@pytest.mark.parametrize(
    ("platform", "has_children", "work"),
    [("linux", False, LOCKS), ("linux", True, LOCKS), ("linux", True, SLEEPS), ("other", False, SLEEPS)],
)
def test_a_child_ends_when_its_parent_is_killed(platform, has_children, work):
    program = CHILD.format(platform=platform, has_children=has_children, work=work)
    parent = subprocess.Popen([sys.executable, "-c", PARENT, program], stdout=subprocess.PIPE, text=True)
    ends_with(parent, child=int(parent.stdout.readline()))


def test_a_worker_ends_with_its_parent_even_before_it_has_imported_what_it_works_with():
    parent = subprocess.Popen([sys.executable, "-c", SPAWNS], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    time.sleep(1.0)  # most likely within the sleep that stands for its imports
    ends_with(parent, child)


def ends_with(parent, child):
    assert is_alive(child)
    parent.kill()
    parent.wait()
    ends = time.monotonic() + 5.0
    while is_alive(child):
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_signals_come_back_to_what_they_were_and_ignored_ones_stay_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    interrupt = signal.default_int_handler
    kept = signal.signal(signal.SIGINT, interrupt)  # a shell's job in the background ignores it
    try:
        with ended_by_signals(lambda: None):
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGINT) is not interrupt
            os.kill(os.getpid(), signal.SIGHUP)  # would end the tests
        assert signal.getsignal(signal.SIGINT) is interrupt
    finally:
        signal.signal(signal.SIGHUP, before)
        signal.signal(signal.SIGINT, kept)
