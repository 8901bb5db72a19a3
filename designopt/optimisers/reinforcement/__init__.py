"""Reinforcement learning: agents that learn to build a design step by step."""

from typing import TYPE_CHECKING

from designopt.lazy import homes_within, lazy_names
from designopt.optimisers import _HOMES as _ALL

if TYPE_CHECKING:
    from designopt.optimisers.reinforcement.agents import Ppo as Ppo
    from designopt.optimisers.reinforcement.agents import Sac as Sac
    from designopt.optimisers.reinforcement.amortised import BudgetPolicy as BudgetPolicy
    from designopt.optimisers.reinforcement.amortised import Polish as Polish
    from designopt.optimisers.reinforcement.compiled import CompiledPpo as CompiledPpo
    from designopt.optimisers.reinforcement.masked import MaskedPpo as MaskedPpo

_HOMES = homes_within(__name__, _ALL)
__all__ = sorted(_HOMES)

if not TYPE_CHECKING:  # type checkers see the imports above, and report any other name
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)
