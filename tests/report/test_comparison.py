"""Comparisons from small hand-made ledgers: what counts, what is worst, where the allowance ends."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import header, trials, write_lines

from designopt.records.ledger import read_runs
from designopt.report.data.grouping import families, sections
from designopt.report.data.metrics import measure
from designopt.report.figures.palette import spread
from designopt.report.sections.summary import summary

END = {"kind": "end", "stop": "EVENTS", "why": "The simulated-event allowance is spent.", "seconds": 1.0}


def compared(folder, runs, allowances=(), problem=None):
    """Sections of runs given as (name, seed, scores, closing lines); None as a score is an infeasible design."""
    (folder / "ledger").mkdir()
    for place, (name, seed, scores, closing) in enumerate(runs):
        generator = np.random.default_rng(0)
        lines = trials(generator, name, 0.0, 1.0, 100, len(scores), 0.0, 500.0, 3, "complete")
        for line, score in zip(lines, scores, strict=True):
            line["score"], line["failed"] = (9.0 if score is None else score), False
            line["built_violations"] = {"depth": 0.1 if score is None else 0.0}
        head = header(name, "numpy", seed, 500.0, 3)
        head["allowance"] = allowances[place] if allowances else 1000
        head["problem"] |= problem(place) if problem else {}
        write_lines(folder / "ledger" / f"{place:02d}--{name}--{seed}.jsonl", [head, *lines, *closing])
    return sections([measure(run, folder) for run in read_runs(folder)])


def test_budgets_of_one_problem_belong_together_and_other_options_do_not(tmp_path):
    options = [("any", 700.0), ("any", 300.0), ("catalogue", 300.0)]
    runs = [("a", place, [3.0, 2.0], [END]) for place in range(3)]

    def problem(place):
        grade, budget = options[place]
        return {"budget": budget, "options": {"grade": grade, "budget": budget, "slots": 40}}

    found = families(compared(tmp_path, runs, problem=problem))
    name = "calorimeter-segmentation-v1"
    assert {title: [section.problem["budget"] for section in cuts] for title, cuts in found.items()} == {
        f"{name}, grade any": [300.0, 700.0],
        f"{name}, grade catalogue": [300.0],
    }


def test_two_that_end_at_the_same_optimum_are_not_told_apart_by_rounding(tmp_path):
    runs = [
        (name, seed, [3.0, -7.0 + tiny * seed], [END]) for name, tiny in (("a", 0), ("b", 1e-13)) for seed in range(5)
    ]
    (section,) = compared(tmp_path, runs)
    (level,) = [sentence for sentence in summary(section) if "b ends level with it" in sentence]
    assert "overlaps with that of no other" not in level


def test_of_two_single_runs_that_end_level_nothing_is_said_of_intervals(tmp_path):
    runs = [(name, 0, [3.0, -7.0 + tiny], [END]) for name, tiny in (("a", 0.0), ("b", 1e-13))]
    (section,) = compared(tmp_path, runs)
    (level,) = [sentence for sentence in summary(section) if "ends level" in sentence]
    assert level == "b ends level with it, from one run each: nothing is known about chance."


def test_a_search_that_ends_at_the_reference_found_nothing_and_the_first_sentence_says_so(tmp_path):
    runs = [("a", 0, [3.0, 2.0], [END]), ("reference-uniform", 0, [2.0], [END])]
    (section,) = compared(tmp_path, runs)
    assert summary(section)[0].startswith("No search found anything better than reference-uniform: a, first among them")


def test_a_search_that_is_better_than_the_reference_found_the_best_designs(tmp_path):
    runs = [("a", 0, [3.0, 2.0], [END]), ("reference-uniform", 0, [2.1], [END])]
    (section,) = compared(tmp_path, runs)
    assert summary(section)[0].startswith("a found the best designs")


def test_only_feasible_designs_count(tmp_path):
    (section,) = compared(tmp_path, [("a", 0, [3.0, None, 2.0, 4.0], [END]), ("b", 0, [None, 2.5, 2.6, 7.0], [END])])
    assert [entrant.name for entrant in section.entrants] == ["a", "b"]
    assert [entrant.mean for entrant in section.entrants] == [2.0, 2.5]
    assert section.runtimes(section.entrants[0], 2.0) == [300.0]
    assert section.runtimes(section.entrants[1], 2.0) == [math.inf]


def test_nothing_is_compared_beyond_the_smallest_allowance(tmp_path):
    runs = [("a", 0, [3.0, 2.0, 1.0, 0.0], [END]), ("b", 0, [5.0, 2.5], [END])]
    (section,) = compared(tmp_path, runs, allowances=(400, 200))
    assert section.allowance == 200
    assert [entrant.mean for entrant in section.entrants] == [2.0, 2.5]
    assert section.runtimes(section.entrants[0], 1.0) == [math.inf]


def test_runs_that_failed_or_broke_off_have_the_worst_value_and_never_arrive(tmp_path):
    failure = {"kind": "failure", "why": "It crashed."}
    runs = [("a", seed, [3.0, 1.0 + seed], [END]) for seed in range(3)]
    runs += [("b", 0, [0.5], [failure]), ("b", 1, [0.1], []), ("b", 2, [None], [END]), ("b", 3, [2.0], [END])]
    (section,) = compared(tmp_path, runs)
    b = next(entrant for entrant in section.entrants if entrant.name == "b")
    assert [run.status for run in b.runs] == ["failed", "interrupted", "never feasible", "complete"]
    assert b.values.tolist() == [3.0, 3.0, 3.0, 2.0]
    assert section.runtimes(b, 2.5) == [math.inf, math.inf, math.inf, 100.0]
    assert section.worst == 3.0


def test_a_run_that_was_resumed_after_a_failure_has_ended_well(tmp_path):
    (section,) = compared(tmp_path, [("a", 0, [3.0], [{"kind": "failure", "why": "The disk was full."}, END])])
    assert section.entrants[0].runs[0].status == "complete"


def test_other_problems_never_mix(tmp_path):
    runs = [("a", seed, [1.0], [END]) for seed in range(3)]
    found = compared(tmp_path, runs, problem=lambda place: {"detector": {"slots": 40 if place else 39}})
    assert [len(section.runs) for section in found] == [1, 2]


def test_a_study_without_any_feasible_design_can_still_be_compared(tmp_path):
    runs = [(name, seed, [None, None], [END]) for name in "ab" for seed in range(3)]
    (section,) = compared(tmp_path, runs)
    assert math.isnan(section.worst)
    assert not any(entrant.completed for entrant in section.entrants)


def test_baselines_are_not_compared_with_one_another_and_do_not_set_the_allowance(tmp_path):
    runs = [(name, seed, [value + seed / 10], [END]) for name, value in (("a", 1.0), ("b", 2.0)) for seed in range(5)]
    runs += [("Reference-uniform", 0, [3.0], [END]), ("Reference-calice", 0, [2.9], [END])]
    (section,) = compared(tmp_path, runs, allowances=[1000] * 10 + [100] * 2)
    assert section.allowance == 1000
    assert section.baseline.name == "Reference-uniform"
    kinds = [sum("Reference" in name for name in (pair.first, pair.second)) for pair in section.pairs]
    assert kinds == [0, 1, 1, 1, 1]
    assert section.rank == {"a": 1, "b": 2, "Reference-calice": 3, "Reference-uniform": 4}


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12).map(sorted))
def test_labels_are_moved_apart_and_no_further(wanted):
    places = spread(wanted, 0.07)
    assert np.all(np.diff(places) >= 0.07 - 1e-9)
    assert np.mean(places) == pytest.approx(np.mean(wanted))
    if len(wanted) == 1 or np.min(np.diff(wanted)) >= 0.07:
        assert places == pytest.approx(wanted)
