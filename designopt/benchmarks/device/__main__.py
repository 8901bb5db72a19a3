"""Muons, designs and tracks a second on this machine's devices: `python -m designopt.benchmarks.device`.

Every problem is simulated in one batch as the evaluator does, and, where there are several devices, in one that is
shared out among them; the largest difference between the two is printed. Devices of a processor can be made up:
`XLA_FLAGS=--xla_force_host_platform_device_count=2`.
"""

from designopt.runtime import prepare

prepare()

import argparse  # noqa: E402

from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from designopt.benchmarks.device.measure import device_names, measured  # noqa: E402
from designopt.problem.registry import make  # noqa: E402

PROBLEMS = ("muon-shield-v1", "calorimeter-segmentation-v1", "tracker-layout-v1")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m designopt.benchmarks.device", description=__doc__.split("\n")[0])
    parser.add_argument("problems", nargs="*", default=PROBLEMS, help="names of problems")
    parser.add_argument("--rows", type=int, default=64, help="designs of a batch; the devices divide it")
    arguments = parser.parse_args()
    table = Table("problem", "scores/s", "events/s", "gradients/s", "shared out: scores/s", "largest difference")
    for name in arguments.problems:
        found = measured(make(name), arguments.rows)
        shared = ("one device", "") if found.shared is None else (f"{found.shared:.4g}", f"{found.difference:.2g}")
        slopes = "none" if found.gradients is None else f"{found.gradients:.4g}"
        table.add_row(name, f"{found.scores:.4g}", f"{found.events:.4g}", slopes, *shared)
    console = Console(width=120)
    console.print(f"Devices: {device_names()}. Events are muons, showers or tracks. By the clock, the best of five.")
    console.print(table)


if __name__ == "__main__":
    main()
