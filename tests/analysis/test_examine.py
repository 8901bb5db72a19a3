"""Winners of a small study with everything changed a little: closed forms, nothing twice, a report that traces."""

import csv
import math
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from ledgers import unsealed

from designopt import Allowance, Study
from designopt.analysis.examine import examine
from designopt.analysis.perturbations import given_up
from designopt.analysis.scoring import ChangeScorer
from designopt.benchmarks.problems import knapsack, noisy_law, square_root_law
from designopt.cli.app import main
from designopt.optimisers.baselines import RandomSearch
from designopt.optimisers.gradient.methods import Lbfgs
from designopt.problem.registry import register
from designopt.records.designs.robustness import ROBUSTNESS
from designopt.records.study_record import load
from designopt.report.page import write_report

LAW = "square-root-law-5"


def law(places: int = 5, budget: float = 30.0):
    return square_root_law(places, budget)


@pytest.fixture(scope="module")
def scorer():
    return ChangeScorer(law(), samples=2, seed=3)


@pytest.fixture(scope="module")
def at_best(scorer):
    return scorer.examine({"amount": jnp.asarray(scorer.problem.detector.best(30.0)[0])})


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory):
    register(LAW, law)
    folder = tmp_path_factory.mktemp("examined")
    Study("toy", [law()], [RandomSearch(), Lbfgs()], range(1), Allowance(events=600)).run(folder)
    return folder


def rows(folder: Path, name: str):
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_at_the_optimum_every_move_at_constant_cost_is_worse(at_best):
    moves = at_best.of("size")
    assert len(moves) == 8
    for move in moves:
        assert move.score > at_best.nominal.score
        assert move.spent == pytest.approx(1.0, abs=1e-9)


def test_a_new_search_at_another_budget_finds_what_the_same_sizes_find(scorer, at_best):
    problem, nominal = scorer.problem, at_best.nominal.score
    for change in at_best.of("budget"):
        searched = problem.detector.best(problem.budget * (1 + change.amount))[1] - nominal
        adapted = change.score - nominal
        assert adapted >= searched - 1e-12
        assert adapted == pytest.approx(searched, rel=0.05)
        assert -adapted == pytest.approx(100 * change.amount * at_best.slopes.shadow["budget"], rel=0.1)


def test_equal_layers_follow_the_price_by_its_square_root(scorer):
    found = scorer.examine(scorer.problem.references["uniform"], moved=False)
    assert found.slopes is None
    assert found.of("size") == []
    for change in found.of("price"):
        assert change.compensation == "sizes"
        assert change.score == pytest.approx(found.nominal.score * math.sqrt(1 + change.amount), rel=1e-9)


def test_sizes_that_are_off_cost_something_on_average_and_are_not_paid_back(at_best):
    made = at_best.of("construction")
    assert len({one.spent for one in made}) == len(made) == 8
    worse = [one.score * math.sqrt(one.spent) - at_best.nominal.score for one in made]  # at the cost they have
    assert min(worse) > 0  # the optimum for the money that each of them costs is better


def test_samples_are_spent_where_events_are_random_only(at_best):
    assert len(at_best.nominal.scores) == 1
    scorer = ChangeScorer(noisy_law(4), samples=2, seed=3)
    design = scorer.problem.references["uniform"]
    first, second = (float(scorer.problem.score(design, key)) for key in scorer.keys)
    assert first != second


def test_where_money_is_short_whole_things_may_go():
    problem = knapsack(6)
    built = jax.jit(problem.build)(jnp.full(problem.size, 0.9))
    u = np.asarray(problem.space.encode(built))
    less = given_up(problem, u)
    assert list(less) == [f"{count} less" for count in (1, 2, 4) if count < np.count_nonzero(u)]
    for name, point in less.items():
        taken = np.asarray(built["number"]) - np.asarray(problem.space.decode(jnp.asarray(point))["number"])
        assert taken.sum() == pytest.approx(int(name.split()[0]))
        assert set(np.round(taken, 9)) <= {0.0, 1.0}
    found = ChangeScorer(problem, samples=1, seed=1).examine(built)
    for change in found.of("price"):
        assert change.spent <= 1.0 + 1e-12
        assert change.amount > 0 or change.score <= found.nominal.score  # cheaper is never worse: it may stay as it is
    assert found.slopes.variables == ()


def test_nothing_is_examined_twice_and_the_report_says_what_was_found(run_dir):
    assert "What the optimum rests on" not in write_report(run_dir).read_text()
    assert examine(run_dir, winners=1, samples=2) == 2
    before = (run_dir / ROBUSTNESS.name).read_bytes()
    assert examine(run_dir, winners=1, samples=2) == 0
    assert (run_dir / ROBUSTNESS.name).read_bytes() == before
    reference, winner = load(run_dir).robustness
    assert (reference.entrant, winner.entrant) == ("Reference-uniform", "Lbfgs")
    assert winner.result.nominal.score == pytest.approx(winner.result.rescored)
    page = write_report(run_dir).read_text()
    assert "What the optimum rests on" in page
    assert "1\u00a0% more budget lowers the loss by" in page
    (money,) = rows(run_dir, "shadow-prices")
    assert float(money["shadow_price"]) == pytest.approx(0.005 * law().detector.best(30.0)[1], rel=1e-3)
    assert float(money["per_kchf"]) == pytest.approx(float(money["shadow_price"]) / 0.3)
    assert float(money["more"]) < float(money["shadow_price"]) < float(money["less"])
    (moved,) = rows(run_dir, "sensitivity")
    assert (moved["variable"], moved["moves"]) == ("amount", "8")
    assert 0 < float(moved["least"]) <= float(moved["mean"]) <= float(moved["most"])
    gains = {row["change"]: row for row in rows(run_dir, "robustness")}
    assert float(gains["nothing"]["gain"]) == pytest.approx(reference.result.rescored - winner.result.rescored)
    assert float(gains["layers +20 %"]["reference"]) == pytest.approx(reference.result.rescored * math.sqrt(1.2))
    assert float(gains["sizes off by 1 %"]["low"]) < float(gains["sizes off by 1 %"]["high"])


def test_the_command_says_what_it_found_or_what_is_wrong(run_dir, monkeypatch, capsys, tmp_path):
    def call(*words):
        monkeypatch.setattr("sys.argv", ["designopt", "examine", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0, *capsys.readouterr()

    code, out, _ = call(run_dir, "--winners", 1, "--samples", 2)
    assert code == 0
    assert "0 designs examined" in out
    assert "lower than Reference-uniform" in " ".join(out.split())
    code, out, err = call(tmp_path / "nowhere")
    assert (code, out) == (2, "")
    assert "holds no ledger" in err
    (tmp_path / "ledger").mkdir()
    copy = tmp_path / "ledger" / "a.jsonl"
    copy.write_bytes(next((run_dir / "ledger").glob("*Lbfgs*")).read_bytes())
    unsealed(copy).write_text(copy.read_text().replace(LAW, "square-rot-law-5"))
    code, out, err = call(tmp_path)
    assert code == 2
    assert "No problem is called 'square-rot-law-5'. Did you mean" in err
    copy.write_text(copy.read_text().replace("square-rot-law-5", LAW).splitlines()[0] + "\n")
    code, _, err = call(tmp_path)
    assert code == 2
    assert "nothing to look at" in err
