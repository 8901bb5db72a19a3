"""Ledgers name the code that ran: our own commit, never a neighbour's, and the packages that plug in."""

import shutil
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

import designopt
from designopt.problem import plugins as announcements
from designopt.problem.plugins import COMMANDS, PROBLEMS
from designopt.study import provenance

OURS = Path(provenance.__file__).resolve()


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *identity, *words], cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def copied(tmp_path):
    """Our file within somebody's repository, whose project has this name; tracked or not."""

    def make(name: str, tracked: bool) -> Path:
        file = tmp_path / "designopt" / "study" / "provenance.py"
        file.parent.mkdir(parents=True)
        shutil.copy(OURS, file)
        (tmp_path / "pyproject.toml").write_text(f'[project]\nname = "{name}"\n')
        git(tmp_path, "init", "-q")
        git(tmp_path, "add", "." if tracked else "pyproject.toml")
        git(tmp_path, "commit", "-qm", "first")
        return file

    return make


def test_the_commit_of_our_own_checkout_is_recorded_with_a_plus_once_it_is_changed(copied):
    file = copied("designopt", tracked=True)
    head = git(file.parent, "rev-parse", "--short=12", "HEAD").strip()
    assert provenance._commit_of(file) == head
    file.write_text("changed\n")
    assert provenance._commit_of(file) == head + "+"


@pytest.mark.parametrize(("name", "tracked"), [("an-analysis", True), ("an-analysis", False), ("designopt", False)])
def test_the_commit_of_a_repository_around_an_installed_package_is_not(copied, name, tracked):
    assert provenance._commit_of(copied(name, tracked)) == ""


def test_without_a_checkout_it_is_the_version(monkeypatch):
    monkeypatch.setattr(provenance, "_commit_of", lambda file: "")
    provenance.commit.cache_clear()
    assert provenance.commit() == designopt.__version__
    provenance.commit.cache_clear()


def test_another_repository_named_in_the_environment_is_not_asked(copied, monkeypatch):
    file = copied("an-analysis", tracked=True)
    monkeypatch.setenv("GIT_DIR", str(OURS.parents[2] / ".git"))
    assert provenance._commit_of(file) == ""


class Theirs:
    """What another package defines."""


def test_packages_that_plug_in_are_named_with_their_version(monkeypatch):
    point = EntryPoint("their-problem-v1", "theirs:problem", PROBLEMS)
    vars(point)["dist"] = type("Distribution", (), {"name": "their-problems"})()
    command = EntryPoint("survey", "theirs:survey", COMMANDS)
    vars(command)["dist"] = type("Distribution", (), {"name": "their-commands"})()
    monkeypatch.setattr(announcements, "entry_points", lambda group: [p for p in (point, command) if p.group == group])
    monkeypatch.setattr(provenance, "packages_distributions", lambda: {"their_searches": ["their-searches"]})
    monkeypatch.setattr(provenance, "version", lambda name: f"1.0 of {name}")
    monkeypatch.setattr(sys, "argv", ["designopt", "survey"])
    monkeypatch.setattr(Theirs, "__module__", "their_searches.annealing")
    provenance._packages_of.cache_clear()
    found = provenance.plugins("their-problem-v1", Theirs(), 3.0)
    provenance._packages_of.cache_clear()
    assert found == {name: f"1.0 of {name}" for name in ("their-commands", "their-problems", "their-searches")}


def test_what_is_ours_and_what_a_script_defines_are_no_plug_ins(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["designopt", "run"])
    assert provenance.plugins("tracker-layout-v1", designopt.optimisers.RandomSearch(), Theirs()) == {}
