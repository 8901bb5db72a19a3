"""A winner goes from the report into GDML, back, and into `evaluate`: the report's score and money come out."""

import json

import jax.numpy as jnp
import pytest
from synthetic import write_winners

from designopt.problem.registry import make
from designopt.problem.requirements import question
from designopt.report.page import write_report

DETECTORS = {
    "calorimeter-segmentation-v1": {"slots": 30, "budget": 2000.0},
    "hadron-calorimeter-v1": {},
    "tracker-layout-v1": {},
}


@pytest.fixture(scope="module", params=DETECTORS)
def study(request, tmp_path_factory):
    """A finished study of one detector whose report is written, and the winner's line of its ledger."""
    from designopt.analysis.written import written_design

    problem = make(request.param, **DETECTORS[request.param])
    drawn = problem.references[problem.compare_with]
    built = {name: problem.build(jnp.asarray(problem.space.encode(drawn))) for name in ("found",)}
    run = write_winners(tmp_path_factory.mktemp("study") / "run", problem, built)
    (path,) = (run / "ledger").iterdir()
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    lines[0]["question"] = json.loads(json.dumps(question(problem)))
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    write_report(run, written=written_design)
    return run, problem.name, lines[-1]


def test_the_winner_is_known_again_wherever_it_comes_from(call, study, tmp_path):
    run, _, winner = study
    code, gdml, err = call("export", run, "--to", "gdml")
    assert (code, err) == (0, "")
    (tmp_path / "winner.gdml").write_text(gdml)
    code, back, err = call("import", tmp_path / "winner.gdml")
    assert (code, err) == (0, "")
    (tmp_path / "back.json").write_text(back)
    for path in (tmp_path / "back.json", run / "designs" / "Random-search.json"):
        code, out, err = call("evaluate", run, path, "--json")
        assert (code, err) == (0, "")
        found = json.loads(out)
        assert found["score"] == pytest.approx(winner["score"], rel=1e-6, abs=1e-6)
        assert found["total_cost"] == pytest.approx(winner["cost"], rel=1e-6)


def test_one_that_was_changed_is_told_to_have_other_prices(call, study, tmp_path):
    run, name, _ = study
    design = json.loads((run / "designs" / "Random-search.json").read_text())
    series = next(value for value in design.values() if isinstance(value, list) and isinstance(value[0], dict))
    key = next(key for key, value in series[0].items() if isinstance(value, float))
    series[0][key] *= 1.01
    (tmp_path / "changed.json").write_text(json.dumps(design))
    code, _, err = call("evaluate", run, tmp_path / "changed.json")
    assert code == 0
    assert err.startswith(
        f"Warning: The report in {run} knows no such design, so it is evaluated as `designopt evaluate {name}`"
    )
