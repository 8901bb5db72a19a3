"""What is kept of an examined design, and the gain of one design over another on the same events."""

import json
import math

import pytest

from designopt.records.designs.design_record import DesignRecord, beside_reference
from designopt.records.designs.examination import Examination, Scored, Slope, Slopes, gain
from designopt.records.designs.robustness import ROBUSTNESS, RobustnessRecord

SLOPES = Slopes((Slope("gap", "0.1 mm", 0.3, 0.02, 0.01), Slope("pitch", "2 %", 0.1, 0.0, 0.0)), {"budget": 0.01}, 0.1)


def scored(*scores, kind="as built", amount=0.0):
    return Scored(kind, "", amount, 0, "nothing", scores, 1.0, 0.0)


def examined(entrant, *scores, role="search", problem="p", slopes=SLOPES) -> RobustnessRecord:
    changes = (scored(*scores), scored(kind="budget", amount=0.05))
    result = Examination(changes, slopes, scores[0], 0.1)
    return DesignRecord({"name": problem}, entrant, role, "ledger/a.jsonl", 7, 1, result)


def test_what_all_samples_share_is_no_error_of_a_gain():
    mean, error = gain(scored(1.0, 2.0, 9.0), scored(1.5, 2.5, 9.5))
    assert mean == 0.5
    assert error == 0.0
    mean, error = gain(scored(1.0, 1.0), scored(1.0, 3.0))
    assert mean == 1.0
    assert error == pytest.approx(math.sqrt(2.0) / math.sqrt(2.0))
    assert gain(scored(1.0), scored(3.0)) == (2.0, 0.0)
    assert math.isnan(gain(scored(), scored(1.0))[0])


def test_the_file_gives_back_what_was_kept_and_survives_a_torn_line(tmp_path):
    kept = [examined("Reference-uniform", 2.0, 3.0, role="reference", slopes=None), examined("ReferenceFree", 1.0, 1.5)]
    assert ROBUSTNESS.read(tmp_path) == []
    ROBUSTNESS.append(tmp_path, kept[0])
    with (tmp_path / ROBUSTNESS.name).open("a") as file:
        file.write('{"problem": ')
    ROBUSTNESS.append(tmp_path, kept[1])
    assert ROBUSTNESS.read(tmp_path) == kept
    assert beside_reference([*kept, examined("Lbfgs", 1.0, problem="q")]) == [(kept[1], kept[0])]


def test_a_damaged_file_says_so(tmp_path):
    (tmp_path / ROBUSTNESS.name).write_text('{"entrant": "Lbfgs"}\n')
    with pytest.raises(ValueError, match=r"is damaged .*`designopt examine` again"):
        ROBUSTNESS.read(tmp_path)


@pytest.mark.parametrize("place", ["what", "amount", "scores", "kind", "shadow", "unexplained", "rescored", "seed"])
@pytest.mark.parametrize("other", [{}, [[]], "x" * 5000])
def test_a_line_with_a_value_of_another_kind_says_so(tmp_path, place, other):
    kept = examined("Lbfgs", 1.0)
    record = {**vars(kept), "result": kept.result.to_record()}
    parts = [record, record["result"], record["result"]["changes"][1], record["result"]["slopes"]]
    next(part for part in parts if place in part)[place] = [other] if place == "shadow" else other
    (tmp_path / ROBUSTNESS.name).write_text(json.dumps(record) + "\n")
    with pytest.raises(ValueError, match=r"is damaged .*`designopt examine` again") as raised:
        ROBUSTNESS.read(tmp_path)
    assert len(str(raised.value)) < 900


def test_an_examination_without_its_design_is_damaged(tmp_path):
    kept = examined("Lbfgs", 1.0)
    record = {**vars(kept), "result": kept.result.to_record()}
    record["result"]["changes"] = record["result"]["changes"][1:]
    (tmp_path / ROBUSTNESS.name).write_text(json.dumps(record) + "\n")
    with pytest.raises(ValueError, match=r"is damaged .*`designopt examine` again"):
        ROBUSTNESS.read(tmp_path)


def test_what_a_damaged_line_quotes_has_no_control_characters(tmp_path):
    kept = examined("Lbfgs", 1.0)
    record = {**vars(kept), "result": kept.result.to_record(), "\x1b[2Jkey": 1}
    (tmp_path / ROBUSTNESS.name).write_text(json.dumps(record) + "\n")
    with pytest.raises(ValueError, match=r"is damaged .*2Jkey") as raised:
        ROBUSTNESS.read(tmp_path)
    assert str(raised.value).isprintable()
