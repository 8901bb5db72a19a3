"""The tables of the documentation: one of the fields of a form, one of the options of a function."""

import inspect
from collections.abc import Callable, Iterator
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from designopt.design.declared import LARGE, Most, Range
from designopt.problem.written.composed import Either, Listing
from designopt.problem.written.fields import Field
from designopt.problem.written.form import Form, Part, Rows


def field_tables(form: Form, name: str = "The design") -> str:
    """Markdown: a table of the fields of a form, and one of every form inside it, each told once."""
    told: dict[str, Form] = {}
    _collect(name, form, told)
    return "\n\n".join(f"{key}: {one.meaning}\n\n{_rows(one)}" for key, one in told.items())


def _rows(form: Form) -> str:
    lines = ["| key | values | unit | if left out | meaning |", "|---|---|---|---|---|"]
    for key, one in form.items():
        left_out = "needed" if one.required else "-" if one.default is None else _shown(one.default)
        cells = (f"`{key}`", _first_words(one.allowed), one.unit or "-", left_out, one.meaning)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _first_words(text: str, longest: int = 160) -> str:
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + " ..."


def _collect(name: str, form: Form, told: dict[str, Form]) -> None:
    if any(one is form for one in told.values()):
        return
    told[name] = form
    for key, field in form.items():
        for inner in _forms_in(field):
            _collect(f"`{key}`", inner, told)


def _forms_in(field: Field | None) -> Iterator[Form]:
    if isinstance(field, Part | Rows):
        yield field.form
    if isinstance(field, Listing):
        yield from _forms_in(field.item)
    if isinstance(field, Either):
        for way in (field.number, field.text, field.listing):
            yield from _forms_in(way)


def option_table(function: Callable[..., Any]) -> str:
    """Markdown: the options of `evaluate_design`, with defaults, ranges and meanings, as its signature declares them.

    A meaning is a text in the annotation: `Annotated[float, Range(0, 1), "Efficiency of a layer."]`.
    """
    hints = get_type_hints(function, include_extras=True) | {
        name: one.annotation for name, one in inspect.signature(function).parameters.items() if _annotated(one)
    }
    lines = ["| option | default | values | meaning |", "|---|---|---|---|"]
    for name, one in list(inspect.signature(function).parameters.items())[1:]:
        marks = list(_marks(hints.get(name)))
        values = ", ".join(_span(mark) for mark in marks if isinstance(mark, Range)) or "-"
        meaning = " ".join(mark for mark in marks if isinstance(mark, str)) or "-"
        default = "-" if one.default is None else f"`{_shown(one.default)}`"
        lines.append(f"| `--{name.replace('_', '-')}` | {default} | {values} | {meaning} |")
    return "\n".join(lines) if len(lines) > 2 else "No options."


def _annotated(one: inspect.Parameter) -> bool:
    return not isinstance(one.annotation, str) and one.annotation is not inspect.Parameter.empty


def _marks(hint: Any) -> Iterator[Any]:
    if get_origin(hint) is Annotated:
        inner, *marks = get_args(hint)
        yield from _marks(inner)
        yield from (mark for mark in marks if isinstance(mark, Range | Most | str))
    else:
        for part in get_args(hint):
            yield from _marks(part)


def _span(mark: Range) -> str:
    if mark.upper < LARGE:
        return f"{'above ' if mark.open else ''}{mark.lower:g} to {mark.upper:g}"
    return f"above {mark.lower:g}" if mark.open else f"{mark.lower:g} or more"


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_shown, value)) + "]"
    return str(value)
