"""Whether a run has ended is told without its trials, and as carefully as by reading them."""

import pytest
from ledgers import unsealed, write_ledger

from designopt.records.files import complete
from designopt.records.files.complete import is_complete
from designopt.records.ledger import DamagedLedger, read_run


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger" / "run.jsonl"


def test_it_agrees_with_the_whole_ledger_at_every_line(path):
    lines = write_ledger(path, trials=5).read_bytes().splitlines(keepends=True)
    assert not is_complete(path.with_name("none.jsonl"))
    for count in range(len(lines) + 1):
        for torn in (b"", lines[count][:20] if count < len(lines) else b""):
            path.write_bytes(b"".join(lines[:count]) + torn)
            run = read_run(path)
            assert is_complete(path) == (run is not None and run.complete), count
    assert is_complete(path)


def test_no_trial_of_a_sealed_ledger_is_parsed(path, monkeypatch):
    write_ledger(path)
    monkeypatch.setattr(complete, "read_run", lambda _: pytest.fail("the ledger was read as a whole"))
    assert is_complete(path)


def test_a_ledger_without_seals_is_read_as_a_whole(path):
    assert is_complete(unsealed(write_ledger(path)))


@pytest.mark.parametrize("line", [0, 7, -2, -1])
def test_a_changed_line_is_refused(path, line):
    lines = write_ledger(path).read_bytes().splitlines(keepends=True)
    lines[line] = lines[line].replace(b"1", b"2", 1)
    path.write_bytes(b"".join(lines))
    with pytest.raises(DamagedLedger):
        is_complete(path)
