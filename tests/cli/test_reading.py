"""Files that are no design: what JSON readers let pass in silence is refused in one sentence, before any physics."""

import io
import sys
from pathlib import Path

import pytest

from designopt.cli.arguments import options_of, read_json


@pytest.fixture
def read(tmp_path):
    def reading(content):
        path = tmp_path / "design.json"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_json(path)

    return reading


def test_a_byte_order_mark_is_no_part_of_the_design(read, monkeypatch):
    content = b'\xef\xbb\xbf{"layers": [1.5, null, 2]}'
    assert read(content) == {"layers": [1.5, None, 2]}
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="ascii"))
    assert read_json(Path("-")) == {"layers": [1.5, None, 2]}


def test_fifty_levels_are_read(read):
    assert read('{"a": ' + "[" * 49 + "]" * 49 + "}")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"a": 1, "b": {"c": 2, "d": 3, "c": 4}}', "the key 'c' twice in one object. Leave"),
        ('{"a": NaN}', "holds NaN, but nan and infinity"),
        ('{"a": -Infinity}', "holds -Infinity, but nan and"),
        ('{"a": 1e999}', "holds the number 1e999, which is too large"),
        ('{"a": 1' + "0" * 400 + "}", "a whole number of 401 digits"),
        ('{"a": 1' + "0" * 5000 + "}", "a whole number of 5001 digits"),
        ("[" * 100_000, "nested more than 50 deep"),
        ('{"a":' * 100_000, "nested more than 50 deep"),
        ('{"a": ' + "[" * 51 + "]" * 51 + "}", "nested more than 50 deep"),
        ('{"a": 1', "not valid JSON: .* Mend the file"),
        ("", "not valid JSON"),
        ("[1]", "a JSON list, not an object"),
        (b"\xff\xfe{\x00}\x00", "not text in UTF-8"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_one_sentence_says_what_is_wrong(read, content, sentence):
    with pytest.raises(ValueError, match=sentence) as refused:
        read(content)
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--seed", "1" * 25], "beyond every sense"),
        (["--seed", "one"], "no whole number"),
        (["--pitch", "nan"], "beyond every sense"),
        (["--pitch", "1e999"], "beyond every sense"),
        (["--pitch", "wide"], "'wide', which is no number"),
        (["--sead", "1"], "Did you mean '--seed'"),
    ],
)
def test_options_are_numbers_with_sense(words, sentence):
    def evaluate_design(spec, seed=0, pitch=1.0, log="layer"):
        return spec, seed, pitch, log

    assert options_of(evaluate_design, ["--seed", "7", "--pitch=2", "--log", "9"]) == {
        "seed": 7,
        "pitch": 2.0,
        "log": "9",
    }
    with pytest.raises(ValueError, match=sentence):
        options_of(evaluate_design, words)
