"""The shape that every result of an evaluation has."""

import json
from typing import Any

import pytest

UNITS = ("GeV", "(mm)", "(cm)", "(mT)", "(A/mm2)")


def assert_one_shape(result: dict[str, Any]) -> None:
    """Money in kCHF by item and in all, requirements alike, warnings that are sentences, units as suffixes."""
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    assert all(isinstance(value, float) for value in result["cost"].values())
    assert result["total_cost"] == pytest.approx(sum(result["cost"].values()))
    assert 0.05 < result["total_cost"] < 1e6
    for row in result["requirements"].values():
        assert set(row) == {"value", "limit", "unit", "kept"}
        assert isinstance(row["kept"], bool)
    assert all(sentence.endswith(".") for sentence in result["warnings"])
    assert not [key for key in [*result, *result["requirements"]] if any(unit in key for unit in UNITS)]
