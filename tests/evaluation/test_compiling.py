"""One process compiles while the others wait, and nothing waits where files cannot be locked."""

import itertools
import multiprocessing
import time
from pathlib import Path

import jax
import pytest

from designopt.stored import alone


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DESIGNOPT_CACHE", str(tmp_path / "cache"))
    return tmp_path


def _within(place: Path, name: str) -> None:
    with alone(name):
        begun = time.monotonic()
        time.sleep(0.2)
        (place / f"{multiprocessing.current_process().pid}").write_text(f"{begun} {time.monotonic()}")


def _times(folder, names):
    place = folder / "times"
    place.mkdir()
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=_within, args=(place, name)) for name in names]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)
    assert [process.exitcode for process in processes] == [0] * len(names)
    return sorted(tuple(map(float, path.read_text().split())) for path in place.iterdir())


@pytest.mark.filterwarnings("ignore:os.fork")
def test_processes_with_the_same_names_are_within_one_after_the_other(folder):
    times = _times(folder, ["same"] * 3)
    assert all(end <= begin for (_, end), (begin, _) in itertools.pairwise(times))


def test_a_place_that_cannot_be_written_keeps_nobody(folder, monkeypatch):
    (folder / "file").write_text("in the way")
    monkeypatch.setenv("DESIGNOPT_CACHE", str(folder / "file"))
    with alone("sum"):
        program = jax.jit(lambda x: x + 1).lower(1.0).compile()
    assert program(1.0) == 2.0


def test_an_error_within_lets_the_next_one_in(folder):
    for _ in range(2):
        with pytest.raises(KeyError), alone("same"):
            raise KeyError
