"""What every evaluation prints for people: the bill, what was asked, and what to keep in mind."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text


def bill(title: str, items: Mapping[str, float], total: float, book: str = "") -> "Table":
    """Money by item and in all, in kCHF, and by which price `book` where there are several."""
    from rich.table import Table

    money = Table(title=f"{title}; prices of {book}" if book else title, title_justify="left")
    money.add_column("item")
    money.add_column("kCHF", justify="right")
    for name, value in items.items():
        money.add_row(name, f"{value:,.1f}")
    money.add_row("total", f"{total:,.1f}", style="bold")
    return money


def channels_bill(result: Mapping[str, Any]) -> "Table":
    """The bill of a result that counts channels."""
    title = f"Cost, {result['channels']:,.0f} channels"
    return bill(title, result["cost"], result["total_cost"], result["price_book"])


def requirements_table(title: str, requirements: Mapping[str, Mapping[str, Any]]) -> "Table":
    """What is asked of a design, what it has, and whether it keeps the limit, a line each."""
    from rich.table import Table

    asked = Table(title=title, title_justify="left")
    for name in ("requirement", "value", "limit", "kept"):
        asked.add_column(name, justify="left" if name == "requirement" else "right")
    for name, one in requirements.items():
        value, limit = ("none" if number is None else f"{number:,.4g}" for number in (one["value"], one["limit"]))
        asked.add_row(name, value, limit, "yes" if one["kept"] else "no")
    return asked


def notes(sentences: Sequence[str]) -> "list[Text]":
    """Warnings, a line each."""
    from rich.text import Text

    return [Text(f"Note: {sentence}", style="yellow") for sentence in sentences]
