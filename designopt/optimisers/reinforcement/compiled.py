"""Masked proximal policies in JAX: a round of stacks is one compiled call, learning from it another."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.evaluation.evaluator import Evaluator
from designopt.optimisers.base import AbstractOptimiser
from designopt.optimisers.common.initial_designs import best_screened
from designopt.optimisers.stop import Stop
from designopt.records.trial import Needs, Trial, sort_key

if TYPE_CHECKING:
    from designopt.envs.compiled_rollout import Record

STALE, FRUITLESS = 3, 5
"""Rounds without a new stack before a policy begins again, and beginnings without one before the search ends."""

Layers = tuple[tuple[Array, Array], ...]


def layers(sizes: list[int], key: PRNGKeyArray) -> Layers:
    """Weights with a variance of one over the number of inputs, no bias."""

    def one(inputs: int, outputs: int, key: PRNGKeyArray) -> tuple[Array, Array]:
        return jax.random.normal(key, (inputs, outputs), jnp.float32) / inputs**0.5, jnp.zeros(outputs, jnp.float32)

    return tuple(map(one, sizes[:-1], sizes[1:], jax.random.split(key, len(sizes) - 1)))


def forward(net: Layers, seen: Float[Array, "*many number"]) -> Float[Array, "*many out"]:
    """Through all layers, hyperbolic tangents between them."""
    for weight, bias in net[:-1]:
        seen = jnp.tanh(seen @ weight + bias)
    return seen @ net[-1][0] + net[-1][1]


class Network(NamedTuple):
    """What rows are liked, and what a stack is expected to earn."""

    actor: Layers
    critic: Layers

    def preferences(self, seen: Float[Array, "*many number"]) -> Float[Array, "*many row"]:
        """A logit for every row."""
        return forward(self.actor, seen)

    def worth(self, seen: Float[Array, "*many number"]) -> Float[Array, "*many"]:
        """Expected reward, in spreads."""
        return forward(self.critic, seen)[..., 0]


def network(numbers: int, rows: int, units: int, share: float, key: PRNGKeyArray) -> Network:
    """A fresh network that takes row 0 with the probability 1 - share where every row is allowed."""
    one, other = jax.random.split(key)
    *below, (weight, bias) = layers([numbers, units, units, rows], one)
    preferred = bias.at[0].set(float(np.log((rows - 1) * (1.0 - share) / share)))
    return Network((*below, (0.01 * weight, preferred)), layers([numbers, units, units, 1], other))


@dataclass(frozen=True)
class CompiledPpo(AbstractOptimiser):
    """The game of `MaskedPpo`, compiled with its learning; what was built before is remembered and not built again.

    `stacks` stacks and one without noise are a round, of which the policy learns in `epochs` full passes. A policy that
    builds nothing new begins again at the best design. Schulman et al., arXiv 1506.02438 (`trace`), 1707.06347.
    """

    screened: int = 16
    stacks: int = 15
    units: int = 64
    reach: float = 0.5
    changed: float = 4.0
    epochs: int = 8
    rate: float = 7e-4
    clip: float = 0.2
    trace: float = 0.95
    library: ClassVar[str] = "optax"
    tried: ClassVar[int] = 3

    def search(self, evaluator: Evaluator, seed: int) -> Stop:
        """Score the initial designs, then train until the allowance is spent."""
        from designopt.envs.stack_env import Reward

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
        """One policy from its beginning at a design until it builds nothing new."""
        from designopt.envs.choice_actions import ChoiceActions
        from designopt.envs.compiled_rollout import player, width

        game, play = ChoiceActions(evaluator, 1, start.u, self.reach), player(evaluator.problem)
        decisions, rows = game.lists.values.shape[1:3]
        share = min(0.5, self.changed / game.length)
        net = network(width(evaluator.problem, decisions), rows, self.units, share, key)
        state, greedy = _mover(self.rate).init(net), np.arange(self.stacks + 1) == 0
        earned, stale, number = list[float](), 0, 0
        while stale < STALE:
            number += 1
            keys = jax.random.split(jax.random.fold_in(key, number), self.stacks + 1)
            points, record = play(net, game.lists, keys, greedy)
            built = {u.tobytes(): u for u in np.asarray(points)}
            fresh = [name for name in built if name not in known]
            stale = 0 if fresh else stale + 1
            if fresh:
                trials = evaluator.evaluate(np.stack([built[name] for name in fresh]), Needs.SCORE)
                known.update(zip(fresh, trials, strict=True))
            now = [reward(known[u.tobytes()]) for u in np.asarray(points)[1:]]
            earned += now
            scaled = np.asarray(now, np.float32) / max(float(np.std(earned)), 1e-3)
            net, state = learn(self, net, state, jax.tree.map(lambda part: part[1:], record), scaled)


def _mover(rate: float) -> Any:
    import optax

    return optax.chain(optax.clip_by_global_norm(0.5), optax.adam(rate, eps=1e-5))


@partial(jax.jit, static_argnums=0)
def learn(
    settings: CompiledPpo, net: Network, state: Any, record: "Record", earned: Float[Array, " stack"]
) -> tuple[Network, Any]:
    r"""A network that has learnt from a round by the clipped objective, and the state of its optimiser.

    The gain of a move is $\sum_k \lambda^k [V_{k+1} - V_k]$ over the moves that follow, with the reward for the last
    $V$ and $\lambda$ the `trace`.
    """
    weight = record.alive / jnp.sum(record.alive)
    worth = net.worth(record.seen)
    goes_on = jnp.pad(record.alive[:, 1:], ((0, 0), (0, 1)))
    error = jnp.where(goes_on, jnp.roll(worth, -1, axis=1), earned[:, None]) - worth

    def back(later: Array, now: tuple[Array, Array]) -> tuple[Array, Array]:
        gain = now[0] + settings.trace * jnp.where(now[1], later, 0.0)
        return gain, gain

    gain = jax.lax.scan(back, jnp.zeros_like(earned), (error.T, goes_on.T), reverse=True)[1].T
    goal, mean = gain + worth, jnp.sum(weight * gain)
    gain = (gain - mean) / (jnp.sqrt(jnp.sum(weight * (gain - mean) ** 2)) + 1e-8)

    def chance(net: Network) -> Array:
        liked = jax.nn.log_softmax(jnp.where(record.masks, net.preferences(record.seen), -jnp.inf))
        return jnp.take_along_axis(liked, record.rows[..., None], axis=-1)[..., 0]

    before = chance(net)

    def loss(net: Network) -> Array:
        ratio = jnp.exp(chance(net) - before)
        clipped = jnp.clip(ratio, 1.0 - settings.clip, 1.0 + settings.clip)
        missed = (net.worth(record.seen) - goal) ** 2
        return jnp.sum(weight * (0.5 * missed - jnp.minimum(ratio * gain, clipped * gain)))

    def step(carried: tuple[Network, Any], _: None) -> tuple[tuple[Network, Any], None]:
        net, state = carried
        moves, state = _mover(settings.rate).update(jax.grad(loss)(net), state)
        return (jax.tree.map(jnp.add, net, moves), state), None

    return jax.lax.scan(step, (net, state), None, length=settings.epochs)[0]
