"""LayerActions magnets one after another: what none, up, down and veto mean, and what money and length allow."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from once import once

from designopt.detectors.muon_shield.allocation import DOWN, GAP, KINDS, NONE, UP, VETO, muon_shield_allocation
from designopt.detectors.muon_shield.cost import masses
from designopt.detectors.muon_shield.veto import PRICE
from designopt.envs.layer_actions import LayerActions
from designopt.envs.stack_env import DesignEnv
from designopt.evaluation.evaluator import Allowance, Evaluator
from designopt.units import T, cm, m

SLOTS = 7
PROBLEM = once(lambda: muon_shield_allocation(slots=SLOTS, muons=200, straggling=False))
SHIELD = once(lambda: PROBLEM().as_built_detector)
SCORE = jax.jit(lambda chosen: SHIELD().response(chosen))
SIZES = {"half_length": 115.5, "core_in": 50, "core_out": 50, "height_in": 60, "height_out": 60, "window_in": 5,
         "window_out": 5}  # fmt: skip


def design(*kinds: int) -> dict:
    """Equal magnets of these kinds, the slots that are left empty."""
    filled = [*kinds, *[NONE] * (SLOTS - len(kinds))]
    sizes = {name: jnp.full(SLOTS, size * cm) for name, size in SIZES.items()}
    return {"kind": jnp.eye(len(KINDS))[np.array(filled)], **sizes}


def test_down_is_up_with_the_other_sign():
    """Not 1.9 T times the number of the action, as an environment of the literature has it (+3.8 T)."""
    fields = np.asarray(SHIELD().magnets(design(UP, DOWN, UP)).field[1:4]) / T
    assert fields == pytest.approx([1.9, -1.9, 1.9])


def test_none_places_nothing():
    """There "none" moved on and left a magnet of +1.9 T behind."""
    with_gap, without = design(UP, NONE, DOWN), design(UP, DOWN)
    assert float(SHIELD().magnets(with_gap).length) == pytest.approx(float(SHIELD().magnets(without).length), rel=1e-12)
    assert float(PROBLEM().cost(with_gap)) == pytest.approx(float(PROBLEM().cost(without)), rel=1e-12)
    assert float(PROBLEM().cost(design())) == pytest.approx(1032, rel=1e-3), "the absorber alone"
    assert float(jnp.sum(masses(SHIELD().magnets(design()))[1:])) == 0


def test_empty_slots_at_the_end_change_no_hit():
    longer = {k: jnp.concatenate([v[:2], v[2:][::-1]]) for k, v in design(UP, DOWN).items()}
    assert float(SCORE(longer)["hits"]) == float(SCORE(design(UP, DOWN))["hits"])


@pytest.mark.parametrize("weight", [0.0, 1e-320, 1e-200, 1e-157, 1e-80, 1e-3])
def test_a_magnet_that_is_hardly_there_has_a_slope(weight):
    """A hardened choice leaves 1e-157 of a polarity, whose square, by which slopes divide, is 0."""

    def iron(kind):
        magnets = SHIELD().magnets({**design(UP, DOWN), "kind": kind})
        return jnp.sum(magnets.field * magnets.present)

    kind = design(UP, DOWN)["kind"].at[2].set(jnp.asarray([0.5 - weight, weight, 0.0, 0.5]))
    assert np.isfinite(jax.grad(iron)(kind)).all()


def test_whole_lengths_are_counted():
    """There the stack was as long as its half-lengths, so 58 m of iron passed for 30."""
    shield = SHIELD().magnets(design(UP, UP, DOWN))
    assert float(shield.length / m) == pytest.approx(2.41 + 3 * (0.1 + 2.31))
    full = muon_shield_allocation(slots=12, muons=200, straggling=False)
    kinds = {"kind": jnp.eye(len(KINDS))[jnp.full(12, UP)]}
    twelve = kinds | {name: jnp.full(12, size * cm) for name, size in SIZES.items()}
    assert float(full.constraints(twelve)["length"]) > 0, "12 magnets of 2.31 m and the absorber do not fit"


def test_polarities_sweep_to_opposite_sides():
    """Mirrored magnets let as many muons through, the other charge on the other side."""
    up, down = SCORE(design(UP, UP, UP)), SCORE(design(DOWN, DOWN, DOWN))
    assert float(up["hits"]) > 0
    assert float(down["hits"]) > 0
    straight = SCORE(design())["hits"]
    assert float(up["hits"]) < 0.8 * float(straight), "magnets help"


def test_a_veto_tags_hits_for_money_and_dead_time():
    without, tagged = design(UP, UP, DOWN), design(UP, UP, DOWN, VETO)
    plain, seen = SCORE(without), SCORE(tagged)
    assert float(seen["hits"]) == float(plain["hits"])
    assert float(seen["untagged"]) < float(plain["untagged"]) == float(plain["hits"])
    assert float(plain["busy"]) == 0 < float(seen["busy"]) <= 1
    assert float(PROBLEM().cost(tagged) - PROBLEM().cost(without)) == pytest.approx(PRICE)
    assert float(SHIELD().magnets(tagged).length) == float(SHIELD().magnets(without).length)


def environment() -> DesignEnv:
    return DesignEnv(PROBLEM(), Evaluator(PROBLEM(), Allowance(100_000)))


def test_the_agent_sees_money_length_and_cavern_run_out():
    env = environment()
    seen = [env.reset()[0]]
    action = np.zeros(env.action_space.shape, np.float32)
    done = False
    while not done:
        observation, reward, done, _, info = env.step(action)
        seen.append(observation)
    left = np.array(seen)
    assert np.all(np.diff(left[:, 0]) <= 0), "money"
    assert np.all(np.diff(left[:, 3]) <= 0), "length"
    assert left[0, 3] == pytest.approx(1 - 2.41 / 30)
    assert left[-1, 3] == pytest.approx(1 - 29.03 / 30, abs=1e-3), "an action of zero repeats the baseline"
    assert info["trial"].feasible
    assert reward == pytest.approx(0, abs=1e-6)


def test_random_agents_never_break_the_bank_or_the_cavern():
    actions = LayerActions(Evaluator(PROBLEM(), Allowance(100_000)), 16, None, 1.0)
    random = np.random.default_rng(3)
    finished = np.zeros(16, bool)
    while not finished.all():
        finished |= actions.step(random.uniform(-1, 1, (16, actions.action_size)))
    trials = actions.score(np.arange(16))
    assert all(trial.built_cost <= PROBLEM().budget * (1 + 1e-9) for trial in trials)
    assert all(trial.feasible for trial in trials)
    assert max(trial.cost for trial in trials) > 0.5 * PROBLEM().budget, "they do place something"


def test_a_magnet_that_does_not_fit_shrinks_and_an_unbearable_one_ends_the_shield():
    actions = LayerActions(Evaluator(PROBLEM(), Allowance(100_000)), 1, None, 1.0)
    slots, action = actions.slots, np.ones((1, actions.action_size))
    action[0, -1] = -1  # go on
    action[0, slots.choices[0]] = np.eye(len(KINDS))[UP]
    actions.step(action)
    placed = PROBLEM().space.decode(jnp.asarray(actions.points[0]))
    assert 0.5 * m < float(placed["half_length"][0]) < 3.5 * m, (
        "the dearest magnet is too dear: a smaller one is placed"
    )
    while not actions.step(action)[0]:
        pass
    assert actions.cost[0] <= PROBLEM().budget
    assert np.all(actions.limits[0] <= 1e-9)


def test_every_episode_is_charged():
    env = environment()
    env.reset()
    spent = env.evaluator.spent
    assert spent == PROBLEM().events
    while not env.step(np.zeros(env.action_space.shape, np.float32))[2]:
        pass
    assert env.evaluator.spent == 2 * spent
    env.reset()
    assert env.evaluator.spent == 2 * spent, "only simulating costs"


def test_gaps_between_magnets_stay_open():
    shield = SHIELD().magnets(design(UP, DOWN, UP))
    assert np.asarray(shield.z_in[1:4] - shield.z_out[:3]) == pytest.approx(GAP)
