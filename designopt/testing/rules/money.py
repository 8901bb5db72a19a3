"""Money: the cost rises along what is spent on, and nothing that is built costs more than the budget."""

import numpy as np

from designopt.testing.rules.case import Case

STEPS = 9
"""Values of one coordinate that are priced."""
BASES = 3
"""Designs around which they are."""
MOST = 60
"""Coordinates of one variable that are tried."""
ROUNDING = 1e-9
"""Relative money that counts as nothing."""


def cost_rises(case: Case) -> str | None:
    """The cost never falls as one number that money goes to is made dearer, and rises over its whole range."""
    problem, random = case.problem, case.random("money")
    if not problem.spend_on:
        return "money goes to no variable (`spend_on` is empty)"
    ways = np.linspace(0.0, 1.0, STEPS)
    for name, sign in problem.spend_on.items():
        where = problem.space.slices[name]
        chosen = random.permutation(np.arange(where.start, where.stop))[:MOST]
        points = np.repeat(case.inside[:BASES], len(chosen) * STEPS, axis=0).reshape(BASES, len(chosen), STEPS, -1)
        for k, coordinate in enumerate(chosen):
            points[:, k, :, coordinate] = ways if sign > 0 else 1.0 - ways
        prices = case.prices(points.reshape(-1, problem.size)).reshape(BASES, len(chosen), STEPS)
        step = np.diff(prices, axis=-1)
        falls = step < -ROUNDING * np.abs(prices[..., :-1])
        if np.any(falls):
            base, k, at = np.argwhere(falls)[0]
            _fell(case, name, sign, int(chosen[k]), points[base, k, at : at + 2], prices[base, k, at : at + 2])
        flat = np.max(prices[..., -1] - prices[..., 0]) <= ROUNDING * np.max(np.abs(prices))
        if flat:
            case.fail(
                "cost-rises",
                f"`spend_on` names '{name}', but the cost stays at {prices.flat[0]:,.6g} kCHF over its whole range.",
                f"Give it a price, or leave '{name}' out of `spend_on`.",
            )
    return None


def _fell(case: Case, name: str, sign: int, coordinate: int, points: np.ndarray, prices: np.ndarray) -> None:
    before, after = (case.value(u, coordinate) for u in points)
    case.fail(
        "cost-rises",
        f"`spend_on` says {sign:+d} for '{name}', but the cost falls from {prices[0]:,.6g} to {prices[1]:,.6g} kCHF as "
        f"{case.named(coordinate)} goes from {before} to {after}.",
        f"Correct `cost`, the sign, or leave '{name}' out of `spend_on`.",
    )


def built_within_budget(case: Case) -> str | None:
    """What is built from any point never costs more than the budget, nor does the relaxed design."""
    budget, result = case.problem.budget, case.results
    for kind, money in (("as built", result["built_cost"]), ("relaxed", result["cost"])):
        over = money / budget - 1.0
        worst = int(np.argmax(over))
        if over[worst] > (1e-12 if kind == "as built" else ROUNDING):
            u = np.array2string(case.looked_at[worst][:8], precision=3)
            case.fail(
                "as-built",
                f"the design {kind} of the point {u}{'...' if case.problem.size > 8 else ''} costs "
                f"{money[worst]:,.12g} kCHF, over the budget of {budget:,.12g} kCHF.",
                "See that the cheapest whole numbers, choices and sizes together cost less than the budget with every "
                "choice, and that `cost` does not jump.",
            )
    if case.problem.spend == "exactly":
        missed = np.abs(result["cost"] / budget - 1.0)
        worst = int(np.argmax(missed))
        if missed[worst] > ROUNDING:
            case.fail(
                "as-built",
                f"a relaxed design costs {result['cost'][worst]:,.9g} kCHF where {budget:,.9g} kCHF are to be spent.",
                "Make the cost rise strictly and without jumps along what is spent on.",
            )
    return None
