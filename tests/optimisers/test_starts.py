"""The initial designs are common to all, and a subspace reaches the point that it is centred on."""

import jax.numpy as jnp
import numpy as np
import pytest
from once import once

import designopt as do
from designopt.benchmarks.problems import mixed_shelf, square_root_law, two_kinds
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.optimisers.bayesian.gradient_search import GradientBayes
from designopt.optimisers.common.initial_designs import initial_points, screened_points
from designopt.optimisers.common.subspace import MODERATE, Subspace
from designopt.records.trial import Needs

LONG = once(lambda: mixed_shelf(slots=12))
EVALUATOR = once(lambda: Evaluator(LONG(), Allowance(1)))


def test_initial_points_are_one_sequence_that_begins_with_the_references():
    many, few = initial_points(EVALUATOR(), 5, 16), initial_points(EVALUATOR(), 5, 3)
    np.testing.assert_array_equal(many[:3], few)
    np.testing.assert_allclose(many[0], LONG().space.encode(LONG().references["uniform"]))
    assert many.shape == (16, LONG().size)
    assert np.all((many >= 0) & (many <= 1))


def test_initial_points_depend_on_the_seed_alone():
    np.testing.assert_array_equal(initial_points(EVALUATOR(), 1, 8), initial_points(EVALUATOR(), 1, 8))
    assert np.any(initial_points(EVALUATOR(), 1, 8) != initial_points(EVALUATOR(), 2, 8))


@pytest.mark.parametrize(
    ("calls", "options", "count"),
    [
        (1000, {}, 16),  # the most that was asked for
        (50, {}, 10),  # a fifth of what is left
        (3, {}, 1),
        (3, {"least": 2}, 2),
        (50, {"part": 4}, 12),
        (50, {"needs": Needs.GRADIENT}, 3),  # a gradient costs three scores
    ],
)
def test_screened_points_cost_their_share_of_what_is_left(calls, options, count):
    evaluator = Evaluator(LONG(), Allowance(calls * LONG().events))
    points = screened_points(evaluator, 5, 16, **options)
    np.testing.assert_array_equal(points, initial_points(evaluator, 5, count))


def test_a_centred_subspace_reaches_its_centre_however_rough():
    rough = np.random.default_rng(0).random(LONG().size)
    cube = Subspace(LONG(), 3)
    assert cube.size == 3 * 4
    np.testing.assert_allclose(cube.lift(cube.centre(rough)), rough, atol=1e-12)


def test_a_small_problem_is_its_own_subspace():
    problem = square_root_law(8)
    cube, point = Subspace(problem, 2), np.linspace(0, 1, 8)
    np.testing.assert_array_equal(cube.lift(cube.nearest(point)), point)


def test_a_moderate_problem_is_tied_only_for_methods_that_need_few_dimensions():
    problem = two_kinds(8)
    assert (problem.size, Subspace(problem, 4).size, Subspace(problem, 4, MODERATE).size) == (24, 12, 24)
    assert Subspace(two_kinds(24, 120.0), 4, MODERATE).size == 12


def test_lifted_points_stay_in_the_cube():
    cube = Subspace(LONG(), 3)
    cube.centre(np.random.default_rng(1).random(LONG().size))
    points = cube.lift(np.random.default_rng(2).random((50, cube.size)))
    assert np.all((points >= 0) & (points <= 1))


def test_a_model_of_relaxed_designs_finds_a_reference_that_is_allowed_as_built():
    problem = do.problem(
        "steps-v1",
        variables=[do.Real("size", 0.0, 10.0, step=1.0), do.Real("money", 1.0, 9.0)],
        response=lambda design: {"short": 10.0 - design["size"]},
        cost=lambda design: {"money": 10.0 * design["money"]},
        objective=lambda response: response["short"],
        constraints=lambda design: {"size": design["size"] / 2.6 - 1.0},
        budget=50.0,
        references={
            name: {"size": jnp.asarray(size), "money": jnp.asarray(5.0)}
            for name, size in (("small", 1.0), ("between", 2.55))
        },
    )
    evaluator = Evaluator(problem, Allowance(60))
    GradientBayes().run(evaluator, 0)  # the best relaxed design is "between", which is built with 3, too large
    scored = [trial for trial in evaluator.trials if trial.needs == Needs.SCORE]
    assert not scored[0].feasible
    np.testing.assert_allclose(scored[1].u, problem.space.encode(problem.references["small"]))
    assert scored[1].feasible
    assert len({trial.u.tobytes() for trial in scored[:4]}) == 4  # nothing is scored twice
