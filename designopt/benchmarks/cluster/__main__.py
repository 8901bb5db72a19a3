"""`python -m designopt.benchmarks.cluster`: a study on Dask whose workers are killed, and its times, as JSON."""

from designopt.runtime import prepare

prepare()

import argparse  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
from pathlib import Path  # noqa: E402

from designopt.benchmarks.campaign.studies import slow_program  # noqa: E402
from designopt.benchmarks.cluster import killed  # noqa: E402
from designopt.benchmarks.cluster.beginning import beginnings  # noqa: E402
from designopt.study.script import Script  # noqa: E402


def main() -> int:
    """Print what was found as JSON; 1 where a ledger differs."""
    parser = argparse.ArgumentParser(prog="python -m designopt.benchmarks.cluster", description=__doc__)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="five runs")
    parser.add_argument("--spread", action="store_true", help="one run of a slow program, a task an evaluation")
    parser.add_argument("--times", action="store_true", help="also the undisturbed study with 1, 2, ... workers")
    parser.add_argument("--begin", metavar="PROBLEM", help="only what workers spend until they simulate this problem")
    asked = parser.parse_args()
    script = Script(slow_program.__file__ if asked.spread else killed.__file__, asked.quick)
    with tempfile.TemporaryDirectory() as folder:
        if asked.begin:
            sys.stdout.write(json.dumps(beginnings(asked.begin, asked.workers, Path(folder)), indent=1) + "\n")
            return 0
        found = killed.measure(script, Path(folder), asked.kills, asked.seed, asked.workers, asked.times)
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    differs = found["differences"]
    return 1 if differs["lost"] or differs["doubled"] or differs["different"] or differs["others"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
