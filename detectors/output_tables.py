"""What every evaluation prints for people: the bill, and what to keep in mind."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text


def bill(title: str, items: Mapping[str, float], total: float) -> "Table":
    """Money by item and in all, in kCHF."""
    from rich.table import Table

    money = Table(title=title, title_justify="left")
    money.add_column("item")
    money.add_column("kCHF", justify="right")
    for name, value in items.items():
        money.add_row(name, f"{value:,.1f}")
    money.add_row("total", f"{total:,.1f}", style="bold")
    return money


def notes(sentences: Sequence[str]) -> "list[Text]":
    """Warnings, a line each."""
    from rich.text import Text

    return [Text(f"Note: {sentence}", style="yellow") for sentence in sentences]
