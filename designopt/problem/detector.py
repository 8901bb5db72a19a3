"""What every detector model provides: its response, its cost, its limits and a drawing."""

import abc
import dataclasses
from collections.abc import Mapping, Sequence
from inspect import getdoc
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.design.bars import draw_bars
from designopt.design.space import Design

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from designopt.geometry import Geometry

Response = dict[str, Array]
"""Named results of a simulation, in internal units."""

CostBreakdown = dict[str, Float[Array, ""]]
"""Money by item, in kCHF; the cost of a design is the sum."""


Traced = TypeVar("Traced", bound="AbstractDetector")


class _OfDetector(int):
    """In the place of a problem's number of events: what its detector says."""


OF_DETECTOR = _OfDetector(0)


class AbstractDetector(eqx.Module):
    """The physics of one detector, as functions of a design that JAX can differentiate and batch.

    A class of your own must have `response` and `cost`; the other methods have defaults.
    `differentiable` says whether JAX can differentiate the response. Where it cannot, the response comes from outside,
    and is asked for whole batches of designs at once.
    An absent slot of a design must change nothing: response, cost and constraints agree to 1e-12 with and without it.
    """

    differentiable: ClassVar[bool] = True

    @property
    def meaning(self) -> str:
        """What `describe` says of a problem that only a study's script defines. Default: the class's docstring."""
        return getdoc(type(self)) or ""

    @property
    def simulated(self) -> int:
        """Events that one response simulates, which a problem charges where it does not say otherwise. Default: 1."""
        return 1

    @property
    def expensive(self) -> bool:
        """Whether one evaluation is worth a task of its own on a cluster: see `command_detector/side_by_side.py`."""
        return False

    @property
    def interchangeable(self) -> tuple[int, ...]:
        """First slots of groups in which the order of slots means nothing; (0,): all. Default: order counts."""
        return ()

    @abc.abstractmethod
    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        """Simulate a design. `key` None: the training events, the same for everybody; a key: fresh events."""

    @abc.abstractmethod
    def cost(self, design: Design) -> CostBreakdown:
        """Money by item in kCHF; rises with every variable the problem spends on."""

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """Side limits as dimensionless numbers, met when not positive (usually value / limit - 1). Default: none."""
        return {}

    def draw(self, design: Design, axes: "Axes") -> None:
        """Draw a design, to scale, with units. Default: a labelled bar for every number of it."""
        draw_bars(axes, design)

    def metrics(self, response: Response) -> dict[str, Float[Array, ""]]:
        """The few numbers of a response that a physicist wants in a table, by label with unit. Default: its scalars."""
        units = {name: f" ({unit})" if (unit := self.unit(name)) else "" for name in response}
        return {f"{name}{units[name]}": jnp.asarray(value) for name, value in response.items() if jnp.ndim(value) == 0}

    def unit(self, name: str) -> str:
        """Unit of a number of the response, as `metrics` labels it. Default: none."""
        return ""

    def better(self, label: str) -> int:
        """Which way a metric is better: -1 less, +1 more, 0 neither. Default: 0, so that nothing is guessed."""
        return 0

    def settings(self) -> dict[str, Any]:
        """Everything that tells this detector from another of its class, as JSON values. Default: its fields."""
        return {field.name: _as_json(getattr(self, field.name)) for field in dataclasses.fields(self)}

    def written(self, design: Design) -> dict[str, Any] | None:
        """A built design as JSON values that `designopt evaluate` reads. Default: None, by variable with units."""
        return None

    def geometry(self, written: Mapping[str, Any]) -> "Geometry":
        """What stands where, for `designopt export --to gdml`, from what `written` gives. Default: ValueError."""
        raise ValueError(
            f"{type(self).__name__} has no geometry. Give its class the method `geometry(self, written)`: it takes a "
            "design as `written` gives it and returns a `designopt.geometry.Geometry` (docs/geometry.md)."
        )

    def headings(self) -> Mapping[str, str | Sequence[str]]:
        """Units of the keys of `written` that do not end in one, by key; and headings of lists of numbers."""
        return {}


def _as_json(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.ndarray | Array):
        return np.asarray(value).tolist()
    if isinstance(value, Mapping):
        return {str(key): _as_json(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(part) for part in value]
    raise TypeError(
        f"A field of the detector holds {value!r}, which cannot be written as JSON. Write its `settings()` yourself."
    )


def with_traced_numbers(detector: Traced) -> Traced:
    """The detector with every `float` an array, for `eqx.filter_jit`: detectors that differ in numbers share a program.

    Args:
        detector: whose Python code does not branch on the value of a number.
    """
    return jax.tree.map(lambda x: jnp.asarray(x) if isinstance(x, float) else x, detector)
