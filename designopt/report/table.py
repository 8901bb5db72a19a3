"""A table in two forms: CSV with every digit, HTML rounded to what can be read."""

import csv
import html
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MISSING = "–"


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


def interval(value: float, bounds: tuple[float, float]) -> str:
    """A value with its 95 % interval, to two digits of the interval's half-width."""
    low, high = bounds
    if math.isnan(low) or math.isnan(high):
        return number(value)
    half = (high - low) / 2
    if not 0 < half < math.inf:
        return f"{number(value)} [{number(low)}, {number(high)}]" if half else number(value)
    places = max(0, 1 - math.floor(math.log10(half)))
    return "{} [{}, {}]".format(*(f"{part:.{places}f}".replace("-", "−") for part in (value, low, high)))


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
        return self.show(row) if self.show else number(row[self.keys[0]])


@dataclass(frozen=True)
class Table:
    """Rows under columns; `name` is the CSV file's, `caption` says what the numbers are."""

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[dict[str, Any]]

    def write(self, path: Path) -> None:
        """Every column as CSV with all digits; infinity is `inf`, what is missing is empty."""
        keys = list(dict.fromkeys(key for column in self.columns for key in column.keys))
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(keys)
            writer.writerows([_cell(row.get(key)) for key in keys] for row in self.rows)

    def html(self) -> str:
        """The columns that have a heading. Text to the left, numbers to the right; wide tables scroll."""
        shown = [column for column in self.columns if column.heading]
        texts = [[column.text(row) for column in shown] for row in self.rows]
        left = [any(_is_words(row[place]) for row in texts) for place in range(len(shown))]
        head = "".join(
            f'<th scope="col"{_side(words)}>{powers(column.heading)}</th>'
            for column, words in zip(shown, left, strict=True)
        )
        body = "".join(
            "<tr>" + "".join(_data(text, words, not place) for place, (text, words) in enumerate(zip(row, left, strict=True))) + "</tr>\n"
            for row in texts
        )
        caption = f"<figcaption>{powers(self.caption)}</figcaption>" if self.caption else ""
        return (
            f'<figure class="table">{caption}<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead>\n'
            f"<tbody>{body}</tbody></table></div></figure>\n"
        )


def powers(text: str) -> str:
    """Escape for HTML; 10^6 becomes a raised exponent."""
    return re.sub(r"\^(−?\d+)", r"<sup>\1</sup>", html.escape(text))


def _cell(value: Any) -> Any:
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else value


def _is_words(text: str) -> bool:
    return text not in (MISSING, "not reached") and text[:1].isalpha()


def _side(words: bool) -> str:
    return ' class="words"' if words else ""


def _data(text: str, words: bool, first: bool) -> str:
    return f'<th scope="row"{_side(words)}>{powers(text)}</th>' if first else f"<td{_side(words)}>{powers(text)}</td>"
