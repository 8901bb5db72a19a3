"""What every optimiser is: settings, needs, and a run through the evaluator."""

import abc
import dataclasses
from typing import Any, ClassVar

import numpy as np

from designopt.design.declared import convert_fields
from designopt.evaluation.evaluator import AllowanceSpent, Evaluator
from designopt.optimisers.extras import install_command, lacking
from designopt.optimisers.stop import Stop
from designopt.problem.problem import Problem
from designopt.records.entrant import Role
from designopt.records.trial import Needs, Trial


class AbstractOptimiser(abc.ABC):
    """A search strategy. Subclasses are frozen dataclasses whose fields are their settings, as JSON values.

    The same seed gives the same proposals, bit for bit: resuming by replay rests on it. A setting whose annotation
    says a range (`designopt.design.declared`: Count, Positive, Share, ...) is refused with ValueError outside of it.
    """

    needs: ClassVar[Needs] = Needs.SCORE
    library: ClassVar[str] = "numpy"
    """The package that does the work; its version goes into the ledger."""
    tried: ClassVar[int] = 1
    """How many settings were tried, until the defaults were kept."""
    extra: ClassVar[str] = ""
    """The extra of designopt that it needs, such as "rl"; empty where the core is enough."""
    modules: ClassVar[tuple[str, ...]] = ()
    """The modules that it needs from this extra."""
    role: ClassVar[Role] = "search"
    """What it is in a comparison: a search, a baseline that searches nothing, or a reference design of people."""

    def __post_init__(self) -> None:
        if dataclasses.is_dataclass(self):
            convert_fields(self, type(self).__name__)

    @property
    def name(self) -> str:
        """Name in ledgers, figures and file names."""
        return type(self).__name__

    def settings(self) -> dict[str, Any]:
        """The settings as JSON values."""
        return dataclasses.asdict(self)  # type: ignore[call-overload]

    def reason(self, problem: Problem, events: int) -> str:
        """Why it searches this problem as it does, with so many events, as a sentence; empty if it never chooses."""
        return ""

    def cannot_search(self, problem: Problem) -> str:
        """Why it cannot search a problem, as a sentence; empty if it can. A study asks before anything runs."""
        if Needs.GRADIENT in self.needs and problem.gradient_price is None:
            return (
                f"{self.name} descends along gradients, but the simulator of '{problem.name}' has none. "
                "Choose an optimiser that needs scores only, such as CmaEs or LocalSurrogate."
            )
        return ""

    def missing_extras(self) -> list[str]:
        """The extras that it, or an optimiser among its settings, needs and that are not installed."""
        parts = [getattr(self, name) for name in getattr(self, "__dataclass_fields__", {})]
        inner = [extra for part in parts if isinstance(part, AbstractOptimiser) for extra in part.missing_extras()]
        return sorted({*inner, *([self.extra] if lacking(self.modules) else [])})

    def run(self, evaluator: Evaluator, seed: int) -> Stop:
        """Search until the allowance is spent or nothing is left to try.

        Raises ValueError with the command to install it if an extra is missing.
        """
        if extras := self.missing_extras():
            raise ValueError(f"{self.name} needs an extra that is not installed: {install_command(extras)}.")
        try:
            return self.search(evaluator, seed)
        except AllowanceSpent:
            return Stop.EVENTS

    @abc.abstractmethod
    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Propose and learn; AllowanceSpent may pass through."""


class AbstractAskTell(AbstractOptimiser):
    """Everything with ask and tell: the loop is written once, here."""

    @abc.abstractmethod
    def start(self, evaluator: Evaluator, seed: int) -> Any:
        """A fresh state of the search."""

    @abc.abstractmethod
    def ask(self, state: Any) -> np.ndarray | None:
        """Points to score next, shape (proposal, coordinate), or None when nothing is left to propose."""

    @abc.abstractmethod
    def tell(self, state: Any, trials: list[Trial]) -> None:
        """Learn from scored points."""

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Ask, evaluate, tell until the allowance is spent. Raises ValueError if `ask` proposes no point."""
        state = self.start(evaluator, seed)
        while (points := self.ask(state)) is not None:
            if not len(points):
                raise ValueError(
                    f"{self.name} asked for no points, and would for ever. Let `ask` return None to end the search."
                )
            self.tell(state, evaluator.evaluate(points, self.needs))
        return Stop.EXHAUSTED
