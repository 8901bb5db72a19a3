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
from typing import Any

from designopt.runtime import prepare

prepare()

from hypothesis import HealthCheck, Phase, given, seed, settings  # noqa: E402

from tests.fuzz.faults import Fault  # noqa: E402
from tests.fuzz.values import short  # noqa: E402

DOORS = ("designs", "prices", "options", "studies", "ledgers", "command_line")
MEMORY = 3 * 2**30
"""Bytes of data that the process may have: an input that wants more is a fault, and must not stop the machine."""
BLOCK = 250
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


def campaign(
    cases: Any, check: Callable[[Any], list[Fault]], count: int, first: int, limit: float = float("inf")
) -> Tally:
    """Draw so many inputs from a strategy, in blocks of one seed each, and check them; `limit` in seconds of CPU."""
    tally = Tally()
    for number in range(first, first + -(-count // BLOCK)):
        if time.process_time() > limit:
            break
        _block(cases, check, min(BLOCK, count - tally.inputs), number, tally)
    return tally


def _block(cases: Any, check: Callable[[Any], list[Fault]], count: int, number: int, tally: Tally) -> None:
    plain = {"database": None, "deadline": None, "derandomize": False, "phases": [Phase.generate]}

    @seed(number)
    @settings(max_examples=count, suppress_health_check=list(HealthCheck), **plain)
    @given(cases)
    def block(case: Any) -> None:
        tally.add(check(case), case, number)

    block()


def main() -> int:
    """Run one door, or one problem of it; returns how many different faults there were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--door", choices=DOORS, required=True)
    parser.add_argument("--of", help="one problem, command or part of the door")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cpu", type=float, default=float("inf"), help="seconds after which no new block begins")
    chosen = parser.parse_args()
    door = import_module(f"tests.fuzz.doors.{chosen.door}")
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    begun = time.process_time()
    tally = campaign(
        door.of(chosen.of) if chosen.of else door.cases(), door.check, chosen.count, chosen.seed, chosen.cpu
    )
    for mark, (fault, case, number) in sorted(tally.faults.items()):
        sys.stdout.write(f"{fault.kind} ({tally.times[mark]} times, seed {number}) {fault.what}\n")
        sys.stdout.write(f"    {fault.where}\n    {case[:1500]}\n")
    kinds = {kind: sum(n for mark, n in tally.times.items() if mark[0] == kind) for kind, _ in tally.times}
    sys.stdout.write(
        f"{chosen.door}{f' of {chosen.of}' if chosen.of else ''}: {tally.inputs} inputs from seed {chosen.seed}, "
        f"{len(tally.faults)} different faults {kinds or ''}, {time.process_time() - begun:.0f} s of CPU\n"
    )
    return min(len(tally.faults), 100)


if __name__ == "__main__":
    sys.exit(main())
