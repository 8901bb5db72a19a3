"""Series drawn through a few knots: few coordinates for a long stack, for optimisers that need that."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.design.space import DesignSpace


def knot_matrix(space: DesignSpace, knots: int) -> Float[ndarray, "coordinate knot"]:
    """Matrix from a cube of fewer coordinates to that of `space`: every series becomes piecewise linear in its slot.

    A series of n slots is described by `knots` values at equal distances (by n if n is smaller), a lone variable by
    itself. Rows are non-negative and add to one, so points of the smaller cube land inside the larger one.
    Raises ValueError for fewer than one knot.
    """
    if knots < 1:
        raise ValueError(f"A series was to be drawn through {knots} knots. It needs at least one.")
    blocks = []
    for variable in space.variables:
        count = variable.count or 1
        few = min(knots, count)
        where = np.linspace(0, few - 1, count) if count > 1 else np.zeros(1)
        hats = np.maximum(0.0, 1.0 - np.abs(where[:, None] - np.arange(few)[None, :]))
        blocks.append(np.kron(hats, np.eye(variable.width)))
    matrix = np.zeros((sum(b.shape[0] for b in blocks), sum(b.shape[1] for b in blocks)))
    row = column = 0
    for block in blocks:
        matrix[row : row + block.shape[0], column : column + block.shape[1]] = block
        row, column = row + block.shape[0], column + block.shape[1]
    return matrix
