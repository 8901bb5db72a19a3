"""No kinks larger than the trend: along each size the loss has no corner that hides where it leads."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from designopt.design.numbers import shown
from designopt.testing.rules.case import Case

COARSE = 41
"""Values over the range of a size, walls left out."""
FINE = 21
"""Values over the two intervals around a suspected kink, and again around that."""
ZOOMS = 2
SUSPECTS = 2
"""Places of a scan that are looked at closely."""
WALL = 0.02
"""Share of the range at either wall that is left to the rule for corners: there a loss may go to infinity."""
TINY = 1e-9
"""Steps that change a loss by its rounding alone."""
FLAT = 1e-6
"""Slope in units of the loss (at least 1) a side of the cube below which a kink is none."""


def no_kink_beyond_the_trend(case: Case) -> str | None:
    """Along each size the slope nowhere jumps by more than its mean size over the whole range.

    Values on a grid; where the slope changes most, twice a finer grid, so that a smooth bend straightens out and a kink
    or a step stays.
    """
    if not case.sloped:
        return "the simulator has no gradient, and who searches it does not trust its slope"
    sizes = [v for v in case.problem.space.variables if v.continuous]
    if not sizes:
        return "no variable is continuous"
    random = case.random("kinks")
    for variable in sizes:
        where = case.problem.space.slices[variable.name]
        bases = [case.inside[1]]
        bases += [np.clip(case.at_references[0], 0.02, 0.98)] if len(case.at_references) else []
        for base in bases:
            _scan(case, base, int(random.integers(where.start, where.stop)))
    return None


def _scan(case: Case, base: Float[ndarray, " coordinate"], coordinate: int) -> None:
    grid = np.linspace(WALL, 1.0 - WALL, COARSE)
    loss = _along(case, base, coordinate, grid)
    step = grid[1] - grid[0]
    trend = float(np.sum(np.abs(np.diff(loss)))) / (1.0 - 2 * WALL)
    least = max(trend, FLAT * max(1.0, float(np.max(np.abs(loss)))))
    jumps = np.abs(np.diff(loss, 2)) / step
    around = np.median(np.stack([np.roll(jumps, k) for k in (-2, -1, 1, 2)]), axis=0)
    rounding = float(np.ptp(_along(case, base, coordinate, 0.5 + TINY * np.arange(6))))
    for place in np.argsort(-(jumps - around))[:SUSPECTS]:
        middle, half = grid[place + 1], step
        jump = 0.0
        for _ in range(ZOOMS):
            fine = np.linspace(max(middle - half, 0.0), min(middle + half, 1.0), FINE)
            near = _along(case, base, coordinate, fine)
            changes = np.abs(np.diff(near, 2)) / (fine[1] - fine[0])
            worst = int(np.argmax(changes))
            middle, half, jump = fine[worst + 1], fine[1] - fine[0], float(changes[worst])
        if jump > least + 4.0 * rounding / half:
            u = base.copy()
            u[coordinate] = middle
            case.fail(
                "kinks",
                f"at {case.value(u, coordinate)} of {case.named(coordinate)} the slope of the loss jumps by {jump:.4g} "
                f"a side of the cube within {shown(float(f'{half:.2g}'))} of it, and is {trend:.4g} on average.",
                "Replace hard edges (`where`, `max`, `round`, tables read at the nearest entry, counts of events) by "
                "smooth ones in the relaxed detector, and keep them in `built_detector`.",
            )


def _along(
    case: Case, base: Float[ndarray, " coordinate"], coordinate: int, grid: Float[ndarray, " value"]
) -> Float[ndarray, " value"]:
    points = np.repeat(base[None], len(grid), axis=0)
    points[:, coordinate] = grid
    return case.losses(points)[0]
