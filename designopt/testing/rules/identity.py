"""Settings identify a detector: every field that can differ changes them."""

import copy
import dataclasses
import json
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from designopt.problem.detector import AbstractDetector
from designopt.testing.rules.case import Case

TRIED = 3
"""Other values of an untold field that are simulated, to see whether it matters."""


def settings_identify(case: Case) -> str | None:
    """The settings are JSON, the same at every call, and others when a number or a word in a field is another one."""
    detector, problem = case.problem.detector, case.problem
    try:
        card = json.dumps(problem.card(), sort_keys=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        case.fail(
            "settings",
            f"the problem's card cannot be written as JSON ({error}).",
            "Let `settings` and `options` hold numbers, text, lists and dictionaries only.",
        )
    if json.dumps(problem.card(), sort_keys=True) != card:
        case.fail("settings", "two calls of `settings` differ.", "Leave out times, counters and addresses.")
    told = json.dumps(detector.settings(), sort_keys=True)
    for field in dataclasses.fields(detector):
        untold = []
        for other in _others(getattr(detector, field.name)):
            changed = _with(detector, field.name, other)
            try:
                says = json.dumps(changed.settings(), sort_keys=True)
            except Exception:  # no such detector can be: the other value is no name that it knows
                continue
            if says != told:
                break
            untold.append((other, changed))
        else:
            for other, changed in untold[:TRIED]:
                if _differs(case, changed):
                    case.fail(
                        "settings",
                        f"with another value of the field '{field.name}' of {type(detector).__name__}, "
                        f"{_short(other)} for {_short(getattr(detector, field.name))}, the same design gives something "
                        "else, and `settings` says the same.",
                        f"Put '{field.name}' into `settings`: runs of two detectors are told apart by it.",
                    )
    return None


def _differs(case: Case, changed: AbstractDetector) -> bool:
    """Whether another detector gives another response, cost or limits for one design."""
    design = case.problem.space.decode(jnp.asarray(case.inside[0]))

    def everything(detector: AbstractDetector) -> Any:
        return detector.response(design, case.key), detector.cost(design), detector.constraints(design)

    before = jax.tree.leaves(jax.jit(lambda: everything(case.problem.detector))())
    try:
        after = jax.tree.leaves(jax.jit(lambda: everything(changed))())
    except Exception:  # no such detector can be: the field tells nothing apart
        return False
    return len(before) != len(after) or not all(map(np.array_equal, before, after))


def _with(part: Any, name: str, value: Any) -> Any:
    changed = copy.copy(part)
    object.__setattr__(changed, name, value)
    return changed


def _others(value: Any) -> Any:
    """Other values of a field's kind; none for kinds that are not understood."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield value + 1 if np.isfinite(value) else 1.0
    elif isinstance(value, str):
        yield value + "-other"
    elif isinstance(value, np.ndarray | jax.Array):
        if value.size and np.issubdtype(value.dtype, np.number):
            yield value + 1
    elif isinstance(value, tuple):
        for k, part in enumerate(value):
            for other in _others(part):
                yield (*value[:k], other, *value[k + 1 :])
    elif isinstance(value, dict):
        for key, part in value.items():
            for other in _others(part):
                yield {**value, key: other}
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            for other in _others(getattr(value, field.name)):
                yield _with(value, field.name, other)


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:57] + "..."
