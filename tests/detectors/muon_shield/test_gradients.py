"""Every derivative of the problems against central differences, muon by muon with the same random numbers."""

import dataclasses

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors.muon_shield.problem import muon_shield_72
from designopt.detectors.muon_shield.transport.clipped_cotangents import clipped_cotangents
from designopt.detectors.muon_shield.transport.shield import shield_exit, total
from designopt.detectors.muon_shield.transport.step import Physics, Track
from designopt.units import T, mm
from tests.once import once

PROBLEM = once(lambda: muon_shield_72(muons=2048, edge=300 * mm))
SHIELD = once(lambda: PROBLEM().detector)
SCORE = once(lambda: SHIELD().objective.score(hard=False))
FREE = once(lambda: dataclasses.replace(SHIELD().flight, largest_cotangent=None))
MEAN_LOSS = once(lambda: dataclasses.replace(FREE(), physics=Physics(straggling=False, stopped=FREE().physics.stopped)))
STEP = {"field": 1e-3 * T}


def inside() -> dict:
    """The baseline moved off the corner of the middle gap's bound."""
    design = dict(PROBLEM().references["baseline"])
    return design | {"middle": design["middle"] + 20 * mm}


def simulations(flight):
    """Scores muon by muon, and the derivative of their sum; a design and a sample go in."""

    def by_muon(point, sample):
        out = shield_exit(SHIELD().magnets(point), sample.muons, sample.noise, flight)
        return (out.weight * SCORE()(out)).astype(float)

    def slope(point, sample):
        return jax.grad(lambda p: total(SCORE(), SHIELD().magnets(p), sample.muons, sample.noise, flight))(point)

    return jax.jit(by_muon), jax.jit(slope)


MEAN = once(lambda: simulations(MEAN_LOSS()))
LOOSE = once(lambda: simulations(FREE()))
HELD = once(lambda: simulations(SHIELD().flight))


def only(sample, kept):
    return eqx.tree_at(lambda s: s.muons.weight, sample, jnp.where(kept, sample.muons.weight, 0.0))


def differences(by_muon, sample, names):
    """Central difference of every number in turn: its sum over muons and that sum's standard error."""
    design = inside()
    for name in names:
        step = STEP.get(name, 1 * mm)
        for k in range(6):
            up, down = (by_muon(design | {name: design[name].at[k].add(sign * step)}, sample) for sign in (1, -1))
            difference = np.asarray(up - down) / (2 * step)
            yield name, k, difference.sum(), np.sqrt(np.sum(difference**2))


def test_every_derivative_is_that_of_the_simulation():
    """All 72, among them the 30 of the easy problem: within 2 %, or where single muons carry the difference, within
    three standard errors of it. Mean energy loss, muons above 60 GeV: slower ones may fly chaotic paths (below)."""
    by_muon, slope = MEAN()
    sample = only(SHIELD().sample, SHIELD().sample.muons.momentum > 60)
    gradient, exact, close = slope(inside(), sample), [], 0
    for name, k, mean, error in differences(by_muon, sample, gradient):
        found = float(gradient[name][k])
        exact.append(abs(found - mean) <= 0.02 * abs(mean))
        close += exact[-1] or abs(found - mean) <= 3 * error
    assert close == PROBLEM().size
    assert np.mean(exact) > 0.9, "most are smooth enough to agree to 2 %"


def test_fast_muons_keep_their_derivative_when_chaotic_ones_are_held():
    """Muons above 100 GeV, single losses included: the simulation's own derivative, and holding turns it little."""
    sample = only(SHIELD().sample, SHIELD().sample.muons.momentum > 100)
    free, held = LOOSE()[1](inside(), sample), HELD()[1](inside(), sample)
    for name, k, mean, error in differences(LOOSE()[0], sample, ("half_length", "core_out", "yoke_in")):
        assert float(free[name][k]) == pytest.approx(mean, rel=0.03, abs=max(3 * error, 1e-3))
    for name in free:
        a, b = np.asarray(free[name]), np.asarray(held[name])
        assert a @ b >= 0.9 * np.linalg.norm(a) * np.linalg.norm(b), name
    unseen = {name for name in free if not np.any(free[name])}
    assert unseen <= {"height_in", "height_out"}, "fast muons fly below the top yokes; everything else turns them"


def test_derivatives_are_held_within_the_limit_and_values_are_not_touched():
    track = Track(*(jnp.full(3, value) for value in (5.0, -2.0, 0.01, 0.02, 0.999, 20.0)))
    limit = jnp.array([1e-3, 2.0, 1e3])

    def stretched(track):
        held = clipped_cotangents(track, limit)
        return jnp.sum(held.x - 50 * held.direction_x + 1e6 * held.energy)

    assert all(bool(jnp.all(a == b)) for a, b in zip(clipped_cotangents(track, limit), track, strict=True))
    slope = jax.grad(stretched)(track)
    assert np.asarray(slope.x) == pytest.approx([1e-3, 1, 1])
    assert np.asarray(slope.direction_x) == pytest.approx([-50, -50, -50])
    assert np.asarray(slope.energy) == pytest.approx([5, 1e4, 1e6])


def test_cost_and_length_have_exact_derivatives():
    design = inside()
    for value in (jax.jit(PROBLEM().cost), jax.jit(lambda d: PROBLEM().constraints(d)["length"])):
        gradient = jax.grad(value)(design)
        for name in ("half_length", "core_in", "yoke_out", "gap"):
            up, down = (value(design | {name: design[name].at[2].add(sign * 1 * mm)}) for sign in (1, -1))
            assert float(gradient[name][2]) == pytest.approx(float(up - down) / (2 * mm), rel=1e-6, abs=1e-12)
