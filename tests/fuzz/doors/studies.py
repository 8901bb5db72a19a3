"""Door: study scripts, and with them every constructor that a script calls."""

import inspect
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from designopt.optimisers.base import AbstractOptimiser
from designopt.study.script import Script
from designopt.study.study import Study
from tests.fuzz import parts
from tests.fuzz.faults import Fault, answer, not_finite
from tests.fuzz.values import short

HEAD = "from tests.fuzz.parts import *\n"
USUAL = {"name": "'toy'", "problems": "[LAW]", "optimisers": "[RandomSearch()]", "seeds": "[0, 1]",
         "allowance": "Allowance(events=400)"}  # fmt: skip
BODY = """def study(quick):
    return Study({name}, problems={problems}, optimisers={optimisers}, seeds={seeds}, allowance={allowance})
"""

DATA = Path(__file__).parents[2] / "data" / "fuzz"
STRANGE = tuple((DATA / "expressions.txt").read_text().splitlines())
"""Values that stand where others belong, as a script writes them."""
ENDS = tuple((DATA / "statements.txt").read_text().splitlines())
"""What a script does instead of returning a study."""
FILES = tuple(text.encode("latin-1") for text in json.loads((DATA / "scripts.json").read_text()))
"""Files that are no script; one character a byte."""


@dataclass(frozen=True)
class Case:
    """A script, and what is strange about it; `owed`: it has to be refused."""

    content: bytes
    done: str
    owed: bool = False


@cache
def calls() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Constructors that scripts call, and their arguments: optimisers, problems, the allowance."""
    found: list[tuple[str, tuple[str, ...]]] = [("Allowance", ("events",))] * 3
    for name, value in sorted(vars(parts).items()):
        if isinstance(value, type) and issubclass(value, AbstractOptimiser) and not inspect.isabstract(value):
            found.append((name, tuple(field.name for field in fields(value) if field.init)))  # type: ignore[arg-type]
    found += [(name, tuple(inspect.signature(getattr(parts, name)).parameters)) for name in parts.PROBLEMS]
    return tuple(one for one in found if one[1])


@st.composite
def _argument(draw: Callable[..., Any]) -> Case:
    """A strange value for one argument of the study."""
    argument, value = draw(st.sampled_from(sorted(USUAL))), draw(st.sampled_from(STRANGE))
    return Case((HEAD + BODY.format(**USUAL | {argument: value})).encode(), f"{argument}={value}")


@st.composite
def _call(draw: Callable[..., Any]) -> Case:
    """A strange value for one or two arguments of a constructor."""
    name, arguments = draw(st.sampled_from(calls()))
    given = {draw(st.sampled_from(arguments)): draw(st.sampled_from(STRANGE)) for _ in range(draw(st.integers(1, 2)))}
    text = f"{name}({', '.join(f'{key}={value}' for key, value in given.items())})"
    needs = [key for key in parts.NEEDED.get(name, {}) if key not in given]
    if needs:
        text = text[:-1] + "".join(f", {key}={parts.NEEDED[name][key]}" for key in needs) + ")"
    place = "allowance" if name == "Allowance" else "problems" if name in parts.PROBLEMS else "optimisers"
    value = text if place == "allowance" else f"[{text}]"
    return Case((HEAD + BODY.format(**USUAL | {place: value})).encode(), text)


@st.composite
def _end(draw: Callable[..., Any]) -> Case:
    """A script that does something else, at its top or inside."""
    end = draw(st.sampled_from(ENDS))
    inside = draw(st.booleans()) or end.startswith(("return", "yield"))
    text = BODY.format(**USUAL)
    if inside:
        return Case((HEAD + f"def study(quick):\n    {end}\n").encode(), f"inside: {end}", True)
    return Case((HEAD + end.replace("study(quick)", "study(1)") + "\n" + text).encode(), f"top: {end}")


@st.composite
def _text(draw: Callable[..., Any]) -> Case:
    """A script whose text is damaged."""
    whole = (HEAD + BODY.format(**USUAL)).encode()
    place = draw(st.integers(len(HEAD), len(whole) - 1))
    way = draw(st.sampled_from(["flip", "cut", "put", "file"]))
    if way == "file":
        content = draw(st.sampled_from(FILES))
        return Case(content, f"file {short(content)}", True)
    if way == "put":
        return Case(whole[:place] + draw(st.binary(min_size=1, max_size=6)) + whole[place:], f"put at {place}")
    flipped = bytes([whole[place] ^ (1 << draw(st.integers(0, 7)))])
    return Case(whole[:place] + (flipped + whole[place + 1 :] if way == "flip" else b""), f"{way} at {place}")


def cases() -> st.SearchStrategy[Case]:
    """Strange arguments mostly; scripts that end otherwise; damaged texts."""
    return st.one_of(_argument(), _call(), _call(), _call(), _end(), _text())


def of(kind: str) -> st.SearchStrategy[Case]:
    """Of one kind alone."""
    return {"argument": _argument, "call": _call, "end": _end, "text": _text}[kind]()


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="fuzz-studies-"))


def check(case: Case) -> list[Fault]:
    """Faults of loading one script."""
    path = _folder() / "mine.py"
    path.write_bytes(case.content)
    seen = answer(lambda: Script(str(path), False).load(), seconds=60.0)
    found = [*seen.faults]
    if seen.refused is not None:
        return found
    study: Study = seen.returned
    card = answer(lambda: [json.loads(json.dumps(plan.optimiser.settings())) for plan in study.plans()])
    found += [*card.faults, *not_finite(card.returned)]
    if not study.plans() or case.owed or _absurd(study):
        found.append(Fault("silence", f"{case.done} is accepted {_absurd(study)}", case.done))
    return found


def _absurd(study: Study) -> str:
    """What no physicist means by a study, though it was accepted."""
    for optimiser in study.optimisers:
        for name, value in optimiser.settings().items():
            if isinstance(value, int | float) and not isinstance(value, bool) and not -1e18 < value < 1e18:
                return f"({name} = {short(value)})"
    if study.allowance.events > 1e18 or len(study.plans()) > 10_000:
        return "(an endless study)"
    return ""
