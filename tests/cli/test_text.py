"""Text that is not ours is shown as it is: brackets and colons are never read as markup."""

import io

import pytest
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from designopt.benchmarks.problems import mixed_shelf
from designopt.cli.progress_table import ProgressTable
from designopt.cli.say import say
from designopt.evaluation.evaluator import Allowance
from designopt.optimisers.baselines import RandomSearch
from designopt.problem import registry
from designopt.study.plan import RunPlan

MARKS = ["[/b]", "[red]", r"\[", "[bold]W[/bold]", ":gear:", "[link]"]


@pytest.mark.parametrize("mark", MARKS)
def test_what_is_typed_comes_back_in_the_error(call, tmp_path, mark):
    code, out, err = call("describe", mark)
    assert (code, out) == (2, "")
    assert err.startswith(f"Error: No problem is called '{mark}'.")
    code, out, err = call("report", tmp_path / mark.replace("/", ""))
    assert code == 2
    assert mark.replace("/", "") in err
    code, out, err = call("evaluate", "spectrometer-layout-v1", tmp_path / f"{mark.replace('/', '')}.json")
    assert code == 2
    assert f"{mark.replace('/', '')}.json" in err


@pytest.mark.parametrize("mark", MARKS)
def test_unknown_commands_and_options_come_back_too(call, mark):
    code, _, err = call(mark)
    assert code == 2
    assert mark in err
    code, _, err = call("list", f"--{mark}")
    assert code == 2
    assert mark in err


def test_a_problems_own_words_are_shown_as_they_are(call, monkeypatch):
    def bracketed():
        """Choose [/b] or [red] or \\[ for the :gear: of a shelf."""
        return mixed_shelf(slots=3)

    monkeypatch.setitem(registry._makers, "bracketed-[red]-v1", bracketed)
    code, out, err = call("list")
    assert (code, err) == (0, "")
    line = next(line for line in out.splitlines() if line.startswith("bracketed"))
    assert line == r"bracketed-[red]-v1  Choose [/b] or [red] or \[ for the :gear: of a shelf."
    code, out, _ = call("describe", "bracketed-[red]-v1")
    assert code == 0
    assert r"Choose [/b] or [red] or \[ for the :gear: of a shelf." in " ".join(out.split())


def test_notes_and_titles_beside_tables_have_lines_of_their_own(capsys):
    table = Table(title="Requirements")
    table.add_row("kept")
    say(Group(Group(table, Text("Note: one."), Text("Note: two.")), table))
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line and line[0].isalpha()] == ["Requirements", "Note: one.", "Note: two.",
                                                                      "Requirements"]  # fmt: skip
    say("two", "words")
    assert capsys.readouterr().out == "two words\n"


class Bracketed(RandomSearch):
    """A random search whose name looks like markup."""

    name = "Random[/b][red]"

    def reason(self, problem, events):
        """Why it searches as it does."""
        return "what [/b] says."


@pytest.mark.parametrize("terminal", [True, False])
def test_an_optimisers_name_is_shown_as_it_is_while_it_runs(tmp_path, terminal):
    problem = mixed_shelf(slots=3)
    plan = RunPlan("study", problem, Bracketed(batch=4), 0, Allowance(events=8 * problem.events))
    console = Console(file=io.StringIO(), width=200, force_terminal=terminal)
    with ProgressTable([plan], tmp_path, console):
        plan.execute(tmp_path, "test")
    told = console.file.getvalue()
    assert "Random[/b][red] is what [/b] says." in told
    assert "Random[/b][red], seed 0" in told


def test_control_characters_are_shown_and_move_no_cursor(call):
    code, _, err = call("describe", "a\x1b[2Jb\x07")
    assert code == 2
    assert r"a\x1b[2Jb\x07" in err
    assert not {"\x1b", "\x07"} & set(err)


def test_the_title_of_a_narrow_table_is_not_broken(capsys):
    from rich.console import Group
    from rich.table import Table

    from designopt.cli.say import say

    table = Table("a", title="The design of the policy as built, in the order")
    table.add_row("1")
    say(Group(table, "after it"))
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.strip() == "The design of the policy as built, in the order"
    assert rest[-1].strip() == "after it"
    assert table.title
