"""A study: the grid of problems, optimisers and seeds, and what is missing of it."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from designopt.evaluation.evaluator import Allowance
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.baselines import Reference
from designopt.optimisers.by_name import by_name
from designopt.optimisers.extras import install_command
from designopt.problem.allowed import NothingAllowed, doubt
from designopt.problem.checks import check_response
from designopt.problem.problem import Problem
from designopt.stored import once
from designopt.study.checks import check_allowance, check_name, check_twins, checked_seeds, listed
from designopt.study.kept_runs import is_complete, refuse_others
from designopt.study.plan import RunPlan
from designopt.study.provenance import command
from designopt.study.start import starts


@dataclass(frozen=True)
class Study:
    """Every optimiser on every problem with every seed, each with the same allowance of simulated events.

    Reference designs of a problem take part by themselves, once. Problems, optimisers and seeds may come from any
    iterable. Raises ValueError for an empty grid, a name that is no name of a folder, anything in the place of a
    problem, an optimiser or a seed, something named twice, an allowance that pays for nothing, an optimiser whose
    extra is not installed, or one that cannot search one of the problems.

    `start_from` is where every search begins: the folder of a study, whose best design of the same problem (at any
    budget) is taken, or designs, one or several. They are led to the budget, scored as the first trials of every run,
    and stand before the reference designs among the initial ones. `start_charged` says whether the events with which a
    study found its design are charged to every run too; the report says so.

    Args:
        name: what the study and its folder are called.
        problems: what is asked, each with its budget (kCHF).
        optimisers: the searches, each with its settings, or their names as text (`designopt list optimisers`).
        seeds: whole numbers from 0; every optimiser runs once with each.
        allowance: simulated events of every single run.
    """

    name: str
    problems: Sequence[Problem]
    optimisers: Sequence[AbstractOptimiser | str]
    seeds: Sequence[int]
    allowance: Allowance
    start_from: Any = None
    start_charged: bool = False

    def __post_init__(self) -> None:
        check_name(self.name)
        object.__setattr__(self, "optimisers", by_name(self.optimisers))
        for what, found in (
            ("problems", listed(self.problems, Problem, "problem", "make(...)")),
            ("optimisers", listed(self.optimisers, AbstractOptimiser, "optimiser", "CmaEs()")),
            ("seeds", checked_seeds(self.seeds)),
        ):
            if not found:
                raise ValueError(f"The study '{self.name}' has no {what}. Give it at least one.")
            object.__setattr__(self, what, found)
        check_allowance(self.allowance, self.problems)
        check_twins(self.name, self.problems, self.searches)
        missing = {optimiser.name: optimiser.missing_extras() for optimiser in self.searches}
        absent = [name for name, extras in missing.items() if extras]
        if absent:
            command = install_command(extra for extras in missing.values() for extra in extras)
            raise ValueError(
                f"The study '{self.name}' names {', '.join(absent)}, for which an extra is not installed: {command}."
            )
        object.__setattr__(self, "_starts", starts(self.start_from, self.start_charged, self.problems, self.allowance))
        for problem in self.problems:
            for optimiser in self.searches:
                if why := optimiser.cannot_search(problem):
                    raise ValueError(f"The study '{self.name}' cannot run {optimiser.name}. {why}")

    @property
    def searches(self) -> tuple[AbstractOptimiser, ...]:
        """The optimisers themselves; those that were named by text are made."""
        return self.optimisers  # type: ignore[return-value]

    def check(self) -> None:
        """Raise ValueError for a detector whose response is no dictionary, or an objective that gives no number.

        A simulation that was not checked before on this machine is traced: seconds for a large one.
        """
        for problem in self.problems:
            once(check_response, problem)

    def doubts(self) -> list[str]:
        """What is better known early, as sentences: budgets for which no allowed design was found.

        A few hundred designs are priced and held against the side limits: seconds a problem.
        """
        return [sentence for problem in self.problems if (sentence := doubt(problem))]

    def plans(self) -> list[RunPlan]:
        """The runs of the grid: references first, then seed by seed, so that an unfinished study is still fair."""
        grid = []
        for problem in self.problems:
            for reference in problem.references:
                grid.append(RunPlan(self.name, problem, Reference(reference), 0, self.allowance))
        for seed in self.seeds:
            for number, problem in enumerate(self.problems):
                start = self._starts[number] if self._starts else None  # type: ignore[attr-defined]
                for optimiser in self.searches:
                    grid.append(RunPlan(self.name, problem, optimiser, seed, self.allowance, start))
        return grid

    def run(self, run_dir: Path | str) -> None:
        """Carry out what is missing, one run after the other, in this process.

        Warns (`NothingAllowed`) where a search finds no design that keeps the side limits.

        Args:
            run_dir: the folder of its ledgers; made where it is missing.

        Raises LedgerMismatch or DamagedLedger as `missing` does, OSError where the folder cannot be written to.
        """
        missing = self.missing(run_dir)
        if missing:
            self.check()
        for sentence in self.doubts() if missing else []:
            warnings.warn(sentence, NothingAllowed, stacklevel=2)
        for plan in missing:
            plan.execute(Path(run_dir), command())

    def missing(self, run_dir: Path | str) -> list[RunPlan]:
        """The runs that have not ended yet, failed ones among them.

        Raises LedgerMismatch where the folder holds runs that this study would carry out otherwise, DamagedLedger
        where a ledger was changed.

        Args:
            run_dir: the folder of its ledgers; it may be missing or empty.
        """
        plans, folder = self.plans(), Path(run_dir)
        refuse_others(plans, folder)
        return [plan for plan in plans if not is_complete(plan.path(folder))]
