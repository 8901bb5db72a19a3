"""What the problems of a muon shield differ in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from designopt.detectors.muon_shield.cost import CostModel
from designopt.detectors.muon_shield.limits import LimitModel
from designopt.detectors.muon_shield.objective import Goal
from designopt.detectors.prices import PriceBook


@dataclass(frozen=True)
class Family:
    """What one of the problems is made of, beside the options that all of them share.

    Attributes:
        name: as registered.
        box: the free numbers of magnets 1-6 with their bounds, cm and T; the rest stays at the Challenge's baseline.
        budget, objective: the defaults of these options.
        prices, limits: from the length in mm and the field in T at which steel saturates (None: never).
        references: designs of people beside the baseline, by name, as tables.
        book: prices of the problem, for draws of all of them; None where the family has none.
        flight, goal, more: further settings of the simulation, of the objective and of the problem.
    """

    name: str
    box: Mapping[str, tuple[float, float]]
    budget: float
    objective: Goal
    prices: Callable[[float | None], CostModel]
    limits: Callable[[float, float | None], LimitModel]
    references: Mapping[str, Callable[[], np.ndarray]] = field(default_factory=dict)
    flight: Mapping[str, Any] = field(default_factory=dict)
    goal: Mapping[str, Any] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)
    book: PriceBook | None = None
