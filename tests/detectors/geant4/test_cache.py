"""No wrong number is ever served from the cache: corrupt, torn, foreign and unwritable entries."""

import dataclasses
import os
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designopt.detectors.geant4 import job as jobs
from designopt.detectors.geant4.cache import Cache, CacheWarning
from designopt.detectors.geant4.job import layers_of, stack_job
from designopt.detectors.geant4.records import Record, read_record, write_record

JOB = stack_job([("G4_W", 2.0), ("G4_Si", 0.5)], 5.0, seed=3)
RECORDS = [Record(n, 5.0, np.arange(4, dtype=np.float32) + n) for n in range(6)]


def filled(tmp_path):
    cache = Cache(tmp_path)
    writer = cache.writer(JOB, "Fake 1.0")
    for record in RECORDS:
        writer.write(record)
    return cache


def right(entry):
    return all(np.array_equal(r.values, RECORDS[n].values) and r.energy == 5.0 for n, r in entry.events.items())


def test_what_was_written_is_read(tmp_path):
    entry = filled(tmp_path).read(JOB)
    assert sorted(entry.events) == list(range(6))
    assert right(entry)
    assert entry.simulation == "Fake 1.0"


def test_who_reads_while_an_entry_begins_does_not_set_it_aside(tmp_path, monkeypatch):
    cache, link, seen = Cache(tmp_path), os.link, []

    def reading(new, path):
        seen.append(cache.read(JOB).simulation)
        link(new, path)
        seen.append(cache.read(JOB).simulation)

    monkeypatch.setattr(os, "link", reading)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cache.writer(JOB, "Fake 1.0").write(RECORDS[0])
    assert seen == [None, "Fake 1.0"]
    assert sorted(cache.read(JOB).events) == [0]
    assert [path.name for path in tmp_path.iterdir()] == [cache.path(JOB).name]


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_one_altered_byte_is_found_wherever_it_is(tmp_path_factory, place, change):
    cache = filled(tmp_path_factory.mktemp("cache"))
    path = cache.path(JOB)
    content = bytearray(path.read_bytes())
    content[place % len(content)] ^= change
    path.write_bytes(content)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        entry = cache.read(JOB)
    assert right(entry)
    assert heard or sorted(entry.events) == list(range(6))
    assert len(entry.events) >= 4 or entry.simulation is None  # a lost line end costs two records, a spoilt head all


@given(st.integers(0, 10_000))
def test_a_file_cut_anywhere_keeps_its_whole_events(tmp_path_factory, length):
    cache = filled(tmp_path_factory.mktemp("cache"))
    path = cache.path(JOB)
    content = path.read_bytes()
    length %= len(content)
    path.write_bytes(content[:length])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert right(cache.read(JOB))
        cache.writer(JOB, "Fake 1.0").write(RECORDS[5])
        assert right(cache.read(JOB))


def test_a_torn_line_does_not_spoil_what_is_written_after_it(tmp_path):
    cache = filled(tmp_path)
    path = cache.path(JOB)
    path.write_bytes(path.read_bytes()[:-10])
    cache.writer(JOB, "Fake 1.0").write(RECORDS[5])
    with pytest.warns(CacheWarning, match="1 lines"):
        entry = cache.read(JOB)
    assert sorted(entry.events) == list(range(6))
    assert right(entry)


def test_an_entry_of_another_job_is_set_aside(tmp_path):
    cache = filled(tmp_path)
    other = dataclasses.replace(JOB, seed=4)
    cache.path(JOB).rename(cache.path(other))
    with pytest.warns(CacheWarning, match="set aside"):
        assert not cache.read(other).events
    assert not cache.path(other).exists()


def test_a_full_disk_is_said_once_and_stops_nothing(tmp_path):
    """/dev/full accepts an opening and refuses every byte: a real full disk for one file."""
    cache = Cache(tmp_path)
    cache.path(JOB).symlink_to("/dev/full")
    writer = cache.writer(JOB, "Fake 1.0")
    with pytest.warns(CacheWarning, match="No space left on device"):
        writer.write(RECORDS[0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        writer.write(RECORDS[1])
    cache.path(JOB).unlink()
    assert not cache.read(JOB).events


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.warns(CacheWarning, match="cannot be written"):
        Cache(tmp_path / "file" / "cache").writer(JOB, "Fake 1.0")


@pytest.mark.parametrize("change", ["geometry", "beam", "physics", "cut", "seed", "bindings"])
def test_the_key_changes_with_everything_that_matters(change, monkeypatch):
    if change == "bindings":
        before = JOB.key
        monkeypatch.setattr(jobs, "bindings_version", lambda: "0.1.4")
        assert JOB.key != before
        return
    other = {
        "geometry": stack_job([("G4_W", 2.0), ("G4_Si", 0.6)], 5.0).geometry,
        "beam": stack_job([("G4_W", 2.0)], 5.0, "gamma").beam,
        "physics": "hadronic",
        "cut": 0.1,
        "seed": 4,
    }[change]
    assert dataclasses.replace(JOB, **{change: other}).key != JOB.key


def test_a_record_belongs_to_its_job_alone():
    line = write_record(JOB.key, RECORDS[0])
    assert read_record(JOB.key, line) is not None
    assert read_record("another", line) is None
    assert read_record(JOB.key, "") is None


def test_stacks_that_cannot_be_are_refused_in_words():
    with pytest.raises(ValueError, match="positive thickness"):
        stack_job([("G4_W", 0.0)], 5.0)
    with pytest.raises(ValueError, match="lower first"):
        stack_job([("G4_W", 1.0)], (5.0, 2.0))


def test_a_stack_is_read_from_a_line_of_text():
    assert layers_of("W:2.5,Si:0.3*2;Pb:3") == [("G4_W", 2.5), ("G4_Si", 0.3)] * 2 + [("G4_Pb", 3.0)]
    with pytest.raises(ValueError, match="cannot be read"):
        layers_of("W 2.5")
