"""What every surrogate is: a differentiable prediction with its uncertainty, kept on disk without pickle."""

import abc
import json
from pathlib import Path
from typing import Any, TypeVar

import equinox as eqx
import numpy as np
from jaxtyping import Array, Float
from numpy import ndarray

Points = Float[ndarray, "sample coordinate"]
Values = Float[ndarray, " sample"]
Made = TypeVar("Made", bound="AbstractSurrogate")


class AbstractSurrogate(eqx.Module):
    """A scalar response over the unit cube, learned from noisy samples.

    `predict` is differentiable in the point; its two errors are standard deviations: `unsure` of the mean because
    there are few samples (it shrinks with more of them), `noise` of one simulation (it does not).
    """

    @abc.abstractmethod
    def predict(self, u: Float[Array, " coordinate"]) -> tuple[Float[Array, ""], Float[Array, ""], Float[Array, ""]]:
        """Mean, `unsure` and `noise` at a point of the cube."""

    @abc.abstractmethod
    def shape(self) -> dict[str, Any]:
        """What `blank` needs to make a surrogate of the same shape, as JSON values."""

    @classmethod
    @abc.abstractmethod
    def blank(cls: type[Made], shape: dict[str, Any]) -> Made:
        """A surrogate of this shape whose numbers are still to be read."""

    def save(self, path: Path) -> None:
        """Write one line of JSON that says what it is, then its arrays."""
        with Path(path).open("wb") as file:
            file.write((json.dumps({"surrogate": type(self).__name__, **self.shape()}) + "\n").encode())
            eqx.tree_serialise_leaves(file, self)

    @classmethod
    def load(cls: type[Made], path: Path) -> Made:
        """Read what `save` wrote. Raises ValueError for a file of another kind or a damaged one."""
        with Path(path).open("rb") as file:
            try:
                header = json.loads(file.readline())
                kind = header.pop("surrogate")
                if kind != cls.__name__:
                    raise ValueError(f"it holds a {kind}")
                return eqx.tree_deserialise_leaves(file, cls.blank(header))
            except (ValueError, KeyError, TypeError, AttributeError, RuntimeError, EOFError) as error:
                raise ValueError(f"The file {path} is no {cls.__name__}: {error}. Train the surrogate again.") from None


def checked(points: Points, values: Values, errors: Values, least: int) -> None:
    """Raise ValueError unless samples can be learned from: shapes that agree, finite numbers, positive errors."""
    if points.ndim != 2 or len(points) < least:
        raise ValueError(
            f"The surrogate got samples of the shape {points.shape}. Give at least {least} points, a row each."
        )
    if not (values.shape == errors.shape == (len(points),)):
        raise ValueError(
            f"The surrogate got {len(points)} points, {values.size} values and {errors.size} errors. "
            "Give one of each per row."
        )
    if not (np.all(np.isfinite(points)) and np.all(np.isfinite(values)) and np.all(errors > 0)):
        raise ValueError(
            "The samples of the surrogate hold a number that is not finite, or an error that is not positive."
        )
