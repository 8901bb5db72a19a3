"""Ledgers that were changed: every reader says which line, nothing is taken in silence, nothing is destroyed."""

import json
import random
import resource
import time
from pathlib import Path

import pytest
from ledgers import HEADER, trial, unsealed, write_ledger

from designopt.records.files.lines import line_of
from designopt.records.files.repair import repair, set_aside
from designopt.records.files.seal import Chain
from designopt.records.ledger import DamagedLedger, RunFile, read_run, read_runs, run_files
from designopt.records.study_note import read_note
from designopt.records.study_record import load
from designopt.records.watch import RunWatch

DAMAGES = 200


@pytest.fixture
def ledger(tmp_path):
    return write_ledger(tmp_path / "runs" / "ledger" / "a.jsonl")


def deleted(lines, chance):
    place = chance.randrange(len(lines))
    return lines[:place] + lines[place + 1 :]


def doubled(lines, chance):
    place, at = chance.randrange(len(lines)), chance.randrange(len(lines))
    return [*lines[:at], lines[place], *lines[at:]]


def swapped(lines, chance):
    first, second = sorted(chance.sample(range(len(lines)), 2))
    lines = list(lines)
    lines[first], lines[second] = lines[second], lines[first]
    return lines


def flipped(lines, chance):
    whole = bytearray(b"".join(lines))
    whole[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
    return [bytes(whole)]


def cut(lines, chance):
    whole = b"".join(lines)
    start, end = sorted(chance.sample(range(len(whole)), 2))
    return [whole[:start], whole[end:] if chance.random() < 0.5 else b""]


def taken_in_silence(path, whole, caplog):
    """Whether a changed ledger is read as something that the run never was, and no word is said."""
    caplog.clear()
    try:
        run = read_run(path)
    except DamagedLedger as error:
        return f"of the ledger {path} is damaged" not in str(error) or "--repair" not in str(error)
    if caplog.messages:
        return False
    # A file that ends with an earlier line is the run as it was then: it shows as unfinished, and goes on to one end.
    return run is None or run.complete or not whole.startswith(path.read_bytes())


@pytest.mark.parametrize("finished", [True, False])
@pytest.mark.parametrize("damage", [deleted, doubled, swapped, flipped, cut])
def test_no_damage_is_taken_in_silence(tmp_path, caplog, damage, finished):
    chance = random.Random(f"{damage.__name__} {finished}")
    path = write_ledger(tmp_path / "a.jsonl", finished=finished)
    whole = path.read_bytes()
    silent = []
    for _ in range(DAMAGES // 10):
        path.write_bytes(b"".join(damage(whole.splitlines(keepends=True), chance)))
        if path.read_bytes() != whole and taken_in_silence(path, whole, caplog):
            silent.append(path.read_bytes())
    assert not silent


def test_every_byte_of_a_sealed_ledger_counts(tmp_path, caplog):
    path = write_ledger(tmp_path / "a.jsonl", trials=2)
    whole = path.read_bytes()
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 0x20 if place % 2 else 1
        path.write_bytes(bytes(changed))
        assert not taken_in_silence(path, whole, caplog), place


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("damage", [deleted, doubled, swapped])
def test_moved_lines_are_noticed_in_ledgers_without_seals_too(tmp_path, caplog, damage, version):
    path = unsealed(write_ledger(tmp_path / "a.jsonl"), version)
    assert not read_run(path).sealed
    whole, chance = path.read_bytes(), random.Random(damage.__name__)
    for _ in range(20):
        lines = whole.splitlines(keepends=True)
        path.write_bytes(b"".join([*damage(lines[:-3], chance), *lines[-3:]]))
        assert not taken_in_silence(path, whole, caplog)


WRONG = [
    b"\n", b"null\n", b"[]\n", b"{}\n", b'{"kind":"trial"}\n', b'{"kind":"trial","number":2}\n', b'{"kind":3}\n',
    b'{"kind":"other"}\n', b'{"kind":"winner","score":1}\n', b'{"kind":"end","stop":null}\n', b"[" * 100_000 + b"\n",
    b'{"kind":"header","format":2}\n', b"\xff\xfe\n", b'{"kind":"' + b"x" * 5000 + b'"}\n',
    line_of(trial(2).to_record() | {"sharpness": 10**400}).encode(),
    line_of(trial(2).to_record() | {"needs": "y" * 5000}).encode(),
    line_of(trial(2).to_record() | {"built_cost": -(10**400)}).encode(),
    line_of(trial(2).to_record() | {"seconds": 10**400}).encode(),
    line_of(trial(2).to_record() | {"violations": {"depth": 10**400}}).encode(),
]  # fmt: skip


@pytest.mark.parametrize("line", [*WRONG, "score", "u", "violations", "needs"], ids=lambda line: str(line)[:30])
@pytest.mark.parametrize("sealed", [True, False])
def test_lines_of_a_wrong_schema_get_one_sentence(ledger, line, sealed):
    if not sealed:
        unsealed(ledger)
    lines = ledger.read_bytes().splitlines(keepends=True)[:3]
    if isinstance(line, str):
        line = line_of(trial(2).to_record() | {line: "many"}).encode()
    ledger.write_bytes(b"".join([*lines, line]))
    for reader in (read_run, lambda path: RunFile(path, HEADER), lambda path: RunWatch(path).look()):
        with pytest.raises(
            DamagedLedger, match=r"Line 4 of .*The 2 evaluations before it hold.*no optimiser does"
        ) as said:
            reader(ledger)
        assert len(str(said.value)) < 900 + 2 * len(str(ledger))
    with pytest.raises(DamagedLedger, match="Line 4"):
        _ = load(ledger.parents[1]).runs


@pytest.mark.parametrize("error", [-0.1, "0.1", 10**400])
def test_a_winner_with_an_error_that_is_none_gets_one_sentence(ledger, error):
    lines = unsealed(ledger).read_bytes().splitlines(keepends=True)
    (winner,) = (place for place, line in enumerate(lines) if b'"winner"' in line[:20])
    lines[winner] = line_of(json.loads(lines[winner]) | {"score_error": error}).encode()
    ledger.write_bytes(b"".join(lines))
    with pytest.raises(DamagedLedger, match=f"Line {winner + 1} of .*'score_error' is"):
        read_run(ledger)


@pytest.mark.parametrize("header", [
    {}, {"problem": []}, {"optimiser": None}, {"seed": "x"}, {"allowance": None}, {"seed": 10**400}, {"versions": 3},
    {"plugins": []}, {"problem": HEADER["problem"] | {"budget": 10**400}},
])  # fmt: skip
def test_a_header_of_a_wrong_schema_gets_one_sentence(tmp_path, header):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"kind": "header", "format": 2, **(HEADER if header else {}), **header}) + "\n")
    with pytest.raises(DamagedLedger, match=r"Line 1 of .*Nothing of this run can be used"):
        read_run(path)


def test_a_winner_whose_limits_are_no_numbers_is_named(ledger):
    whole = unsealed(ledger).read_bytes()
    ledger.write_bytes(whole.replace(b'"violations":{},"design"', b'"violations":{"depth":"deep"},"design"'))
    with pytest.raises(DamagedLedger, match=r"Line 33 .*entry 'depth' is 'deep'"):
        read_run(ledger)


def test_a_format_that_is_none_is_shown_as_python_writes_it(ledger):
    lines = unsealed(ledger).read_bytes().splitlines(keepends=True)
    ledger.write_bytes(b"".join([lines[0].replace(b'"format":2', b'"format":"\\u0000"'), *lines[1:]]))
    with pytest.raises(ValueError, match=r"has format '\\x00'; this version reads 1, 2, 3"):
        read_run(ledger)


@pytest.mark.parametrize("note", [b"[" * 100_000, b"{}", b"3", b'{"path": 3'])
def test_a_damaged_note_of_the_study_is_one_sentence(tmp_path, note):
    (tmp_path / "study.json").write_bytes(note)
    with pytest.raises(ValueError, match=r"study\.json is damaged \(.{1,120}\)\. Run the study's script again"):
        read_note(tmp_path)


def test_an_empty_ledger_counts_as_not_begun_and_is_said(ledger, caplog):
    ledger.write_bytes(b"")
    assert list(read_runs(ledger.parents[1])) == []
    assert "counts as not begun" in caplog.text
    write_ledger(ledger)
    assert read_run(ledger).complete


def test_repair_keeps_the_whole_file_and_goes_on_from_what_holds(ledger):
    whole = ledger.read_bytes()
    lines = whole.splitlines(keepends=True)
    for number, changed in enumerate([lines[:5] + lines[6:], [*lines[:4], b"\n", *lines[4:]], lines[1:]]):
        ledger.write_bytes(b"".join(changed))
        (sentence,) = repair(ledger.parents[1])
        copy = ledger.with_name("a.jsonl.damaged" + (f".{number + 1}" if number else ""))
        assert copy.name in sentence
        assert copy.read_bytes() == b"".join(changed)
        assert whole.startswith(ledger.read_bytes())
        assert len(ledger.read_bytes().splitlines()) == (5, 4, 0)[number]
    assert list(repair(ledger.parents[1])) == []
    assert run_files(ledger.parents[1]) == [ledger]


def test_a_repaired_ledger_is_gone_on_with(ledger):
    whole = ledger.read_bytes()
    lines = whole.splitlines(keepends=True)
    ledger.write_bytes(b"".join([*lines[:10], *lines[11:]]))
    list(repair(ledger.parents[1]))
    file = RunFile(ledger, HEADER)
    assert len(file.recorded.trials) == 9
    for number in range(9, 30):
        file.append(trial(number).to_record())
    file.close()
    assert whole.startswith(ledger.read_bytes())


def test_a_run_folder_is_moved_aside_and_any_other_is_left_where_it_is(ledger, tmp_path):
    assert set_aside(tmp_path) is None
    whole = ledger.read_bytes()
    for number in (1, 2):
        assert set_aside(tmp_path / "runs") == tmp_path / f"runs.{number}"
        assert (tmp_path / f"runs.{number}" / "ledger" / "a.jsonl").read_bytes() == whole
        write_ledger(ledger)
        whole = ledger.read_bytes()
    file = RunFile(ledger, HEADER)
    with pytest.raises(BlockingIOError, match="Another process is writing"):
        set_aside(tmp_path / "runs")
    file.close()


def test_a_full_disk_is_one_sentence_and_loses_nothing(tmp_path):
    file = RunFile(tmp_path / "a.jsonl", HEADER)
    file.append(trial(0).to_record())
    whole = (tmp_path / "a.jsonl").read_bytes()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + 100, before[1]))
    try:
        with pytest.raises(OSError, match=r"cannot be written.*Every evaluation before is kept.*designopt resume"):
            file.append(trial(1).to_record())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (tmp_path / "a.jsonl").read_bytes() == whole
    file.close()
    assert len(read_run(tmp_path / "a.jsonl").trials) == 1


def test_a_folder_that_cannot_be_written_is_one_sentence():
    with pytest.raises(OSError, match=r"cannot be written.*is kept\. Choose another folder.*try again"):
        RunFile(Path("/proc/ledger/a.jsonl"), HEADER)


def test_a_seal_costs_little():
    line, chain = line_of(trial(0).to_record()).encode(), Chain()
    begun = time.process_time()
    for _ in range(10_000):
        chain.seal(line)
    each = (time.process_time() - begun) / 10_000
    assert each < 100e-6


def test_a_watch_follows_a_file_that_was_begun_anew(tmp_path):
    path = write_ledger(tmp_path / "a.jsonl", trials=5, finished=False)
    watch = RunWatch(path)
    watch.look()
    assert watch.spent == 5
    file = RunFile(path, HEADER)
    file.begin_anew(HEADER)
    file.append(trial(0).to_record())
    watch.look()
    assert watch.spent == 1
    file.close()
