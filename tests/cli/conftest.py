"""What the tests of the command line share: a call in this process, and plug-ins that are put up for one test."""

import sys
from importlib.metadata import EntryPoint, entry_points

import pytest

from designopt.cli.app import main
from designopt.problem import plugins


@pytest.fixture
def call(monkeypatch, capsys):
    """Run a command line in this process: exit code, standard output, standard error."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["designopt", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run


class Announcement(EntryPoint):
    """An entry point of a package that is not installed; `dist` is all that is asked of its package."""

    def __init__(self, name, value, group, package):
        super().__init__(name, value, group)
        vars(self)["dist"] = type("Distribution", (), {"name": package})()


@pytest.fixture
def announce(monkeypatch):
    """Announce `value` as `name` in a group, beside what is installed."""
    more = []

    def found(group):
        return [*entry_points(group=group), *(point for point in more if point.group == group)]

    monkeypatch.setattr(plugins, "entry_points", found)
    plugins.warn.cache_clear()
    return lambda group, name, value, package="their-package": more.append(Announcement(name, value, group, package))
