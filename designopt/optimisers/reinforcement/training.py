"""Train an agent for a number of steps, outside of a comparison: evaluations, checkpoints, logs, the policy."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from designopt.envs.shared.episodes import Episodes, while_paid
from designopt.envs.shared.making import metered
from designopt.envs.shared.reward import Reward, chosen_start
from designopt.envs.vector_env import VectorDesignEnv
from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.extras import require
from designopt.optimisers.reinforcement.agents import AbstractAgent, one_thread
from designopt.optimisers.reinforcement.policies import NAME, AgentPolicy, build
from designopt.problem.problem import Problem
from designopt.records.training_log import TrainingLog
from designopt.records.trial import Needs, Trial

if TYPE_CHECKING:
    from designopt.envs.actions import AbstractActions

CHECKPOINTS, LOGS = "checkpoints", "tensorboard"
"""What a training writes beside the policy."""


@dataclass(frozen=True)
class Evaluation:
    """The policy's own episode, its likeliest actions, after so many steps of all agents.

    Attributes:
        steps, events: taken, and simulated events charged, so far; the evaluations themselves among them.
        score, reward, cost, feasible: of the stack that the policy builds; reward as the agents see it, in per cent.
        best: the best feasible score of all stacks so far; None while there is none.
        recent: mean reward of the last hundred episodes of training; None before the first.
    """

    steps: int
    events: int
    score: float | None
    reward: float
    cost: float
    feasible: bool
    best: float | None
    recent: float | None


@dataclass(frozen=True)
class Trained:
    """What a training gave: the policy, its evaluations, the score it began from, the best stack, why it ended."""

    policy: AgentPolicy
    evaluations: list[Evaluation]
    start: Trial
    best: Trial | None
    events: int
    steps: int
    why: str


def train(
    agent: AbstractAgent,
    problem: Problem,
    steps: int,
    folder: Path,
    *,
    seed: int = 0,
    every: int | None = None,
    start: str | None = None,
    evaluations: int | None = None,
    go_on_from: AgentPolicy | None = None,
    tell: Callable[[Evaluation], None] = lambda _: None,
) -> Trained:
    """Train until `steps` steps are taken, in whole rounds, or `evaluations` designs are scored, the start among them.

    Every `every` steps (a twentieth, if not given) the policy builds a design, which is scored and charged like any
    other, and is kept as a checkpoint. `start` names the reference design that actions are relative to. With
    `go_on_from` the training begins with the weights of that policy. Writes into `folder`: `policy.json` and
    `policy.pt`, `evaluations.jsonl`, `checkpoints/`, and `tensorboard/` where tensorboard is installed.

    Raises ValueError for a folder that holds a training, a start that is none, or a policy of another kind.
    """
    check_folder(folder)
    require(agent.name, agent.extra, agent.modules)
    evaluator = metered(problem, None, evaluations)
    begin = chosen_start(problem, start)
    (first,) = evaluator.evaluate((np.full(problem.size, 0.5) if begin is None else begin)[None])
    u = first.u
    actions, greedy = agent.actions(evaluator, agent.agents, u), agent.actions(evaluator, 1, u)
    reward = Reward(first)
    env = VectorDesignEnv(Episodes(actions, while_paid(actions), reward=reward))
    each = max(2, min(agent.stacks * greedy.length // agent.agents, steps // (4 * agent.agents)))
    folder.mkdir(parents=True, exist_ok=True)
    with one_thread():
        model = agent.quiet_learner(env, each, seed)
        if go_on_from is not None:
            _go_on(agent, model, greedy, go_on_from)
        log = _Log(agent, evaluator, greedy, u, reward, folder, every or max(1, steps // 20), seed, tell)
        _log_to(model, folder / LOGS)
        why = _learn(model, steps, evaluator, log)
        log.look(model, last=True)
        model.logger.close()
    policy = agent.policy(model, greedy, u, seed)
    policy.save(folder / NAME)
    return Trained(policy, log.evaluations, first, evaluator.best, evaluator.spent, int(model.num_timesteps), why)


def check_folder(folder: Path) -> None:
    """Raises ValueError for a folder that holds a training."""
    if TrainingLog(folder).begun or (folder / f"{NAME}.json").exists():
        raise ValueError(f"The folder {folder} holds a training already. Choose another one with `--out`.")


class _Log:
    """Evaluations and checkpoints of a training, when they are due."""

    def __init__(self, agent: AbstractAgent, evaluator: Evaluator, greedy: "AbstractActions", start: np.ndarray,
                 reward: Any, folder: Path, every: int, seed: int, tell: Callable[[Evaluation], None]):  # fmt: skip
        self._agent, self._evaluator, self._greedy, self._start = agent, evaluator, greedy, start
        self._reward, self._folder, self._every, self._seed, self._tell = reward, folder, every, seed, tell
        self._log = TrainingLog(folder)
        self.evaluations: list[Evaluation] = []

    def look(self, model: Any, last: bool = False) -> None:
        """Evaluate and keep the policy if that is due, or for the last time; not if no event is left for it."""
        due = self.evaluations[-1].steps + self._every if self.evaluations else 0
        done = bool(self.evaluations) and self.evaluations[-1].steps == model.num_timesteps
        if done or not (last or model.num_timesteps >= due) or not self._evaluator.affordable(Needs.SCORE):
            return
        build(model, self._greedy, model.env.normalize_obs)
        (trial,) = self._greedy.score(np.array([0]))
        rewards = [one["r"] for one in model.ep_info_buffer or ()]
        best = self._evaluator.best
        found = Evaluation(
            steps=int(model.num_timesteps),
            events=self._evaluator.spent,
            score=trial.score,
            reward=self._reward(trial),
            cost=float(trial.cost if trial.built_cost is None else trial.built_cost),
            feasible=trial.feasible,
            best=None if best is None else best.score,
            recent=float(np.mean(rewards)) if rewards else None,
        )
        self.evaluations.append(found)
        self._log.append(asdict(found))
        for name in ("score", "reward", "best"):
            if (value := getattr(found, name)) is not None:
                model.logger.record(f"evaluation/{name}", value)
        model.logger.record("evaluation/events", found.events)
        model.logger.dump(found.steps)
        place = self._folder / CHECKPOINTS / f"{found.steps:09d}"
        self._agent.policy(model, self._greedy, self._start, self._seed).save(place / NAME)
        self._tell(found)


def _learn(model: Any, steps: int, evaluator: Evaluator, log: _Log) -> str:
    """Train; returns why it ended, as a sentence."""
    from stable_baselines3.common.callbacks import BaseCallback

    class Watch(BaseCallback):
        """Look at the policy before every round, and stop where nothing is left to pay for."""

        def _on_rollout_start(self) -> None:
            log.look(self.model)

        def _on_step(self) -> bool:
            return evaluator.affordable(Needs.SCORE) > 0

    model.learn(steps, callback=Watch())
    if evaluator.affordable(Needs.SCORE):
        return "All steps were taken."
    return "The allowance of evaluations is spent."


def _go_on(agent: AbstractAgent, model: Any, greedy: "AbstractActions", earlier: AgentPolicy) -> None:
    """Begin with the weights and the scales of an earlier policy."""
    names = [one.name for one in greedy.observed]
    card = earlier.card
    if (card.algorithm, card.units, card.observations) != (agent.name, agent.units, names):
        raise ValueError(
            f"The policy to go on from is of {card.algorithm} with {card.units} units a layer and observes "
            f"{len(card.observations)} numbers; this training is of {agent.name} with {agent.units} and observes "
            f"{len(names)}. Train the same algorithm on the same problem."
        )
    model.policy.load_state_dict(earlier.net.state_dict())
    model.env.obs_rms.mean, model.env.obs_rms.var = np.asarray(card.mean), np.asarray(card.variance)
    model.env.obs_rms.count = float(max(card.steps, 1))


def _log_to(model: Any, folder: Path) -> None:
    """Let a learner log for TensorBoard where that is installed, else as CSV."""
    from stable_baselines3.common.logger import Logger, make_output_format

    kind = "tensorboard" if find_spec("tensorboard") else "csv"
    model.set_logger(Logger(str(folder), [make_output_format(kind, str(folder))]))
