"""Building a detector as an environment of gymnasium: step by step while money lasts, the score at the end."""

from collections.abc import Sequence
from typing import Any, ClassVar

import gymnasium
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.envs.names import Named
from designopt.envs.shared.drawing import picture
from designopt.envs.shared.episodes import Episodes, while_paid
from designopt.envs.shared.making import ActionKind, actions_of, metered, problem_of
from designopt.envs.shared.reward import Reward as Reward
from designopt.envs.shared.reward import chosen_start
from designopt.envs.shared.reward import default_start as default_start
from designopt.evaluation.evaluator import Evaluator
from designopt.problem.problem import Problem


class DesignEnv(gymnasium.Env):
    """Build until the money or the slots are used up, or the agent stops.

    Args:
        problem: a problem, or its registered name; then `options` are the problem's own, such as `budget`.
        evaluator: whose events are used, within a search of one's own; then `step` raises AllowanceSpent after the
            last of them.
        evaluations, allowance: how many designs, the start among them, or simulated events may be charged; None: no
            end. After that an episode ends `truncated`, and its `info` says `why`.
        start: where actions are relative to, and what a reward of zero is: the name of a reference design, or a point
            of the cube. None: the reference that the problem compares with.
        reach: distance in the cube that an action of one goes from the start.
        actions: "layers", a whole layer per step as real numbers (`LayerActions`), or "choices", one decision from a
            list (`ChoiceActions`), with `action_masks()` as sb3-contrib asks for them.
        render_mode: "rgb_array" for pictures of the stack.

    Only the last step is rewarded (`Reward`); its `info` holds the `trial` and the `events` charged so far. What is
    observed and acted on is in `observation_names` and `action_names`, and explained by `explain()`. Raises ValueError
    for wrong options.
    """

    metadata: ClassVar[dict[str, Any]] = {"render_modes": ["rgb_array"], "render_fps": 4}

    def __init__(
        self,
        problem: Problem | str,
        evaluator: Evaluator | None = None,
        allowance: int | None = None,
        start: str | Float[ndarray, " coordinate"] | Sequence[float] | None = None,
        reach: float = 0.5,
        actions: ActionKind = "layers",
        evaluations: int | None = None,
        render_mode: str | None = None,
        **options: Any,
    ):
        chosen = problem_of(problem, options)
        self.evaluator = evaluator or metered(chosen, allowance, evaluations)
        begin = chosen_start(chosen, start)
        self._actions = actions_of(self.evaluator, 1, begin, reach, actions)
        score = while_paid(self._actions) if evaluator is None else self._actions.score
        self._episodes = Episodes(self._actions, score, begin)
        self._done = True
        self.render_mode = render_mode
        self.action_space, self.observation_space = self._actions.action_space, self._actions.observation_space

    @property
    def problem(self) -> Problem:
        """What is designed."""
        return self.evaluator.problem

    @property
    def observation_names(self) -> tuple[str, ...]:
        """The numbers of an observation, in order."""
        return tuple(one.name for one in self._actions.observed)

    @property
    def action_names(self) -> tuple[str, ...]:
        """The entries of an action, or the rows of the list that a decision is taken from, in order."""
        return tuple(one.name for one in self._actions.acted)

    def explain(self) -> tuple[tuple[Named, ...], tuple[Named, ...]]:
        """Name and meaning of every number of an observation, and of every entry of an action."""
        return self._actions.observed, self._actions.acted

    def action_masks(self) -> np.ndarray:
        """The allowed actions, shape (action,), where actions are choices.

        Raises ValueError for whole layers, of which none is forbidden: what cannot be paid shrinks.
        """
        masks = self._actions.action_mask()
        if not masks:
            raise ValueError("Whole layers have no mask: what cannot be paid shrinks. Make it with actions='choices'.")
        return masks["action_masks"][0]

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Begin an episode: an empty stack and all the money. Nothing here is random but the agent."""
        super().reset(seed=seed)
        self._done = False
        return self._episodes.reset()[0], {}

    def step(self, action: np.ndarray) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Place a layer, take a decision, or stop."""
        if self._done:
            raise RuntimeError("The episode has ended. Call reset() before the next step.")
        found = self._episodes.step(np.asarray(action)[None])
        terminated, truncated = bool(found.terminated[0]), bool(found.truncated[0])
        self._done = terminated or truncated
        found.infos[0].pop("episode", None)  # who wants it wraps the environment (RecordEpisodeStatistics, Monitor)
        return found.last[0], float(found.rewards[0]), terminated, truncated, found.infos[0]

    def render(self) -> np.ndarray | None:  # type: ignore[override]
        """A picture of the stack, shape (height, width, 3), or None without a `render_mode`."""
        return None if self.render_mode is None else picture(self.problem, self._actions.points[0])
