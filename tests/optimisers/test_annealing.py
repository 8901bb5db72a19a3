"""Annealing of a built design: its neighbours, and what it finds where descents and smooth series do not lead."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

import designopt as do
from designopt.benchmarks.problems import mixed_shelf
from designopt.optimisers.evolution.annealing import SimulatedAnnealing, neighbour

SPACE = do.DesignSpace(
    [do.Real("size", 1.0, 9.0, count=4), do.Integer("rows", 0, 5, count=4), do.Categorical("kind", ("a", "b", "c"))]
)
BUILT = np.array([0.1, 0.2, 0.3, 0.4, 0.0, 0.2, 0.4, 1.0, 0.0, 1.0, 0.0])


def drawn(count=400):
    random = np.random.default_rng(4)
    return np.array([neighbour(SPACE, BUILT, 0.1, random) for _ in range(count)])


def test_neighbours_stay_in_the_cube_and_on_its_whole_numbers_and_choices():
    found = drawn()
    assert found.min() >= 0.0
    assert found.max() <= 1.0
    np.testing.assert_allclose(found[:, 4:8] * 5, np.round(found[:, 4:8] * 5), atol=1e-12)
    assert set(map(tuple, found[:, 8:])) == {(1, 0, 0), (0, 1, 0), (0, 0, 1)}


def test_a_neighbour_differs_in_one_variable_or_has_slots_like_the_one_beside():
    for found in drawn():
        sizes, rows, kind = (np.any(found[part] != BUILT[part]) for part in (slice(0, 4), slice(4, 8), slice(8, 11)))
        if sizes + rows + kind > 1:  # a run made like its neighbour, in both series
            pairs = list(zip(found[:4], found[4:8], strict=True))
            assert len(set(pairs)) < 4
            assert set(pairs) < set(zip(BUILT[:4], BUILT[4:8], strict=True))
            assert not kind


def test_whole_numbers_go_by_one_and_sizes_by_short_and_long_steps():
    found = drawn(2000)
    rows = found[(found[:, :4] == BUILT[:4]).all(axis=1)]
    assert np.abs(np.round(5 * (rows[:, 4:8] - BUILT[4:8]))).max() == 1
    sizes = np.abs(found[(found[:, 4:] == BUILT[4:]).all(axis=1), :4] - BUILT[:4]).max(axis=1)
    assert np.quantile(sizes[sizes > 0], 0.1) < 0.003
    assert np.quantile(sizes, 0.9) > 0.03


@pytest.mark.parametrize("seed", [0, 1])
def test_the_choice_and_the_amounts_of_a_shelf_are_found(seed):
    problem = mixed_shelf(budget=12.0)
    annealed, chance = (do.Evaluator(problem, do.Allowance(600 * problem.events)) for _ in range(2))
    SimulatedAnnealing().run(annealed, seed)
    do.optimisers.RandomSearch().run(chance, seed)
    assert annealed.spent <= 600 * problem.events
    assert annealed.best.score < chance.best.score
    late = [trial.score for trial in annealed.trials[-100:] if trial.feasible]
    assert np.median(late) < np.median([trial.score for trial in annealed.trials[16:116] if trial.feasible])


@pytest.mark.parametrize("seed", [0, 1])
def test_a_reference_that_keeps_money_and_stands_at_limits_is_left(seed):
    """Its neighbours spend the money, which breaks one of three limits with every one of them."""
    problem = do.problem(
        "plates-v1",
        variables=[do.Real("size", 1.0, 9.0, count=6)],
        response=lambda design: {"short": jnp.sum(9.0 - design["size"][1::2])},
        cost=lambda design: {"plates": 10.0 * jnp.sum(design["size"])},
        objective=lambda response: response["short"],
        constraints=lambda design: {f"size {at}": design["size"][at] / 4.0 - 1.0 for at in (0, 2, 4)},
        budget=330.0,
        references={"by hand": {"size": jnp.asarray([4.0, 3.0] * 3)}},
    )
    evaluator = do.Evaluator(replace(problem, whole=True), do.Allowance(1500))
    SimulatedAnnealing().run(evaluator, seed)
    by_hand = evaluator.trials[0]
    assert (by_hand.score, by_hand.feasible) == (pytest.approx(18.0), True)
    assert evaluator.best.score < 7.0
