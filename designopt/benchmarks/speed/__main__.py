"""One table of speeds, in units of a reference kernel of the same run: `make bench`.

Times are processor times, the shortest of several; only ratios within one run mean anything, and no limit is set.
"""

from designopt.runtime import prepare

prepare()

import argparse  # noqa: E402
from itertools import chain  # noqa: E402

from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from designopt.benchmarks.speed.libraries import libraries  # noqa: E402
from designopt.benchmarks.speed.rows import around, detectors, muons, reference  # noqa: E402

PROBLEMS = ("hadron-calorimeter-v1", "spectrometer-layout-v1", "calorimeter-segmentation-v1", "tracker-layout-v1")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m designopt.benchmarks.speed", description=__doc__.split("\n")[0])
    parser.add_argument(
        "problems", nargs="*", default=PROBLEMS, help="names of problems; compiled first, a minute each"
    )
    parser.add_argument("--trials", type=int, default=10_000, help="of the run whose ledger is measured")
    parser.add_argument("--evaluations", type=int, default=2_000, help="under each optimiser")
    parser.add_argument("--only-around", action="store_true", help="what surrounds simulations, no detector")
    arguments = parser.parse_args()
    unit = reference()
    table = Table("what", "in reference kernels", "remark")
    simulated = () if arguments.only_around else chain(detectors(list(arguments.problems)), muons())
    for row in chain(simulated, around(arguments.trials), libraries(arguments.evaluations)):
        table.add_row(row.name, "" if row.seconds != row.seconds else f"{row.seconds / unit:.3g}", row.remark)
    console = Console(width=130)
    console.print(f"Reference kernel: a product of two matrices of 200 rows by NumPy, here {unit * 1e6:.0f} us.")
    console.print(table)


if __name__ == "__main__":
    main()
