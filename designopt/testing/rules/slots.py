"""An absent slot is invisible: whatever its other numbers say, response, cost and limits are the same."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from designopt.design.space import Design
from designopt.problem.problem import Problem
from designopt.testing.rules.case import Case

SAME = 1e-10
"""Relative to the largest entry of an array; the rule for detectors says 1e-12 of each."""


def gates(problem: Problem) -> dict[str, tuple[str, ...]]:
    """Variables whose 0 (or `nothing`) empties a slot, each with the other series of as many slots."""
    found = {}
    for variable in problem.space.variables:
        whole = not variable.choice and not variable.continuous and variable.lower == 0
        gate = variable.nothing is not None or (whole and problem.spend_on.get(variable.name) == 1)
        others = (v.name for v in problem.space.variables if v.count == variable.count and v.name != variable.name)
        if gate and variable.count is not None and (named := tuple(others)):
            found[variable.name] = named
    return found


def absent_slot_is_invisible(case: Case) -> str | None:
    """With a slot empty, its other numbers change neither response, cost nor side limits."""
    found = gates(case.problem) if case.gates is None else {name: tuple(v) for name, v in case.gates.items()}
    if not found:
        return "no variable empties a slot (a whole number from 0 that money goes to, or a choice with `nothing`)"
    random, space = case.random("slots"), case.problem.space
    for gate, others in found.items():
        variable = space[gate]
        slots = variable.count or 1
        for start in (case.inside[0], *case.at_references[:1]):
            design = {name: np.array(value) for name, value in space.decode(jnp.asarray(start)).items()}
            empty = random.permutation(slots)[: max(1, slots // 2)]
            nothing = np.eye(variable.width)[variable.choices.index(variable.nothing)] if variable.choice else 0.0
            design[gate][empty] = nothing
            other = space.decode(jnp.asarray(random.uniform(0.0, 1.0, space.size)))
            changed = {name: value.copy() for name, value in design.items()}
            for name in others:
                changed[name][empty] = np.asarray(other[name])[empty]
            one, two = ({n: jnp.asarray(v) for n, v in d.items()} for d in (design, changed))
            _compare(case, gate, empty, others, one, two)
    return None


def _compare(case: Case, gate: str, empty: np.ndarray, others: tuple[str, ...], one: Design, other: Design) -> None:
    before, after = case.everything(one), case.everything(other)
    difference = _first_difference(before, after)
    if difference is None:
        return
    for name in others:  # which of them is seen
        alone = {**one, name: other[name]}
        if (seen := _first_difference(before, case.everything(alone))) is not None:
            break
    else:
        name, seen = others[0], difference
    slots = ", ".join(map(str, sorted(empty.tolist())))
    path, was, became = seen
    case.fail(
        "absent-slot",
        f"with '{gate}' of slots {slots} empty, other values of '{name}' there change {path} from {was:.9g} to "
        f"{became:.9g}.",
        f"Multiply what a slot adds by '{gate}', or leave it out of sums, extrema and neighbours where that is 0. "
        f"(Where '{name}' belongs to no slot of '{gate}', say so: gates={{'{gate}': (...)}}.)",
    )


def _first_difference(one: Any, other: Any) -> tuple[str, float, float] | None:
    leaves, others = jax.tree_util.tree_leaves_with_path(one), jax.tree.leaves(other)
    for (path, before), after in zip(leaves, others, strict=True):
        a, b = np.ravel(np.asarray(before, float)), np.ravel(np.asarray(after, float))
        scale = max(1e-300, float(np.max(np.abs(np.where(np.isfinite(a), a, 0.0)), initial=0.0)))
        same = (np.abs(a - b) <= SAME * scale + 1e-13) | (a == b) | (np.isnan(a) & np.isnan(b))
        if not np.all(same):
            worst = int(np.argmin(same))
            keys = [str(getattr(part, "key", part)) for part in path]
            return f"the {keys[0]} {' '.join(repr(k) for k in keys[1:])}".rstrip(), float(a[worst]), float(b[worst])
    return None
