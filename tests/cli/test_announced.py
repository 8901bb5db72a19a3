"""Commands that packages announce: they run like the house's own, and may not take its names."""

import json
import sys
from importlib.metadata import EntryPoint

import pytest
import typer

from designopt.cli.app import app as cli


@pytest.fixture
def call(monkeypatch, capsys):
    def run(*words):
        monkeypatch.setattr(sys, "argv", ["designopt", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run


def test_transport_answers_in_json(call):
    code, out, _ = call("transport", "--iron", 1, "--field", 1.7, "--momentum", 10, "--muons", 200, "--json")
    assert code == 0
    answer = json.loads(out)
    keys = ("momentum_gev", "bend_mrad", "angle_mrad", "bend_displacement_mm", "displacement_mm")
    assert all(set(answer[key]) == {"mean", "median", "q16", "q84"} for key in keys)
    assert answer["stopped_fraction"] == 0.0


def test_transport_prints_a_table_and_refuses_in_a_sentence(call):
    code, out, _ = call("transport", "--iron", 1, "--momentum", 10, "--muons", 200)
    assert code == 0
    assert "bend displacement (mm)" in out
    code, out, err = call("transport", "--iron", -1, "--momentum", 10)
    assert (code, out) == (2, "")
    assert err.startswith("Error: The iron is -1 m long.")


def announce(monkeypatch, name):
    point = EntryPoint(name, "designopt.detectors.muon_shield.command:transport", cli.COMMANDS)
    monkeypatch.setattr(cli, "entry_points", lambda group: [point] if group == cli.COMMANDS else [])
    monkeypatch.setattr(cli, "app", typer.Typer())
    cli.app.command("run")(cli.run)
    cli._add_announced()


def test_an_announced_command_joins_the_others(monkeypatch):
    announce(monkeypatch, "survey")
    assert {command.name for command in cli.app.registered_commands} == {"run", "survey"}


def test_a_taken_name_is_refused(monkeypatch):
    with pytest.raises(ValueError, match="called 'run' already"):
        announce(monkeypatch, "run")
