"""Door: options of `make(...)` for every problem that is installed."""

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from hypothesis import strategies as st

from designopt.design.declared import arguments_as_declared
from designopt.problem.plugins import BrokenPlugin
from designopt.problem.registry import list_problems, make, maker
from tests.fuzz.faults import Answer, Fault, answer, not_finite
from tests.fuzz.values import HUGE, NO_NUMBERS, NUMPY_NO_NUMBERS, NUMPY_NUMBERS, STRANGE, short

OURS = "designopt.detectors"
SLOW = {"calorimeter-geant4-v1", "calorimeter-pairs-v1"}
"""Problems of a simulator that may not be installed; their options are tried as those of the others."""
USUAL: dict[str, Any] = {"budget": 1000.0, "barrels": 6, "technologies": ["250 um", "120 um"], "log_thickness": 0.01,
                         "absorbers": ["W"], "actives": ["Si"]}  # fmt: skip
"""Values of options whose default is None, and lists of few things, which compile quickly."""
ERROR, TAKEN, ANYTHING = "an error", "taken", "anything"
FREE = frozenset({"seed", "sample", "budget", "cache"})
MAY_BE_TINY = frozenset(
    {
        "position_weight", "pion_weight", "pointing_weight", "energy_weight", "volume_weight", "silicon", "spacing",
        "board", "cladding", "kind_charge", "second_readout", "stray", "plate_tolerance", "constant_term",
        "miscalibration", "dead",
        "pions", "coil", "leakage", "bump", "spread", "slag", "tracks", "window", "current_density", "yoke_ratio",
        "slit", "field_free", "field_tolerance", "position_tolerance", "beam_spread", "v0", "alignment", "vertex",
        "aperture_from", "gap", "squeezing_loss",
    }
)  # fmt: skip
"""Of which there may be none at all, or which 0 switches off."""
FREE_SIGN = frozenset({"vertex", "aperture_from"})


@dataclass(frozen=True)
class Case:
    """One call of `make`, what is strange about it, and what is owed."""

    problem: str
    options: dict[str, Any]
    done: str
    owed: str

    def __repr__(self) -> str:
        return f"{self.problem}: {self.done}, {self.owed}: {short(self.options, 300)}"


@cache
def problems() -> tuple[str, ...]:
    """Our problems whose makers can be imported."""
    found = []
    for name in list_problems():
        try:
            if maker(name).__module__.startswith(OURS):
                found.append(name)
        except BrokenPlugin:
            continue
    return tuple(found)


def _defaults(problem: str) -> dict[str, Any]:
    parameters = inspect.signature(maker(problem)).parameters
    return {name: USUAL.get(name, None) if one.default is None else one.default for name, one in parameters.items()}


def of(problem: str) -> st.SearchStrategy[Case]:
    """Calls for one problem."""
    return _case(problem)


def cases() -> st.SearchStrategy[Case]:
    """Calls for every problem."""
    return st.sampled_from(problems()).flatmap(_case)


@st.composite
def _case(draw: Callable[..., Any], problem: str) -> Case:
    defaults = _defaults(problem)
    option = draw(st.sampled_from(sorted(defaults)))
    usual = defaults[option]
    ways = [_wrong, _any, _unknown]
    if isinstance(usual, int | float) and not isinstance(usual, bool):
        ways += [_size, _size, _sign, _numpy]
    if isinstance(usual, list | tuple) and usual:
        ways += [_in_list, _in_list, _in_list]
    value, done, owed = draw(st.sampled_from(ways))(draw, option, usual)
    return Case(problem, {done.partition(" ")[0]: value}, done, owed)


def _wrong(draw: Any, option: str, usual: Any) -> tuple[Any, str, str]:
    wrong = draw(st.sampled_from([*NO_NUMBERS, *NUMPY_NO_NUMBERS]))
    number = isinstance(usual, int | float) and not isinstance(usual, bool)
    return wrong, f"{option} = {short(wrong)}", ERROR if number else ANYTHING


def _any(draw: Any, option: str, usual: Any) -> tuple[Any, str, str]:
    other = draw(STRANGE)
    return other, f"{option} = {short(other)}", ANYTHING


def _unknown(draw: Any, option: str, usual: Any) -> tuple[Any, str, str]:
    name = draw(st.sampled_from([option + "s", option.upper(), option[:-1] or "x", "slot", "[/b]", "many"]))
    return usual, f"{name} = {short(usual)}", ANYTHING


def _size(draw: Any, option: str, usual: Any) -> tuple[Any, str, str]:
    factor = draw(st.sampled_from([*HUGE, *(1 / f for f in HUGE), 2**63]))
    value = usual * factor
    if isinstance(usual, int):
        value = int(value) if factor > 1 else value
    free = option in FREE or (option in MAY_BE_TINY and factor < 1) or not usual
    return value, f"{option} = {short(value)}", ANYTHING if free else ERROR


def _sign(draw: Any, option: str, usual: Any) -> tuple[Any, str, str]:
    value = draw(st.sampled_from([-usual if usual else -1, -(2**63), -1e25, -1]))
    return value, f"{option} = {short(value)}", ANYTHING if option in FREE_SIGN else ERROR


def _numpy(draw: Any, option: str, usual: Any) -> tuple[Any, str, str]:
    kind = draw(st.sampled_from(NUMPY_NUMBERS))
    try:
        with np.errstate(all="ignore"):
            value = kind(usual)
    except OverflowError:
        value = np.float64(usual)
    same = bool(np.isfinite(value)) and float(value) == usual and option not in USUAL
    return value, f"{option} = {kind.__name__} {short(usual)}", TAKEN if same else ANYTHING


def _in_list(draw: Any, option: str, usual: Any) -> tuple[Any, str, str]:
    values = list(usual)
    number = isinstance(values[0], int | float)
    way = draw(st.sampled_from(["empty", "one", "array", "tuple", "twice", "wrapped", "many"]))
    if way == "array":
        return np.array(values), f"{option} = array {short(values)}", TAKEN
    if way == "tuple":
        return tuple(values), f"{option} = tuple {short(values)}", TAKEN
    if way == "one":
        other = draw(st.sampled_from([*NO_NUMBERS, -1.0, 1e25, 1e-25, 0.0]))
        values[draw(st.integers(0, len(values) - 1))] = other
        owed = ERROR if not (number and other == 0.0 and option == "weights") else ANYTHING
        return values, f"{option} = one {short(other)}", owed
    changed = {"empty": [], "twice": values + values, "wrapped": [values], "many": values * 30_000}[way]
    return changed, f"{option} = {way}", ERROR if way in ("empty", "wrapped", "many") else ANYTHING


_made: dict[tuple[str, str], Answer] = {}
"""What `make` did, by the problem and all arguments that its maker got."""


def _arguments(case: Case) -> str:
    """All arguments that the maker gets, once the door has made them Python's; raises what the door does."""
    function = maker(case.problem)
    call = inspect.signature(function).bind(**case.options)
    call.apply_defaults()
    return repr(arguments_as_declared(function, call.arguments, case.problem))


def _card(case: Case) -> Any:
    return json.loads(json.dumps(make(case.problem, **case.options).card()))


def _answer(case: Case) -> Answer:
    """The card of the problem that `make` returns. Calls whose maker gets the same are made once: one takes seconds."""
    try:
        key = (case.problem, _arguments(case))
    except (TypeError, ValueError):
        return answer(lambda: _card(case), seconds=120.0)
    if key not in _made:
        _made[key] = answer(lambda: _card(case), seconds=120.0)
    return _made[key]


def check(case: Case) -> list[Fault]:
    """Faults of one call of `make`."""
    seen = _answer(case)
    found = [*seen.faults]
    option = next(iter(case.options))
    if seen.refused is not None:
        if case.owed == TAKEN:
            found.append(Fault("refused", f"{case.problem}: {case.done}: {seen.refused[:200]}", option))
        return found
    found += not_finite(seen.returned)
    if case.owed == ERROR:
        found.append(Fault("silence", f"{case.problem}: {case.done} is accepted", f"{case.problem} {case.done[:40]}"))
    return found
