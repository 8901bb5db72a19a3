"""Gradients against differences: the derivative that a search is given is the one of the function."""

import numpy as np

from designopt.testing.rules.case import Case

STEPS = (1e-3, 1e-4, 1e-5, 1e-6)
"""Distances in the cube; the one that agrees best counts, so that neither rounding nor a kink nearby is blamed."""
AGREES = 1e-3
"""Relative difference that is allowed."""
TINY, WIGGLES = 1e-9, 6
"""Distance and number of shifts that change a function by its rounding alone: more in single precision."""
SURE = 0.1
"""Part of the slope up to which differences may be off by rounding; where it is more, they get no such benefit."""
FLOOR = 1e-5
"""Slope, in units of the loss (at least 1) per side of the cube, below which it is not looked at."""
BASES = 2
"""Points where slopes are compared, beside the first reference design."""


def gradients_match_differences(case: Case) -> str | None:
    """Gradient of loss and limits, through the map to the budget, along a random direction of every variable."""
    if not case.sloped:
        return "the simulator has no gradient (`gradient_price` is None)"
    problem, random = case.problem, case.random("slopes")
    names, size = list(problem.space.slices), problem.size
    near = np.clip(case.at_references[:1], 0.05, 0.95)  # beside it: slots of one value tie in an extremum
    bases = np.concatenate([case.inside[:BASES], near + random.uniform(-0.03, 0.03, near.shape)])
    found = case.evaluated(bases)
    ways = np.zeros((len(bases), len(names), size))
    for k, name in enumerate(names):
        where = problem.space.slices[name]
        ways[:, k, where] = random.choice([-1.0, 1.0], (len(bases), where.stop - where.start))
    steps = np.asarray(STEPS)[:, None, None, None]
    there = np.stack([bases[:, None] + steps * ways, bases[:, None] - steps * ways])
    loss, limits = case.losses(there.reshape(-1, size), paid=True)
    tiny = bases[None] + TINY * random.choice([-1.0, 1.0], (WIGGLES, *bases.shape))
    shaken, shaken_limits = case.losses(tiny.reshape(-1, size), paid=True)
    slopes = {"the loss": (loss, found["gradient"], np.maximum(1.0, np.abs(found["loss"])), shaken)}
    for limit, values in limits.items():
        slopes[f"the limit '{limit}'"] = (values, found["jacobian"][limit], np.ones(len(bases)), shaken_limits[limit])
    for what, (values, gradient, scale, wiggled) in slopes.items():
        plus, minus = values.reshape(2, len(STEPS), len(bases), len(names))
        numeric = (plus - minus) / (2.0 * steps[..., 0])
        exact = np.einsum("bki,bi->bk", ways, gradient)
        rounding = np.ptp(wiggled.reshape(WIGGLES, len(bases)), axis=0)[:, None] / steps[..., 0]
        rounding = np.where(rounding < SURE * np.abs(exact) + FLOOR * scale[:, None], rounding, 0.0)
        allowed = np.maximum(AGREES * np.maximum(np.abs(numeric), np.abs(exact)), FLOOR * scale[:, None]) + rounding
        off = np.min(np.abs(numeric - exact) / allowed, axis=0)
        off = np.where(np.isfinite(off), off, np.inf)
        if np.any(off > 1.0):
            base, k = np.unravel_index(int(np.argmax(off)), off.shape)
            case.fail(
                "gradients",
                f"{_place(int(base))}, along '{names[k]}' the gradient of {what} says {exact[base, k]:.6g} "
                f"a side of the cube, and the differences {', '.join(f'{n:.6g}' for n in numeric[:, base, k])} "
                f"at distances of {', '.join(f'{s:g}' for s in STEPS)}.",
                "Look for `stop_gradient`, rounding, comparisons or random draws in what depends on it; where the "
                "simulator has no gradient, set `gradient_price=None`.",
            )
    return None


def _place(base: int) -> str:
    return f"at the random point {base}" if base < BASES else "beside the first reference design"
