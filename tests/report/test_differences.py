"""A report claims equal conditions only where the headers bear it out, and names every difference first."""

import json

import pytest
from synthetic import BUDGET, write_study

from designopt.records.identity import flattened
from designopt.records.ledger import read_runs
from designopt.report.data.differences import conditions, differences
from designopt.report.data.grouping import sections
from designopt.report.data.metrics import measure
from designopt.report.page import write_report

CLAIM = "same physics"


def headers(folder, change, files="*"):
    """Apply `change` to the header of every matching run file."""
    for path in sorted((folder / "ledger").glob(files)):
        first, *rest = path.read_text().splitlines()
        header = json.loads(first)
        change(header)
        path.write_text("\n".join([json.dumps(header), *rest]) + "\n")


def told(folder):
    """The claim of equal conditions, and the sentences about differences."""
    found = sections([measure(run, folder) for run in read_runs(folder)])
    return conditions(found), " ".join(differences(found))


@pytest.fixture
def study(tmp_path):
    return write_study(tmp_path, seeds=2, broken=False, names=("adam", "random"))


def test_runs_that_were_made_alike_are_said_to_be(study):
    assert told(study) == ("Same physics, same money, same allowance of simulated events for every search.", "")


def test_the_page_says_a_difference_before_its_summary_and_drops_the_claim(tmp_path):
    write_study(tmp_path, seeds=1, broken=False, names=("adam", "random"))
    headers(tmp_path, lambda header: header.update(allowance=300), "*random*")
    page = write_report(tmp_path).read_text(encoding="utf-8")
    first = page.split("<h1>")[1].split('class="summary"')[0]
    assert "not all made alike" in first
    assert "300 events: random (1 run)" in first
    assert CLAIM not in page.lower()


@pytest.mark.parametrize(
    ("change", "files", "says"),
    [
        (lambda h: h.update(allowance=300), "*random--1*", ["different allowances", "300 events: random (1 run)"]),
        (
            lambda h: h["optimiser"]["settings"].update(step=0.3),
            "*adam--1*",
            ["adam took part with 2 settings", "step is 0.1 or 0.3"],
        ),
        (lambda h: h["optimiser"].update(version="9.9"), "*adam--1*", ["adam", "version is 1.2.3 or 9.9"]),
        (lambda h: h["problem"]["detector"].update(slots=39), "*adam*", ["detector.slots is 39 or 40", "apart"]),
        (lambda h: h.update(commit="fff0000"), "*adam*", ["commits of designopt", "abc1234 (2 runs)"]),
        (lambda h: h["versions"].update(jax="0.11.0"), "*random*", ["jax 0.10.2 (2 runs) and 0.11.0 (2 runs)"]),
        (lambda h: h.update(study="another"), "*adam*", ["different studies", "another (2 runs)"]),
    ],
)
def test_a_difference_is_named_and_the_claim_is_dropped(study, change, files, says):
    headers(study, change, files)
    claim, sentences = told(study)
    assert claim == ""
    for words in says:
        assert words in sentences


def test_versions_of_the_physics_are_compared_where_the_headers_have_them(study):
    headers(study, lambda header: header.update(physics={"calorimeter": 1}))
    assert CLAIM in told(study)[0].lower()
    headers(study, lambda header: header.update(physics={"calorimeter": 2}), "*adam*")
    claim, sentences = told(study)
    assert claim == ""
    assert "versions of the physics" in sentences


def test_a_baseline_with_another_allowance_is_no_difference(tmp_path):
    write_study(tmp_path, seeds=2, broken=False, names=("adam", "reference-uniform"))
    headers(tmp_path, lambda header: header.update(allowance=10), "*reference*")
    assert CLAIM in told(tmp_path)[0].lower()


def test_money_that_was_not_kept_is_named_with_its_trial(study):
    path = next((study / "ledger").glob("*adam--1*"))
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    next(line for line in lines if line.get("number") == 5)["cost"] = 1.02 * BUDGET
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    claim, sentences = told(study)
    assert claim == ""
    assert "misses the budget by 2 %" in sentences
    assert "trial 5 of ledger/" in sentences


def test_two_budgets_are_two_problems_each_compared_under_equal_conditions(tmp_path):
    for budget in (BUDGET, 800.0):
        write_study(tmp_path, seeds=1, budget=budget, broken=False, names=("adam", "random"))
    claim, sentences = told(tmp_path)
    assert claim.startswith("Within each problem: same physics")
    assert sentences == ""


def test_money_that_may_be_left_over_is_not_called_the_same(study):
    headers(study, lambda header: header["problem"].update(spend="at most"))
    assert told(study)[0].startswith("Same physics, at most the same money")


def test_nested_entries_get_dotted_names():
    assert flattened({"a": {"b": 1, "c": "x"}, "d": [1, None]}) == {"a.b": "1", "a.c": "x", "d": "[1, null]"}
