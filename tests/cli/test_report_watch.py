"""`designopt report --watch` follows a study from before its first run, through the gap between two, to its end."""

import shutil
import signal
import subprocess
import sys
import threading
import time

import pytest
from synthetic import write_study

from designopt.cli.commands.report import follow
from designopt.records.event_log import EventLog, is_under_way, not_begun, read_events
from designopt.records.files.lock import lock
from designopt.report.content import read
from designopt.report.page import write_report

EVERY = 4.0


def until(holds, seconds=300.0):
    """Wait for what has to happen."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def going(tmp_path):
    """A study of which a command has just begun, what its runs will be, and its event log."""
    later = write_study(tmp_path / "later", seeds=1, names=("adam", "cma-es"), broken=False)
    folder = tmp_path / "run"
    (folder / "ledger").mkdir(parents=True)
    log = EventLog(folder, pytest.fail)
    log.write("study-begins", study="calorimeter", runs=5, done=0)
    return folder, sorted((later / "ledger").iterdir()), log


def test_it_waits_for_the_first_run_and_is_not_ended_by_the_gap_between_two(going, capsys):
    folder, ledgers, log = going
    page = folder / "report.html"
    following = threading.Thread(target=follow, args=(folder, EVERY))
    following.start()
    until(lambda: "Waiting for the first run" in capsys.readouterr().out)
    with ledgers[0].open("rb") as first:
        lock(first.fileno(), "a run goes on")
        ledgers[0].rename(folder / "ledger" / ledgers[0].name)
        until(page.exists)
        until(lambda: "(the study is running)" in capsys.readouterr().out)
        assert 'http-equiv="refresh"' in page.read_text()
    time.sleep(1.3 * EVERY)  # nobody writes, and it looks once
    with ledgers[1].open("rb") as second:
        lock(second.fileno(), "another run goes on")
        ledgers[1].rename(folder / "ledger" / ledgers[1].name)
        until(lambda: "(the study is running)" in capsys.readouterr().out)
        assert following.is_alive()
        log.write("study-ends", why=None)
    following.join(300.0)
    assert not following.is_alive()
    assert 'http-equiv="refresh"' not in page.read_text()


def test_before_any_run_has_ended_the_page_claims_nothing_and_names_the_versions(going):
    """It said that no runs had the same physics and money, and that neither command nor versions were recorded."""
    folder, ledgers, _ = going
    path = folder / "ledger" / ledgers[0].name
    path.write_text("".join(ledgers[0].read_text().splitlines(keepends=True)[:10]))
    with path.open("rb") as file:
        lock(file.fileno(), "a run goes on")
        page = write_report(folder).read_text()
    assert "No run has ended yet: there is nothing to compare." in page
    assert "1 run is not compared yet" in page
    assert "Same physics" not in page
    assert "not recorded" not in page
    assert "designopt run studies/calorimeter.py" in page


def test_an_interrupted_watch_says_what_is_left(going):
    """It said no more than that it was interrupted, and the page went on to say that the study is running."""
    folder, _, _ = going
    words = [sys.executable, "-m", "designopt", "report", str(folder), "--watch"]
    kept = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's job in the background ignores it
    try:
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, kept)
    assert process.stdout.readline().startswith("Waiting for the first run")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 130
    assert said.rstrip().endswith(
        f"Interrupted. No page was written yet; the study itself goes on. The page again: designopt report {folder}"
    )


def test_runs_that_have_not_begun_are_counted(going):
    folder, ledgers, log = going
    assert (is_under_way(read_events(folder)), not_begun(read_events(folder))) == (True, 5)
    for ledger in ledgers:
        log.write("run-begins", run=ledger.name, ledger=f"ledger/{ledger.name}")
        shutil.copy(ledger, folder / "ledger")
    path = folder / "ledger" / ledgers[0].name
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True)[:10]))
    with path.open("rb") as file:
        lock(file.fileno(), "a run goes on")
        (warning,) = [one for one in read(folder).warnings if "still running" in one]
        assert "1 run is not compared yet" in warning
        assert "); 3 more have not begun." in warning
    log.write("interrupted", runs=5)
    assert not is_under_way(read_events(folder))
    assert not_begun([]) == 0
    assert not is_under_way([])
