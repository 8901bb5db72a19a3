"""What is built is looked at in as many directions as searches need who hide between them."""

import json
from pathlib import Path

import pytest

from designopt.detectors.tracker.evaluate_v2 import evaluate_design

DATA = Path(__file__).parents[2] / "data"


@pytest.mark.parametrize(("name", "between_45"), [("loss", 1.70), ("slow", 3.55), ("worst", 1.50)])
def test_a_winner_that_hides_between_45_directions_is_found(hidden, name, between_45):
    entry = hidden["requirements"][name]
    assert not entry["kept"]
    assert entry["value"] > 1.3 * between_45  # what 45 directions show


@pytest.fixture(scope="module")
def hidden():
    return evaluate_design(json.loads((DATA / "tracker_between_directions.json").read_text()))
