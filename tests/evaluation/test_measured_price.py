"""What a gradient costs is measured where it is asked for, and refused where there is none."""

import dataclasses

import pytest
from typer.testing import CliRunner

from designopt.benchmarks.problems import square_root_law
from designopt.cli import describe
from designopt.cli.app import app
from designopt.evaluation.programs.measured_price import measured_price

LAW = square_root_law()


def test_a_gradient_and_a_loss_take_time(monkeypatch):
    found = measured_price(LAW, rows=4, repeats=2)
    assert found.rows == 4
    assert min(found.loss, found.gradient) >= 0
    with pytest.raises(ValueError, match="has no gradient"):
        measured_price(dataclasses.replace(LAW, gradient_price=None))


@pytest.mark.parametrize("blind", [False, True])
def test_describe_measures_when_asked(monkeypatch, blind):
    problem = dataclasses.replace(LAW, gradient_price=None) if blind else LAW
    monkeypatch.setattr(describe, "described_problems", lambda name, budget: [problem])
    shown = CliRunner().invoke(app, ["describe", "any", "--measure"])
    assert shown.exit_code == 0, shown.output
    wanted = "nothing to measure" if blind else f"charged as {LAW.gradient_price:g} x"
    assert wanted in " ".join(shown.output.split())
