"""Studies that are wrong: one sentence before anything runs."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from designopt.benchmarks.problems import limited_law, mixed_shelf, square_root_law
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers.baselines import RandomSearch, SobolSearch
from designopt.optimisers.bayesian.gradient_search import GradientBayes
from designopt.optimisers.composite import Then
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.evolution.nondominated import Nsga2
from designopt.optimisers.gradient.methods import Adam, Lbfgs
from designopt.problem.allowed import NothingAllowed
from designopt.records.ledger import read_runs
from designopt.study.script import Script
from designopt.study.study import Study

pytestmark = pytest.mark.usefixtures("types_unchecked")

LAW = square_root_law(places=3)
BLIND = replace(LAW, name="blind", gradient_price=None)
GIVEN = {"problems": [LAW], "optimisers": [RandomSearch()], "seeds": [0], "allowance": Allowance(200)}
BEGIN = "from designopt import *\nfrom designopt.benchmarks.problems import square_root_law\n"


def study(name="wrong", **changes):
    return Study(name, **(GIVEN | changes))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": "../../x"}, "cannot be called '../../x'"),
        ({"name": ""}, "cannot be called ''"),
        ({"name": "a/b"}, "cannot be called"),
        ({"name": ".."}, "cannot be called"),
        ({"name": 3}, "Give text"),
        ({"problems": LAW}, "problems of a study are .* Give a list"),
        ({"problems": ["tracker-layout-v1"]}, "the text 'tracker-layout-v1'.*make"),
        ({"problems": [LAW, square_root_law(places=3)]}, "names the problem 'square-root-law-3' twice"),
        ({"optimisers": CmaEs()}, "optimisers of a study are .* Give a list"),
        ({"optimisers": "CmaEs"}, "the text 'CmaEs'. Give a list"),
        ({"optimisers": range(10**9)}, "optimisers"),
        ({"optimisers": ["CmaE"]}, r"No optimiser is called 'CmaE'. Did you mean 'CmaEs'\?"),
        ({"optimisers": [CmaEs]}, r"the class CmaEs itself \(write CmaEs\(\)"),
        ({"optimisers": (o for o in ())}, "no optimisers"),
        ({"seeds": 3}, r"range\(3\) is as many seeds"),
        ({"seeds": np.int64(4)}, r"range\(4\)"),
        ({"seeds": [0, 0]}, "names the seed 0 twice"),
        ({"seeds": list(np.linspace(0, 1, 2))}, "seed of the study is 0.0, which is no whole number"),
        ({"seeds": [10**25]}, "from 0 to 2147483647"),
        ({"seeds": [-1]}, "from 0 to"),
        ({"seeds": "012"}, "Give a list"),
        ({"allowance": 200}, r"Write Allowance\(events=...\)"),
        ({"allowance": Allowance(9)}, "pays for no evaluation of 'square-root-law-3', which takes 10"),
    ],
)
def test_a_wrong_study_is_refused_in_a_sentence(changes, says):
    with pytest.raises(ValueError, match=says):
        study(**changes)


@pytest.mark.parametrize(
    ("optimiser", "problem", "says"),
    [
        (Lbfgs(), BLIND, "Lbfgs descends along gradients, but the simulator of 'blind' has none"),
        (Adam(), BLIND, "has none"),
        (GradientBayes(), BLIND, "has none"),
        (Then(CmaEs(), Lbfgs()), BLIND, "has none"),
        (Nsga2(), LAW, "with_savings"),
    ],
)
def test_an_optimiser_that_cannot_search_a_problem_is_refused(optimiser, problem, says, monkeypatch):
    monkeypatch.setattr(type(optimiser), "missing_extras", lambda self: [])
    with pytest.raises(ValueError, match=f"cannot run {optimiser.name}.*{says}"):
        study(problems=[LAW, problem] if problem is not LAW else [LAW], optimisers=[optimiser])


def test_variants_of_one_problem_at_one_budget_may_stand_side_by_side():
    variant = square_root_law(places=3)
    assert len(study(problems=[LAW, replace(variant, options={**variant.options, "grid": 2})]).problems) == 2


def test_optimisers_that_need_scores_alone_search_a_problem_without_gradients():
    assert study(problems=[BLIND], optimisers=[CmaEs(), GradientBayes(gradients=False), Then(CmaEs(), RandomSearch())])


@pytest.mark.parametrize("events", [float("inf"), float("nan"), "3", 200.5, True, 0, -1, None])
def test_an_allowance_that_is_no_number_of_events_is_refused(events):
    with pytest.raises(ValueError, match=r"[Tt]he allowance"):
        Allowance(events)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: RandomSearch(batch=0), "The batch of RandomSearch is 0, but it has to be at least 1"),
        (lambda: SobolSearch(batch=-2), "at least 1"),
        (lambda: CmaEs(sigma=0.0), "The sigma of CmaEs is 0, but it has to be positive"),
        (lambda: CmaEs(sigma=float("nan")), "finite"),
        (lambda: CmaEs(popsize="8"), "no whole number"),
        (lambda: Adam(rate=-1e-3), "positive"),
        (lambda: Then(CmaEs(), RandomSearch(), share=1.5), "0 to 1"),
        (lambda: Then("CmaEs", RandomSearch()), "The first of Then is the text 'CmaEs'"),
        (lambda: Then(CmaEs, RandomSearch()), "class CmaEs itself"),
        (lambda: Lbfgs(hardening=(1.0, -1.0)), "value 2, is -1"),
    ],
)
def test_settings_that_make_no_sense_are_refused(make, says):
    with pytest.raises(ValueError, match=says):
        make()


def test_a_search_that_proposes_nothing_ends_with_a_sentence():
    class Silent(RandomSearch):
        def ask(self, state):
            return np.zeros((0, LAW.size))

    with pytest.raises(ValueError, match="Silent asked for no points"):
        Silent().run(Evaluator(LAW, Allowance(100)), 0)


def test_numbers_of_numpy_make_the_same_study(tmp_path):
    numpy = study(
        optimisers=(RandomSearch(batch=b) for b in [np.int64(8)]),
        seeds=np.arange(2),
        allowance=Allowance(np.int64(200)),
    )
    python = study(optimisers=[RandomSearch(batch=8)], seeds=range(2), allowance=Allowance(200.0))
    assert (numpy.optimisers, numpy.seeds, numpy.allowance) == (python.optimisers, python.seeds, python.allowance)
    numpy.run(tmp_path)
    assert all(run.complete and run.failure is None for run in read_runs(tmp_path))


def test_a_budget_for_which_no_allowed_design_is_found_is_warned_of(tmp_path):
    with pytest.warns(NothingAllowed, match="No design of 'mixed-shelf-4'"):
        study(problems=[mixed_shelf(limit=0.3)], allowance=Allowance(20)).run(tmp_path)


def test_a_study_that_can_be_run_has_no_doubts():
    assert study(problems=[LAW, limited_law(), mixed_shelf()]).doubts() == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("def study(quick):\n    return 3\n", "returns 3"),
        ("def study(quick):\n    pass\n", "returns None"),
        ("async def study(quick):\n    pass\n", r"returns <coroutine object"),
        ("from designopt import Study\ndef study(quick):\n    return Study\n", "the class Study itself"),
        ("x = 1\ndef study(quick:\n", r"is not valid Python: .* in line 2"),
        ("\nimport nowhere_at_all\n", "line 2, cannot import what it needs: No module named 'nowhere_at_all'"),
        ("from designopt import Nothing\n", "line 1, cannot import what it needs"),
        ("def study(quick):\n    return 1 / 0\n", "line 2, raises ZeroDivisionError: division by zero"),
        ("def study(quick):\n    raise KeyError\n", "line 2, raises KeyError. Mend"),
        ("def study():\n    pass\n", r"raises TypeError: study\(\) takes 0 positional arguments"),
        ("import sys\nsys.exit(0)\n", r"line 2, ends the program \(sys.exit\)"),
        ("def study(quick):\n    raise SystemExit\n", "line 2, ends the program"),
        ("study = 3\n", "`study` is 3"),
        ('from designopt import make\ndef study(quick):\n    make("plane-spacing-v1", budget="many")\n',
         "line 3, was refused: The option 'budget' of 'plane-spacing-v1' is 'many', which is no number"),
        (BEGIN + 'def study(quick):\n    return Study("a", [square_root_law()], ["CmaE"], [0], Allowance(200))\n',
         "line 4, was refused: No optimiser is called 'CmaE'"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("error")
def test_a_script_that_is_wrong_is_refused_in_a_sentence_with_its_line(tmp_path, text, says):
    path = tmp_path / "wrong.py"
    path.write_text(text)
    with pytest.raises(ValueError, match=says) as raised:
        Script(str(path), quick=True).load()
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_wrong_script_ends_the_command_with_2_and_leaves_no_folder(tmp_path):
    (tmp_path / "wrong.py").write_text("import sys\nsys.exit(0)\n")
    words = [sys.executable, "-c", "from designopt.cli.app import main; main()", "run", "wrong.py"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: The study script")
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir() if path.name != "__pycache__"] == ["wrong.py"]


def test_a_module_that_lies_beside_the_script_is_told_how_to_be_found(tmp_path):
    (tmp_path / "lies_beside.py").write_text("")
    (tmp_path / "study.py").write_text("import lies_beside\n")
    with pytest.raises(ValueError, match="cannot import") as refused:
        Script(str(tmp_path / "study.py"), quick=False).load()
    assert f"It lies in {tmp_path}: give PYTHONPATH={tmp_path} before the command" in str(refused.value)
