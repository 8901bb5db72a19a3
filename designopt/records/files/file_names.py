"""Text as part of a file name, an address or a link; where a run folder keeps its ledgers."""

import re
from collections.abc import Iterable
from pathlib import Path

LINES = ".jsonl"
"""Suffix of files of JSON lines."""


def ledger_folder(run_dir: Path | str) -> Path:
    """The folder of a study's ledgers."""
    return Path(run_dir) / "ledger"


def slug(text: str) -> str:
    """The text with everything but letters, digits and points replaced by single hyphens."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", text).strip("-")


def slugs(texts: Iterable[str]) -> dict[str, str]:
    """`slug` of each text, all different on any file system: those that would be alike end in -2, -3 and so on."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for text in sorted(set(texts)):
        name, number = slug(text) or "unnamed", 1
        while (own := name if number == 1 else f"{name}-{number}").lower() in taken:
            number += 1
        taken.add(own.lower())
        found[text] = own
    return found
