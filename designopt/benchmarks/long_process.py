"""What many runs in one process leave behind: memory, and mapped pieces of memory, against the number of runs.

`python -m designopt.benchmarks.long_process` carries out 500 runs in this process and prints a table: many problems and
every kind of optimiser take turns, so that no run finds the programs of the last, and every fiftieth run is of a real
detector. With `--study` it runs `designopt run` on a study of as many runs instead and looks at its processes. Linux
stops a process at 65,530 maps.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from designopt import Allowance, Study, make, programs
from designopt import optimisers as searches
from designopt.benchmarks.problems import (
    bowl,
    knapsack,
    limited_law,
    mixed_shelf,
    noisy_law,
    square_root_law,
    two_kinds,
)
from designopt.optimisers.base import AbstractOptimiser
from designopt.problem.problem import Problem
from designopt.processes import MAPS_OF_LINUX, mapped_pieces, resident_mb
from designopt.programs import kept_programs
from designopt.study.plan import RunPlan

TOYS = (square_root_law, limited_law, noisy_law, two_kinds, mixed_shelf, bowl, knapsack)
DETECTORS = ("plane-spacing-v1", "spectrometer-layout-v1", "tracker-layout-v1", "calorimeter-segmentation-v1")
EVERY_DETECTOR = 50
"""One run in so many is of a real detector."""
PROBLEMS = 42
"""Toy problems that take turns: more than keep their programs."""
CALLS = 30
"""Evaluations of a run."""


def optimisers() -> list[AbstractOptimiser]:
    """One of each kind that compiles something of its own, and some that do not."""
    return [
        searches.RandomSearch(), searches.Lbfgs(), searches.CmaEs(), searches.CompiledPpo(),
        searches.GlobalSurrogate(batch=20), searches.Adam(), searches.LocalSurrogate(), searches.Slsqp(),
        searches.DifferentialEvolution(), searches.MaskedPpo(), searches.RenewedDescent(),
    ]  # fmt: skip


@cache
def toy(which: int) -> Problem:
    """A toy problem, made once, as those of a study are."""
    size, maker = 3 + which // len(TOYS) % 6, TOYS[which % len(TOYS)]
    return maker(size, budget=3.0 * size * (1.0 + 1e-3 * which) * (0.1 if maker is bowl else 1.0))


def problem_of(number: int, problems: int = PROBLEMS) -> Problem:
    """The problem of a run: one of so many, another one than the last runs had."""
    if number % EVERY_DETECTOR == EVERY_DETECTOR - 1:
        return make(DETECTORS[number // EVERY_DETECTOR % len(DETECTORS)])
    return toy(number % problems)


def plans(runs: int, problems: int = PROBLEMS, kinds: int = len(optimisers())) -> Iterator[RunPlan]:
    """So many runs, problems and optimisers by turns, each with a seed of its own."""
    every = optimisers()[:kinds]
    for number in range(runs):
        problem, turn = problem_of(number, problems), (number + number // problems) % len(every)
        fitting = [one for one in every[turn:] + every if not one.cannot_search(problem)]
        yield RunPlan("long-process", problem, fitting[0], number, Allowance(events=CALLS * problem.events))


def study(quick: bool = False) -> Study:
    """A study of as many runs as the environment variable `DESIGNOPT_RUNS` says, on seven problems."""
    problems = [problem_of(number) for number in range(7)]
    every: list[AbstractOptimiser] = [searches.RandomSearch(), searches.Lbfgs(), searches.CmaEs()]
    every = [one for one in every if not any(one.cannot_search(problem) for problem in problems)]
    seeds = range(max(1, int(os.environ.get("DESIGNOPT_RUNS", "21")) // (len(problems) * len(every))))
    return Study("long-process", problems, every, seeds, Allowance(events=CALLS * problems[0].events))


def in_this_process(every: int, wanted: Iterator[RunPlan]) -> Iterator[tuple[int, float, float, int, int]]:
    """Carry out runs; yields, now and then, how many: seconds, memory in MB, maps and programs kept so far."""
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for number, plan in enumerate(wanted, start=1):
            plan.execute(Path(folder), "long_process")
            if number % every == 0 or number == 1:
                kept = sum(kept_programs().values())
                yield number, time.perf_counter() - begun, resident_mb(), mapped_pieces(), kept


def of_a_study(runs: int, workers: int) -> Iterator[tuple[int, float, dict[int, tuple[float, int]]]]:
    """Run a study by the command line; yields, every few seconds, runs ended, seconds, and of every process its memory
    in MB and its maps."""
    begun = time.perf_counter()
    words = ["-c", "from designopt.cli.app import main; main()", "run", __file__, "--workers", str(workers), "--out"]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DESIGNOPT_RUNS": str(runs)}
        with Path(folder, "said").open("w") as said:
            command = subprocess.Popen([sys.executable, *words, folder], env=environment, stdout=said, stderr=said)
            while command.poll() is None:
                time.sleep(5.0)
                found = {}
                for process in [command.pid, *children_of(command.pid)]:
                    try:
                        found[process] = resident_mb(process), mapped_pieces(process)
                    except OSError:
                        continue
                ended = Path(folder, "said").read_text().count(": done")
                yield ended, time.perf_counter() - begun, found


def keep_everything() -> None:
    """Drop programs as they were dropped once: past 64 problems, however much memory they take."""
    programs.PROBLEMS, programs._Room.limit = 64, MAPS_OF_LINUX


def children_of(process: int) -> list[int]:
    """The ids of the processes that a process has started."""
    return [
        int(number) for task in Path(f"/proc/{process}/task").glob("*/children") for number in task.read_text().split()
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--every", type=int, default=25, help="a line after so many runs")
    parser.add_argument("--problems", type=int, default=PROBLEMS, help="toy problems that take turns")
    parser.add_argument("--kinds", type=int, default=len(optimisers()), help="kinds of optimiser that take turns")
    parser.add_argument("--study", action="store_true", help="by `designopt run`")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--before", action="store_true", help="in this process, with programs kept as they once were")
    chosen = parser.parse_args()
    if chosen.before:
        keep_everything()
    if chosen.study:
        for ended, seconds, processes in of_a_study(chosen.runs, chosen.workers):
            each = "; ".join(f"{memory:.0f} MB {maps:,} maps" for memory, maps in processes.values())
            sys.stdout.write(f"{ended:5d} runs {seconds:7.0f} s  {each}\n")
            sys.stdout.flush()
        return
    for number, seconds, memory, maps, kept in in_this_process(
        chosen.every, plans(chosen.runs, chosen.problems, chosen.kinds)
    ):
        sys.stdout.write(f"{number:5d} runs {seconds:7.0f} s {memory:7.0f} MB {maps:7,} maps {kept:4d} programs\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
