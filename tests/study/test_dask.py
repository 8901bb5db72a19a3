"""A study on Dask: three worker processes, some of them killed, and the ledgers of an undisturbed study."""

import subprocess
import sys
import time

import pytest

from designopt.benchmarks.campaign.comparison import compare
from designopt.benchmarks.campaign.studies import slow_program
from designopt.benchmarks.cluster import killed
from designopt.study.executors.engines import engine_of
from designopt.study.script import Script

pytest.importorskip("distributed")


@pytest.mark.slow
@pytest.mark.parametrize(("script", "kills", "shared"), [(killed.__file__, 3, 100), (slow_program.__file__, 2, 15)])
def test_killed_workers_cost_nothing(tmp_path, monkeypatch, script, kills, shared):
    monkeypatch.setenv("DESIGNOPT_CACHE", str(tmp_path))  # is set anew by every part
    quick = Script(script, quick=True)
    found = killed.measure(quick, tmp_path, kills=kills, seed=2, workers=3, times=False, pause=(0.2, 1.0))
    assert found["kills"] == kills
    assert found["differences"].pop("same") > shared
    assert not any(found["differences"].values())


def test_an_address_without_a_scheduler_is_a_sentence(monkeypatch):
    monkeypatch.setattr("designopt.study.executors.engines.LONELY", 1)
    with pytest.raises(ConnectionError, match=r"no Dask scheduler at tcp://127\.0\.0\.1:9"):
        engine_of("dask", 2, "tcp://127.0.0.1:9").start()


@pytest.mark.slow
def test_a_scheduler_that_is_lost_ends_in_a_sentence_and_resume_goes_on(tmp_path):
    from distributed import LocalCluster

    script = Script(killed.__file__, quick=True)
    right, run_dir = tmp_path / "right", tmp_path / "runs"
    script.load().run(right)
    scheduler = subprocess.Popen([sys.executable, "-c", SCHEDULER, str(tmp_path / "address")])
    while not (tmp_path / "address").exists():
        time.sleep(0.2)
    lines: list[int] = []

    def lose() -> None:
        lines.append(sum(path.read_bytes().count(b"\n") for path in (run_dir / "ledger").glob("*.jsonl")))
        if lines[-1] > 20:
            scheduler.kill()

    engine = engine_of("dask", 2, (tmp_path / "address").read_text())
    with pytest.raises(ConnectionError, match=r"was lost .* designopt resume|no Dask scheduler"):
        killed.on(engine, script, run_dir, lose)
    scheduler.wait()
    assert compare(run_dir, right).doubled == 0
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as another:
        killed.on(engine_of("dask", 2, another.scheduler_address), script, run_dir)
    assert compare(run_dir, right).none


SCHEDULER = """
import os, sys, time
os.environ["DASK_LOGGING__DISTRIBUTED"] = "critical"
from distributed import LocalCluster
if __name__ == "__main__":
    cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    open(sys.argv[1] + ".new", "w").write(cluster.scheduler_address)
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    time.sleep(600)
"""
