"""Run what is missing of a study, with its progress on the screen: the work of `run` and `resume`."""

from pathlib import Path

from designopt.cli.interrupts import in_hand, study_in_hand
from designopt.cli.progress_table import ProgressTable
from designopt.cli.say import console, remark, say
from designopt.study.executors import carry_out
from designopt.study.kept_runs import is_complete
from designopt.study.provenance import command
from designopt.study.script import Script
from designopt.study.study import Study


def run_study(script: Script, study: Study, run_dir: Path, workers: int) -> list[str]:
    """Carry out what is missing and return the labels of the runs that failed.

    Raises LedgerMismatch, before anything is written, where the folder holds runs that the study would carry out
    otherwise; DamagedLedger where a ledger was changed; OSError where the folder cannot be written to.
    """
    plans, missing = study.plans(), study.missing(run_dir)
    if ended := len(plans) - len(missing):
        say(f"Kept {ended} finished {'run' if ended == 1 else 'runs'} of this very configuration.")
    for sentence in study.doubts() if missing else []:
        remark(sentence)
    kept = script.keep(run_dir)
    with ProgressTable(plans, run_dir, console) as table:
        in_hand(study_in_hand(run_dir, table.watches, workers))
        carry_out(kept, study, run_dir, workers, command(), table.tick, missing)
        return [plan.label for plan in missing if not is_complete(plan.path(run_dir))]
