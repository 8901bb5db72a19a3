"""Gains over a reference, and the file that keeps what independent simulations found."""

import json
import math
from dataclasses import replace

import pytest

from designopt.records.designs.design_record import DesignRecord
from designopt.records.designs.verification import VERIFICATION, outcomes
from designopt.records.designs.verification_result import Gain, Measured, Verification, gains
from designopt.records.files.lines import line_of
from designopt.report.data.comparison import Section
from designopt.report.tables.verification_table import verification_table

REFERENCE = Verification("toy 1", (Measured("a", 2.0, 2.2, 0.1), Measured("b", 1.0, 1.0, 0.0)), 100)
WINNER = Verification("toy 1", (Measured("a", 1.0, 1.1, 0.2), Measured("b", 0.5, 0.8, 0.0)), 100, "No tails.")


def test_a_gain_is_the_logarithm_of_the_ratio_with_its_error():
    first, second, mean = gains(WINNER, REFERENCE)
    assert first.predicted == pytest.approx(math.log(2))
    assert first.found == pytest.approx(math.log(2))
    assert first.error == pytest.approx(math.hypot(0.1 / 2.2, 0.2 / 1.1))
    assert second.survives == pytest.approx(math.log(1 / 0.8) / math.log(2))
    assert (mean.survives, mean.error) == (second.survives, 0), "what is known exactly makes the mean"


# A winner of the calorimeter: how much smaller sigma(E)/E was predicted to be, was found to be, and its error, in per
# cent at 1, 5, 20 and 100 GeV. The last was predicted to be some 34 %.
SEEN = ((51.1, 52.0, 1.4), (49.2, 47.7, 2.4), (45.0, 44.5, 4.6), (34.0, -18.0, 45.0))


def checked(predicted, found, error):
    """A design with errors of its own, and a reference known exactly."""
    label = f"{predicted}"
    design = Measured(label, 1 - predicted / 100, 1 - found / 100, error / 100)
    return design, Measured(label, 1.0, 1.0, 0.0)


def test_an_energy_that_is_hardly_known_hardly_counts():
    """The unweighted mean said that 75 +- 16 % survive; the energies that decide say 100 +- 3 %."""
    designs, references = zip(*(checked(*row) for row in SEEN), strict=True)
    *energies, mean = gains(Verification("toy", designs, 1), Verification("toy", references, 1))
    assert [gain.decides for gain in energies] == [True, True, True, False]
    assert mean.decides
    assert mean.survives == pytest.approx(1.0, abs=0.01)
    assert mean.survives_error == pytest.approx(0.034, abs=0.002)
    plain = sum(gain.found for gain in energies) / sum(gain.predicted for gain in energies)
    assert plain == pytest.approx(0.75, abs=0.01)


def test_what_decides_nothing_is_named_in_the_table():
    designs, references = zip(*(checked(*row) for row in SEEN), strict=True)
    rows = [
        DesignRecord({"name": "p"}, entrant, role, "r", 0, 1, Verification("toy", quantities, 1))
        for entrant, role, quantities in (("Reference-u", "reference", references), ("Adam", "search", designs))
    ]
    table = verification_table(Section({"name": "p"}, [], 1.0, True, 0.0), rows)
    assert "Decides nothing, since twice its error is more than what is predicted: 34.0." in table.caption
    assert [row["decides"] for row in table.rows] == [True, True, True, False, True]
    assert [text.endswith("(decides nothing)") for text in map(table.columns[4].text, table.rows)] == [
        False, False, False, True, False,
    ]  # fmt: skip


def test_a_gain_is_decided_at_two_errors():
    assert Gain("a", 0.21, 0.0, 0.1).decides
    assert not Gain("a", 0.19, 0.5, 0.1).decides


def test_a_design_against_itself_gains_nothing_and_nothing_survives():
    for gain in gains(WINNER, WINNER):
        assert gain.predicted == gain.found == 0
        assert math.isnan(gain.survives)


def test_quantities_that_only_one_has_do_not_count():
    alone = Verification("toy 1", (Measured("b", 1.0, 1.0, 0.0), Measured("c", 1.0, 1.0, 0.0)), 1)
    assert [gain.quantity for gain in gains(WINNER, alone)] == ["b"]
    with pytest.raises(ValueError, match="different quantities"):
        gains(WINNER, Verification("toy 1", (Measured("c", 1.0, 1.0, 0.0),), 1))


@pytest.mark.parametrize("values", [(0.0, 1.0, 0.1), (1.0, -1.0, 0.1), (1.0, 1.0, -0.1), (1.0, math.nan, 0.1)])
def test_what_no_gain_can_be_made_of_is_refused(values):
    with pytest.raises(ValueError, match="Simulate more events"):
        Measured("a", *values)


def test_the_file_gives_back_what_was_kept_and_survives_a_torn_line(tmp_path):
    kept = [
        DesignRecord({"name": "p"}, "Reference-uniform", "reference", "ledger/r.jsonl", 0, 1, REFERENCE),
        DesignRecord({"name": "p"}, "Lbfgs", "search", "ledger/l.jsonl", 7, 1, WINNER),
    ]
    assert VERIFICATION.read(tmp_path) == []
    VERIFICATION.append(tmp_path, kept[0])
    with (tmp_path / VERIFICATION.name).open("a") as file:
        file.write('{"problem": ')
    VERIFICATION.append(tmp_path, kept[1])
    assert VERIFICATION.read(tmp_path) == kept
    ((winner, reference, found),) = outcomes(kept)
    assert (winner.entrant, reference.entrant, len(found)) == ("Lbfgs", "Reference-uniform", 3)


def test_winners_of_another_problem_are_held_against_nothing():
    other = DesignRecord({"name": "q"}, "Lbfgs", "search", "ledger/l.jsonl", 7, 1, WINNER)
    assert outcomes([DesignRecord({"name": "p"}, "Reference-uniform", "reference", "r", 0, 1, REFERENCE), other]) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda lines: [lines[0].replace(b"2.2", b"2.3"), *lines[1:]], "line 1 .* checksum does not fit"),
        (lambda lines: lines[1:], "line 1 .* is number 1 of those written, where number 0 belongs"),
        (lambda lines: [lines[0], lines[0], *lines[1:]], "line 2 .* written once more"),
        (lambda lines: [lines[0], lines[2], lines[1]], "line 2"),
        (lambda lines: [lines[0], b"{}\n", *lines[1:]], "line 2 .* has no seal"),
    ],
)
def test_a_touched_file_is_found_out_when_it_is_read_and_before_it_grows(tmp_path, change, says):
    record = DesignRecord({"name": "p"}, "Lbfgs", "search", "ledger/l.jsonl", 7, 1, WINNER)
    for number in range(3):
        VERIFICATION.append(tmp_path, replace(record, trial=number, result=REFERENCE))
    path = tmp_path / VERIFICATION.name
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))
    before = path.read_bytes()
    with pytest.raises(ValueError, match=f"verification.jsonl is damaged .*{says}.*designopt verify` again"):
        VERIFICATION.read(tmp_path)
    with pytest.raises(ValueError, match="is damaged"):
        VERIFICATION.append(tmp_path, record)
    assert path.read_bytes() == before


def test_a_file_of_an_earlier_version_has_no_seals_and_goes_on_without(tmp_path):
    record = DesignRecord({"name": "p"}, "Lbfgs", "search", "ledger/l.jsonl", 7, 1, WINNER)
    path = tmp_path / VERIFICATION.name
    path.write_text(line_of({**vars(record), "result": WINNER.to_record()}))
    VERIFICATION.append(tmp_path, replace(record, trial=8))
    assert [one.trial for one in VERIFICATION.read(tmp_path)] == [7, 8]
    assert "seal" not in path.read_text()


def test_a_damaged_file_says_so(tmp_path):
    (tmp_path / VERIFICATION.name).write_text('{"entrant": "Lbfgs"}\n')
    with pytest.raises(ValueError, match="is damaged"):
        VERIFICATION.read(tmp_path)


@pytest.mark.parametrize("place", ["quantity", "found", "events", "note", "problem", "entrant", "role"])
def test_a_line_with_a_value_of_another_kind_says_so(tmp_path, place):
    kept = DesignRecord({"name": "p"}, "Lbfgs", "search", "ledger/l.jsonl", 7, 1, WINNER)
    record = {**vars(kept), "result": WINNER.to_record()}
    parts = [record, record["result"], record["result"]["quantities"][0]]
    next(part for part in parts if place in part)[place] = [["x"]]
    (tmp_path / VERIFICATION.name).write_text(json.dumps(record) + "\n")
    with pytest.raises(ValueError, match=r"is damaged .*`designopt verify` again"):
        VERIFICATION.read(tmp_path)
