"""A stack that sees nothing has numbers and slopes, and is worse than any that sees something."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from matplotlib.figure import Figure

from designopt import make
from tests.once import once

SLOTS = 4
PARTS = (1e-12, 1e-8, 1e-4, 1e-2, 0.1, 0.3, 0.6, 1.0)
"""How much of every layer is there."""
KINDS = [(absorber, sensor) for absorber in range(4) for sensor in range(2)]


@once
def problem():
    return make("calorimeter-segmentation-v1", slots=SLOTS, budget=200.0, energies=(1.0, 100.0))


def point(present, kind):
    """The lower corner, but for the gates and for what layers are made of."""
    u = np.zeros(problem().size)
    u[problem().space.slices["present"]] = present
    for name, chosen, among in zip(("absorber", "active"), kind, (4, 2), strict=True):
        u[problem().space.slices[name]] = np.tile(np.eye(among)[chosen], SLOTS)
    return u


@once
def tried():
    """Loss, limits and slopes: without layers, then with parts of them, then with one layer of every kind."""

    def loss(u):
        design = problem().space.decode(u)
        return problem().objective(problem().detector.response(design, None)), problem().training_limits(design)

    points = [point(0.0, KINDS[0]), *(point(part, KINDS[0]) for part in PARTS)]
    points += [point(np.eye(SLOTS)[0], kind) for kind in KINDS]
    (values, limits), slopes = jax.jit(jax.vmap(jax.value_and_grad(loss, has_aux=True)))(jnp.asarray(points))
    return np.asarray(values), {name: np.asarray(g) for name, g in limits.items()}, np.asarray(slopes)


def test_a_stack_without_layers_has_a_loss_limits_and_slopes():
    losses, limits, slopes = tried()
    assert np.isfinite(losses).all()
    assert np.isfinite(slopes).all()
    assert {name: g[0] for name, g in limits.items()} == pytest.approx(
        {"depth": -1.0, "channels": -1.0, "envelope": -1.0, "finest pitch": -1.0, "coarsest pitch": -1.0}
    )
    assert np.all(slopes[0][problem().space.slices["present"]] < 0), "a descent finds no way out"


def test_it_is_worse_than_the_least_stack_of_one_layer():
    losses, _, _ = tried()
    assert losses[-len(KINDS) :].max() + 3 < losses[0]


def test_layers_that_come_make_it_better_from_the_first_micrometre_on():
    losses, _, _ = tried()
    assert np.all(np.diff(losses[: 1 + len(PARTS)]) < 0)


def test_it_can_be_drawn():
    axes = Figure().add_subplot()
    problem().detector.draw(problem().space.decode(jnp.zeros(problem().size)), axes)
