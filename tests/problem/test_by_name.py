"""Designs written by the names of variables: read, refused, described by a schema, and scored for any problem."""

import json

import jax.numpy as jnp
import pytest
from jsonschema import Draft202012Validator

from designopt import AbstractDetector, Categorical, DesignSpace, Integer, Problem, Real
from designopt.analysis.written import written as written_with_units
from designopt.problem import registry
from designopt.problem.written.by_name import form_of, read_by_name, written
from designopt.problem.written.evaluated import ByName, evaluate_by_name, render_table
from designopt.problem.written.schema import document
from designopt.units import cm, mm


class Hodoscope(AbstractDetector):
    """Bars of a length and a material; the longer the better."""

    def response(self, design, key=None):
        return {"seen": jnp.sum(design["length"] * (design["glass"] @ jnp.array([1.0, 2.0]))) * design["layers"]}

    def cost(self, design):
        return {"bars": jnp.sum(design["length"]) * design["layers"], "frame": jnp.asarray(1.0)}

    def constraints(self, design):
        return {"room": jnp.sum(design["length"]) / 500.0 - 1}


def hodoscope(budget: float = 301.0, bars: int = 3) -> Problem:
    """Bars."""
    space = DesignSpace([
        Real("length", 1 * cm, 30 * cm, unit=cm, label="cm", count=bars, step=1 * cm),
        Integer("layers", 1, 3),
        Categorical("glass", ("lead glass", "quartz"), count=bars),
    ])  # fmt: skip
    return Problem(
        name="hodoscope-v1",
        detector=Hodoscope(),
        space=space,
        objective=lambda response: -jnp.log(response["seen"]),
        budget=budget,
        spend_on={"length": 1, "layers": 1},
        events=10,
    )


PROBLEM = hodoscope()
SPEC = {"length": [10, 10.0, 5], "layers": 1, "glass": ["quartz", "lead glass", "quartz"]}
VALID = Draft202012Validator(document(form_of(PROBLEM), "A hodoscope"))


def test_a_design_is_read_in_the_units_of_its_variables_and_written_back():
    design, notes = read_by_name(PROBLEM, SPEC)
    assert notes == []
    assert design["length"].tolist() == [100.0 * mm, 100.0, 50.0]
    assert design["glass"].tolist() == [[0, 1], [1, 0], [0, 1]]
    assert written(PROBLEM, design) == SPEC


def test_a_winner_is_read_as_it_is_exported():
    design, _ = read_by_name(PROBLEM, SPEC)
    exported = written_with_units(PROBLEM, design)
    assert exported["variables"]["length"]["unit"] == "cm"
    again, notes = read_by_name(PROBLEM, exported)
    assert notes == []
    assert written(PROBLEM, again) == SPEC
    exported["variables"]["length"]["unit"] = "mm"
    with pytest.raises(ValueError, match="length: unit is 'mm', which is not known here"):
        read_by_name(PROBLEM, exported)


def test_the_result_has_score_money_and_limits():
    result = evaluate_by_name(PROBLEM, SPEC)
    assert result["score"] == pytest.approx(-float(jnp.log(2 * 100 + 100 + 2 * 50)))
    assert result["loss"] == result["score"]
    assert result["metrics"] == {"seen": pytest.approx(400.0)}
    assert result["cost"] == {"bars": 250.0, "frame": 1.0}
    assert result["total_cost"] == 251.0
    assert result["requirements"]["room"] == {"value": pytest.approx(-0.5), "limit": 0.0, "unit": "", "kept": True}
    assert result["warnings"] == []
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    assert render_table(result) is not None
    dear = evaluate_by_name(PROBLEM, SPEC | {"length": [30, 30, 10.5]})
    assert "not in whole steps of 1 cm" in dear["warnings"][0]
    assert "more than the budget of 301 kCHF" in dear["warnings"][1]
    assert not dear["requirements"]["room"]["kept"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"lenght": [1, 2, 3]}, "Did you mean 'length'"),
        ({"length": [1, 2]}, "at least 3 numbers of cm"),
        ({"length": [1, 2, 31]}, "between 1 and 30 cm"),
        ({"length": 3}, "Give a list"),
        ({"layers": 1.5}, "whole number"),
        ({"layers": None}, "has no 'layers'"),
        ({"glass": ["quartz", "quartz", "lead"]}, "Did you mean 'lead glass'"),
    ],
)
def test_what_is_no_design_is_refused_by_the_reader_and_by_the_schema(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_by_name(PROBLEM, SPEC | wrong)
    assert not VALID.is_valid(SPEC | wrong)
    assert VALID.is_valid(SPEC)


def test_a_problem_without_words_of_its_own_is_evaluated_with_its_options(monkeypatch):
    monkeypatch.setitem(registry._makers, "hodoscope-v1", hodoscope)
    home = registry.evaluation("hodoscope-v1")
    assert isinstance(home, ByName)
    assert home.example()["layers"] in (1, 2, 3)
    assert home.evaluate_design(home.example())["total_cost"] <= 301 * (1 + 1e-9)
    assert home.evaluate_design(SPEC, budget=240.0)["warnings"] == [
        "The design costs 251 kCHF, more than the budget of 240 kCHF."
    ]
    with pytest.raises(ValueError, match="No problem is called 'hodoskope-v1'"):
        registry.evaluation("hodoskope-v1")
