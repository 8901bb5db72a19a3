"""A table in two forms: CSV with every digit, HTML rounded to what can be read."""

import csv
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from designopt.report.layout import folded, typeset

MISSING = "–"
ROUNDING = 1e-12  # relative; an error below this is rounding, not statistics
NOTHING = 1e-6  # relative; an interval narrower than this says nothing to a reader
LONG = 42  # letters; a longer cell may break into lines


def number(value: Any, digits: int = 4) -> str:
    """A number for reading: so many significant digits, a real minus sign, a dash for what is missing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return MISSING
    if isinstance(value, str):
        return value
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        places = max(0, digits - 1 - math.floor(math.log10(abs(value)))) if value else 0
        text = f"{value:,.{places}f}" if value and not isinstance(value, int) else f"{int(value):,}"
        return text.replace(",", "\u202f").replace("-", "−")
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return f"{mantissa}×10^{int(exponent)}".replace("-", "−")


def count(value: float) -> str:
    """A whole number for reading, rounded to three digits from ten thousand on; infinity means: not reached."""
    if math.isinf(value):
        return "not reached"
    if math.isnan(value):
        return MISSING
    return number(round(value, 2 - int(math.log10(value))) if value >= 1e4 else round(value), 3)


def counted(value: float, one: str, many: str) -> str:
    """A whole number and what is counted, in words."""
    return f"{count(value)} {one if value == 1 else many}"


def interval(value: float, bounds: tuple[float, float]) -> str:
    """A value with its 95 % interval, rounded as its half-width asks for."""
    low, high = bounds
    half = (high - low) / 2
    if math.isnan(half) or half <= NOTHING * abs(value):
        return number(value)
    places = decimals(half)
    return f"{_fixed(value, places)} [{_fixed(low, places)}, {_fixed(high, places)}]"


def decimals(error: float) -> int:
    """Decimal places for a number with this error: two digits of the error up to 35, one above.

    The rounding rule of the Particle Data Group, without its last step (from 95 to 99 rounded up to 100).
    """
    power = math.floor(math.log10(error))
    return max(0, (1 if error / 10**power < 3.55 else 0) - power)


def _fixed(value: float, places: int) -> str:
    text = f"{value:.{places}f}"
    return text.removeprefix("-") if float(text) == 0 else text.replace("-", "−")


def with_error(value: float | None, error: float | None) -> str:
    """A value and its statistical error, rounded as the error asks for."""
    if value is None or not error or error <= ROUNDING * abs(value):
        return number(value)
    return f"{_fixed(value, decimals(error))} ± {_fixed(error, decimals(error))}"


def per_cent(value: float) -> str:
    """A share as per cent."""
    return MISSING if math.isnan(value) else f"{100 * value:.3g} %"


@dataclass(frozen=True)
class Column:
    """One column: its key in the rows (or several, for CSV), its heading, and how a row is shown in it.

    `show` takes the whole row; without it the first key's value is shown as a number. A column without a heading is
    only in the CSV file.
    """

    keys: tuple[str, ...]
    heading: str = ""
    show: Callable[[dict[str, Any]], str] | None = None

    def text(self, row: dict[str, Any]) -> str:
        """What the reader sees in this column of a row."""
        return self.show(row) if self.show else number(row[self.keys[0]])


@dataclass(frozen=True)
class Table:
    """Rows under columns; `name` is the CSV file's, `caption` says what the numbers are.

    Rows that are `minor` decide nothing: a page shows them after a click, under the words `minor_are`
    (`{s}` in them is empty for one row).
    """

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[dict[str, Any]]
    minor: Callable[[dict[str, Any]], bool] | None = None
    minor_are: str = ""

    def write(self, path: Path) -> None:
        """Every column as CSV with all digits; infinity is `inf`, what is missing is empty."""
        keys = list(dict.fromkeys(key for column in self.columns for key in column.keys))
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(keys)
            writer.writerows([_cell(row.get(key)) for key in keys] for row in self.rows)

    def shown(self) -> tuple[list[str], list[list[str]]]:
        """Headings, and the text of every row, of the columns that have a heading."""
        columns = [column for column in self.columns if column.heading]
        return [column.heading for column in columns], [[column.text(row) for column in columns] for row in self.rows]

    def html(self) -> str:
        """The columns that have a heading. Text to the left, numbers to the right; wide tables scroll."""
        if self.minor is None or not any(map(self.minor, self.rows)):
            return self._html(self.rows)
        kept = [row for row in self.rows if not self.minor(row)]
        rest = [row for row in self.rows if self.minor(row)]
        first = self._html(kept) if kept else f"<p>{typeset(self.caption)}</p>\n"
        return first + folded(
            f"{len(rest)} {self.minor_are.format(s='s' * (len(rest) != 1))}", replace(self, caption="")._html(rest)
        )

    def _html(self, rows: Sequence[dict[str, Any]]) -> str:
        headings, texts = replace(self, rows=rows).shown()
        left = [any(_is_words(row[place]) for row in texts) for place in range(len(headings))]
        head = "".join(
            f'<th scope="col"{_side(words)}>{typeset(text)}</th>' for text, words in zip(headings, left, strict=True)
        )
        body = "".join(
            "<tr>"
            + "".join(_data(text, words, not place) for place, (text, words) in enumerate(zip(row, left, strict=True)))
            + "</tr>\n"
            for row in texts
        )
        caption = f"<figcaption>{typeset(self.caption)}</figcaption>" if self.caption else ""
        return (
            f'<figure class="table">{caption}<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead>\n'
            f"<tbody>{body}</tbody></table></div></figure>\n"
        )


def _cell(value: Any) -> Any:
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else value


def _is_words(text: str) -> bool:
    return not text.startswith(("not reached", MISSING)) and text[:1].isalpha()


def _side(words: bool) -> str:
    return ' class="words"' if words else ""


def _data(text: str, words: bool, first: bool) -> str:
    side = ' class="words long"' if words and len(text) > LONG else _side(words)
    return f'<th scope="row"{side}>{typeset(text)}</th>' if first else f"<td{side}>{typeset(text)}</td>"
