"""`describe` says in whole paragraphs what a problem is and what is minimised, of a script's own detector too."""

from designopt.docstrings import paragraphs, told
from designopt.report.data.comparison import Section
from designopt.report.sections import question

SCRIPT = '''
import designopt as do

def response(design):
    """Resolution of planes of strips,
    in mm."""
    return {"resolution": design["pitch"]}

def cost(design):
    return 100.0 / design["pitch"]

def objective(response, weight=1.0):
    """What is measured, times a weight.

    Args:
        response: of the detector.
    """
    return weight * response["resolution"]

def study(quick):
    strips = do.problem("strips-v1", variables=[do.Real("pitch", 0.1, 10.0), do.Real("gap", 1.0, 2.0)],
                        response=response, cost=cost, objective=objective, budget=50.0)
    return do.Study("strips", [strips], [do.optimisers.RandomSearch()], [0], do.Allowance(10))
'''


def test_lines_of_a_paragraph_are_joined_and_lists_stay():
    text = "One line\ngoes on.\n\nArgs:\n    budget: kCHF,\n    spent.\n- first\n- second"
    assert paragraphs(text).splitlines() == [
        "One line goes on.", "", "Args:", "    budget: kCHF,", "    spent.", "- first", "- second"
    ]  # fmt: skip


def test_a_script_s_own_functions_and_objective_are_described(call, tmp_path):
    (tmp_path / "strips.py").write_text(SCRIPT)
    code, out, err = call("describe", tmp_path / "strips.py")
    assert code == 0, err
    assert "strips-v1: Response: Resolution of planes of strips, in mm.\n" in out
    assert "Objective: What is measured, times a weight.\n" in out
    assert "Args" not in out


def test_the_report_begins_as_describe_does_and_neither_tells_arguments(monkeypatch):
    words = "Error of a\npoint, $a\nb$.\n\nLess is better.\n\nArgs:\n    response: of it.\n\nRaises ValueError."
    assert told(words) == "Error of a point, $a b$.\n\nLess is better."
    monkeypatch.setattr(question, "asked", lambda section: {"objective": {"words": words, "settings": {}}})
    page = question.objective(Section({}, [], 1.0, True, 0.0))
    assert page.startswith("<p>Score, lower is better: Error of a point, ")
    assert "Less is better." not in page  # the first paragraph only
