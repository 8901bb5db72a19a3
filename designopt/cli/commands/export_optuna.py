"""A finished study as a database of Optuna, which optuna-dashboard opens."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np

from designopt.design.space import DesignSpace
from designopt.interfaces.optuna import labels
from designopt.optimisers.extras import require
from designopt.problem.problem import Problem
from designopt.problem.registry import remade
from designopt.records.files.whole_file import write_whole
from designopt.records.run import Run
from designopt.records.study_record import load
from designopt.records.trial import Trial
from designopt.study.script import with_study_of

JOURNAL = ".log"
"""End of a name for Optuna's journal."""
TOGETHER = 64
"""Designs that are built at once."""
TINY = 1e-300
"""Excess of a trial that may not be ranked although it breaks no limit: it failed, or had events of its own."""


def export_optuna(run_dir: Path | str, out: Path | str) -> int:
    """Write every run of a study as a study of Optuna into one file; returns how many trials it holds.

    A file whose name ends in `.log` is a journal, which is written fast; any other is an SQLite database.

    A study of Optuna is called after the problem, its budget, the optimiser and the seed; where that names two, the
    digits of their ledgers stand behind. Its trials have the built design in the units of its variables as parameters,
    the score as value (failed where nothing was scored), the excess over the side limits as Optuna's constraint, and
    number, cost (kCHF) and events as attributes, so that Optuna's best trial is the best allowed design; they begin and
    end when they did, a run that was resumed as if it had not been interrupted. Open it with
    `optuna-dashboard OUT`. The file is there whole or not at all.

    Raises ValueError where Optuna is not installed, the folder holds no run, or the file exists; OSError where it
    cannot be written.
    """
    require("export --to optuna", "bayes", ["optuna"])
    from optuna.logging import WARNING, get_verbosity, set_verbosity

    path, record = Path(out), load(run_dir)
    if path.exists() or path.is_symlink():
        raise ValueError(f"{path} exists, and nothing is overwritten. Name another file with `--out`.")
    if not record.runs:
        raise ValueError(f"{run_dir} holds no run. Give the folder of a study that was run.")
    with with_study_of(Path(run_dir)):
        builders = {str(card): Builder(remade(card)) for card in record.problems}
    path.parent.mkdir(parents=True, exist_ok=True)
    before = get_verbosity()
    set_verbosity(WARNING)
    try:
        with TemporaryDirectory() as folder:
            draft = Path(folder) / f"draft{path.suffix}"
            with _storage(draft) as storage:
                for name, run in _named(record.runs).items():
                    _export_run(name, run, builders[str(run.header["problem"])], storage)
            write_whole(path, draft.read_bytes())
    finally:
        set_verbosity(before)
    return sum(len(run.trials) for run in record.runs)


class Builder:
    """Designs of a problem as Optuna's parameters, built so many at a time, so that a problem is compiled once."""

    def __init__(self, problem: Problem):
        import jax

        self.space = problem.space
        self.distributions = _distributions(problem.space)
        self._build = jax.jit(jax.vmap(problem.build))

    def parameters(self, trials: Sequence[Trial]) -> Iterator[dict[str, Any]]:
        """Of each trial's built design."""
        for first in range(0, len(trials), TOGETHER):
            some = trials[first : first + TOGETHER]
            filled = [*some, *[some[-1]] * (TOGETHER - len(some))]
            built = self._build(np.stack([t.u for t in filled]), np.array([t.sharpness for t in filled], dtype=float))
            designs = {name: np.asarray(values) for name, values in built.items()}
            for row in range(len(some)):
                yield _parameters(self.space, {name: values[row] for name, values in designs.items()})


@contextmanager
def _storage(path: Path) -> Iterator[Any]:
    from optuna.storages import JournalStorage, RDBStorage
    from optuna.storages.journal import JournalFileBackend

    if path.suffix == JOURNAL:
        yield JournalStorage(JournalFileBackend(str(path)))
        return
    database = RDBStorage(f"sqlite:///{path}")
    try:
        yield database
    finally:
        database.remove_session()
        database.engine.dispose()


def _named(runs: Sequence[Run]) -> dict[str, Run]:
    """Runs by the names of their studies of Optuna."""
    names = [_name(run) for run in runs]
    return {
        name if names.count(name) == 1 else f"{name} ({run.path.stem})": run
        for name, run in zip(names, runs, strict=True)
    }


def _name(run: Run) -> str:
    problem = run.header["problem"]
    return f"{problem['name']} {float(problem['budget']):g} kCHF {run.entrant} seed {run.header['seed']}"


def _export_run(name: str, run: Run, builder: Builder, storage: Any) -> None:
    from optuna import create_study
    from optuna.exceptions import ExperimentalWarning
    from optuna.trial import TrialState, create_trial

    study = create_study(storage=storage, study_name=name, direction="minimize")
    with catch_warnings():
        simplefilter("ignore", ExperimentalWarning)  # of what Optuna has had since 3.2
        study.set_metric_names(["score as built"])
    begun = datetime.fromisoformat(run.header["started"]).astimezone().replace(tzinfo=None)  # as Optuna writes times
    study.set_user_attr("designopt", {"allowance": run.header["allowance"], "settings": run.header["optimiser"]})
    for trial, parameters in zip(run.trials, builder.parameters(run.trials), strict=True):
        values = None if trial.score is None or trial.failed else [float(trial.score)]
        told = create_trial(
            state=TrialState.FAIL if values is None else TrialState.COMPLETE,
            values=values,
            params=parameters,
            distributions=builder.distributions,
            user_attrs={"number": trial.number, "cost": trial.built_cost, "events": trial.events},
            system_attrs={"constraints": [0.0 if trial.feasible else max(trial.violation, TINY)]},
        )
        told.datetime_complete = begun + timedelta(seconds=trial.at)
        told.datetime_start = told.datetime_complete - timedelta(seconds=trial.seconds)
        study.add_trial(told)


def _distributions(space: DesignSpace) -> dict[str, Any]:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    found: dict[str, Any] = {}
    for variable in space.variables:
        if variable.choice:
            one: Any = CategoricalDistribution(list(variable.choices))
        elif variable.levels:
            one = IntDistribution(round(variable.lower), round(variable.upper))
        else:
            logarithmic = getattr(variable, "scale", "") == "log"
            one = FloatDistribution(variable.lower / variable.unit, variable.upper / variable.unit, log=logarithmic)
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
