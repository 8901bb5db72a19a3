"""Masked proximal policy optimisation in JAX: the episodes of a round are one compiled call, the update another."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.design.declared import Count, Positive, Share
from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.common.initial_designs import best_screened
from designopt.optimisers.stop import Stop
from designopt.records.trial import Needs, Trial, sort_key

if TYPE_CHECKING:
    from designopt.envs.compiled_rollout import Rollout

STALE, FRUITLESS = 3, 5
"""Rounds without a new stack before a fresh policy starts, and policies without one before the search ends."""

Layers = tuple[tuple[Array, Array], ...]


def dense_layers(sizes: list[int], key: PRNGKeyArray) -> Layers:
    """Layers of these sizes: random weights with a variance of one over the number of inputs, zero biases."""

    def one(inputs: int, outputs: int, key: PRNGKeyArray) -> tuple[Array, Array]:
        return jax.random.normal(key, (inputs, outputs), jnp.float32) / inputs**0.5, jnp.zeros(outputs, jnp.float32)

    return tuple(map(one, sizes[:-1], sizes[1:], jax.random.split(key, len(sizes) - 1)))


def forward(net: Layers, numbers: Float[Array, "*many number"]) -> Float[Array, "*many out"]:
    """Output of the layers, with hyperbolic tangents between them."""
    for weight, bias in net[:-1]:
        numbers = jnp.tanh(numbers @ weight + bias)
    return numbers @ net[-1][0] + net[-1][1]


class Network(NamedTuple):
    """A policy (actor) and its value function (critic)."""

    actor: Layers
    critic: Layers

    def logits(self, observation: Float[Array, "*many number"]) -> Float[Array, "*many action"]:
        """One logit per action."""
        return forward(self.actor, observation)

    def value(self, observation: Float[Array, "*many number"]) -> Float[Array, "*many"]:
        """Expected reward of the episode, in units of the spread of rewards."""
        return forward(self.critic, observation)[..., 0]


def network(numbers: int, actions: int, units: int, share: float, key: PRNGKeyArray) -> Network:
    """A fresh network whose policy takes action 0 with the probability 1 - share where every action is allowed."""
    one, other = jax.random.split(key)
    *below, (weight, bias) = dense_layers([numbers, units, units, actions], one)
    preferred = bias.at[0].set(float(np.log((actions - 1) * (1.0 - share) / share)))
    return Network((*below, (0.01 * weight, preferred)), dense_layers([numbers, units, units, 1], other))


@dataclass(frozen=True)
class CompiledPpo(AbstractOptimiser):
    """`MaskedPpo`, rollouts and updates compiled; a stack that was scored before is not scored again.

    A round is `stacks` episodes and one with the greedy policy; the policy is updated in `epochs` full passes over it.
    When a policy builds nothing new, a fresh one starts from the best design. Schulman et al.,
    arXiv 1506.02438 (`trace`), 1707.06347.
    """

    screened: Count = 16
    stacks: Count = 15
    units: Count = 64
    reach: Positive = 0.5
    changed: Positive = 4.0
    epochs: Count = 8
    rate: Positive = 7e-4
    clip: Positive = 0.2
    trace: Share = 0.95
    library: ClassVar[str] = "optax"
    tried: ClassVar[int] = 3

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Score the initial designs, then train until the allowance is spent."""
        from designopt.envs.shared.reward import Reward

        best = best_screened(evaluator, seed, self.screened)
        reward, known, fruitless = Reward(best), dict[bytes, Trial](), 0
        for key in map(partial(jax.random.fold_in, jax.random.key(seed)), range(2**31)):
            before = len(known)
            self._train(evaluator, best, reward, known, key)
            best = min([best, *known.values()], key=sort_key)
            fruitless = 0 if len(known) > before else fruitless + 1
            if fruitless == FRUITLESS:
                break
        return Stop.CONVERGED

    def _train(self, evaluator: Evaluator, start: Trial, reward: Any, known: dict[bytes, Trial], key: Any) -> None:
        """Train a fresh policy from a design until it builds nothing new."""
        from designopt.envs.choice_actions import ChoiceActions
        from designopt.envs.compiled_rollout import compiled_rollout, observation_size

        actions, rollout = ChoiceActions(evaluator, 1, start.u, self.reach), compiled_rollout(evaluator.problem)
        decisions, rows = actions.lists.values.shape[1:3]
        share = min(0.5, self.changed / actions.length)
        net = network(observation_size(evaluator.problem, decisions), rows, self.units, share, key)
        state, greedy = _mover(self.rate).init(net), np.arange(self.stacks + 1) == 0
        rewards, stale, number = list[float](), 0, 0
        while stale < STALE:
            number += 1
            keys = jax.random.split(jax.random.fold_in(key, number), self.stacks + 1)
            points, episodes = rollout(net, actions.lists, keys, greedy)
            built = {u.tobytes(): u for u in np.asarray(points)}
            fresh = [name for name in built if name not in known]
            stale = 0 if fresh else stale + 1
            if fresh:
                trials = evaluator.evaluate(np.stack([built[name] for name in fresh]), Needs.SCORE)
                known.update(zip(fresh, trials, strict=True))
            now = [reward(known[u.tobytes()]) for u in np.asarray(points)[1:]]
            rewards += now
            scaled = np.asarray(now, np.float32) / max(float(np.std(rewards)), 1e-3)
            net, state = learn(self, net, state, jax.tree.map(lambda part: part[1:], episodes), scaled)


def _mover(rate: float) -> Any:
    import optax

    return optax.chain(optax.clip_by_global_norm(0.5), optax.adam(rate, eps=1e-5))


@partial(jax.jit, static_argnums=0)
def learn(
    settings: CompiledPpo, net: Network, state: Any, rollout: "Rollout", rewards: Float[Array, " stack"]
) -> tuple[Network, Any]:
    r"""Update a network from a round of episodes by the clipped objective; returns it and the state of its optimiser.

    The advantage of a step is $\sum_k \lambda^k [V_{k+1} - V_k]$ over the steps from it on, with the reward of the
    episode for the last $V$ and $\lambda$ the `trace` (generalised advantage estimation without discount). `rewards`
    are in units of their spread.
    """
    weight = rollout.alive / jnp.sum(rollout.alive)
    value = net.value(rollout.observations)
    goes_on = jnp.pad(rollout.alive[:, 1:], ((0, 0), (0, 1)))
    error = jnp.where(goes_on, jnp.roll(value, -1, axis=1), rewards[:, None]) - value

    def back(later: Array, now: tuple[Array, Array]) -> tuple[Array, Array]:
        advantage = now[0] + settings.trace * jnp.where(now[1], later, 0.0)
        return advantage, advantage

    advantage = jax.lax.scan(back, jnp.zeros_like(rewards), (error.T, goes_on.T), reverse=True)[1].T
    target, mean = advantage + value, jnp.sum(weight * advantage)
    advantage = (advantage - mean) / (jnp.sqrt(jnp.sum(weight * (advantage - mean) ** 2)) + 1e-8)

    def log_probability(net: Network) -> Array:
        all_actions = jax.nn.log_softmax(jnp.where(rollout.masks, net.logits(rollout.observations), -jnp.inf))
        return jnp.take_along_axis(all_actions, rollout.actions[..., None], axis=-1)[..., 0]

    before = log_probability(net)

    def loss(net: Network) -> Array:
        ratio = jnp.exp(log_probability(net) - before)
        clipped = jnp.clip(ratio, 1.0 - settings.clip, 1.0 + settings.clip)
        missed = (net.value(rollout.observations) - target) ** 2
        return jnp.sum(weight * (0.5 * missed - jnp.minimum(ratio * advantage, clipped * advantage)))

    def step(carried: tuple[Network, Any], _: None) -> tuple[tuple[Network, Any], None]:
        net, state = carried
        moves, state = _mover(settings.rate).update(jax.grad(loss)(net), state)
        return (jax.tree.map(jnp.add, net, moves), state), None

    return jax.lax.scan(step, (net, state), None, length=settings.epochs)[0]
