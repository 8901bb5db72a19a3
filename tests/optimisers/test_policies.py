"""A trained policy: kept without pickle, the same after loading, refused where it is not ours; no stray folders."""

import json
import pickle
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from designopt.benchmarks.problems import square_root_law
from designopt.cli.app import app
from designopt.evaluation.evaluator import Allowance
from designopt.optimisers.reinforcement.agents import Ppo, Sac
from designopt.optimisers.reinforcement.masked import MaskedPpo
from designopt.optimisers.reinforcement.policies import AgentPolicy, ForeignPolicy
from designopt.optimisers.reinforcement.training import train
from designopt.problem.registry import register
from designopt.study.study import Study

SMALL = {"agents": 2, "units": 8}
AGENTS = [Ppo(**SMALL, epochs=1), MaskedPpo(**SMALL, epochs=1), Sac(**SMALL, lessons=1)]


@cache
def law(budget: float = 12.0):
    return replace(square_root_law(3, budget), name="policies-law-v0", options={})


register("policies-law-v0", law)
PROBLEM = law()


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained") / "ppo"
    return train(AGENTS[0], PROBLEM, 64, folder, seed=3), folder


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """A folder for temporary files of this test alone: others that run beside it fill the common one."""
    own = tmp_path / "temporary"
    own.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(own))
    return own


@pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: agent.name)
def test_a_policy_builds_the_same_after_loading_and_every_event_is_counted(agent, tmp_path, temporary):
    seen = []
    found = train(agent, PROBLEM, 48, tmp_path / "t", seed=1, every=24, tell=seen.append)
    assert found.steps >= 48
    assert [one.steps for one in seen] == sorted({one.steps for one in seen})
    assert seen[-1].steps == found.steps
    assert found.events % PROBLEM.events == 0
    assert seen[-1].events == found.events > 0
    again = AgentPolicy.load(tmp_path / "t", PROBLEM)
    np.testing.assert_array_equal(again.design(PROBLEM), found.policy.design(PROBLEM))
    assert again.card.events == found.events
    rows = [json.loads(line) for line in (tmp_path / "t" / "evaluations.jsonl").read_text().splitlines()]
    assert [row["score"] for row in rows] == [one.score for one in seen]
    checkpoints = sorted((tmp_path / "t" / "checkpoints").iterdir())
    assert len(checkpoints) == len(seen)
    AgentPolicy.load(checkpoints[0], PROBLEM)
    assert list((tmp_path / "t" / "tensorboard").iterdir())
    assert list(temporary.glob("SB3-*")) == []


def test_the_policy_designs_for_another_budget(trained):
    found, folder = trained
    richer = law(budget=15.0)
    u = AgentPolicy.load(folder, richer).design(richer)
    design = richer.build(jnp.asarray(u))
    assert float(richer.cost(design)) <= 15.0 + 1e-9
    with pytest.raises(ValueError, match="does not fit"):
        found.policy.design(square_root_law(4))


def test_training_ends_with_its_evaluations_and_does_not_write_over_another(trained, tmp_path):
    found = train(AGENTS[0], PROBLEM, 10_000, tmp_path / "few", evaluations=20)
    assert found.events == 20 * PROBLEM.events
    assert "allowance" in found.why
    with pytest.raises(ValueError, match="holds a training already"):
        train(AGENTS[0], PROBLEM, 64, trained[1])
    more = train(AGENTS[0], PROBLEM, 16, tmp_path / "more", go_on_from=found.policy)
    assert more.evaluations[0].score == pytest.approx(found.evaluations[-1].score, abs=5.0)
    with pytest.raises(ValueError, match="same algorithm"):
        train(AGENTS[2], PROBLEM, 16, tmp_path / "other", go_on_from=found.policy)


def changed(folder: Path, to: Path, card=lambda card: card, weights=lambda weights: weights) -> Path:
    to.mkdir()
    told = card(json.loads((folder / "policy.json").read_text()))
    (to / "policy.json").write_text(told if isinstance(told, str) else json.dumps(told))
    (to / "policy.pt").write_bytes(weights((folder / "policy.pt").read_bytes()))
    return to


class Evil:
    def __reduce__(self):
        return print, ("code of a file ran",)


def hashed(content: bytes):
    import hashlib

    return lambda card: {**card, "weights_sha256": hashlib.sha256(content).hexdigest()}


@pytest.mark.parametrize(
    ("card", "weights", "sentence"),
    [
        (lambda card: "{", bytes, "is not JSON"),
        (lambda card: {**card, "format": "mine"}, bytes, "no policy that this version"),
        (lambda card: {k: v for k, v in card.items() if k != "reach"}, bytes, "part missing"),
        (lambda card: {**card, "algorithm": "Pqo"}, bytes, "Did you mean 'Ppo'"),
        (lambda card: {**card, "mean": card["mean"][:-1]}, bytes, "contradicts itself"),
        (lambda card: card, lambda weights: weights + b"x", "changed or replaced"),
        (lambda card: {**card, "units": 9}, bytes, "another network"),
        (hashed(pickle.dumps(Evil())), lambda _: pickle.dumps(Evil()), "more than numbers"),
    ],
)
def test_what_is_not_ours_is_refused_in_a_sentence(trained, tmp_path, card, weights, sentence, capsys):
    with pytest.raises(ForeignPolicy, match=sentence):
        AgentPolicy.load(changed(trained[1], tmp_path / "changed", card, weights), PROBLEM)
    assert "ran" not in capsys.readouterr().out


def test_a_model_of_the_library_and_an_empty_folder_are_no_policies(tmp_path):
    (tmp_path / "model.zip").write_bytes(b"PK")
    with pytest.raises(ForeignPolicy, match="pickled code"):
        AgentPolicy.load(tmp_path / "model.zip")
    with pytest.raises(ForeignPolicy, match="no policy at"):
        AgentPolicy.load(tmp_path)


def test_weights_hold_numbers_alone(trained):
    numbers = torch.load(trained[1] / "policy.pt", weights_only=True)
    assert all(isinstance(value, torch.Tensor) for value in numbers.values())


def test_the_policy_of_a_study_stands_beside_its_ledger(tmp_path, temporary):
    agent = Ppo(screened=4, agents=2, stacks=4, units=8, epochs=1)
    study = Study("kept", [PROBLEM], [agent], [0], Allowance(24 * PROBLEM.events))
    study.run(tmp_path)
    assert study.missing(tmp_path) == []
    (kept,) = (tmp_path / "ledger").glob("*.policy.json")
    assert kept.name.removesuffix(".policy.json") + ".jsonl" in {one.name for one in (tmp_path / "ledger").iterdir()}
    policy = AgentPolicy.load(kept, PROBLEM)
    assert policy.card.events == 24 * PROBLEM.events
    assert policy.design(PROBLEM).shape == (PROBLEM.size,)
    assert list(temporary.glob("SB3-*")) == []


def test_the_commands_train_and_roll_out(tmp_path):
    run, out = CliRunner(), str(tmp_path / "out")
    result = run.invoke(app, ["train", "policies-law-v0", "--steps", "32", "--agents", "2", "--out", out])
    assert result.exit_code == 0, result.output
    assert "simulated events charged" in result.output
    assert (tmp_path / "out" / "learning_curve.png").stat().st_size > 1000
    shown = run.invoke(app, ["rollout", out, "--budget", "15"])
    assert shown.exit_code == 0, shown.output
    assert "of 15 kCHF" in shown.output
    design = run.invoke(app, ["rollout", out, "--json"])
    assert json.loads(design.stdout)["variables"].keys() == {v.name for v in PROBLEM.space.variables}
