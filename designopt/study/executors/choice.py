"""Who carries out the runs of a study, as it was asked for: `--workers`, `--executor`, `--scheduler`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from designopt.evaluation.doing import Doing
    from designopt.study.executors.engines import Engine
    from designopt.study.plan import RunPlan
    from designopt.study.script import Script
    from designopt.study.study import Study

LOCAL = "local"


@dataclass(frozen=True)
class Hands:
    """Workers of this machine, of Dask, or of an executor of one's own.

    Raises ValueError for an executor that is none, or a scheduler where there is nothing to schedule.
    """

    workers: int
    executor: str = LOCAL
    scheduler: str | None = None

    def __post_init__(self) -> None:
        self.engine()

    def engine(self) -> "Engine | None":
        """What starts executors; None for this machine's own processes."""
        if self.executor == LOCAL and self.scheduler is None:
            return None
        from designopt.study.executors.engines import engine_of

        return engine_of(self.executor, self.workers, self.scheduler)

    def words(self, study: "Study") -> str:
        """How the runs are carried out, for people."""
        engine = self.engine()
        if engine is None:
            return "in this process" if self.workers == 1 else f"by {self.workers} processes"
        from designopt.study.executors.spread import expensive

        return f"by {engine.name}, one task {'an evaluation' if expensive(study) else 'a run'}"

    def options(self, default: int) -> list[str]:
        """The options of the command line that ask for them again; `default` is the number of workers."""
        asked = [] if self.workers == default else ["--workers", str(self.workers)]
        asked += [] if self.executor == LOCAL else ["--executor", self.executor]
        return asked + ([] if self.scheduler is None else ["--scheduler", self.scheduler])

    def carry_out(self, script: "Script", study: "Study", run_dir: Path, command: str, tick: Callable[[], None],
                  missing: "Sequence[RunPlan]", doing: "dict[int, Doing]") -> None:  # fmt: skip
        """Run what is missing of a study; as `local.carry_out`, `anywhere` or `spread` says."""
        engine = self.engine()
        if engine is None:
            from designopt.study.executors.local import carry_out

            carry_out(script, study, run_dir, self.workers, command, tick, missing, doing)
            return
        from designopt.study.executors.anywhere import carry_out_anywhere
        from designopt.study.executors.spread import carry_out_spread, expensive

        if not missing:
            return
        if expensive(study):
            carry_out_spread(engine, study, run_dir, command, tick, missing, doing)
        else:
            carry_out_anywhere(engine, script, study, run_dir, command, tick, missing)
