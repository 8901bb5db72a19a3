"""Problems by name: a wrong name gets a suggestion."""

import pytest

from designopt.benchmarks.problems import mixed_shelf
from designopt.problem import registry


def test_a_registered_problem_is_made_with_its_options():
    registry.register("shelf-for-test", mixed_shelf)
    assert registry.make("shelf-for-test", slots=3).size == 3 * 4
    assert "shelf-for-test" in registry.list_problems()


def test_a_wrong_name_gets_a_suggestion():
    with pytest.raises(ValueError, match="Did you mean 'calorimeter-segmentation-v1'"):
        registry.make("calorimeter-segmentatoin-v1")


def test_a_wrong_option_gets_a_suggestion():
    registry.register("shelf-for-test", mixed_shelf)
    with pytest.raises(ValueError, match=r"no option 'bugdet'\. Did you mean 'budget'"):
        registry.make("shelf-for-test", bugdet=3)


def test_a_name_belongs_to_one_maker():
    registry.register("shelf-for-test", mixed_shelf)
    with pytest.raises(ValueError, match="registered already"):
        registry.register("shelf-for-test", lambda: None)
