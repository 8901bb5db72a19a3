"""The verification table says by how much a winner is smaller, in per cent, and never the other way round."""

import math

import pytest

from designopt.records.designs.design_record import DesignRecord
from designopt.records.designs.verification_result import Measured, Verification
from designopt.report.data.comparison import Section
from designopt.report.tables.verification_table import smaller_by, verification_table


def test_half_as_large_is_smaller_by_fifty_per_cent_and_twice_as_large_by_minus_a_hundred():
    assert smaller_by(math.log(2.0)) == pytest.approx(50.0)
    assert smaller_by(-math.log(2.0)) == pytest.approx(-100.0)
    assert smaller_by(0.0) == 0.0


def test_a_row_gives_what_was_predicted_and_found_with_its_error_in_per_cent():
    reference = Verification("toy", (Measured("sigma", 2.0, 2.0, 0.0),), 100)
    winner = Verification("toy", (Measured("sigma", 1.0, 1.2, 0.1),), 100)
    records = [
        DesignRecord({"name": "p"}, entrant, role, "r", 0, 1, found)
        for entrant, role, found in (("Reference-u", "reference", reference), ("Adam", "search", winner))
    ]
    (row,) = verification_table(Section({"name": "p"}, [], 1.0, True, 0.0), records).rows
    assert (row["entrant"], row["quantity"], row["decides"]) == ("Adam", "sigma", True)
    assert row["predicted"] == pytest.approx(50.0)
    assert row["found"] == pytest.approx(40.0)
    assert row["error"] == pytest.approx(5.0)  # 0.1 of 2.0
    assert row["survives"] == pytest.approx(100.0 * math.log(1 / 0.6) / math.log(2.0))
