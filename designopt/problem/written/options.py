"""Options that an evaluation shares with its problem's maker: names, defaults and ranges stand once, at the maker."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import reduce, wraps
from operator import or_
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from designopt.design.declared import Range, converted

Evaluate = Callable[..., dict[str, Any]]


def shares_options(
    maker: Callable[..., Any],
    names: Sequence[str] = (),
    renamed: Mapping[str, tuple[str, float]] | None = None,
    off: Sequence[str] = (),
) -> Callable[[Evaluate], Evaluate]:
    """Decorator: `evaluate_design(spec, ..., asked)` gets options of the problem's maker in `asked`, by their names.

    Args:
        maker: the function that makes the problem.
        names: its options that the evaluation takes under the same name.
        renamed: those that it takes under another one, with the unit that it is given in: `{"gap_mm": ("gap", mm)}`.
        off: names, of the evaluation, of requirements that 0 takes away.

    The signature that callers and the command line see has them all. Raises ValueError for a value that the maker
    would refuse, in the unit that it was given in.
    """
    of = {name: (name, 1.0) for name in names} | dict(renamed or {})
    hints, known = get_type_hints(maker, include_extras=True), inspect.signature(maker).parameters

    def decorate(function: Evaluate) -> Evaluate:
        own = [one for one in inspect.signature(function).parameters.values() if one.name != "asked"]
        shared = [_parameter(name, known[option].default, hints[option], unit) for name, (option, unit) in of.items()]
        signature = inspect.Signature([*own, *shared])

        @wraps(function)
        def evaluate_design(*args: Any, **options: Any) -> dict[str, Any]:
            bound = signature.bind(*args, **options)
            bound.apply_defaults()
            asked = {}
            for one in shared:
                option, unit = of[one.name]
                value = bound.arguments.pop(one.name)
                value = None if value == 0 and not isinstance(value, bool) and one.name in off else value
                found = converted(one.annotation, value, f"The option '{one.name}'")
                asked[option] = found * unit if isinstance(found, float) else found
            return function(**bound.arguments, asked=asked)

        evaluate_design.__signature__ = signature  # type: ignore[attr-defined]
        return evaluate_design

    return decorate


def _parameter(name: str, default: Any, hint: Any, unit: float) -> inspect.Parameter:
    default = default / unit if isinstance(default, float) else default
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=_in_unit(hint, unit))


def _in_unit(hint: Any, unit: float) -> Any:
    """The same annotation with its ranges in another unit."""
    if get_origin(hint) is Annotated:
        inner, *marks = get_args(hint)
        scaled = [_scaled(mark, unit) if isinstance(mark, Range) else mark for mark in marks]
        return Annotated[(_in_unit(inner, unit), *scaled)]
    parts = get_args(hint)
    return reduce(or_, (_in_unit(part, unit) for part in parts)) if type(None) in parts else hint


def _scaled(mark: Range, unit: float) -> Range:
    return mark if unit == 1.0 else Range(mark.lower / unit, mark.upper / unit, mark.open)
