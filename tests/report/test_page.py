"""The report as a whole: numbers that can be traced, failures that stay, a page that needs nothing but itself."""

import csv
import json
import re
from functools import cache

import numpy as np
import pytest
from synthetic import BUDGET, METRICS, write_study

from designopt.report.data.statistics import interquartile_mean
from designopt.report.page import pages_of, write_report
from designopt.report.tables.design_table import design_table

SEEDS = 4
NAMES = ("adam", "bayesian-gp", "ppo", "sobol", "reference-uniform")


def draw(problem, design, axes):
    assert problem["name"] == "calorimeter-segmentation-v1"
    axes.bar(range(len(design["absorber_thickness"])), design["absorber_thickness"])


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = write_study(tmp_path_factory.mktemp("study"), seeds=SEEDS, names=NAMES)
    write_report(folder, draw)
    return folder


def rows(folder, name):
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def lines(folder, file):
    return [json.loads(line) for line in (folder / file).read_text().splitlines()]


def test_every_run_can_be_traced_to_its_best_trial(study):
    found = rows(study, "runs")
    assert len(found) == SEEDS * (len(NAMES) - 1) + 1
    for row in found:
        trials = [line for line in lines(study, row["file"]) if line["kind"] == "trial"]
        feasible = [t for t in trials if not t["failed"] and max(t["built_violations"].values()) <= 1e-9]
        if not feasible:
            assert row["trial"] == row["best"] == ""
            continue
        best = min(feasible, key=lambda trial: trial["score"])
        assert int(row["trial"]) == best["number"]
        assert float(row["best"]) == best["score"]
        assert float(row["events_to_best"]) == sum(t["events"] for t in trials[: best["number"] + 1])
        assert float(row["infeasible"]) == pytest.approx(1 - len(feasible) / len(trials))


def test_the_final_table_follows_from_the_ledger(study):
    per_run = rows(study, "runs")
    worst = max(float(row["rescored"]) for row in per_run if row["status"] == "complete")
    for row in rows(study, "final"):
        mine = [r for r in per_run if r["optimiser"] == row["optimiser"]]
        values = [float(r["rescored"]) if r["status"] == "complete" else worst for r in mine]
        assert float(row["interquartile_mean"]) == pytest.approx(float(interquartile_mean(np.array(values))), rel=1e-12)
        assert float(row["best"]) == min(values)
        assert float(row["worst"]) == max(values)
        assert int(row["completed"]) == sum(r["status"] == "complete" for r in mine)
        winner = next(line for line in lines(study, row["winner_file"]) if line["kind"] == "winner")
        assert float(row["rescored"]) == winner["score"] == min(values)
        assert int(row["winner_trial"]) == winner["number"]
        assert float(row["winner_cost_share"]) == winner["cost"] / BUDGET


def test_curves_can_be_drawn_again_from_the_improvements(study):
    trial = {(row["file"], int(row["trial"])): row for row in rows(study, "improvements")}
    for (file, number), row in trial.items():
        recorded = next(line for line in lines(study, file) if line.get("number") == number)
        assert float(row["best_score"]) == recorded["score"]
        assert float(row["seconds"]) == recorded["at"]


def test_the_worst_money_of_all_is_named_with_its_trial(study):
    for row in rows(study, "budget"):
        trial = next(x for x in lines(study, row["cost_miss_file"]) if x.get("number") == int(row["cost_miss_trial"]))
        assert float(row["cost_miss"]) == pytest.approx(abs(trial["cost"] / BUDGET - 1), rel=1e-12)
        assert 0 < float(row["cost_miss"]) < 1e-9
        assert float(row["over_budget"]) == 0


def test_gains_are_the_ratio_to_the_uniform_design(study):
    uniform = next(r for r in rows(study, "physics") if r["metric"] == METRICS[0])["reference-uniform"]
    files = [r["file"] for r in rows(study, "runs") if r["optimiser"] == "adam"]
    winners = [line["metrics"][METRICS[0]] for file in files for line in lines(study, file) if line["kind"] == "winner"]
    wanted = interquartile_mean(np.array([100 * (value / float(uniform) - 1) for value in winners]))
    row = next(r for r in rows(study, "gains") if r["metric"] == METRICS[0])
    assert float(row["adam"]) == pytest.approx(float(wanted))
    assert float(row["adam low"]) < float(row["adam"]) < float(row["adam high"])


def test_failed_and_interrupted_runs_stay_in_the_table(study):
    failed = {row["optimiser"]: row for row in rows(study, "failures")}
    assert {name: row["status"] for name, row in failed.items()} == {
        "ppo": "failed",
        "bayesian-gp": "interrupted",
        "sobol": "never feasible",
    }
    page = (study / "report.html").read_text(encoding="utf-8")
    assert "returned NaN" in page
    assert "3 of 17 runs ended without a result" in page
    assert re.search(r"ended without a result \([^)]*: (over|no design)", page)


def test_the_page_needs_nothing_but_itself(study):
    page = (study / "report.html").read_text(encoding="utf-8")
    assert "://" not in page
    assert not re.search(r"<(script|link|iframe)|@import|url\((?!#)", page)
    sources = re.findall(r'src="([^"]{0,30})', page)
    assert sources
    assert all(source.startswith("data:image/") for source in sources)
    assert page.count('alt="') == len(sources)
    assert page.count('<svg role="img" aria-label="') == page.count("<svg") > 10
    names = re.findall(r' id="([^"]+)"', page)
    assert len(names) == len(set(names))


def test_no_picture_repeats_its_caption_to_those_who_cannot_see_it(study):
    page = (study / "report.html").read_text(encoding="utf-8")
    told = re.findall(r'(?:aria-label|alt)="([^"]*)"', page)
    assert not set(told) & set(re.findall(r"<figcaption><b>(.*?)\.</b>", page))
    assert any("score as built" in words and "simulated events" in words for words in told)


def test_what_is_under_the_pointer_is_told(study):
    page = (study / "report.html").read_text(encoding="utf-8")
    assert re.search(r"<title>adam, seed 1: −[\d.]+ ± [\d.]+</title>", page)


def test_the_winner_is_drawn_once(study):
    page = (study / "report.html").read_text(encoding="utf-8")
    best = rows(study, "final")[0]["optimiser"]
    assert page.count(f"Drawing of the best design of {best}") == 1
    assert f"{best} is drawn at the top." in page


def test_pairs_that_decide_nothing_are_folded_away(study):
    page = (study / "report.html").read_text(encoding="utf-8")
    held = [row for row in rows(study, "pairs") if not row["p_holm"] or float(row["p_holm"]) > 0.05]
    assert f"<summary>{len(held)} pairs that this study does not tell apart" in page


def test_from_one_seed_no_probability_is_told(tmp_path):
    write_study(tmp_path, seeds=1, broken=False, names=("adam", "random", "reference-uniform"))
    page = write_report(tmp_path).read_text(encoding="utf-8")
    assert "One run each: nothing is known about chance" in page
    assert not re.search(r"probability (?!of)", page.lower().replace("probability [95", ""))


def test_the_page_is_fit_for_a_phone_and_says_what_it_is(study):
    page = (study / "report.html").read_text(encoding="utf-8")
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    assert 'charset="utf-8"' in page
    assert "overflow-x: auto" in page
    assert f"Smoke test: {SEEDS} seeds" in page
    assert "designopt run studies/calorimeter.py" in page
    assert "jax 0.10.2" in page


def test_the_same_ledger_gives_the_same_files(tmp_path):
    write_study(tmp_path, seeds=2, broken=False, names=("adam", "random"))
    write_report(tmp_path, draw)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    write_report(tmp_path, draw)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_two_budgets_are_two_sections_and_a_drawing_that_fails_does_not_cost_the_report(tmp_path):
    def broken(problem, design, axes):
        raise KeyError("absorber")

    for budget in (BUDGET, 800.0):
        write_study(tmp_path, seeds=1, budget=budget, broken=False, names=("adam", "random"))
    page = write_report(tmp_path, broken).read_text(encoding="utf-8")
    assert page.count("<h2") == 6  # two summaries, two sections, methods, where it comes from
    assert "Score against money" in page
    assert page.count("could not be drawn") > 2
    assert len(re.findall("could not be drawn: .{1,6}absorber", page)) == 2  # in full once a problem
    assert len(list((tmp_path / "tables").glob("*-final.csv"))) == 2


def test_many_problems_have_a_page_each_and_the_first_one_the_results(tmp_path, monkeypatch):
    for budget in (BUDGET, 800.0):
        write_study(tmp_path, seeds=1, budget=budget, broken=False, names=("adam", "random"))
    whole = len(write_report(tmp_path).read_bytes())
    assert pages_of(tmp_path) == []
    monkeypatch.setattr("designopt.report.page.FEW", 1)
    page = write_report(tmp_path)
    text, own = page.read_text(encoding="utf-8"), pages_of(tmp_path)
    assert len(own) == 2
    assert len(text.encode()) < whole / 2
    for path in own:
        assert f'href="pages/{path.name}"' in text
        assert "What was asked" in path.read_text(encoding="utf-8")
        assert 'href="../report.html"' in path.read_text(encoding="utf-8")
    assert "What was asked" not in text
    assert text.count('class="summary"') == 2
    monkeypatch.undo()
    write_report(tmp_path)
    assert pages_of(tmp_path) == []


def test_runs_without_a_single_trial_or_result_are_reported_too(tmp_path):
    write_study(tmp_path, seeds=1, broken=False)
    for path in (tmp_path / "ledger").glob("*.jsonl"):
        path.write_text(path.read_text().splitlines(keepends=True)[0])
    page = write_report(tmp_path).read_text(encoding="utf-8")
    assert "nothing to compare" in page
    assert "No evaluation was recorded" in page


def test_a_folder_without_runs_is_refused_in_one_sentence(tmp_path):
    with pytest.raises(ValueError, match="no ledger"):
        write_report(tmp_path)
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger" / "empty.jsonl").write_text("")
    with pytest.raises(ValueError, match="holds no run yet"):
        write_report(tmp_path)


def test_the_first_screen_shows_the_best_design_the_reference_and_the_money(study):
    first, _, _ = (study / "report.html").read_text(encoding="utf-8").partition("What was asked")
    best, reference = rows(study, "final")[0]["optimiser"], "reference-uniform"
    assert [f"Drawing of the best design of {name};" in first for name in (best, reference)] == [True, True]
    assert re.search(rf"The best design of {best} costs [\d.,\s]+ kCHF: ", first)
    assert "No independent simulation has checked it" in first


def test_one_pair_and_one_empty_slot_are_counted_as_one(tmp_path):
    page = write_report(write_study(tmp_path, seeds=2, broken=False, names=("adam", "cma-es"))).read_text("utf-8")
    assert "<summary>1 pair that this study does not tell apart" in page
    series = {"name": "pitch", "slots": 2, "gate": False}
    there = {"name": "there", "slots": 2, "gate": True, "levels": 1}
    table = design_table("adam", [series, there], {"pitch": [1.0, 2.0], "there": [0.0, 1.0]})
    assert table.caption == "The design of adam as built, in the order of its slots; 1 slot is empty."
