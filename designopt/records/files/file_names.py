"""Text as part of a file name, an address or a link; where a run folder keeps its ledgers."""

import re
from pathlib import Path

LINES = ".jsonl"
"""Suffix of files of JSON lines."""


def ledger_folder(run_dir: Path | str) -> Path:
    """The folder of a study's ledgers."""
    return Path(run_dir) / "ledger"


def slug(text: str) -> str:
    """The text with everything but letters, digits and points replaced by single hyphens."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", text).strip("-")
