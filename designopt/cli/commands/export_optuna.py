"""A finished study as a database of Optuna, which optuna-dashboard opens."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from designopt.design.space import DesignSpace
from designopt.interfaces.optuna import VIOLATION, labels
from designopt.optimisers.extras import require
from designopt.problem.registry import remade
from designopt.records.study_record import load
from designopt.study.script import with_study_of


def export_optuna(run_dir: Path | str, out: Path | str) -> int:
    """Write every run of a study as a study of Optuna into one SQLite file; returns how many trials it holds.

    A study of Optuna is called after the problem, its budget, the optimiser and the seed. Its trials have the built
    design in the units of its variables as parameters, the score as value (none where nothing was scored), and number,
    cost (kCHF), events and excess over the side limits as attributes. Open it with
    `optuna-dashboard sqlite:///OUT`. Raises ValueError where Optuna is not installed, the folder holds no study, or
    the file exists.
    """
    require("export --to optuna", "bayes", ["optuna"])
    from optuna.logging import get_verbosity, set_verbosity
    from optuna.storages import RDBStorage

    path, record = Path(out), load(run_dir)
    if path.exists():
        raise ValueError(f"The file {path} exists, and nothing is overwritten. Name another one.")
    before, count = get_verbosity(), 0
    set_verbosity(30)
    try:
        storage = RDBStorage(f"sqlite:///{path}")
        with with_study_of(Path(run_dir)):
            problems = {str(card): remade(card) for card in record.problems}
        for run in record.runs:
            count += _export_run(run, problems[str(run.header["problem"])], storage)
        storage.remove_session()
    finally:
        set_verbosity(before)
    return count


def _export_run(run: Any, problem: Any, storage: Any) -> int:
    import jax
    from optuna import create_study
    from optuna.trial import TrialState, create_trial

    name = f"{problem.name} {problem.budget:g} kCHF {run.entrant} seed {run.header['seed']}"
    study = create_study(storage=storage, study_name=name, direction="minimize")
    study.set_user_attr("designopt", {"allowance": run.header["allowance"], "settings": run.header["optimiser"]})
    if not run.trials:
        return 0
    build, distributions = jax.jit(jax.vmap(problem.build)), _distributions(problem.space)
    built = build(np.stack([t.u for t in run.trials]), np.array([t.sharpness for t in run.trials], dtype=float))
    for row, trial in enumerate(run.trials):
        values = None if trial.score is None or trial.failed else [float(trial.score)]
        study.add_trial(
            create_trial(
                state=TrialState.FAIL if values is None else TrialState.COMPLETE,
                values=values,
                params=_parameters(problem.space, {n: np.asarray(v)[row] for n, v in built.items()}),
                distributions=distributions,
                user_attrs={
                    "number": trial.number,
                    "cost": trial.built_cost,
                    "events": trial.events,
                    VIOLATION: trial.violation,
                },
            )
        )
    return len(run.trials)


def _distributions(space: DesignSpace) -> dict[str, Any]:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    found: dict[str, Any] = {}
    for variable in space.variables:
        if variable.choice:
            one: Any = CategoricalDistribution(list(variable.choices))
        elif variable.levels:
            one = IntDistribution(round(variable.lower), round(variable.upper))
        else:
            one = FloatDistribution(variable.lower / variable.unit, variable.upper / variable.unit)
        found |= dict.fromkeys(labels(variable.name, variable.count), one)
    return found


def _parameters(space: DesignSpace, design: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for variable in space.variables:
        values = np.atleast_2d(design[variable.name]) if variable.choice else np.atleast_1d(design[variable.name])
        for label, value in zip(labels(variable.name, variable.count), values, strict=True):
            if variable.choice:
                found[label] = variable.choices[int(np.argmax(value))]
            elif variable.levels:
                found[label] = round(float(value))
            else:
                found[label] = float(np.clip(value, variable.lower, variable.upper)) / variable.unit
    return found
