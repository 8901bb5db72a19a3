"""The table of distances reads ledgers, counts failures as infinite, and its interval covers the median."""

import numpy as np

from designopt import Allowance, Study
from designopt.benchmarks.accuracy import distances, median_and_interval, table
from designopt.benchmarks.bare_libraries import BareCma, BareDescent, BareDifferentialEvolution
from designopt.benchmarks.problems import limited_law, square_root_law
from designopt.optimisers.baselines import RandomSearch
from designopt.testing.optimiser_contract import check_optimiser


def test_distances_come_from_the_ledgers(tmp_path):
    problem = square_root_law(4)
    Study("toy", [problem], [RandomSearch(), BareDescent("SLSQP")], range(3), Allowance(30 * problem.events)).run(
        tmp_path
    )
    found = distances([problem], tmp_path)
    assert set(found[problem.name]) == {"RandomSearch", "Bare-SLSQP"}
    assert all(len(values) == 3 for values in found[problem.name].values())
    assert max(found[problem.name]["Bare-SLSQP"]) < min(found[problem.name]["RandomSearch"])
    lines = table(found).splitlines()
    assert lines[2].startswith("| Bare-SLSQP")
    assert lines[3].startswith("| RandomSearch")


def test_infinity_is_the_worst_value():
    middle, low, high = median_and_interval([1.0, 2.0, np.inf, 3.0, 4.0])
    assert middle == 3.0
    assert 1.0 <= low <= 3.0 <= high
    assert median_and_interval([np.inf, np.inf, 1.0])[0] == np.inf


def test_bare_libraries_keep_the_contract():
    problem = limited_law()
    for entrant in (BareCma(), BareDifferentialEvolution(), BareDescent("SLSQP"), BareDescent("trust-constr")):
        check_optimiser(entrant, problem, 150 * problem.events, seed=1)
