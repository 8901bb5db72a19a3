"""What a campaign counts."""

import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from designopt.benchmarks.campaign.comparison import Differences
from designopt.benchmarks.campaign.moment import RESCORE, WRITE


@dataclass
class Tally:
    """Kills by what was killed and where it fell, what was lost by them, and who outlived a parent."""

    kills: Counter[tuple[str, str]] = field(default_factory=Counter)
    uncounted: int = 0
    passes: int = 0
    differences: Differences = field(default_factory=Differences)
    orphans: int = 0
    slowest_end: float = 0.0
    faults: list[str] = field(default_factory=list)

    @property
    def counted(self) -> int:
        """Kills before which a trial was added since the kill before."""
        return sum(self.kills.values())

    @property
    def aimed(self) -> int:
        """Of these, within a write or a re-scoring."""
        return sum(count for (_, where), count in self.kills.items() if where in (WRITE, RESCORE))

    def kill(self, victim: str, where: str, added: int) -> None:
        """Count a kill, if a trial was added since the last."""
        if added:
            self.kills[victim, where] += 1
            if self.counted % 10 == 0:
                sys.stderr.write(f"{self.counted} kills counted, {self.aimed} within a write or a re-scoring\n")
        else:
            self.uncounted += 1

    def record(self) -> dict[str, Any]:
        """Everything as JSON values."""
        found = self.differences
        return {
            "kills_counted": self.counted,
            "kills_in_a_write_or_rescoring": self.aimed,
            "kills_by_victim_and_moment": {", ".join(kind): n for kind, n in sorted(self.kills.items())},
            "kills_not_counted": self.uncounted,
            "studies_finished": self.passes,
            "trials_compared": found.same + found.different,
            "trials_lost": found.lost,
            "trials_doubled": found.doubled,
            "trials_different": found.different,
            "other_differences": found.others,
            "orphans_after_5_s": self.orphans,
            "slowest_end_of_orphans_s": round(self.slowest_end, 2),
            "faults": self.faults,
        }  # fmt: skip
