"""The campaign: many inputs through one public entry, each fault kept once with its smallest input.

`python -m tests.fuzz.campaign --door designs --count 10000 --seed 1`
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from designopt.runtime import prepare

prepare()

from hypothesis import HealthCheck, Phase, given, seed, settings  # noqa: E402

from tests.fuzz.faults import Fault  # noqa: E402
from tests.fuzz.values import short  # noqa: E402

DOORS = ("designs", "prices", "options", "studies", "ledgers", "command_line")
MEMORY = 3 * 2**30
"""Bytes of data that the process may have: an input that wants more is a fault, and must not stop the machine."""
BLOCK = 50
"""Inputs that hypothesis draws in one go; the next block has the next seed."""


@dataclass
class Tally:
    """What a campaign has seen: inputs, and of every fault how often and its smallest input."""

    inputs: int = 0
    times: dict[tuple[str, str], int] = field(default_factory=dict)
    faults: dict[tuple[str, str], tuple[Fault, str, int]] = field(default_factory=dict)

    def add(self, found: list[Fault], case: Any, number: int) -> None:
        """Count one input."""
        self.inputs += 1
        for fault in found:
            text = short(case, 20_000)
            self.times[fault.mark] = self.times.get(fault.mark, 0) + 1
            if fault.mark not in self.faults or len(text) < len(self.faults[fault.mark][1]):
                self.faults[fault.mark] = (fault, text, number)


def block(cases: Any, check: Callable[[Any], list[Fault]], count: int, number: int, tally: Tally) -> None:
    """Draw so many inputs from a strategy with one seed, and check them all."""
    plain = {"database": None, "deadline": None, "derandomize": False, "phases": [Phase.generate]}

    @seed(number)
    @settings(max_examples=count, suppress_health_check=list(HealthCheck), **plain)
    @given(cases)
    def one(case: Any) -> None:
        tally.add(check(case), case, number)

    one()


def report(tally: Tally, what: str) -> str:
    """Every fault with how often it was seen and its smallest input, and the count of all inputs."""
    lines = []
    for mark, (fault, case, number) in sorted(tally.faults.items()):
        lines += [f"{fault.kind} ({tally.times[mark]} times, seed {number}) {fault.what}", f"    {fault.where}"]
        lines.append(f"    {case[:1500]}")
    kinds = {kind: sum(n for mark, n in tally.times.items() if mark[0] == kind) for kind, _ in tally.times}
    lines.append(f"{what}: {tally.inputs} inputs, {len(tally.faults)} different faults {kinds or ''}")
    return "\n".join(lines)


def main() -> int:
    """Run one door, or one part of it; returns how many different faults there were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--door", choices=DOORS, required=True)
    parser.add_argument("--of", help="one problem, command or part of the door")
    parser.add_argument("--apart", action="store_true", help="command lines: each in a process of its own")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cpu", type=float, default=float("inf"), help="seconds after which no new block begins")
    parser.add_argument("--to", type=Path, help="file that holds the report after every block")
    chosen = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    door, tally = import_module(f"tests.fuzz.doors.{chosen.door}"), Tally()
    check = door.check_apart if chosen.apart else door.check
    cases = door.of(chosen.of) if chosen.of else door.cases()
    number, found = chosen.seed, ""
    while tally.inputs < chosen.count and time.process_time() < chosen.cpu:
        block(cases, check, min(BLOCK, chosen.count - tally.inputs), number, tally)
        kind = " ".join(filter(None, (chosen.door, "apart" * chosen.apart, chosen.of and f"of {chosen.of}")))
        what = f"{kind}, seeds {chosen.seed} to {number}"
        found = report(tally, f"{what}, {time.process_time():.0f} s of CPU")
        number += 1
        if chosen.to:
            chosen.to.write_text(found + "\n")
    sys.stdout.write(found + "\n")
    return min(len(tally.faults), 100)


if __name__ == "__main__":
    sys.exit(main())
