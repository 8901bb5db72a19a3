"""A document that means something, changed so that it means less; and what may be expected of its reader then."""

import copy
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.values import HUGE, JSON, NO_NUMBERS, STRANGE, short

Path = tuple[Any, ...]
ERROR, SAID, ANYTHING = "an error", "an error or a note", "anything but a fault"


@dataclass(frozen=True)
class Kind:
    """What is known of a document's fields: by their last key.

    Attributes:
        signed: numbers that may be negative.
        free: numbers of which every size has been seen, or that are no size at all.
        words: texts that may say anything.
    """

    signed: frozenset[str] = frozenset()
    free: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    open_maps: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Changed:
    """A changed document, what was done to it, and what its reader owes."""

    document: Any
    done: str
    owed: str


def leaves(document: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    """Every value of a document with its place, containers too, the whole first."""
    found = [(path, document)]
    if isinstance(document, Mapping):
        parts: Sequence[tuple[Any, Any]] = list(document.items())
    else:
        parts = list(enumerate(document)) if isinstance(document, list) else []
    for key, part in parts:
        found += leaves(part, (*path, key))
    return found


def replaced(document: Any, path: Path, value: Any) -> Any:
    """A copy with another value at one place."""
    if not path:
        return value
    found = copy.deepcopy(document)
    holder = found
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return found


def _key(path: Path) -> str:
    return next((key for key in reversed(path) if isinstance(key, str)), "")


def _is_number(value: Any) -> bool:
    """A number that may be made larger: what an earlier change made endless is none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


@st.composite
def changed(draw: Callable[..., Any], documents: Sequence[Any], kind: Kind) -> Changed:
    """One of the documents, changed in one way, or in several after each other."""
    document = draw(st.sampled_from(documents))
    if draw(st.integers(0, 9)) == 0:
        steps = [draw(_one(document, kind))]
        for _ in range(draw(st.integers(1, 3))):
            steps.append(draw(_one(steps[-1].document, kind)))
        return Changed(steps[-1].document, "; ".join(step.done for step in steps), ANYTHING)
    return draw(_one(document, kind))


@st.composite
def _one(draw: Callable[..., Any], document: Any, kind: Kind) -> Changed:
    places = leaves(document)
    numbers = [(path, value) for path, value in places if _is_number(value)]
    maps = [(path, value) for path, value in places if isinstance(value, dict) and _key(path) not in kind.open_maps]
    lists = [(path, value) for path, value in places if isinstance(value, list)]
    texts = [(p, v) for p, v in places if isinstance(v, str) and _key(p) not in kind.words]
    ways = [way for way, of in ((_kind_of, numbers), (_size, numbers), (_sign, numbers), (_key_of, maps), (_lost, maps),
                                (_rows, lists), (_word, texts), (_any, places), (_whole, places)) if of]  # fmt: skip
    way = draw(st.sampled_from(ways))
    of = {_kind_of: numbers, _size: numbers, _sign: numbers, _key_of: maps, _lost: maps, _rows: lists, _word: texts}
    path, value = draw(st.sampled_from(of.get(way, places)))
    return way(draw, document, path, value, kind)


def _at(path: Path) -> str:
    return ".".join(map(str, path)) or "the whole"


def _kind_of(draw: Any, document: Any, path: Path, value: Any, kind: Kind) -> Changed:
    wrong = draw(st.sampled_from(NO_NUMBERS))
    owed = ANYTHING if _key(path) in kind.free else ERROR
    return Changed(replaced(document, path, wrong), f"{_at(path)} = {short(wrong)}", owed)


def _size(draw: Any, document: Any, path: Path, value: Any, kind: Kind) -> Changed:
    factor = draw(st.sampled_from(HUGE))
    factor = draw(st.sampled_from([factor, 1 / factor]))
    owed = SAID if value and _key(path) not in kind.free else ANYTHING
    return Changed(replaced(document, path, value * factor), f"{_at(path)} times {factor:g}", owed)


def _sign(draw: Any, document: Any, path: Path, value: Any, kind: Kind) -> Changed:
    wrong = draw(st.sampled_from([-value if value else -1.0, -1e9, -(2**63), -1e-9]))
    owed = ANYTHING if _key(path) in kind.signed | kind.free else ERROR
    return Changed(replaced(document, path, wrong), f"{_at(path)} = {wrong:g}", owed)


def _key_of(draw: Any, document: Any, path: Path, value: Any, kind: Kind) -> Changed:
    known = sorted(map(str, value))
    near = [*(word.upper() for word in known), *(word + "s" for word in known), "\ufeff", "", "u"]
    key = draw(st.sampled_from(near) | st.text(min_size=1, max_size=8))
    owed = ANYTHING if key in known else ERROR
    inside = draw(st.sampled_from([1.0, None, "x", []]))
    return Changed(replaced(document, path, {**value, key: inside}), f"{_at(path)} gets {key!r}", owed)


def _lost(draw: Any, document: Any, path: Path, value: Any, kind: Kind) -> Changed:
    if not value:
        return Changed(replaced(document, path, None), f"{_at(path)} = null", ANYTHING)
    key = draw(st.sampled_from(sorted(value)))
    rest = {name: part for name, part in value.items() if name != key}
    return Changed(replaced(document, path, rest), f"{_at(path)} without {key!r}", ANYTHING)


def _rows(draw: Any, document: Any, path: Path, value: Any, kind: Kind) -> Changed:
    way = draw(st.sampled_from(["empty", "doubled", "reversed", "odd", "many", "wrapped", "object"]))
    rows = {
        "empty": [], "doubled": value + value, "reversed": value[::-1], "odd": [*value, draw(JSON)],
        "many": value * (20_000 if len(value) < 100 else 1),
        "wrapped": [value], "object": {str(i): row for i, row in enumerate(value)},
    }[way]  # fmt: skip
    owed = ERROR if way in ("wrapped", "object") else ANYTHING
    return Changed(replaced(document, path, rows), f"{_at(path)} {way}", owed)


def _word(draw: Any, document: Any, path: Path, value: Any, kind: Kind) -> Changed:
    wrong = draw(st.sampled_from([value + "x", "", "[/b]", "x" * 5000, "\x00\x1b[31m", 3, True, [], {}, [value]]))
    return Changed(replaced(document, path, wrong), f"{_at(path)} = {short(wrong)}", ERROR)


def _any(draw: Any, document: Any, path: Path, value: Any, kind: Kind) -> Changed:
    other = draw(STRANGE)
    return Changed(replaced(document, path, other), f"{_at(path)} = {short(other)}", ANYTHING)


def _whole(draw: Any, document: Any, path: Path, value: Any, kind: Kind) -> Changed:
    if draw(st.booleans()):
        return Changed(draw(JSON), "another document", ANYTHING)
    parts = [part for _, part in leaves(document)]
    other = draw(st.sampled_from(parts))
    return Changed(replaced(document, path, copy.deepcopy(other)), f"{_at(path)} = another part", ANYTHING)
