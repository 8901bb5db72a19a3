"""Drawing muons again keeps sums in the mean, and the search on renewed muons goes downhill within its limits."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors.muon_shield.muons.beam import PER, Bands
from designopt.detectors.muon_shield.muons.sample import frozen_sample
from designopt.detectors.muon_shield.problem import muon_shield
from designopt.detectors.muon_shield.renewal import FAST as FAST_BANDS
from designopt.detectors.muon_shield.renewal import descend, focused

SAMPLE = frozen_sample(0, 4000, Bands(), 7, 1)
FAST = (SAMPLE.muons.momentum > 100).astype(float)
DRAW = jax.jit(focused, static_argnames=("count", "uniform"))


def test_focused_muons_stand_for_the_same_spectrum():
    scores = SAMPLE.muons.weight * FAST
    sums = []
    for seed in range(40):
        part = DRAW(SAMPLE, scores, 500, jax.random.key(seed))
        weights = np.asarray(part.muons.weight, float)
        sums.append([weights.sum(), weights[np.asarray(part.muons.momentum) > 100].sum()])
    mean, error = np.mean(sums, axis=0), np.std(sums, axis=0) / np.sqrt(40)
    expected = [PER, float(jnp.sum(scores))]
    assert np.all(np.abs(mean - expected) < 4 * error)
    assert error[1] < 0.05 * expected[1], "what scores is known well"


def test_random_numbers_stay_with_their_muon():
    part = DRAW(SAMPLE, SAMPLE.muons.weight * FAST, 500, jax.random.key(1))
    where = {float(p): i for i, p in enumerate(np.asarray(SAMPLE.muons.momentum))}
    first = where[float(part.muons.momentum[0])]
    assert np.array_equal(part.noise.angle_x[..., 0], SAMPLE.noise.angle_x[..., first])


def test_nothing_scored_is_the_plain_sample():
    part = DRAW(SAMPLE, jnp.zeros(4000), 500, jax.random.key(2))
    assert float(jnp.sum(part.muons.weight)) == pytest.approx(PER, rel=1e-5)


def test_too_little_of_the_rest_is_refused():
    with pytest.raises(ValueError, match="Keep at least"):
        focused(SAMPLE, FAST, 500, jax.random.key(3), uniform=0.01)


def test_descent_on_renewed_muons_finds_a_better_shield_within_its_limits():
    """A few gradients of fast muons, from the baseline; the muons it is judged by are none it has seen."""
    problem = muon_shield(muons=20, straggling=False, steps=8, saturation=False, edge=300.0)
    start = np.asarray(problem.space.encode(problem.references["baseline"]))
    (first, last) = descend(problem, start, tethers=(30.0, 30.0), gradients=6, muons=2000)
    assert first.gradients < last.gradients < 60
    assert last.violation <= 0
    assert float(problem.cost(problem.decode(jnp.asarray(last.u)))) <= problem.budget * (1 + 1e-9)
    unseen = eqx.tree_at(lambda d: d.sample, problem.as_built_detector, frozen_sample(9, 2000, FAST_BANDS, 7, 8))
    hits = [float(unseen.response(problem.decode(jnp.asarray(u)))["hits_150_400"]) for u in (start, last.u)]
    assert hits[1] < 0.8 * hits[0]
