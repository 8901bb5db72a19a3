"""Fields of a design: one reader, whose refusals name the place, what was found and what is allowed."""

from fractions import Fraction

import numpy as np
import pytest

from designopt.detectors.json_input import Entry, number_of, whole_of

KEYS = ("centre_mm", "layers", "kind", "count", "depths")
OLD = {"center_mm": "centre_mm"}
DEEP: list = []
for _ in range(20_000):
    DEEP = [DEEP]


def entry(**fields):
    return Entry.read(fields, KEYS, "The magnet", OLD)


def test_an_old_key_is_read_as_the_new_one_and_said_once():
    notes: list[str] = []
    design = Entry.read({"layers": [{"center_mm": 1}, {"center_mm": 2}]}, KEYS, notes=notes)
    layers = design.entries("layers", KEYS, "Layer", 10, old=OLD)
    assert [layer.number("centre_mm", 0, 10) for layer in layers] == [1.0, 2.0]
    assert notes == ["The key 'center_mm' is called 'centre_mm' now; the old name is still read."]
    assert entry(centre_mm=1).notes == []


def test_both_names_of_one_thing_are_refused():
    for fields in ({"center_mm": 1, "centre_mm": 2}, {"centre_mm": 2, "center_mm": 1}):
        with pytest.raises(ValueError, match="both 'center_mm' and 'centre_mm'"):
            entry(**fields)


@pytest.mark.parametrize("value", [3, 3.0, np.int64(3), np.float32(3), Fraction(3)])
def test_numbers_of_python_and_numpy_are_numbers(value):
    assert type(number_of(value, "It", 0, 10)) is float
    assert type(whole_of(value, "It", 0, 10)) is int
    assert number_of(value, "It", 3, 3) == whole_of(value, "It", 3, 3) == 3


@pytest.mark.parametrize(
    "value",
    [True, np.bool_(True), None, "3", [3], {}, float("nan"), float("inf"), 10**400, -(10**400), 1e301, DEEP, 3j],
)
def test_what_is_no_number_is_refused_in_a_short_sentence(value):
    for read in (number_of, whole_of):
        with pytest.raises(ValueError, match=r"^The magnet: z is ") as refused:
            read(value, "The magnet: z", -10, 10)
        assert len(str(refused.value)) < 200


def test_ranges_are_named_with_their_unit_and_what_lies_beyond_them():
    with pytest.raises(ValueError, match=r"is 0.001, but it has to be between 1 and 100 mm. Looks like metres."):
        number_of(1e-3, "It", 1, 100, "mm", small="Looks like metres.", large="Looks like um.")
    with pytest.raises(ValueError, match=r"Looks like um\.$"):
        number_of(1e3, "It", 1, 100, "mm", small="Looks like metres.", large="Looks like um.")
    with pytest.raises(ValueError, match="has to be 0 or more kCHF"):
        number_of(-5000, "A price", 0, np.inf, "kCHF")


def test_left_out_and_null_are_the_same():
    for fields in ({}, {"centre_mm": None}):
        read = entry(**fields)
        assert read.number("centre_mm", 0, 1, default=0.5) == 0.5
        assert read.optional("centre_mm", 0, 1) is None
        with pytest.raises(ValueError, match=r"The magnet has no 'centre_mm'. Give a number of mm."):
            read.number("centre_mm", 0, 1, "mm")
    assert entry().listing("layers", "layers", 3, 0) == []
    assert entry(depths=np.array([1.0, 2.0])).numbers("depths", 0, 5) == [1.0, 2.0]


@pytest.mark.parametrize(
    ("read", "sentence"),
    [
        (lambda: entry(center=1), "unknown key 'center'. Did you mean 'centre_mm'"),
        (lambda: Entry.read({3: 1}, KEYS), "unknown key 3"),
        (lambda: Entry.read(DEEP, KEYS, "The magnet"), "The magnet has to be an object"),
        (lambda: entry(kind={}).choice("kind", ("iron", "air")), "kind is {}, which is not known"),
        (lambda: entry(kind=[]).choice("kind", ("iron", "air")), r"kind is \[\], which is not known"),
        (lambda: entry(kind="irn").choice("kind", ("iron", "air")), "Did you mean 'iron'"),
        (lambda: entry(count=2**63).whole("count", 1, 1000), "from 1 to 1000"),
        (lambda: entry(count=1.5).whole("count", 1, 1000), "has to be a whole number"),
        (lambda: entry(layers="many").entries("layers", KEYS, "Layer", 5), "at least 1 objects"),
        (lambda: entry(layers=[]).entries("layers", KEYS, "Layer", 5), "at least 1 objects"),
        (lambda: entry(layers=[{}] * 6).entries("layers", KEYS, "Layer", 5), "6 items, but 5 objects"),
        (lambda: entry(layers=[{}, 4]).entries("layers", KEYS, "Layer", 5), "Layer 2 has to be an object"),
        (lambda: entry(depths=[1, True]).numbers("depths", 0, 5), "A value of The magnet: depths is True"),
    ],
)
def test_a_sentence_names_the_place_and_the_way_out(read, sentence):
    with pytest.raises(ValueError, match=sentence):
        read()
