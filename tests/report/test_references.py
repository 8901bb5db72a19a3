"""What the report says of references: what they cost, which are left out as too dear, and which were scaled."""

import json
import re

import pytest
from synthetic import write_study

from designopt.report.content import read
from designopt.report.formats.data import as_json
from designopt.report.formats.markdown import markdown
from designopt.report.page import write_report
from designopt.report.sections.summary import UNIT, summary

NAMES = ("adam", "reference-uniform")


@pytest.fixture
def said(tmp_path):
    """The sentences of a study whose headers say what its references cost, and whose reference keeps some money."""

    def said(drawn=500.0, spent=500.0, dear=None, whole=False):
        run = write_study(tmp_path, seeds=2, broken=False, names=NAMES)
        for path in (run / "ledger").iterdir():
            lines = [json.loads(line) for line in path.read_text().splitlines()]
            lines[0]["references"] = {"drawn": {"uniform": drawn}, "dear": dear or {}}
            if whole:
                lines[0]["problem"]["references"] = "whole"
            if "reference" in path.name:
                lines[-1]["cost"] = spent
            path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        return read(run)

    return said


def test_references_that_are_too_dear_are_named_wherever_the_winner_is(said):
    content = said(dear={"CLD": 5618.7, "CMS": 900.2})
    words = "Not among the references, because dearer than the budget: CLD (5\u202f619 kCHF), CMS (900 kCHF)."
    assert words in summary(content.sections[0])
    assert words in json.loads(as_json(content))["sections"][0]["summary"]
    assert "dearer than the budget: CLD" in markdown(content)
    page = write_report(content.record.run_dir).read_text(encoding="utf-8")
    assert page.index("dearer than the budget: CLD") < page.index("What was asked")


def test_a_reference_that_was_drawn_for_another_budget_is_told(said):
    sentence = "reference-uniform was drawn for 2\u202f734 kCHF and is scaled to 500 here"
    assert sentence in " ".join(summary(said(drawn=2734.0).sections[0]))
    assert "was drawn for 40.00 kCHF" in " ".join(summary(said(drawn=40.0).sections[0]))
    assert "was drawn for" not in " ".join(summary(said(drawn=490.0).sections[0]))
    assert "was drawn for" not in " ".join(summary(said(drawn=40.0, whole=True).sections[0]))


def test_a_reference_that_costs_less_is_not_said_to_cost_the_same(said):
    assert "Against reference-uniform at the same cost" in " ".join(summary(said().sections[0]))
    less = " ".join(summary(said(spent=400.0).sections[0]))
    assert "Against reference-uniform, which costs 400.00 of 500.00 kCHF" in less
    assert "at the same cost" not in less


def test_ledgers_of_before_say_nothing_of_it(tmp_path):
    content = read(write_study(tmp_path, seeds=2, broken=False, names=NAMES))
    assert "drawn for" not in " ".join(summary(content.sections[0]))


def test_a_reference_that_is_stronger_than_the_one_compared_with_is_told(said):
    run = said().record.run_dir
    path = next((run / "ledger").glob("*reference-uniform*"))
    text = path.read_text().replace("reference-uniform", "reference-drawn").replace('"uniform"', '"drawn"')
    lines = [json.loads(line) for line in text.splitlines()]
    lines[0]["problem"]["compare_with"] = "uniform"
    lines[-1]["score"] = -3.05
    path.with_name(path.name.replace("uniform", "drawn")).write_text("".join(json.dumps(line) + "\n" for line in lines))
    sentences = summary(read(run).sections[0])
    assert any(one.startswith("Against reference-uniform at the same cost") for one in sentences)
    assert any(
        "strongest reference is reference-drawn, with a score of −3.050; adam is 0.1" in one for one in sentences
    )


def test_a_change_of_one_run_has_two_digits_and_no_unit_beside_its_per_cent(tmp_path):
    run = write_study(tmp_path, seeds=1, broken=False, names=("adam", "cma-es", "reference-uniform"))
    words = " ".join(summary(read(run).sections[0]))
    assert re.search(r"position resolution [+−]\d\d? %", words)
    assert [UNIT.sub("", text) for text in ("material (% X0)", "hits (50 GeV)")] == ["material", "hits (50 GeV)"]
    assert re.search(r"follows 0\.0\d+ ± 0\.006 behind, from one run each", words)
