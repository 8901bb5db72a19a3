"""Sooner by gradients, limits kept, money kept: the tables of families, from ledgers made by hand."""

import json
import math

import numpy as np
import pytest
from synthetic import BUDGET, header, write_lines, write_study

from designopt.records.ledger import read_runs
from designopt.report.data.grouping import sections
from designopt.report.data.metrics import measure
from designopt.report.figures.optima import coordinates
from designopt.report.page import write_report
from designopt.report.sections.limits import limits_table
from designopt.report.sections.pareto import attained, cuts, front_table
from designopt.report.tables.speed import leader, speed

END = {"kind": "end", "stop": "EVENTS", "why": "The simulated-event allowance is spent.", "seconds": 1.0}
EVENTS = 100


def trial(number, score, needs="SCORE", over=-0.1, share=0.0, cost=BUDGET, events=EVENTS):
    limits_ = {"depth": over, "channels": -0.3}
    return {
        "kind": "trial", "number": number, "u": [0.5, share], "sharpness": 1.0, "needs": needs, "loss": None,
        "gradient": None, "jacobian": None, "score": score, "cost": cost, "built_cost": cost, "violations": limits_,
        "built_violations": limits_, "failed": False, "events": events, "seconds": 0.01, "at": 0.1 * (number + 1),
    }  # fmt: skip


def section(tmp_path, runs, **problem):
    """`runs`: (name, seed, trials). Returns all sections."""
    for name, seed, trials in runs:
        first = header(name, "numpy", seed, BUDGET, 2)
        first["problem"] |= problem
        winner = {
            "kind": "winner", "number": 0, "score": 1.0, "score_error": 0.1, "cost": BUDGET, "cost_items": {},
            "unspent": 0.0, "violations": {"depth": -0.001, "channels": -0.3}, "design": {"x": [0.1]}, "metrics": {},
        }  # fmt: skip
        (tmp_path / "ledger").mkdir(exist_ok=True)
        stem = "-".join([first["problem"]["name"], name, str(seed)])
        write_lines(tmp_path / "ledger" / f"{stem}.jsonl", [first, *trials, END, winner])
    return sections([measure(run, tmp_path) for run in read_runs(tmp_path)])


def falling(scores, needs="SCORE", events=EVENTS):
    return [trial(number, score, needs, events=events) for number, score in enumerate(scores)]


def test_the_events_that_gradients_save_are_counted_at_their_price(tmp_path):
    runs = [("values", s, falling(np.linspace(10, 1 + s / 10, 100))) for s in range(5)]
    runs += [("worse", s, falling(np.linspace(10, 5, 100))) for s in range(5)]
    runs += [("slopes", s, falling([10, 4, 1.0 - s / 10], "SCORE|GRADIENT", 400)) for s in range(5)]
    (found,) = section(tmp_path, runs)
    best, target = leader(found)
    assert best.name == "values"
    assert target == pytest.approx(1.2)
    (row,) = speed(found).rows
    assert (row["optimiser"], row["reached"], row["events"]) == ("slopes", 5, 1200)
    assert row["leader_events"] == 10_000
    assert row["ratio"] == pytest.approx(10_000 / 1200)
    assert row["low"] <= row["ratio"] <= row["high"]
    assert row["seconds"] == pytest.approx(0.3)
    assert row["leader_seconds"] == pytest.approx(10.0)


def test_gradients_that_never_arrive_have_no_ratio(tmp_path):
    runs = [("values", s, falling([3, 2, 1])) for s in range(3)]
    runs += [("slopes", s, falling([9, 8], "SCORE|GRADIENT")) for s in range(3)]
    (found,) = section(tmp_path, runs)
    (row,) = speed(found).rows
    assert row["ratio"] == row["low"] == row["high"] == 0.0
    assert "never" in speed(found).html()


def test_without_both_kinds_there_is_nothing_to_compare(tmp_path):
    (found,) = section(tmp_path, [("values", s, falling([3, 2])) for s in range(2)])
    assert speed(found).rows == []


def test_kept_limits_are_counted_and_active_ones_named(tmp_path):
    trials = [trial(number, 5.0 - number, over=0.2 if number % 4 else -0.1) for number in range(8)]
    (found,) = section(tmp_path, [("values", s, trials) for s in range(2)])
    (row,) = limits_table(found).rows
    assert row["scored"] == 16
    assert row["kept"] == 0.25
    assert row["violation"] == 0.0
    assert row["closest"] == pytest.approx(-0.001)
    assert row["active"] == "depth (2/2)"


def test_what_was_kept_is_no_price_and_the_front_only_falls(tmp_path):
    cheap = [trial(0, 4.0, share=1.0), trial(1, 3.0, share=0.5), trial(2, 9.0, share=0.2), trial(3, 1.0, share=0.0)]
    options = {"name": "thing-front", "options": {"least": 100.0}}
    section(tmp_path, [("pareto", s, cheap) for s in range(2)], **options)
    found = section(tmp_path, [("values", 0, falling([2.0]))], name="thing", options={})
    front = next(one for one in found if one.problem["name"] == "thing-front")
    money = np.array([99.0, 100.0, 299.0, 300.0, 420.0, 500.0])
    wanted = [math.inf, 4.0, 4.0, 3.0, 3.0, 1.0]
    np.testing.assert_array_equal(attained(front.entrants[0], money), [wanted, wanted])
    assert [cut.problem["name"] for cut in cuts(front, found)] == ["thing"]
    last = front_table(front, cuts(front, found)).rows[-1]
    assert last == {"money": 500.0, "pareto": 1.0, "values, fixed cost": 2.0}
    page = write_report(tmp_path).read_text(encoding="utf-8")
    assert "Score against money" in page


def test_long_series_become_few_numbers():
    designs = [{"gap": np.arange(40.0) + k, "field": 1.5} for k in range(2)]
    labels, table = coordinates(designs)
    assert len(labels) == table.shape[1] == 13
    np.testing.assert_allclose(table[1] - table[0], [1.0] * 12 + [0.0])
    assert table[0, 0] == pytest.approx(1.5)  # mean of 0..3


def test_a_reason_and_the_settings_tried_are_told(tmp_path):
    write_study(tmp_path, seeds=1, broken=False, names=("adam", "random"))
    for path in (tmp_path / "ledger").glob("*adam*"):
        first, *rest = path.read_text().splitlines()
        told = json.loads(first) | {"reason": "Slsqp: The loss is smooth.", "settings_tried": 5}
        path.write_text("\n".join([json.dumps(told), *rest]) + "\n")
    page = write_report(tmp_path).read_text(encoding="utf-8")
    assert "adam is Slsqp: The loss is smooth." in page
    assert "settings tried" in page
    assert "Were the side limits kept" in page
    assert "Do the seeds end at the same design" in page
