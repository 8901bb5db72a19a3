"""A full disk or a death leaves the file that was there: notes, scripts, reports and records of single designs."""

import errno
import json
import os
import resource
from contextlib import contextmanager

import pytest
from ledgers import HEADER, trial, write_ledger

from designopt.records.files.lines import LineFile
from designopt.records.files.repair import repair, set_aside
from designopt.records.files.whole_file import write_whole
from designopt.records.ledger import RunFile, read_run, run_files
from designopt.records.study_note import StudyNote, read_note
from designopt.study.script import Script


@contextmanager
def full_disk(size):
    """No file may grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "file"
    write_whole(path, b"before")
    with full_disk(10), pytest.raises(OSError, match="file"):
        write_whole(path, b"after" * 10)
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]
    write_whole(path, b"after" * 10)
    assert path.read_bytes() == b"after" * 10


def test_a_file_that_holds_it_already_is_not_touched(tmp_path):
    path = tmp_path / "file"
    write_whole(path, b"before")
    inode = path.stat().st_ino
    write_whole(path, b"before")
    assert path.stat().st_ino == inode


def test_a_full_disk_spoils_neither_the_kept_script_nor_its_note(tmp_path):
    script, run_dir = tmp_path / "mine.py", tmp_path / "runs"
    script.write_text("# the study\n" * 20)
    Script(str(script), quick=False).keep(run_dir)
    script.write_text("# another study\n" * 20)
    with full_disk(10), pytest.raises(OSError, match=r"cannot be written to.*stays as it was.*make room"):
        Script(str(script), quick=True).keep(run_dir)
    assert read_note(run_dir) == StudyNote("study.py", quick=False)
    assert (run_dir / "study.py").read_text() == "# the study\n" * 20
    assert sorted(path.name for path in run_dir.iterdir()) == ["study.json", "study.py"]
    Script(str(script), quick=True).keep(run_dir)
    assert read_note(run_dir) == StudyNote("study.py", quick=True)
    assert (run_dir / "study.py").read_text() == script.read_text()
    assert (run_dir / "study.1.py").read_text() == "# the study\n" * 20


def test_a_record_that_has_no_room_is_one_sentence_and_those_before_are_kept(tmp_path):
    path = tmp_path / "records.jsonl"
    LineFile(path).append({"number": 1})
    with full_disk(path.stat().st_size + 5), pytest.raises(OSError, match=r"records\.jsonl cannot be written.*kept"):
        LineFile(path).append({"number": 2})
    assert LineFile(path).records == [{"number": 1}]
    assert LineFile(path).length == path.stat().st_size
    LineFile(path).append({"number": 2})
    assert [json.loads(line)["number"] for line in path.read_text().splitlines()] == [1, 2]


def test_a_full_disk_leaves_a_damaged_ledger_as_it_was(tmp_path):
    path = write_ledger(tmp_path / "runs" / "ledger" / "a.jsonl", trials=5)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:3], *lines[4:]]))
    before = path.read_bytes()
    with full_disk(10), pytest.raises(OSError, match=r"a\.jsonl cannot be repaired.*damaged cannot be.*try again"):
        list(repair(tmp_path / "runs"))
    assert path.read_bytes() == before
    assert run_files(tmp_path / "runs") == list((tmp_path / "runs" / "ledger").iterdir()) == [path]


def test_a_folder_that_cannot_be_moved_aside_is_one_sentence(tmp_path, monkeypatch):
    write_ledger(tmp_path / "runs" / "ledger" / "a.jsonl", trials=2)

    def fails(*_):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("pathlib.Path.rename", fails)
    with pytest.raises(OSError, match=r"cannot be moved to .*runs\.1 \(Read-only.*stays as it was.*--out"):
        set_aside(tmp_path / "runs")


@pytest.mark.parametrize(("error", "says"), [(errno.ENOSPC, True), (errno.EIO, True), (errno.EINVAL, False)])
def test_a_disk_that_turns_out_full_at_the_end_is_said(tmp_path, monkeypatch, error, says):
    file = RunFile(tmp_path / "a.jsonl", HEADER)
    file.append(trial(0).to_record())

    def fails(_):
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(os, "fsync", fails)
    if says:
        with pytest.raises(OSError, match=r"did not reach the disk.*What is there holds.*designopt resume"):
            file.close()
    else:
        file.close()
    monkeypatch.undo()
    RunFile(tmp_path / "a.jsonl", HEADER).close()  # the lock is free
    assert len(read_run(tmp_path / "a.jsonl").trials) == 1


def test_a_device_stays_one_and_a_link_leads_where_it_led(tmp_path):
    pipe, link, file = tmp_path / "pipe", tmp_path / "link", tmp_path / "file"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(pipe, b"told")
    assert os.read(reader, 10) == b"told"
    os.close(reader)
    assert pipe.is_fifo()
    file.write_bytes(b"before")
    link.symlink_to(file)
    write_whole(link, b"after")
    assert link.is_symlink()
    assert file.read_bytes() == b"after"


def test_a_folder_and_a_link_to_itself_are_refused(tmp_path):
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for place in (tmp_path, loop):
        with pytest.raises(OSError):
            write_whole(place, b"lost")
    assert [path.name for path in tmp_path.iterdir()] == ["loop"]
