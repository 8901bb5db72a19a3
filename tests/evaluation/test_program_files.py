"""Programs on the disk: found again, never of something else, and made once more where the file is damaged."""

import dataclasses
import multiprocessing
import time
from operator import itemgetter

import numpy as np
import pytest

from designopt.benchmarks.problems import mixed_shelf
from designopt.evaluation import simulator
from designopt.evaluation.programs import files as program_files
from designopt.evaluation.programs.files import kept, key_of
from designopt.evaluation.simulator import compiled
from designopt.programs import drop_programs
from designopt.records.trial import Needs

SHELF = dataclasses.replace(mixed_shelf(), objective=itemgetter("loss"))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DESIGNOPT_CACHE", str(tmp_path))
    drop_programs()
    yield tmp_path / "programs"
    drop_programs()


def text(folder, key, found, makes=None):
    def make():
        if makes is not None:
            makes.append(key)
        return found

    return kept(key, make, str.encode, bytes.decode)


def test_what_was_made_is_found_again_and_what_is_damaged_is_made_again(folder):
    makes = []
    assert text(folder, "a", "one", makes) == "one"
    assert text(folder, "a", "two", makes) == "one"
    whole = (folder / "a").read_bytes()
    for damaged in (b"", whole[:10], whole[:-1], whole[:-1] + b"x", b"\0" * len(whole)):
        (folder / "a").write_bytes(damaged)
        assert text(folder, "a", "new", makes) == "new"
        assert text(folder, "a", "other", makes) == "new"
    assert len(makes) == 6


def test_without_a_key_or_without_a_place_it_is_made_every_time(folder, monkeypatch):
    makes = []
    assert [text(folder, None, "one", makes) for _ in range(2)] == ["one", "one"]
    folder.parent.joinpath("file").write_text("in the way")
    monkeypatch.setenv("DESIGNOPT_CACHE", str(folder.parent / "file"))
    assert text(folder, "a", "one", makes) == "one"
    assert len(makes) == 3


def test_what_can_be_neither_written_nor_read_is_made(folder):
    assert kept("a", lambda: 3, lambda made: made.nothing, int) == 3
    assert not (folder / "a").exists()
    assert kept("b", lambda: "x", str.encode, int) == "x"
    assert kept("b", lambda: "x", str.encode, int) == "x"


def test_keys_tell_problems_kinds_and_code_apart_and_foreign_code_has_none(monkeypatch):
    keys = [
        key_of(SHELF, "score"),
        key_of(SHELF, "loss"),
        key_of(dataclasses.replace(SHELF, budget=SHELF.budget * 1.01), "score"),
    ]
    assert None not in keys
    assert len(set(keys)) == 3
    assert key_of(dataclasses.replace(SHELF, budget=SHELF.budget), "score") == keys[0]
    monkeypatch.setattr(program_files, "_surroundings", lambda: b"other code")
    assert key_of(SHELF, "score") != keys[0]
    assert key_of(dataclasses.replace(SHELF, objective=lambda response: 0.0)) is None
    assert key_of(dataclasses.replace(SHELF, objective=text)) is None


def test_a_second_start_traces_nothing_and_finds_the_same(folder, monkeypatch):
    u = np.random.default_rng(1).random((3, SHELF.size))
    first = compiled(SHELF, Needs.LOSS, 3)(u, 1.0)
    assert len([path for path in folder.iterdir() if path.suffix != ".lock"]) == 2
    drop_programs()
    with monkeypatch.context() as patch:
        patch.setattr(simulator, "one_design", lambda *_: pytest.fail("it was traced again"))
        again = compiled(SHELF, Needs.LOSS, 3)(u, 1.0)
    np.testing.assert_array_equal(first["loss"], again["loss"])
    np.testing.assert_array_equal(first["violations"]["amount"], again["violations"]["amount"])
    for path in folder.iterdir():
        path.write_bytes(b"damaged")
    drop_programs()
    np.testing.assert_array_equal(first["loss"], compiled(SHELF, Needs.LOSS, 3)(u, 1.0)["loss"])


def _slowly(folder, place):
    def make():
        (place / f"{multiprocessing.current_process().pid}").touch()
        time.sleep(0.3)
        return "made"

    kept("slow", make, str.encode, bytes.decode)


def test_one_process_makes_it_while_the_others_wait(folder, tmp_path):
    place = tmp_path / "makers"
    place.mkdir()
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=_slowly, args=(folder, place)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert len(list(place.iterdir())) == 1
