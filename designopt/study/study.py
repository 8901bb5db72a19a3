"""A study: the grid of problems, optimisers and seeds, and what is missing of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from designopt.evaluation.evaluator import Allowance
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.baselines import Reference
from designopt.optimisers.extras import install_command
from designopt.problem.problem import Problem
from designopt.study.kept_runs import is_complete, refuse_others
from designopt.study.plan import RunPlan
from designopt.study.provenance import command


@dataclass(frozen=True)
class Study:
    """Every optimiser on every problem with every seed, each with the same allowance of simulated events.

    Reference designs of a problem take part by themselves, once. Raises ValueError for an empty grid, two optimisers
    of one name, or one whose extra is not installed.
    """

    name: str
    problems: Sequence[Problem]
    optimisers: Sequence[AbstractOptimiser]
    seeds: Sequence[int]
    allowance: Allowance

    def __post_init__(self) -> None:
        for what, values in (
            ("problems", self.problems),
            ("optimisers", self.optimisers),
            ("seeds", self.seeds),
        ):
            if not len(values):
                raise ValueError(f"The study '{self.name}' has no {what}. Give it at least one.")
        twins = [(o.name, json.dumps(o.settings(), sort_keys=True, default=repr)) for o in self.optimisers]
        if len(set(twins)) != len(twins):
            names = ", ".join(name for name, _ in twins)
            raise ValueError(
                f"The study '{self.name}' names an optimiser twice: {names}. Give each its own settings, or leave one "
                "out."
            )
        missing = {optimiser.name: optimiser.missing_extras() for optimiser in self.optimisers}
        absent = [name for name, extras in missing.items() if extras]
        if absent:
            command = install_command(extra for extras in missing.values() for extra in extras)
            raise ValueError(
                f"The study '{self.name}' names {', '.join(absent)}, for which an extra is not installed: {command}."
            )

    def plans(self) -> list[RunPlan]:
        """The runs of the grid: references first, then seed by seed, so that an unfinished study is still fair."""
        grid = []
        for problem in self.problems:
            for reference in problem.references:
                grid.append(RunPlan(self.name, problem, Reference(reference), 0, self.allowance))
        for seed in self.seeds:
            for problem in self.problems:
                for optimiser in self.optimisers:
                    grid.append(RunPlan(self.name, problem, optimiser, seed, self.allowance))
        return grid

    def run(self, run_dir: Path | str) -> None:
        """Carry out what is missing, one run after the other, in this process."""
        for plan in self.missing(run_dir):
            plan.execute(Path(run_dir), command())

    def missing(self, run_dir: Path | str) -> list[RunPlan]:
        """The runs that have not ended yet, failed ones among them.

        Raises LedgerMismatch where the folder holds runs that this study would carry out otherwise, DamagedLedger
        where a ledger was changed.
        """
        plans, folder = self.plans(), Path(run_dir)
        refuse_others(plans, folder)
        return [plan for plan in plans if not is_complete(plan.path(folder))]
