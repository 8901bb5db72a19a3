"""Units nobody could mean are noted or refused; no usual shield raises a note."""

import jax
import numpy as np
import pytest

from designopt.detectors.muon_shield.command import transport_muons
from designopt.detectors.muon_shield.evaluate import evaluate_design
from designopt.detectors.muon_shield.magnets.row import CHALLENGE_NAMES, Magnets
from designopt.detectors.muon_shield.magnets.units_check import check_units, field_hint, unit_notes
from designopt.detectors.muon_shield.problem import muon_shield, muon_shield_72
from designopt.detectors.muon_shield.reference import DESIGNS, challenge_baseline

FEW = {"muons": 2000, "steps": 2}
LENGTHS = [i for i, name in enumerate(CHALLENGE_NAMES) if name in ("z_gap", "dZ")]
SIZES = [i for i, name in enumerate(CHALLENGE_NAMES) if name not in ("z_gap", "dZ", "B")]


def in_units(columns, factor):
    table = challenge_baseline()
    table[:, columns] *= factor
    return {"magnets": table.tolist()}


@pytest.mark.parametrize("name", DESIGNS)
def test_designs_of_people_raise_no_note(name):
    magnets = Magnets.from_table(DESIGNS[name]())
    check_units(magnets)
    assert unit_notes(magnets) == []


@pytest.mark.parametrize("make", [muon_shield, muon_shield_72])
def test_random_allowed_designs_raise_no_note(make):
    problem, random = make(muons=20), np.random.default_rng(0)
    magnets = jax.jit(lambda u: problem.detector.magnets(problem.decode(u)))
    corners = np.concatenate([random.random((300, problem.size)), random.integers(0, 2, (200, problem.size))])
    for u in corners:
        shield = magnets(u)
        check_units(shield)
        assert unit_notes(shield) == []


@pytest.mark.parametrize(("columns", "factor", "words"), [
    ([*LENGTHS, *SIZES], 0.01, "its lengths look like metres"), (LENGTHS, 0.01, "its lengths look like metres"),
    (SIZES, 0.01, "its sizes look like metres"), ([14], 0.001, "Fields are in T"),
])  # fmt: skip
def test_units_that_leave_a_shield_are_noted(columns, factor, words):
    result = evaluate_design(in_units(columns, factor), **FEW)
    assert any(words in sentence for sentence in result["warnings"])


def test_millimetres_across_are_noted():
    table = challenge_baseline()
    table[:, [4, 5]] *= 10
    assert any("look like mm" in note for note in evaluate_design({"magnets": table.tolist()}, **FEW)["warnings"])


@pytest.mark.parametrize(("columns", "factor", "words"), [
    ([14], 1e4, "looks like gauss: 19000 gauss are 1.9 T"), ([14], 1e3, "looks like millitesla"),
    ([14], 10, "looks like kilogauss: 19 kilogauss are 1.9 T"), (LENGTHS, 10, "look like mm"),
    ([*LENGTHS, *SIZES], 10, "mm|cavern"), (LENGTHS, 1e-3, "look like metres"),
])  # fmt: skip
def test_units_that_leave_nothing_physical_are_refused(columns, factor, words):
    with pytest.raises(ValueError, match=words):
        evaluate_design(in_units(columns, factor), **FEW)


def test_no_option_makes_20000_tesla_possible():
    with pytest.raises(ValueError, match=r"no magnet has.*gauss"):
        evaluate_design(in_units([14], 1e4), saturation=False, **FEW)
    notes = evaluate_design(in_units([14], 10), saturation=False, **FEW)["warnings"]
    assert any("19 kilogauss are 1.9 T" in note for note in notes)


def test_usual_fields_look_like_nothing_else():
    for field in (0.0, 1.9, -2.05, 2.99):
        assert field_hint(field) == ""


def test_the_length_of_a_problem_is_in_mm():
    with pytest.raises(ValueError, match=r"write 30 \* m"):
        muon_shield(muons=20, length=30)


@pytest.mark.parametrize(("given", "words"), [
    ({"iron": 5.0, "momentum": 30.0, "field": 17000.0}, "17000 gauss are 1.7 T"),
    ({"iron": 500.0, "momentum": 30.0, "field": 0.0}, "not in cm or mm"),
    ({"iron": 5.0, "momentum": 30000.0, "field": 0.0}, "not in MeV"),
])  # fmt: skip
def test_the_command_says_what_its_numbers_look_like(given, words):
    with pytest.raises(ValueError, match=words):
        transport_muons(**given)


def test_one_field_that_bends_nothing_is_noted():
    table = challenge_baseline()
    table[3, CHALLENGE_NAMES.index("B")] *= 1e-6
    (note,) = unit_notes(Magnets.from_table(table))
    assert note.startswith("Magnet 3: B is ")
    assert "bends nothing" in note
