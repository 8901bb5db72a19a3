"""What is kept of an examined design, and the gain of one design over another on the same events."""

import math

import pytest

from designopt.records.design_record import beside_reference
from designopt.records.examination import Examination, Scored, Slope, Slopes, gain
from designopt.records.robustness import FILE, RobustnessRecord, keep_robustness, read_robustness

SLOPES = Slopes((Slope("gap", "0.1 mm", 0.3, 0.02, 0.01), Slope("pitch", "2 %", 0.1, 0.0, 0.0)), {"budget": 0.01}, 0.1)


def scored(*scores, kind="as built", amount=0.0):
    return Scored(kind, "", amount, 0, "nothing", scores, 1.0, 0.0)


def robustness_records(entrant, *scores, problem="p", slopes=SLOPES):
    changes = (scored(*scores), scored(kind="budget", amount=0.05))
    result = Examination(changes, slopes)
    return RobustnessRecord({"name": problem}, entrant, "ledger/a.jsonl", 7, 1, scores[0], 0.1, result)


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
    kept = [robustness_records("Reference-uniform", 2.0, 3.0, slopes=None), robustness_records("Lbfgs", 1.0, 1.5)]
    assert list(read_robustness(tmp_path)) == []
    keep_robustness(tmp_path, kept[0])
    with (tmp_path / FILE).open("a") as file:
        file.write('{"problem": ')
    keep_robustness(tmp_path, kept[1])
    assert list(read_robustness(tmp_path)) == kept
    assert beside_reference([*kept, robustness_records("Lbfgs", 1.0, problem="q")]) == [(kept[1], kept[0])]


def test_a_damaged_file_says_so(tmp_path):
    (tmp_path / FILE).write_text('{"entrant": "Lbfgs"}\n')
    with pytest.raises(ValueError, match=r"is damaged .* examine again"):
        list(read_robustness(tmp_path))
