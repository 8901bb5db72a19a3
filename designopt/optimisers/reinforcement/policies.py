"""A trained policy on the disk: what it is as JSON, its weights as plain numbers; loading it runs no foreign code."""

import hashlib
import io
import json
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers.extras import RL, require
from designopt.problem.problem import Problem
from designopt.records.files.whole_file import write_whole
from designopt.suggestion import suggestion

FORMAT = "designopt policy 1"
CARD, WEIGHTS = ".json", ".pt"
NAME = "policy"
"""Name of a policy's two files in a folder, but for their endings."""
CLIP, TINY = 10.0, 1e-8
"""Scaled observations are cut at so many spreads; added to variances, as `VecNormalize` of stable-baselines3 does."""

ACTIONS = {"Ppo": "layers", "Sac": "layers", "MaskedPpo": "choices"}
"""Which actions the policies of each algorithm take."""


class ForeignPolicy(ValueError):
    """A file that is to be a policy and is none of ours, or was changed."""


@dataclass(frozen=True)
class PolicyCard:
    """What a policy is: enough to build its network and to ask it again.

    Attributes:
        algorithm: name of the optimiser that trained it.
        problem: the problem's card, as in a ledger.
        units: of each of its two layers.
        reach, start: what its actions are relative to, as of `DesignEnv`.
        mean, variance: of what it observed in training, by which observations are scaled.
        observations, actions: names of what it observes and of what it acts on, in order.
        steps, events, seed: of its training.
    """

    algorithm: str
    problem: dict[str, Any]
    units: int
    reach: float
    start: list[float]
    mean: list[float]
    variance: list[float]
    observations: list[str]
    actions: list[str]
    steps: int
    events: int
    seed: int


@dataclass(frozen=True)
class AgentPolicy:
    """A trained policy and its card."""

    card: PolicyCard
    net: Any

    def design(self, problem: Problem) -> Float[ndarray, " coordinate"]:
        """The point that the policy builds, taking its likeliest action at every step. Simulates nothing.

        The problem may be the one of the training, or have another budget or other options, as long as the policy
        observes and acts on the same numbers; else ValueError.
        """
        actions = actions_for(self.card, problem)
        build(self.net, actions, self.scaled)
        return actions.points[0].copy()

    def scaled(self, seen: Float[ndarray, "stack number"]) -> Float[ndarray, "stack number"]:
        """Observations as in the training."""
        mean, variance = np.asarray(self.card.mean), np.asarray(self.card.variance)
        return np.clip((seen - mean) / np.sqrt(variance + TINY), -CLIP, CLIP).astype(np.float32)

    def save(self, stem: Path) -> None:
        """Write `stem`.json and `stem`.pt. Raises OSError where they cannot be written."""
        import torch

        weights = io.BytesIO()
        torch.save(self.net.state_dict(), weights)
        _write(self.card, stem, weights.getvalue())

    @classmethod
    def load(cls, path: Path, problem: Problem | None = None) -> "AgentPolicy":
        """The policy of a folder, or of its JSON file; for this `problem`, or for the one of its training.

        Raises ForeignPolicy (a ValueError), in a sentence, for anything that designopt did not write, whose weights
        are not those of its card, or which holds more than numbers; ValueError for a problem that it does not fit.
        """
        require("A policy of an agent", "rl", RL)
        import torch

        from designopt.problem.registry import remade

        card, file = read_card(path), named(stem_of(path), WEIGHTS)
        content = _weights(path, file)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that a file is odd is said below
                numbers = torch.load(io.BytesIO(content), weights_only=True, map_location="cpu")
        except Exception as error:
            raise ForeignPolicy(
                f"The weights {file} hold more than numbers, or are damaged ({type(error).__name__}), and are not "
                "loaded: such a file can run any program. Train the policy again."
            ) from error
        net = network(card, actions_for(card, problem or remade(card.problem)))
        try:
            net.load_state_dict(numbers)
        except (RuntimeError, TypeError, AttributeError) as error:
            raise ForeignPolicy(f"The weights {file} are of another network than {path} describes.") from error
        return cls(card, net)


def stem_of(path: Path) -> Path:
    """The path of a policy's files without their endings; any of the two files may be given, or their folder."""
    if path.is_dir():
        return path / NAME
    return path.with_suffix("") if path.suffix in (CARD, WEIGHTS) else path


def named(stem: Path, ending: str) -> Path:
    """One of a policy's files."""
    return stem.with_name(stem.name + ending)


def read_card(path: Path) -> PolicyCard:
    """What a policy is. Raises ForeignPolicy for a file that is no policy of ours."""
    file = named(stem_of(path), CARD)
    if path.suffix == ".zip":
        raise ForeignPolicy(
            f"{path} looks like a model of stable-baselines3, which holds pickled code, and is not loaded. Give a "
            "folder that `designopt train` wrote."
        )
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ForeignPolicy(
            f"There is no policy at {path}: {file.name} cannot be read ({error.strerror}). Give a folder that "
            "`designopt train` wrote, or the .policy.json beside a ledger."
        ) from error
    except (ValueError, RecursionError) as error:
        raise ForeignPolicy(f"{file} is not JSON, so it is no policy of designopt. Train one.") from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise ForeignPolicy(f"{file} is no policy that this version of designopt wrote ('format' is not '{FORMAT}').")
    try:
        card = PolicyCard(**{name: told[name] for name in PolicyCard.__dataclass_fields__})
        np.asarray([card.start, card.mean, card.variance], dtype=object)
        sizes = len(card.observations), len(card.mean), len(card.variance)
    except (KeyError, TypeError) as error:
        raise ForeignPolicy(f"{file} is a policy with a part missing or wrong ({error}). Train it again.") from error
    if card.algorithm not in ACTIONS:
        raise ForeignPolicy(f"{file} was trained by '{card.algorithm}'.{suggestion(str(card.algorithm), ACTIONS)}")
    if len(set(sizes)) != 1 or not isinstance(card.problem, Mapping):
        raise ForeignPolicy(f"{file} contradicts itself: its observations are not as many as their scales.")
    return card


def actions_for(card: PolicyCard, problem: Problem) -> Any:
    """One agent's actions. Raises ValueError where the problem has other observations or actions than the policy."""
    from designopt.envs.shared.making import actions_of

    start = np.asarray(card.start, dtype=float)
    if start.shape != (problem.size,):
        raise ValueError(_misfit(card, problem, f"{len(start)} coordinates, not {problem.size}"))
    actions = actions_of(Evaluator(problem, Allowance(1)), 1, start, card.reach, ACTIONS[card.algorithm])
    for what, mine, there in (
        ("observes", card.observations, actions.observed),
        ("acts on", card.actions, actions.acted),
    ):
        names = [one.name for one in there]
        if names != list(mine):
            odd = next((name for name in mine if name not in names), f"{len(mine)} numbers, not {len(names)}")
            raise ValueError(_misfit(card, problem, f"it {what} {odd}"))
    return actions


def build(net: Any, actions: Any, scaled: Any) -> None:
    """One episode in which a policy takes its likeliest actions; the stack is in `actions` and not scored."""
    actions.reset()
    finished = False
    while not finished:
        masks: dict[str, Any] = actions.action_mask()
        action, _ = net.predict(scaled(actions.observe()), deterministic=True, **masks)
        finished = actions.step(action)[0]


def network(card: PolicyCard, actions: Any) -> Any:
    """An untrained network of the kind that a card describes."""
    from sb3_contrib.common.maskable.policies import MaskableActorCriticPolicy
    from stable_baselines3.common.policies import ActorCriticPolicy
    from stable_baselines3.sac.policies import SACPolicy

    kinds: dict[str, Any] = {"Ppo": ActorCriticPolicy, "MaskedPpo": MaskableActorCriticPolicy, "Sac": SACPolicy}
    arch = [int(card.units)] * 2
    net = kinds[card.algorithm](actions.observation_space, actions.action_space, lambda _: 0.0, net_arch=arch)
    net.set_training_mode(False)
    return net


def _write(card: PolicyCard, stem: Path, weights: bytes) -> None:
    told = {"format": FORMAT, **asdict(card), "weights_sha256": hashlib.sha256(weights).hexdigest()}
    stem.parent.mkdir(parents=True, exist_ok=True)
    write_whole(named(stem, WEIGHTS), weights)
    write_whole(named(stem, CARD), (json.dumps(told, indent=1, allow_nan=False) + "\n").encode())


def _weights(path: Path, file: Path) -> bytes:
    told = json.loads(named(stem_of(path), CARD).read_text(encoding="utf-8"))
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ForeignPolicy(f"The weights {file} of the policy cannot be read ({error.strerror}).") from error
    if hashlib.sha256(content).hexdigest() != told.get("weights_sha256"):
        raise ForeignPolicy(
            f"The weights {file} are not those that {path} was written with: one of them was changed or replaced. They "
            "are not loaded. Train the policy again."
        )
    return content


def _misfit(card: PolicyCard, problem: Problem, why: str) -> str:
    return (
        f"The policy was trained on '{card.problem.get('name')}' and does not fit '{problem.name}' as asked: {why}. "
        "Ask it for the problem of its training, or train another."
    )
