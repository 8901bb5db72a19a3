"""Door: price books, as `--prices FILE` takes them."""

import json
import math
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from designopt.detectors.prices import DEFAULT_BOOK, read_prices
from tests.fuzz.faults import Fault, answer
from tests.fuzz.mutations import ERROR, Changed, Kind, changed
from tests.fuzz.values import short

OWN: tuple[dict[str, Any], ...] = (
    {"volume": {"W": {"price": 2000, "unit": "EUR/dm3", "source": "an offer", "range": [1500, 3500]}}},
    {
        "currency": {"GBP": {"price": 1.15}},
        "area": {"Si": {"price": 3.5, "unit": "GBP/cm2", "range": [2.0, 5.0]}},
        "channel": {"Si": {"price": 2, "unit": "CHF"}, "other": {"price": 5, "unit": "USD"}},
    },
    {
        "layer": {"tracker": {"price": 500_000, "unit": "CHF", "source": "ours"}},
        "power": {"tracker": {"price": 25, "unit": "CHF/W"}},
        "tile": {"scintillator": {"price": 0.8, "unit": "EUR"}},
    },
)
"""Books that users may write."""
KIND = Kind(words=frozenset({"source"}), free=frozenset({"price", "range"}))


@dataclass(frozen=True)
class Book:
    """The bytes of a book, what was done to it, and what the reader owes."""

    content: bytes
    done: str
    owed: str


def written(value: Any) -> str:
    """A value as TOML; None has no form there and is left out by `as_toml`."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {written(v)}" for k, v in value.items() if v is not None) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(written(part) for part in value if part is not None) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**1000 else "9" * 5000
    return json.dumps(value, ensure_ascii=True) if isinstance(value, str) else repr(value)


def _key(key: Any) -> str:
    return json.dumps(str(key))


def as_toml(book: Any) -> str:
    """A book as TOML, a section at a time; whatever is no book as well as that goes."""
    if not isinstance(book, Mapping):
        return f"book = {written(book)}\n" if book is not None else ""
    lines = []
    for section, items in sorted(book.items(), key=lambda pair: isinstance(pair[1], Mapping)):
        if isinstance(items, Mapping):
            lines += [f"[{_key(section)}]", *(f"{_key(k)} = {written(v)}" for k, v in items.items() if v is not None)]
        elif items is not None:
            lines.append(f"{_key(section)} = {written(items)}")
    return "\n".join(lines) + "\n"


@st.composite
def _of_text(draw: Callable[..., Any], whole: bytes) -> Book:
    """The text of a book, damaged: bytes flipped, cut, lines doubled or moved, something foreign in it."""
    way = draw(st.sampled_from(["flip", "cut", "double", "swap", "bytes", "comment"]))
    place, lines = draw(st.integers(0, len(whole) - 1)), whole.splitlines(keepends=True)
    one, two = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
    if way == "flip":
        changed_byte = bytes([whole[place] ^ (1 << draw(st.integers(0, 7)))])
        return Book(whole[:place] + changed_byte + whole[place + 1 :], f"byte {place} flipped", "anything")
    if way == "cut":
        return Book(whole[:place], f"cut at {place}", "anything")
    if way == "double":
        return Book(b"".join([*lines[:one], lines[two], *lines[one:]]), f"line {two} again", "anything")
    if way == "swap":
        lines[one], lines[two] = lines[two], lines[one]
        return Book(b"".join(lines), f"lines {one} and {two} swapped", "anything")
    foreign = draw(st.binary(max_size=12) if way == "bytes" else st.text(max_size=12).map(lambda t: ("#" + t).encode()))
    return Book(whole[:place] + foreign + whole[place:], f"{short(foreign)} at {place}", "anything")


def _of_change(change: Changed) -> Book:
    """What has no form in TOML, null, is left out: then nothing is owed."""
    text = as_toml(change.document)
    owed = "anything" if text in [as_toml(book) for book in OWN] else change.owed
    return Book(text.encode("utf-8", "surrogatepass"), change.done, owed)


def cases() -> st.SearchStrategy[Book]:
    """Books of a user, changed as documents and as texts; and the project's own, damaged."""
    texts = [as_toml(book).encode() for book in OWN]
    return st.one_of(
        changed(list(OWN), KIND).map(_of_change),
        changed(list(OWN), KIND).map(_of_change),
        st.sampled_from(texts).flatmap(_of_text),
        _of_text(DEFAULT_BOOK.read_bytes()),
    )


@cache
def _plain() -> Mapping[tuple[str, str], Any]:
    return read_prices().entries


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="fuzz-prices-"))


def check(book: Book) -> list[Fault]:
    """Faults of reading one book."""
    path = _folder() / "mine.toml"
    path.write_bytes(book.content)
    seen = answer(lambda: read_prices(path), seconds=20.0)
    found = [*seen.faults]
    if seen.refused is not None:
        return found
    if bad := [key for key, price in seen.returned.entries.items() if not 0 <= price.value < math.inf]:
        found.append(Fault("not finite", f"the price of {bad[0]} is {seen.returned.entries[bad[0]].value}"))
    plain = _plain()
    if new := [key for key in seen.returned.entries if key not in plain and not _means(key)]:
        found.append(Fault("silence", f"a price of {new[0]} is accepted, which nothing ever asks for", "new item"))
    changes = {key for key, price in seen.returned.entries.items() if plain.get(key) != price}
    if book.owed == ERROR:
        found.append(Fault("silence", f"{book.done} is accepted ({sorted(changes)[:2]})", book.done.partition(" ")[2]))
    return found


def _means(key: tuple[str, str]) -> bool:
    """Whether an item that the project's book has not may be asked for: it is a material of the table."""
    from designopt.detectors.materials import NAMES

    return key[1] in NAMES
