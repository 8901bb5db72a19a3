"""A small ensemble of networks that learns the response, its noise, and by disagreeing how unsure it is."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.surrogates.base import AbstractSurrogate, Points, Values, checked

DECAY = 0.1
"""Weight decay of the training: without it a few dozen samples are overfitted."""


class Ensemble(AbstractSurrogate):
    r"""Networks with the outputs mean and log noise, each trained from its own start.

    Loss: $\sum_s (\mu - y_s)^2/(2 v_s) + \ln(v_s)/2$ with $v = \epsilon_s^2 + e^{2\ln n}$: the sample's own error, and
    what the network finds beyond it. Mean: that of the networks; `unsure`: their standard deviation times
    `stretch`, which is set on held-out samples so that 68 % of them lie within one standard deviation; `noise`: root
    mean square of the networks'. Lakshminarayanan et al., arXiv 1612.01474.
    """

    networks: eqx.nn.MLP  # every array has the leading axis network
    middle: Float[Array, ""]
    scale: Float[Array, ""]
    stretch: Float[Array, ""]
    spread: Float[Array, ""]
    count: int = eqx.field(static=True)
    width: int = eqx.field(static=True)

    def predict(self, u: Float[Array, " coordinate"]) -> tuple[Float[Array, ""], Float[Array, ""], Float[Array, ""]]:
        """Mean over the networks, their disagreement, the noise of one simulation."""
        means, logs = _outputs(self.networks, u)
        noise = jnp.sqrt(jnp.mean(jnp.exp(2 * logs)) * self.scale**2 + self.spread**2)
        unsure = self.stretch * jnp.std(means, ddof=1)
        return self.middle + self.scale * jnp.mean(means), self.scale * unsure, noise

    def shape(self) -> dict[str, Any]:
        """Coordinates, networks, and neurons of a hidden layer."""
        return {"size": self.networks.in_size, "count": self.count, "width": self.width}

    @classmethod
    def blank(cls, shape: dict[str, Any]) -> "Ensemble":
        """Untrained networks."""
        zero, count, width = jnp.zeros(()), shape["count"], shape["width"]
        networks = _networks(shape["size"], count, width, jax.random.key(0))
        return cls(networks, zero, zero, zero, zero, count, width)


def _networks(size: int, count: int, width: int, key: PRNGKeyArray) -> eqx.nn.MLP:
    def one(key: PRNGKeyArray) -> eqx.nn.MLP:
        return eqx.nn.MLP(size, 2, width, 2, activation=jax.nn.softplus, key=key)

    return eqx.filter_vmap(one)(jax.random.split(key, count))


def _outputs(
    networks: eqx.nn.MLP, u: Float[Array, " coordinate"]
) -> tuple[Float[Array, " network"], Float[Array, " network"]]:
    """Means and logarithms of the noise, in units of the samples' spread."""
    both = eqx.filter_vmap(lambda network: network(2.0 * u - 1.0))(networks)
    return both[:, 0], jnp.clip(both[:, 1] - 3.0, -9.0, 2.0)


@eqx.filter_jit
def _trained(
    networks: eqx.nn.MLP,
    points: Float[Array, "sample coordinate"],
    values: Float[Array, " sample"],
    variance: Float[Array, " sample"],
    steps: int,
    rate: float,
) -> eqx.nn.MLP:
    """Full-batch Adam, the rate falling along a cosine."""
    import optax

    def loss(arrays: eqx.nn.MLP) -> Float[Array, ""]:
        means, logs = jax.vmap(lambda u: _outputs(eqx.combine(arrays, rest), u), out_axes=1)(points)
        total = variance + jnp.exp(2 * logs)
        return jnp.sum((means - values) ** 2 / total + jnp.log(total)) / points.shape[0]

    arrays, rest = eqx.partition(networks, eqx.is_inexact_array)
    mover = optax.adamw(optax.cosine_decay_schedule(rate, steps), weight_decay=DECAY)

    def step(state: Any, _: None) -> tuple[Any, None]:
        arrays, memory = state
        moves, memory = mover.update(jax.grad(loss)(arrays), memory, arrays)
        return (optax.apply_updates(arrays, moves), memory), None

    (arrays, _), _ = jax.lax.scan(step, (arrays, mover.init(arrays)), None, steps)
    return eqx.combine(arrays, rest)


def fit_ensemble(
    points: Points,
    values: Values,
    errors: Values,
    seed: int = 0,
    count: int = 6,
    width: int = 24,
    steps: int = 1500,
    rate: float = 0.01,
) -> Ensemble:
    """Learn from samples: points of the cube, mean responses and their standard errors, one per row.

    A fifth of the samples calibrates the uncertainty and is not trained on. Raises ValueError for bad samples.
    """
    checked(points, values, errors, 10)
    random = np.random.default_rng(seed)
    order = random.permutation(len(points))
    held, train = order[: len(points) // 5], order[len(points) // 5 :]
    middle, scale = float(np.mean(values[train])), max(float(np.std(values[train])), 1e-12)
    networks = _trained(
        _networks(points.shape[1], count, width, jax.random.key(seed)),
        jnp.asarray(points[train]),
        jnp.asarray((values[train] - middle) / scale),
        jnp.asarray((errors[train] / scale) ** 2),
        steps,
        rate,
    )
    spread = float(np.sqrt(np.mean(errors**2)))
    raw = Ensemble(
        networks, jnp.asarray(middle), jnp.asarray(scale), jnp.asarray(1.0), jnp.asarray(spread), count, width
    )
    return eqx.tree_at(lambda e: e.stretch, raw, jnp.asarray(_stretch(raw, points[held], values[held], errors[held])))


def _stretch(raw: Ensemble, points: Points, values: Values, errors: Values) -> float:
    """The factor on the disagreement with which 68 % of held-out samples lie within one standard deviation."""
    mean, unsure, _ = (np.asarray(part) for part in jax.vmap(raw.predict)(jnp.asarray(points)))
    missed = np.maximum((values - mean) ** 2 - errors**2, 0.0) / np.maximum(unsure, 1e-12) ** 2
    return float(np.sqrt(np.clip(np.quantile(missed, 0.683), 0.25, 100.0)))
