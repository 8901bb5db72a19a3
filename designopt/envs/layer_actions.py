"""An action is a whole layer, as real numbers; what cannot be paid shrinks until it can."""

import gymnasium
import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from designopt.envs.actions import AbstractActions
from designopt.envs.names import Named, entries
from designopt.evaluation.evaluator import Evaluator

SHRINKAGE = np.linspace(1.0, 0.0, 9)
"""A layer that is too dear is tried at these fractions of the way from the cheapest layer to the proposed one."""


class LayerActions(AbstractActions):
    """One layer per step.

    An action has one entry per coordinate of a slot and a last one for stopping, all in [-1, 1]; entries that a slot
    does not have (lone values beyond the first slot, series that are shorter) are ignored. The slot gets the
    coordinates base + reach * action, where base is the same layer of the design to start from. Materials are the
    largest of their entries, whole numbers the nearest. The last entry ends the episode: above 0.9 before the end of
    the base design, above -0.9 after it. A layer is legal if it and the cheapest completion can be paid, and if the
    stack keeps the problem's growing limits; any other shrinks along the line to the cheapest layer in eighths, and
    when even that is not legal it is not placed and the episode ends.
    """

    def __init__(self, evaluator: Evaluator, count: int, base: Float[ndarray, " coordinate"] | None, reach: float):
        super().__init__(evaluator, count, base)
        self.reach = reach
        self.action_space = gymnasium.spaces.Box(-1.0, 1.0, (self.action_size,), np.float32)
        self.observation_space = gymnasium.spaces.Box(0.0, 1.0, (self.slots.width,), np.float32)

    @property
    def action_size(self) -> int:
        """Number of entries of an action."""
        return self.slots.acted.shape[1] + 1

    @property
    def length(self) -> int:
        """Layers of the base design."""
        return self.layers

    @property
    def acted(self) -> tuple[Named, ...]:
        """How far every coordinate of the slot goes from the base design's, and whether to stop."""
        far = f"times {self.reach:g}, added to the base design's"
        stop = "above 0.9 ends the episode; after the last layer of the base design, above -0.9"
        return (*(Named(one.name, f"{far} ({one.meaning})") for one in entries(self.slots)), Named("stop", stop))

    def observe(self) -> Float[ndarray, "stack number"]:
        """As `Slots.observe`."""
        return self.slots.observe(self.points, self.placed, self.cost, self.limits)

    def action_mask(self) -> dict[str, Bool[ndarray, "stack action"]]:
        """Empty: every action is allowed, and what cannot be paid shrinks."""
        return {}

    def step(self, actions: Float[ndarray, "stack entry"]) -> Bool[ndarray, " stack"]:
        """Place one layer per agent, or stop; returns which episodes have ended."""
        actions = np.clip(np.asarray(actions, dtype=float), -1.0, 1.0)
        beyond = self.placed >= self.layers
        stopped = np.where(beyond, actions[:, -1] > -0.9, actions[:, -1] > 0.9) & (self.placed > 0)
        slot = np.minimum(self.placed, self.slots.count - 1)
        layer = self.slots.hardened(self.base[slot] + self.reach * actions[:, :-1])
        tried = self._with(layer, slot)
        cost, limits = self.price(tried)
        refused = ~self.legal(cost, limits) & ~stopped
        if np.any(refused):
            self._shrink(layer, slot, tried, cost, limits, refused)
        broke = ~self.legal(cost, limits)
        placed = ~stopped & ~broke
        self.points[placed], self.cost[placed], self.limits[placed] = tried[placed], cost[placed], limits[placed]
        self.placed += placed
        return stopped | broke | (self.placed >= self.slots.count)

    def _with(self, layer: np.ndarray, slot: np.ndarray) -> np.ndarray:
        points, rows = self.points.copy(), np.arange(len(self.points))
        columns = rows[:, None], self.slots.acted[slot]
        points[columns] = np.where(self.slots.exists[slot], layer, points[columns])
        if self.slots.present is not None:
            points[rows, self.slots.present[slot]] = 1.0
        return points

    def _shrink(
        self,
        layer: np.ndarray,
        slot: np.ndarray,
        tried: np.ndarray,
        cost: np.ndarray,
        limits: np.ndarray,
        refused: np.ndarray,
    ) -> None:
        """Change the refused rows of `tried`, `cost` and `limits` to the largest legal fraction of their layers."""
        cheapest = self.slots.cheapest[self.slots.acted[slot]]
        for fraction in SHRINKAGE[1:]:
            if not np.any(refused):
                break
            smaller = np.where(self.slots.paid, cheapest + fraction * (layer - cheapest), layer)
            points = self._with(self.slots.hardened(smaller), slot)
            price, used = self.price(points)
            tried[refused], cost[refused], limits[refused] = points[refused], price[refused], used[refused]
            refused = refused & ~self.legal(price, used)
