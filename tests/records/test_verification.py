"""Gains over a reference, and the file that keeps what independent simulations found."""

import math

import pytest

from designopt.records.design_record import DesignRecord
from designopt.records.verification import VERIFICATION, outcomes
from designopt.records.verification_result import Measured, Verification, gains

REFERENCE = Verification("toy 1", (Measured("a", 2.0, 2.2, 0.1), Measured("b", 1.0, 1.0, 0.0)), 100)
WINNER = Verification("toy 1", (Measured("a", 1.0, 1.1, 0.2), Measured("b", 0.5, 0.8, 0.0)), 100, "No tails.")


def test_a_gain_is_the_logarithm_of_the_ratio_with_its_error():
    first, second, mean = gains(WINNER, REFERENCE)
    assert first.predicted == pytest.approx(math.log(2))
    assert first.found == pytest.approx(math.log(2))
    assert first.error == pytest.approx(math.hypot(0.1 / 2.2, 0.2 / 1.1))
    assert second.survives == pytest.approx(math.log(1 / 0.8) / math.log(2))
    assert mean.survives == pytest.approx(0.5 * (1 + second.survives))
    assert mean.error == pytest.approx(first.error / 2)


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


def test_a_damaged_file_says_so(tmp_path):
    (tmp_path / VERIFICATION.name).write_text('{"entrant": "Lbfgs"}\n')
    with pytest.raises(ValueError, match="is damaged"):
        VERIFICATION.read(tmp_path)
