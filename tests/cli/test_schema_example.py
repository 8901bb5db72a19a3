"""The commands `schema` and `example`: what they print, and what they say of packages without descriptions."""

import json
from types import SimpleNamespace

import pytest
from jsonschema import Draft202012Validator

from designopt.cli.commands.example import example_of, laid_out
from designopt.cli.commands.schema import schema_of
from designopt.problem import registry


def test_an_example_goes_through_the_schema_into_evaluate(call, tmp_path):
    path = tmp_path / "design.json"
    code, out, _ = call("example", "plane-spacing-v1")
    assert code == 0
    path.write_text(out)
    code, schema, _ = call("schema", "plane-spacing-v1")
    assert code == 0
    Draft202012Validator(json.loads(schema)).validate(json.loads(out))
    code, result, _ = call("evaluate", "plane-spacing-v1", str(path), "--json")
    assert code == 0
    assert json.loads(result)["total_cost"] == pytest.approx(8.0)
    code, _, err = call("evaluate", "plane-spacing-v1", str(path), "--budged", "3")
    assert code == 2
    assert "--budget" in err


def test_an_unknown_problem_gets_a_suggestion(call):
    for command in ("schema", "example"):
        code, _, err = call(command, "plane-spacing-v2")
        assert code == 2
        assert "Did you mean 'plane-spacing-v1'" in err


def test_a_package_without_a_description_is_told_how(monkeypatch):
    monkeypatch.setattr(registry, "evaluation", lambda name: SimpleNamespace(evaluate_design=None))
    with pytest.raises(ValueError, match="does not describe its fields"):
        schema_of("theirs-v1")
    with pytest.raises(ValueError, match="gives no example"):
        example_of("theirs-v1")


def test_what_is_short_stands_in_one_line():
    design = {"layers": [{"a": 1, "b": [1, 2]}] * 12, "c": None}
    text = laid_out(design)
    assert json.loads(text) == design
    assert text.count("\n") == 16
