"""Where runs began, if not from nothing: said before anything else, since it is part of what their winners cost."""

from collections.abc import Mapping, Sequence
from typing import Any


def starts(headers: Sequence[Mapping[str, Any]]) -> list[str]:
    """A sentence for every start of the runs with these headers; none where all began from nothing."""
    found: dict[tuple[str, str, int, int, int], int] = {}
    for header in headers:
        if start := header.get("start"):
            key = (header["problem"]["name"], start["from"], len(start["designs"]), start["events"], start["charged"])
            found[key] = found.get(key, 0) + 1
    return [_said(*key, runs) for key, runs in found.items()]


def _said(problem: str, source: str, designs: int, events: int, charged: int, runs: int) -> str:
    some = "a design" if designs == 1 else f"{designs} designs"
    many = f"{runs} run{'' if runs == 1 else 's'} of {problem} began from {some}"
    if not events:
        return f"{many} that the study was given; what finding {'it' if designs == 1 else 'them'} took is not known."
    return f"{many} of {source}, found with {events:,} simulated events, which are {'' if charged else 'not '}charged."
