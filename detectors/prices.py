"""One price book for the project: every price in one file, with its unit and its source."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from designopt.detectors.materials import NAMES, index_of, is_listed
from designopt.units import CHF, cm, kg, m, mm, t
from designopt.written import number_of, shown

DEFAULT_BOOK = Path(__file__).with_name("prices.toml")
FIRST_BOOK = Path(__file__).with_name("prices-v1.toml")
"""What the problems whose names end in -v1 are paid with, whatever happens to the current book."""
DECIMETRE = 10 * cm

# What one may buy in each section: the divisor of the unit, in the project's units. "" is a price a piece.
VOLUMES = {"cm3": cm**3, "dm3": DECIMETRE**3, "m3": m**3, "mm3": mm**3}
AREAS = {"cm2": cm**2, "m2": m**2, "mm2": mm**2}
LENGTHS = {"cm": cm, "m": m, "mm": mm}
MASSES = {"kg": kg, "t": t}
PIECES = {"": 1.0}
DEAREST = 1e12  # of any currency and unit
POWER = {"W": 1.0}
SECTIONS = {
    "volume": VOLUMES,
    "area": AREAS,
    "length": LENGTHS,
    "mass": MASSES,
    "tile": PIECES,
    "channel": PIECES,
    "mechanics": AREAS,
    "layer": PIECES,
    "power": POWER,
}


@dataclass(frozen=True)
class Price:
    """One entry: its value in kCHF per project unit (mm, mm2, mm3, t or piece), and what the file says.

    `low` and `high` bound what the price may be, in the same unit; None where nothing says so.
    """

    value: float
    quoted: str
    source: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class PriceBook:
    """Validated prices by section and item; made by `read_prices`."""

    entries: dict[tuple[str, str], Price]

    def price(self, section: str, item: str) -> float:
        """Price of an item in kCHF per mm, mm2, mm3, t, W or piece, as the section says. ValueError if it has none."""
        if (section, item) not in self.entries:
            known = sorted(name for part, name in self.entries if part == section)
            raise ValueError(
                f"The price book has no {section} price for {item!r}. It has {', '.join(known) or 'none'}. "
                f"{_suggestion(item, known)}To add [{section}] {item}, pass a file of your own with --prices."
            )
        return self.entries[section, item].value

    def prices(self, section: str, items: Sequence[str]) -> list[float]:
        """Prices of several items; 0 where the section does not list the item."""
        return [self.price(section, item) if (section, item) in self.entries else 0.0 for item in items]

    def knows(self, section: str, item: str) -> bool:
        """Whether the section lists the item."""
        return (section, item) in self.entries


LONGEST_PATH = 200  # characters of a path that an error shows


def read_prices(own: str | Path | None = None, base: Path = DEFAULT_BOOK) -> PriceBook:
    """A price book of the project, the current one or `base`, with the entries of a user's own TOML file put over it.

    `own` may be the name of a book of the project, "prices-v1.toml", which then stands in the place of `base`. Items
    that no section of `base` knows, such as gas detectors that came later, have their current prices.

    Raises ValueError, in one sentence, for a file that cannot be read, an unknown section or unit, or a price
    that is negative or no number.
    """
    own, base = _of_the_project(own, base)
    tables = _with_later_items(_read_once(base))
    if own is not None:
        known: dict[str, list[str]] = {}
        for book in (DEFAULT_BOOK, base):
            for section, items in _read_once(book).items():
                known[section] = [*dict.fromkeys([*known.get(section, []), *items])]
        for section, items in _read(Path(own)).items():
            _refuse_useless(section, items, known)
            tables[section] = tables.get(section, {}) | items
    rates = {name: _number("currency", name, entry) * CHF for name, entry in tables.pop("currency").items()}
    entries = {
        (section, item): _price(section, item, entry, rates)
        for section, items in tables.items()
        for item, entry in items.items()
    }
    return PriceBook(entries)


def book_named(own: str | Path | None = None, base: Path = DEFAULT_BOOK) -> str:
    """What `read_prices` reads, in words: "prices-v1.toml", "mine.toml over prices.toml"."""
    own, base = _of_the_project(own, base)
    return base.name if own is None else f"{Path(own).name} over {base.name}"


def _of_the_project(own: str | Path | None, base: Path) -> tuple[str | Path | None, Path]:
    """A user's own file and the book that it is put over, where `own` may name a book of the project."""
    named = {book.name: book for book in (DEFAULT_BOOK, FIRST_BOOK)}
    if own is not None and str(own) in named and not Path(own).exists():
        return None, named[str(own)]
    return own, base


def _with_later_items(tables: dict[str, dict[str, dict[str, Any]]]) -> dict[str, dict[str, dict[str, Any]]]:
    known = {item for section, items in tables.items() if section != "currency" for item in items}
    current = _read_once(DEFAULT_BOOK)
    return {
        section: {item: entry for item, entry in current.get(section, {}).items() if item not in known}
        | tables.get(section, {})
        for section in [*tables, *(section for section in current if section not in tables)]
    }


@lru_cache(maxsize=4)
def _read_once(path: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """A book that does not change while a program runs: one of the project's own."""
    return _read(path)


def _refuse_useless(section: str, items: dict[str, dict[str, Any]], known: dict[str, list[str]]) -> None:
    """Raise ValueError for an item that nothing ever asks for, such as a misspelt one; currencies may be anybody's."""
    listed = known.get(section, [])
    materials = NAMES if not listed or any(item in NAMES for item in listed) else ()
    for item in items if section != "currency" else ():
        if item not in listed and item not in materials:
            raise ValueError(
                f"Nothing asks for the price of [{section}] {_word(item)}. "
                f"{_suggestion(item[:60], [*listed, *materials])}Items there are {', '.join([*listed, *materials][:8])}"
                f"{' and other materials' if materials else ''}."
            )


def _read(path: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """Sections of one TOML file, checked for shape; an own entry without a source names its file."""
    named = str(path) if len(str(path)) <= LONGEST_PATH else shown(str(path))
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ValueError(
            f"The price book {named} cannot be read ({error.strerror}). Check the path given to --prices."
        ) from None
    except RecursionError:
        raise ValueError(f"The price book {named} is nested too deep to be one. See detectors/prices.toml.") from None
    except ValueError as error:
        raise ValueError(f"The price book {named} is not valid TOML: {error}.") from None
    for section, items in tables.items():
        known = ["currency", *SECTIONS]
        if section not in known:
            raise ValueError(
                f"The price book {named} has a section [{_word(section)}]. {_suggestion(section[:60], known)}"
                f"Sections are {', '.join(known)}."
            )
        for item, entry in items.items() if isinstance(items, dict) else [(section, items)]:
            if not isinstance(entry, dict):
                raise ValueError(
                    f"The price book {named} gives {_word(item)} as {shown(entry)}, without a unit. "
                    'Write it in its section as  name = { price = 4, unit = "EUR/cm2", source = "..." }.'
                )
            entry.setdefault("source", f"{path.name}, assumed")
    return {section: {_canonical(item): entry for item, entry in items.items()} for section, items in tables.items()}


def _canonical(item: str) -> str:
    """The table's name of a material, so that `tungsten` overrides `W`; other items keep their name."""
    return NAMES[index_of(item)] if is_listed(item) else item


def _price(section: str, item: str, entry: dict[str, Any], rates: dict[str, float]) -> Price:
    amount = _number(section, item, entry)
    currency, _, quantity = str(entry.get("unit", "")).partition("/")
    if currency not in rates or quantity not in SECTIONS[section]:
        units = ", ".join(f"EUR/{name}" if name else "EUR" for name in SECTIONS[section])
        raise ValueError(
            f"The price of [{section}] {_word(item)} has the unit {shown(entry.get('unit'))}. "
            f"Use one of {units}, with a currency of [currency]: {', '.join(rates)}."
        )
    scale = rates[currency] / SECTIONS[section][quantity]
    low, high = _range(section, item, entry, amount)
    bounds = (None if bound is None else bound * scale for bound in (low, high))
    return Price(amount * scale, f"{amount:g} {entry['unit']}", str(entry["source"]), *bounds)


def _range(section: str, item: str, entry: dict[str, Any], amount: float) -> tuple[float | None, float | None]:
    if "range" not in entry:
        return None, None
    bounds = entry["range"]
    if not (isinstance(bounds, list) and len(bounds) == 2):
        raise ValueError(f"The range of [{section}] {_word(item)} is {shown(bounds)}. Give two prices: range = [3, 5].")
    low, high = (number_of(bound, f"The range of [{section}] {_word(item)}", 0.0, DEAREST) for bound in bounds)
    if not low <= amount <= high:
        raise ValueError(
            f"The price of [{section}] {_word(item)}, {amount:g}, is outside its range of {low:g} to {high:g}."
        )
    return low, high


def _number(section: str, item: str, entry: dict[str, Any]) -> float:
    what = f"The price of [{section}] {_word(item)}"
    unknown = sorted(set(entry) - {"price", "unit", "source", "range"})
    if unknown:
        raise ValueError(f"{what} has an entry {shown(unknown[0])}. Entries are price, unit, source and range.")
    return number_of(entry.get("price"), what, 0.0, DEAREST, small="Correct the book.")


def _word(name: str) -> str:
    """A name as an error quotes it: as it is, or quoted where it is long or holds what no terminal shows."""
    return name if name.isprintable() and 0 < len(name) <= 60 else shown(name)


def _suggestion(word: str, known: Sequence[str]) -> str:
    close = get_close_matches(word, known, n=1)
    return f"Did you mean {close[0]!r}? " if close else ""
