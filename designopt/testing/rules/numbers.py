"""Numbers: one number comes out, the same in a batch as alone, and a finite one with a finite slope at every corner."""

import jax
import jax.numpy as jnp
import numpy as np

from designopt.problem.checks import check_response
from designopt.testing.rules.case import Case

AGREES = 1e-9
"""Relative difference between a batch and single calls that is rounding."""


def response_gives_one_number(case: Case) -> str | None:
    """JAX can trace the response; it is a dictionary, and the objective of it one number."""
    try:
        check_response(case.problem)
    except ValueError as error:
        case.fail("response", str(error), "")
    except (jax.errors.JAXTypeError, TypeError) as error:
        case.fail(
            "response",
            f"the simulation cannot be compiled ({str(error).splitlines()[0]})",
            "Write it with jax.numpy and without `if`, `float` or `int` on what depends on the design, or call an "
            "outside program through `jax.pure_callback` with `gradient_price=None`.",
        )
    return None


def batch_equals_one_by_one(case: Case) -> str | None:
    """A point among others has the loss, cost and limits that its design has alone."""
    points = case.inside[:3]
    together = case.evaluated(points)
    decode = jax.jit(case.problem.decode)
    for row, u in enumerate(points):
        alone = case.everything(decode(jnp.asarray(u)))
        pairs = {"the loss": (together["loss"][row], alone["loss"])}
        pairs["the cost"] = together["cost"][row], sum(float(money) for money in alone["cost"].values())
        pairs |= {f"the limit '{n}'": (v[row], alone["limits"][n]) for n, v in together["violations"].items()}
        for what, (batched, single) in pairs.items():
            one, other = float(batched), float(single)
            if not abs(one - other) <= AGREES * max(1.0, abs(other)) and not (np.isnan(one) and np.isnan(other)):
                case.fail(
                    "batch",
                    f"{what} of point {row} is {one:.12g} in a batch of {len(points)} and {other:.12g} alone.",
                    "Let every design be simulated by itself: no state between calls, no sums over a batch, "
                    "`vmap_method` of a callback 'sequential', the same events for all.",
                )
    return None


def finite_at_corners(case: Case) -> str | None:
    """Loss, score, cost, limits and, where there is one, the gradient are finite at the corners and inside."""
    result = case.results
    parts = {"the loss": result["loss"], "the score": result["score"], "the cost": result["cost"]}
    parts |= {f"the limit '{name}'": value for name, value in result["violations"].items()}
    parts |= {f"the limit '{name}' as built": value for name, value in result["built_violations"].items()}
    if case.sloped:
        parts["the gradient of the loss"] = result["gradient"]
        parts |= {f"the gradient of the limit '{name}'": value for name, value in result["jacobian"].items()}
    for what, values in parts.items():
        wrong = ~np.isfinite(values)
        if np.any(wrong):
            row, *rest = np.argwhere(wrong)[0]
            u = case.looked_at[row]
            place = f" along {case.named(int(rest[0]))}" if rest else ""
            kind = "the corner" if row < len(case.at_corners) else "the point"
            low = np.flatnonzero(u == 0)[:6].tolist()
            case.fail(
                "corners",
                f"{what}{place} is {values[tuple(np.argwhere(wrong)[0])]} at {kind} "
                f"{np.array2string(u[:8], precision=3)}{'...' if len(u) > 8 else ''} (coordinates at 0: {low}).",
                "Keep logarithms, roots and divisions away from 0 on both sides of a `where` (the side that is not "
                "taken has a derivative too), or narrow the bounds.",
            )
    return None
