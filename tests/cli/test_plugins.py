"""A plug-in that is broken costs only itself: one line names it, and everything else works."""

import re

import pytest

from designopt.problem import plugins
from designopt.problem.plugins import COMMANDS, EVALUATIONS, PROBLEMS, VERIFICATIONS, BrokenPlugin
from designopt.problem.registry import maker, verification

OURS = "calorimeter-segmentation-v1"


@pytest.fixture
def their_module(tmp_path, monkeypatch):
    """Write a module that is found by its name."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(name, text):
        (tmp_path / f"{name}.py").write_text(text)
        return name

    return write


@pytest.mark.parametrize(
    "text", ["import a_package_nobody_has", "def command(:", "raise SystemExit(3)", "command = 3", ""]
)
def test_a_broken_command_is_named_in_one_line_of_the_help_and_the_rest_is_there(call, announce, their_module, text):
    module = their_module(f"their_command_{abs(hash(text))}", text)
    announce(COMMANDS, "survey", f"{module}:command")
    code, out, err = call("--help")
    assert code == 0
    assert all(word in out for word in ("describe", "report", "transport"))
    assert "survey" not in out
    assert len(err.splitlines()) == 1
    assert "'survey'" in err
    assert "their-package" in err
    code, out, _ = call("list")
    assert code == 0
    assert OURS in out


@pytest.mark.parametrize("words", [("--help",), ("list",), ("report", "nowhere")])
@pytest.mark.parametrize("value", ["no_such_module_at_all:command", "no_such_package.module:command"])
def test_a_command_without_a_module_stops_nothing(call, announce, words, value):
    announce(COMMANDS, "survey", value)
    code, out, err = call(*words)
    assert "Traceback" not in err
    if words[0] == "report":
        assert (code, out) == (2, "")
        assert "nowhere" in err
    else:
        assert code == 0
        assert "survey" not in out


def test_a_broken_problem_is_named_and_the_others_are_listed(call, announce):
    announce(PROBLEMS, "their-problem-v1", "no_such_module_at_all:problem")
    code, out, err = call("list")
    assert code == 0
    assert OURS in out
    assert "their-problem-v1" not in out
    (line,) = err.splitlines()
    assert re.search("problem 'their-problem-v1' of their-package.*ModuleNotFoundError.*uninstall", line)
    code, out, err = call("describe", "their-problem-v1")
    assert (code, out) == (2, "")
    assert err.startswith("Error: The problem 'their-problem-v1' of their-package")


def test_broken_evaluations_and_verifications_are_one_sentence_when_they_are_wanted(call, announce, tmp_path):
    announce(EVALUATIONS, "plane-spacing-v1", "no_such_module_at_all")
    announce(VERIFICATIONS, "plane-spacing-v1", "no_such_module_at_all")
    design = tmp_path / "design.json"
    design.write_text("{}")
    code, _, err = call("evaluate", "plane-spacing-v1", design)
    assert code == 2
    assert "evaluation 'plane-spacing-v1' of their-package" in err
    with pytest.raises(BrokenPlugin, match="verification 'plane-spacing-v1' of their-package"):
        verification("plane-spacing-v1")
    assert OURS in call("list")[1]


def test_two_packages_that_announce_one_name_are_said_and_ours_is_kept(call, announce):
    announce(PROBLEMS, OURS, "their_module:problem", package="a-package")
    code, out, err = call("list")
    assert code == 0
    assert OURS in out
    (line,) = err.splitlines()
    assert "Two packages announce" in line
    assert "a-package" in line
    assert "The one of designopt is used" in line
    assert maker(OURS).__name__ == "calorimeter_segmentation"


def test_a_command_that_takes_our_name_is_left_out_and_said(call, announce):
    announce(COMMANDS, "list", "test_plugins:greet")
    code, out, err = call("list")
    assert code == 0
    assert OURS in out
    assert "called 'list' already" in err


def test_a_command_of_another_package_runs(call, announce, their_module):
    text = 'def greet(name: str = "you") -> None:\n    """Greet somebody."""\n    print(f"Good morning, {name}.")\n'
    announce(COMMANDS, "greet", f"{their_module('their_greeting', text)}:greet")
    assert call("greet", "--name", "Ada") == (0, "Good morning, Ada.\n", "")
    assert "Greet somebody" in call("--help")[1]


def test_other_commands_import_no_plug_in(call, announce, their_module):
    announce(COMMANDS, "loud", f"{their_module('their_loud_module', 'print(1 / 0)')}:command")
    assert call("report", "nowhere")[2].startswith("Error: ")


def test_the_backport_of_pythons_metadata_may_take_its_place():
    pytest.importorskip("importlib_metadata")  # once imported, announcements are objects of its own class
    plugins._announced_by_all.cache_clear()
    assert "plane-spacing-v1" in plugins.announced(plugins.PROBLEMS)
    plugins._announced_by_all.cache_clear()


@pytest.mark.parametrize("group", [PROBLEMS, EVALUATIONS, VERIFICATIONS])
def test_what_is_announced_and_cannot_be_called_is_one_sentence(announce, their_module, group):
    announce(group, "their-kind-v1", f"{their_module('their_number', 'value = 3')}:value")
    with pytest.raises(BrokenPlugin, match=r"'their-kind-v1' of their-package .*no function.*uninstall"):
        plugins.load(plugins.announced(group)["their-kind-v1"])


@pytest.mark.parametrize("file", ["entry_points.txt", "METADATA"])
def test_a_package_whose_files_cannot_be_read_is_named_and_the_others_are_there(call, tmp_path, monkeypatch, file):
    theirs = tmp_path / "theirs-1.0.dist-info"
    theirs.mkdir()
    for name in ("entry_points.txt", "METADATA"):
        (theirs / name).write_bytes(b"\x00\xff\xfe[designopt.problems" if name == file else b"Name: theirs\n")
    monkeypatch.syspath_prepend(tmp_path)
    plugins.warn.cache_clear()
    code, out, err = call("list")
    assert code == 0
    assert OURS in out
    assert ("theirs-1.0.dist-info" in err) == (file == "entry_points.txt")
