"""Where there is no terminal, progress is told in plain lines: when a run ends, and once a minute for the others."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from designopt.benchmarks.problems import mixed_shelf, noisy_law
from designopt.cli import progress_table
from designopt.cli.progress import Row, broken
from designopt.cli.progress_table import ProgressTable, chosen
from designopt.evaluation.doing import Doing
from designopt.evaluation.evaluator import Allowance
from designopt.optimisers.baselines import RandomSearch, Reference
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.problem.problem import Problem
from designopt.records.event_log import EventLog, read_events
from designopt.records.watch import RunWatch
from designopt.study.plan import RunPlan

SHELF = mixed_shelf(slots=3)
RANDOM, FEW = RandomSearch(), Allowance(events=1000)


def plan(optimiser=RANDOM, seed=0, problem: Problem = SHELF, allowance=FEW):
    return RunPlan("study", problem, optimiser, seed, allowance)


@pytest.fixture
def doing():
    return {}


@pytest.fixture
def table(tmp_path, doing):
    console = Console(file=io.StringIO(), width=40, force_terminal=False)
    warned = []
    log = EventLog(tmp_path, warned.append)
    return ProgressTable([plan(seed=0), plan(seed=1)], tmp_path, console, doing=doing, log=log)


def told(table):
    return table.console.file.getvalue().splitlines()


def test_a_run_that_ended_is_one_line_once(table):
    table.watches[1].state, table.watches[1].why = "failed", "the simulator is gone"
    for _ in range(3):
        table.tick(now=True)
    assert told(table) == ["[1/2] RandomSearch, seed 1: failed after 0 evaluations: the simulator is gone"]


def test_runs_that_end_between_two_looks_are_counted_one_after_the_other(table, tmp_path):
    for watch in table.watches:
        watch.state = "done"
    table.tick(now=True)
    assert [line[:5] for line in told(table)] == ["[1/2]", "[2/2]"]
    events = [(event["event"], event["run"]) for event in read_events(tmp_path)]
    assert events == [(kind, f"RandomSearch, seed {i}") for i in (0, 1) for kind in ("run-begins", "run-ends")]


@pytest.mark.parametrize("width", [72, 80, 140])
def test_no_state_is_cut_on_a_narrow_screen(tmp_path, width):
    doing = {0: Doing.COMPILING}
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    table = ProgressTable([plan(CmaEs(knots=4)), plan(seed=1)], tmp_path, console, doing=doing)
    table.tick()
    console.print(table._table())
    assert "compiling" in console.file.getvalue()
    assert "waiting" in console.file.getvalue()


def test_once_a_minute_a_line_says_how_far_the_others_are(table, monkeypatch, doing):
    table.watches[0].state, table.watches[0].spent, doing[0] = "running", 250, Doing.COMPILING
    table.tick(now=True)
    assert told(table) == []
    monkeypatch.setattr(progress_table, "EVERY", -1.0)
    table.tick(now=True)
    (line,) = told(table)
    assert line.startswith("0 of 2 runs ended; RandomSearch, seed 0 25 % (compiling) under way; ")


def test_what_is_done_most_of_the_time_is_shown(table, doing):
    for what in [Doing.SIMULATING, Doing.THINKING, Doing.SIMULATING, Doing.SIMULATING]:
        doing[1] = what
        table.tick()
    row = table.progress.rows[1]
    assert row.state == "simulating"
    doing.clear()
    table.tick()
    assert row.state == "waiting"


def test_looks_that_take_long_are_rare(table, monkeypatch):
    clock, looks = [100.0], []

    def look(seconds):
        looks.append(clock[0])
        clock[0] += 0.2

    monkeypatch.setattr(progress_table.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(table.progress, "look", look)
    while clock[0] < 112.0:
        table.tick()
        clock[0] += 0.1
    assert looks == pytest.approx([100.0, 104.0, 108.0], abs=0.2)


@pytest.mark.parametrize("terminal", [True, False])
def test_the_quiet_hear_nothing(tmp_path, terminal):
    console = Console(file=io.StringIO(), width=80, force_terminal=terminal)
    table = ProgressTable([plan()], tmp_path, console, quiet=True)
    with table:
        table.watches[0].state = "failed"
        table.tick(now=True)
    assert console.file.getvalue() == ""


def test_labels_tell_variants_apart():
    other = mixed_shelf(slots=3, limit=7.0)
    laws = [noisy_law(noise=0.1), noisy_law(noise=0.2)]
    plans = [
        plan(Reference("uniform")), plan(CmaEs(knots=4)), plan(CmaEs(knots=6)), plan(CmaEs(knots=6), seed=1),
        plan(problem=other), *(plan(problem=law) for law in laws), plan(allowance=Allowance(events=2000)),
    ]  # fmt: skip
    console = Console(file=io.StringIO(), width=200, force_terminal=False)
    names = [row.label for row in ProgressTable(plans, Path("/nonexistent"), console).progress.rows]
    assert len(set(names)) == len(plans)
    assert names[0].endswith("Reference-uniform, 1,000 events")
    assert "knots 4" in names[1]
    assert "noise 0.1" in names[5]
    assert "noise 0.2" in names[6]


def test_a_plain_study_has_plain_labels(table):
    assert [row.label for row in table.progress.rows] == ["RandomSearch, seed 0", "RandomSearch, seed 1"]


@pytest.fixture(scope="module")
def heavy(tmp_path_factory):
    """A reference design over its side limit, scored."""
    problem = mixed_shelf(slots=3, budget=16.0, limit=2.0)
    run_dir = tmp_path_factory.mktemp("heavy")
    reference = plan(Reference("uniform"), problem=problem)
    heard = []
    reference.execute(run_dir, "test", heard.append)
    watch = RunWatch(reference.path(run_dir))
    watch.look()
    return Row(reference, "Reference-uniform", watch), heard


def test_a_reference_over_a_limit_says_which_and_by_how_much(heavy):
    row, _ = heavy
    assert row.watch.best is None
    excess = row.watch.closest.built_violations["amount"]
    assert excess > 0
    assert row.score == broken(row.watch.closest) == f"breaks amount by {100 * excess:.3g} %"
    assert progress_table._outcome(row).startswith("done, its design breaks amount by ")


def test_a_run_says_what_it_does_in_its_order(heavy):
    assert heavy[1] == [Doing.THINKING, Doing.COMPILING, Doing.SIMULATING, Doing.THINKING]


def test_a_replayed_run_says_so_and_a_winner_is_rescored(tmp_path):
    one, heard = plan(RandomSearch(batch=4), allowance=Allowance(events=80)), []
    one.execute(tmp_path, "test")
    path = one.path(tmp_path)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:5]))  # half of it: header and four trials
    one.execute(tmp_path, "test", heard.append)
    assert heard[0] is Doing.REPLAYING
    assert heard.index(Doing.SIMULATING) > 0
    assert Doing.REPLAYING not in heard[heard.index(Doing.SIMULATING) :]
    assert heard[-1] is Doing.RESCORING
    watch = RunWatch(path)
    watch.look()
    assert (watch.state, watch.evaluations) == ("done", 8)
    assert watch.winner["score"] == pytest.approx(watch.best.score)


def test_a_small_screen_shows_what_matters(table, doing):
    (row,) = table.progress.rows[:1]
    rows = [Row(plan(seed=n), str(n), RunWatch(row.watch.path)) for n in range(30)]
    rows[0].plan = plan(Reference("uniform"))
    for number in range(20):
        rows[number].watch.state = "done"
    rows[3].watch.state, rows[20].doing = "failed", "thinking"
    shown = [row.label for row in chosen(rows, 8)]
    assert shown == ["0", "3", "17", "18", "19", "20", "21", "22"]


def test_the_event_log_says_what_happened(table, doing, tmp_path):
    with table:
        doing[0] = Doing.SIMULATING
        table.tick(now=True)
        table.watches[0].state = "done"
        doing.clear()
        table.tick(now=True)
    events = read_events(tmp_path)
    assert [event["event"] for event in events] == ["run-begins", "run-ends", "study-ends"]
    assert events[1]["run"] == "RandomSearch, seed 0"
    assert (events[1]["outcome"], events[1]["runs"], events[1]["done"]) == ("done", 2, 1)
    assert all(event["time"] for event in events)


def test_the_event_log_goes_on_after_a_torn_line_and_warns_once_where_it_cannot(tmp_path):
    warned = []
    (tmp_path / "events.jsonl").write_text('{"event":"a"}\n{"event":"b", "ti')
    log = EventLog(tmp_path, warned.append)
    log.write("c", score=float("nan"))
    assert [event["event"] for event in read_events(tmp_path)] == ["a", "c"]
    assert read_events(tmp_path)[1]["score"] is None
    assert warned == []
    nowhere = EventLog(tmp_path / "none", warned.append)
    nowhere.write("a")
    nowhere.write("b")
    (sentence,) = warned
    assert "cannot be written" in sentence
