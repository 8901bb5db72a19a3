"""Nobody who writes a sound design is told that its units look wrong."""

import numpy as np
import pytest

from designopt.detectors.array.detector import placed
from designopt.problem.registry import make
from tests.fuzz.allowed import BLOCKS, about_units, allowed, notes_of, told

pytestmark = pytest.mark.usefixtures("types_unchecked")


@pytest.mark.parametrize(
    "name", ["hadron-calorimeter-v2", "array-layout-v1", "muon-shield-ship-v2", "interferometer-v1", BLOCKS]
)
def test_references_and_random_allowed_designs_raise_no_note_about_units(name):
    read, seen = told(name, 30, 17)
    assert read >= 30
    assert about_units(seen) == {}


def test_notes_about_units_are_seen():
    design = next(allowed(make("array-layout-v1"), 1, 1))
    near = {**design, "units": [[1e-5, units[1]] for units in design["units"]]}
    assert any("looks like" in note for note in notes_of("array-layout-v1", near))


def test_a_unit_on_an_axis_is_written_there():
    problem = make("array-layout-v1")
    for design in problem.references.values():
        units = np.asarray(problem.detector.written(design)["units"])
        assert np.all((units == 0.0) | (np.abs(units) >= 0.01))
        np.testing.assert_allclose(
            units, np.stack(placed(design)[:2], axis=1)[np.asarray(placed(design)[2]) > 0.5], atol=0.01
        )


@pytest.mark.parametrize("name", ["neutrino-telescope-v1", "muon-tomography-v1"])
def test_what_stands_next_to_an_axis_is_written_on_it(name):
    """Places of a thousandth of what anybody measures: their notes asked for another unit."""
    problem = make(name)
    design = next(iter(problem.references.values()))
    for key, values in design.items():
        near = {**design, key: np.where(np.abs(np.asarray(values)) < 0.5, 1e-7, np.asarray(values))}
        written = problem.detector.written(near)
        for row in written.get("strings", written.get("panels")):
            assert not any(0 < abs(row[place]) < 1e-4 for place in ("x", "y", "z") if place in row), (key, row)
