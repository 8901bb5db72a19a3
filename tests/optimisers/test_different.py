"""What else is as good: two basins of equal depth are both returned, the shallower one is not."""

import json

import jax.numpy as jnp
import numpy as np
import pytest
from once import once

from designopt import AbstractDetector, DesignSpace, Problem, Real, different_designs, make
from designopt.analysis.different_designs import of_problem
from designopt.benchmarks.problems import mixed_shelf
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers.common.different import Differences, different
from designopt.optimisers.evolution.cma_es import CmaEs
from designopt.optimisers.evolution.novelty import NoveltyCmaEs
from designopt.problem.registry import known_too
from designopt.problem.rounding import built_point
from designopt.records.study_record import load
from designopt.report.content import read
from designopt.report.figures.palette import Palette
from designopt.report.formats.write import write_all
from designopt.report.page import problem_sections
from designopt.study.study import Study

BASINS = np.array([[0.2, 0.75, 0.3], [0.8, 0.25, 0.7], [0.5, 0.5, 0.05]])
DEPTHS = np.array([1.0, 1.0, 0.7])


class Basins(AbstractDetector):
    """Three basins in the ratios of four parts that share the money: two of equal depth, the third clearly worse."""

    def response(self, design, key=None):
        place = jnp.stack([design["a"], design["b"], design["c"]])
        away = jnp.sum((place - BASINS) ** 2, axis=1)
        return {"depth": jnp.max(DEPTHS * jnp.exp(-away / (2 * 0.12**2)))}

    def cost(self, design):
        return {"parts": 1.0 + design["a"] + design["b"] + design["c"] + design["rest"]}


def basins():
    """The place of a design is free: what money is left goes into the rest, which does nothing."""
    space = DesignSpace([Real(name, 0.0, 1.0) for name in ("a", "b", "c")] + [Real("rest", 0.0, 4.0)])
    return Problem("basins", Basins(), space, _minus_depth, budget=4.0, spend_on={"rest": 1}, events=10)


def _minus_depth(response):
    return -response["depth"]


PROBLEM = once(basins)


def found(optimiser, seed, calls=800):
    evaluator = Evaluator(PROBLEM(), Allowance(calls * PROBLEM().events))
    optimiser.run(evaluator, seed)
    chosen = different(PROBLEM(), evaluator.trials, within=0.05)
    places = [built_point(PROBLEM(), one.trial.u)[:3] for one in chosen]
    near = [int(np.argmin(np.sum((BASINS - place) ** 2, axis=1))) for place in places]
    return chosen, near


@pytest.mark.parametrize("seed", range(3))
def test_both_basins_are_returned_and_the_worse_one_is_not(seed):
    chosen, near = found(NoveltyCmaEs(), seed)
    assert set(near) == {0, 1}
    assert all(one.worse <= 0.05 for one in chosen)
    assert chosen[0].worse == chosen[0].apart == 0.0
    assert all(one.apart >= 0.1 for one in chosen[1:])


def test_a_plain_search_ends_in_one_basin():
    assert [len(set(found(CmaEs(), seed)[1])) for seed in range(3)] == [1, 1, 1]


STATIONS = once(lambda: make("spectrometer-layout-v1", granularity="continuous"))


def test_slots_whose_order_means_nothing_are_compared_in_the_order_that_agrees_best():
    problem = STATIONS()
    u = np.random.default_rng(3).random(problem.size)
    u[problem.space.slices["present"]] = [1, 0, 1, 0, 1, 1, 0, 0]
    built, order = built_point(problem, u), np.array([4, 1, 2, 3, 0, 5, 6, 7])
    other = np.concatenate([built[where][order] for where in problem.space.slices.values()])
    differences = Differences(problem)
    shapes = [differences.shape(point, np.inf) for point in (built, other)]
    assert not np.array_equal(shapes[0].slots, shapes[1].slots)
    assert differences.apart(*shapes) == pytest.approx(0.0, abs=1e-9)
    one, exchanged = Evaluator(problem, Allowance(2 * problem.events)).evaluate(np.stack([built, other]))
    assert one.score == pytest.approx(exchanged.score, rel=1e-9)


def test_empty_slots_do_not_count_and_one_more_station_counts_in_full():
    differences = Differences(STATIONS())
    u = np.random.default_rng(4).random(STATIONS().size)
    u[STATIONS().space.slices["present"]] = [1, 0, 1, 0, 1, 1, 0, 0]
    one = differences.shape(u, np.inf)
    assert sorted(one.filled) == [False] * 4 + [True] * 4
    moved = one.slots + np.where(one.filled, 0.0, 0.3)[:, None]
    assert differences.apart(one, type(one)(moved, one.filled, one.single)) == 0.0
    more = one.filled.copy()
    more[np.argmin(more)] = True
    assert differences.apart(one, type(one)(one.slots, more, one.single)) == pytest.approx(np.sqrt(1 / 5))


def test_the_set_of_a_study_is_in_the_report_and_in_python(tmp_path):
    problem = mixed_shelf(slots=3)
    search = NoveltyCmaEs(within=0.5, apart=0.2)
    Study("shelf", [problem], [search, CmaEs()], range(1), Allowance(150 * problem.events)).run(tmp_path)
    found = different_designs(tmp_path, within=0.5, apart=0.2, problem=problem)
    assert found == different_designs(load(tmp_path), within=0.5, apart=0.2, problem=problem)
    assert len(found) >= 2
    assert found[0].score == min(run.best.score for run in load(tmp_path).runs)
    assert all(one.cost <= problem.budget and one.worse <= 0.5 and one.differs for one in found[1:])
    assert len(different_designs(tmp_path, within=0.0, apart=0.2, problem=problem)) == 1
    with known_too(lambda: [problem]):
        path, _ = write_all(tmp_path, ["json", "csv"], find=of_problem)
        content = read(tmp_path, of_problem)
        parts = problem_sections(content, Palette(["NoveltyCmaEs", "CmaEs"]), None, None)
        assert "What else is as good" in parts[0].other_designs()
    (section,) = json.loads(path.read_text())["sections"]
    rows = section["tables"]["alternatives"]
    assert [(row["score"], row["worse"], row["differs"]) for row in rows] == [
        (one.score, one.worse, one.differs) for one in found
    ]
    (path,) = write_all(tmp_path, ["md"], find=of_problem)  # nobody can make the problem again
    assert "could not be found" in path.read_text(encoding="utf-8")
