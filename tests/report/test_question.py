"""The report says what was asked, the whole trade, and gives the winning design as a table and a file."""

import json
import re
from dataclasses import replace

import pytest
from synthetic import METRICS, write_lines, write_study

from designopt.benchmarks.problems import limited_law, mixed_shelf
from designopt.detectors.calorimeter.review.detector import ReviewedCalorimeter
from designopt.docstrings import told
from designopt.problem.detector import AbstractDetector
from designopt.problem.free_budget import with_savings
from designopt.problem.registry import make
from designopt.problem.requirements import question
from designopt.report.content import read
from designopt.report.data.progress import Gain
from designopt.report.figures.formula import braced, readable, with_formulas
from designopt.report.formats.latex import write_latex
from designopt.report.formats.markdown import markdown
from designopt.report.page import write_report

ASKED = {
    "objective": {
        "words": "Mean logarithm $\\ln(a/b)$ of sigma(E)/E,\nplus position.\n\nOther.",
        "settings": {"weight": 0.2},
    },
    "requirements": [
        {"option": "depth", "meaning": "no deeper than it is", "value": "300 mm", "source": "assumed", "limit": "depth"}
    ],
    "variables": [
        {"name": "absorber_thickness", "slots": 8, "gate": False, "unit": "mm", "scale": 1.0},
        {"name": "pitch", "slots": None, "gate": False, "unit": "cm", "scale": 10.0},
    ],
}  # fmt: skip
BETTER = dict(zip(METRICS, (-1, -1, 1), strict=True)) | {"layers": 0}


REVIEWED = [
    "calorimeter-segmentation-v2", "hadron-calorimeter-v2", "muon-shield-ship-v2", "spectrometer-layout-v2",
    "tracker-layout-v2",
]  # fmt: skip


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = write_study(tmp_path_factory.mktemp("asked"), seeds=3, broken=False, names=("adam", "reference-uniform"))
    for path in (folder / "ledger").glob("*.jsonl"):
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        lines[0]["question"] = ASKED
        lines[-1]["better"] = BETTER
        write_lines(path, lines)
    write_report(folder)
    return folder


@pytest.fixture(scope="module")
def page(study):
    return (study / "report.html").read_text(encoding="utf-8")


def test_the_objective_its_weights_and_requirements_are_on_the_page(page):
    assert "Score, lower is better: Mean logarithm <img" in page
    assert r'alt="\ln(a/b)"' in page
    assert "of sigma(E)/E, plus position." in page
    assert "Other." not in page
    assert "With weight = 0.2." in page
    assert "no deeper than it is" in page
    assert "assumed" in page


def test_the_objective_stands_in_markdown_and_latex_too(study, tmp_path):
    content = read(study)
    sentence = "Score, lower is better: Mean logarithm $\\ln(a/b)$ of sigma(E)/E, plus position."
    assert f"{sentence}\n\nWith weight = 0.2." in markdown(content)
    assert sentence in write_latex(content, tmp_path).read_text(encoding="utf-8")
    assert not readable(r"$\nonsense{$")


def test_what_got_worse_stands_beside_what_got_better(page):
    summary = page[: page.index("<h2")]
    better, worse = (
        next(line for line in summary.splitlines() if f">{word}: " in line) for word in ("Better", "Worse")
    )
    assert METRICS[0] in better
    assert METRICS[1] in better
    position = METRICS[2].removesuffix(" (mm)")  # the change is in per cent
    assert f"{position} −" in worse
    assert position not in better


def test_the_winner_can_be_taken_home(study, page):
    told = json.loads((study / "designs" / "adam.found.json").read_text())
    winners = [json.loads(path.read_text().splitlines()[-1]) for path in (study / "ledger").glob("*--adam--*.jsonl")]
    best = min(winners, key=lambda winner: winner["score"])
    assert told["score"] == best["score"]
    thickness, pitch = told["variables"]["absorber_thickness"], told["variables"]["pitch"]
    assert thickness["unit"] == "mm"
    assert thickness["values"] == pytest.approx(best["design"]["absorber_thickness"])
    assert pitch == {"unit": "cm", "values": [pytest.approx(best["design"]["pitch"] / 10)]}
    assert "absorber thickness (mm)" in page


def test_a_question_holds_the_words_of_the_objective_and_what_empties_a_slot():
    found = question(mixed_shelf())
    assert {variable["name"] for variable in found["variables"]} == {v.name for v in mixed_shelf().space.variables}
    assert any(variable["gate"] for variable in found["variables"])
    assert question(limited_law())["requirements"] == []


class Weighed:
    """The error, with a weight."""

    def __init__(self, weight: float):
        self.weight = weight

    def __call__(self, response):
        return self.weight * response["loss"]


def test_an_objective_that_is_an_object_says_what_its_class_says_and_its_weights():
    assert question(replace(mixed_shelf(), objective=Weighed(0.3)))["objective"] == {
        "words": "The error, with a weight.",
        "settings": {"weight": 0.3},
    }


def test_every_installed_problem_says_in_words_what_is_minimised():
    for name in (
        "plane-spacing-v1",
        "muon-shield-v1",
        "interferometer-v1",
        "muon-shield-allocation-v1",
        "calorimeter-segmentation-v1",
    ):
        words = told(question(make(name))["objective"]["words"]).split("\n\n")[0]
        assert len(re.sub(r"\$[^$]+\$", "", words).split()) > 5


@pytest.mark.parametrize("name", REVIEWED)
def test_every_formula_of_an_objective_can_be_set(name):
    formulas = re.findall(r"\$[^$]+\$", told(question(make(name))["objective"]["words"]))
    assert [tex for tex in formulas if not readable(tex)] == []


def test_fractions_and_roots_without_braces_are_tex():
    assert braced(r"$\frac12 + \frac1{b^2} + \frac\delta2 + \sqrt2\,\sqrt s$") == (
        r"$\frac{1}{2} + \frac{1}{b^2} + \frac{\delta}{2} + \sqrt{2}\,\sqrt{ s}$"
    )
    assert braced(r"$\frac{a_1}{b}\sqrt{x}$") == r"$\frac{a_1}{b}\sqrt{x}$"
    assert "<img" in with_formulas(r"$\frac12\ln x$")


def test_what_is_no_formula_stays_as_it_was_written():
    assert with_formulas(r"$\nonsense{$ <b>") == r"$\nonsense{$ &lt;b&gt;"


def test_a_detector_that_wraps_another_asks_it_which_way_is_better():
    problem = mixed_shelf()
    assert problem.detector.better("loss") == -1
    assert with_savings(problem, 0.9 * problem.budget).detector.better("loss") == -1
    assert ReviewedCalorimeter.better(None, "pi0 of 5-40 GeV resolved (%)") == 1
    assert AbstractDetector.better(None, "whatever") == 0  # nobody said so: it is not guessed


def test_a_metric_whose_better_way_nobody_said_is_neither_better_nor_worse():
    gain = Gain("hits", "adam", 20.0, (10.0, 30.0), 5)
    assert gain.verdict == 0
    assert [replace(gain, better=way).verdict for way in (1, -1)] == [1, -1]
