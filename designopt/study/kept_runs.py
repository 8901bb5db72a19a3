"""What a folder already holds of a study's runs: which are complete, and whether they are the same runs."""

from collections.abc import Sequence
from pathlib import Path

from designopt.records.files.complete import is_complete as is_complete
from designopt.records.identity import LedgerMismatch, cell, is_beginning_of, listed, unlike
from designopt.records.ledger import read_header, run_files
from designopt.study.plan import RunPlan


def refuse_others(plans: Sequence[RunPlan], run_dir: Path) -> None:
    """Raise LedgerMismatch if the folder holds runs that the study would carry out otherwise.

    Variants that the study itself names live side by side, and a run with a smaller allowance is the beginning of a
    longer one; a run of the same problem, budget, optimiser and seed that differs in anything else is of another study.
    """
    wanted: dict[object, list[RunPlan]] = {}
    for plan in plans:
        wanted.setdefault(cell(plan.configuration), []).append(plan)
    for path in run_files(run_dir):
        header = read_header(path)
        if header is None:
            continue
        same_cell = wanted.get(cell(header), [])
        mine = [plan.configuration for plan in same_cell or plans[:1]]
        found = [unlike(header, one) for one in mine]
        if not same_cell and header.get("study") == mine[0]["study"]:
            continue  # of an optimiser, a seed or a budget that the study has no more
        if same_cell and any(not differences or is_beginning_of(header, one)
                             for differences, one in zip(found, mine, strict=True)):  # fmt: skip
            continue
        closest = min(found, key=len) if same_cell else [f"study is {header.get('study')}, not {mine[0]['study']}"]
        raise LedgerMismatch(
            f"The ledger {path} was written for another run: its {listed(closest)}. Nothing was changed. Choose "
            "another folder with `--out`, begin anew with `--fresh`, which moves this folder aside, or name both "
            "variants in one study, where they are compared."
        )
