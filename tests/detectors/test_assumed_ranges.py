"""Numbers that nobody has sourced have a range, which says the same in words and as numbers, and can be asked for."""

import pytest

from designopt import make
from designopt.design.declared import arguments_as_declared
from designopt.problem.registry import maker

REVIEWED = [
    ("calorimeter-segmentation-v2", {"uniform": False}, 12),
    ("hadron-calorimeter-v2", {"uniform": False}, 7),
    ("spectrometer-layout-v2", {}, 4),
    ("tracker-layout-v2", {}, 10),
    ("muon-shield-ship-v2", {"muons": 10}, 6),
]


@pytest.mark.parametrize(("name", "options", "count"), REVIEWED)
def test_ranges_stand_in_the_source_hold_the_default_and_are_taken(name, options, count):
    problem = make(name, **options)
    ranged = [one for one in problem.requirements if one.range is not None]
    assert len(ranged) >= count
    for one in ranged:
        low, high = one.range
        assert low <= problem.card()["options"][one.option] <= high, one.option
        for end in one.range:
            assert any(f"{times * end:.4g}" in one.source for times in (1, 1e-3, 100, 1e3)), (one.option, end)
            arguments_as_declared(maker(name), {one.option: end}, name)
