"""Fields of a design: one reader, whose refusals name the place, what was found and what is allowed."""

from fractions import Fraction

import numpy as np
import pytest

from designopt.written import Entry, Form, Number, Rows, Text, Whole, Word, number_of, numbers, whole_of

LAYER = Form("A layer.", {"centre_mm": Number("Its middle.", 0, 10, "mm")}, old={"center_mm": "centre_mm"})
MAGNET = Form(
    "A magnet.",
    {
        "centre_mm": Number("Its middle.", 0, 1, "mm", 0.5, small="It looks like metres."),
        "layers": Rows("Layers.", LAYER, "Layer", 3, 0, "layers"),
        "kind": Word("Of iron or air.", ("iron", "air")),
        "count": Whole("How many.", 1, 9, hint="Count them."),
        "depths": numbers("Depths.", 0.0, 5.0, "mm", longest=4),
        "name": Text("A name."),
    },
    old={"center_mm": "centre_mm"},
)
NEEDED = Form("A thing.", {"z_mm": Number("Its place.", -10, 10, "mm", required=True)})
DEEP: list = []
for _ in range(20_000):
    DEEP = [DEEP]


def entry(**fields):
    return Entry.read(fields, MAGNET, "The magnet")


def test_an_old_key_is_read_as_the_new_one_and_said_once():
    design = entry(layers=[{"center_mm": 1}, {"center_mm": 2}])
    assert [layer.number("centre_mm") for layer in design.rows("layers")] == [1.0, 2.0]
    assert design.notes == ["The key 'center_mm' is called 'centre_mm' now; the old name is still read."]
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
    for fields in ({}, {"centre_mm": None, "layers": None, "count": None}):
        read = entry(**fields)
        assert read.number("centre_mm") == 0.5
        assert read.rows("layers") == []
        assert not read.has("count")
    for fields in ({}, {"z_mm": None}):
        with pytest.raises(ValueError, match=r"The thing has no 'z_mm'. Give a number of mm."):
            Entry.read(fields, NEEDED, "The thing")
    assert entry(depths=np.array([1.0, 2.0])).numbers("depths") == [1.0, 2.0]
    assert set(entry(center_mm=None).fields) == {"centre_mm"}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"center": 1}, "unknown key 'center'. Did you mean 'centre_mm'"),
        ({3: 1}, "unknown key 3"),
        (DEEP, "The magnet has to be an object"),
        ({"centre_mm": -1}, "centre_mm is -1, but it has to be between 0 and 1 mm. It looks like metres."),
        ({"kind": {}}, "kind is {}, which is not known"),
        ({"kind": "irn"}, "Did you mean 'iron'"),
        ({"count": 2.5}, "count is 2.5, but it has to be a whole number. Count them."),
        ({"count": 10}, "a whole number from 1 to 9"),
        ({"depths": 3}, "Give a list of at least 1 number of mm"),
        ({"depths": [1] * 5}, "has 5 items, but 4"),
        ({"depths": [1, 6]}, "A value of The magnet: depths is 6"),
        ({"layers": [{}, {"centre_mm": 11}]}, "Layer 2: centre_mm is 11"),
        ({"layers": {}}, "Give a list of layers"),
        ({"name": 3}, "name is 3, which is no text"),
    ],
)
def test_what_means_nothing_is_refused_in_a_sentence(fields, sentence):
    with pytest.raises(ValueError, match=sentence):
        Entry.read(fields, MAGNET, "The magnet")


def test_a_size_next_to_nothing_is_taken_with_a_note_said_once():
    place, notes = Number("A place.", -10.0, 10.0, "m", finest=1e-3), []
    assert [place.read(value, "x", notes) for value in (0, 1e-3, -5.0)] == [0.0, 1e-3, -5.0]
    assert notes == []
    assert [place.read(value, "x", notes) for value in (-1e-6, -1e-6)] == [-1e-6, -1e-6]
    assert notes == ["x is -1e-06 m, next to nothing: look at its unit, or write 0."]
