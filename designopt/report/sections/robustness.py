"""Does the gain over the reference survive other prices, another budget, other events and sizes off as manufactured."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from designopt.records.designs.design_record import beside_reference
from designopt.records.designs.examination import Examination, Scored, gain
from designopt.records.designs.robustness import RobustnessRecord
from designopt.report.figures.palette import FAINT, INK, Palette, drawn, named_rows
from designopt.report.tables.table import MISSING, Column, Table, number, with_error

Row = dict[str, Any]


def robustness_table(robustness_records: Sequence[RobustnessRecord]) -> Table:
    """One row per winner and change of one problem; empty where the reference or every winner is not examined."""
    found = beside_reference(robustness_records)
    against = found[0][1].entrant if found else "the reference"
    columns = [
        Column(("entrant",), "winner of"),
        Column(("change",), "changed"),
        Column(("gain", "error"), f"gain over {against}", lambda row: with_error(row["gain"], row["error"])),
        Column(("low", "high"), "from, to", _range),
        Column(("rise", "spread"), "winner's score rises by", _rise),
        Column(("score",), "score"),
        Column(("reference",), against),
        Column(("adapted",), "winner adapts by"),
        Column(("limits",), "side limits"),
        Column(("what", "amount", "draws", "file", "trial")),
    ]
    caption = (
        f"Gain: by how much the winner scores lower than {against} as built, both changed alike, with the statistical "
        "error of the common fresh events. New prices and budgets are met without a new search, by the best of: "
        "nothing, if that can be paid; sizes; 1, 2, 4 or 8 whole things less, and sizes. Sizes off: each by a random "
        "1 % of its range (of its logarithm where that is its scale), money not paid back, with the spread over draws. "
        "Within their ranges: all prices that the price book gives a range are drawn from it at once, the same draws "
        "for both. An option of the problem with a value: a number that nobody has sourced, at an end of its range, "
        "met as prices are where it makes a design too dear; a side limit that is broken then is not mended, and "
        "numbers that change what can be designed are left out. "
        "One sample: from the least to the largest gain on single samples of a search's size."
    )
    return Table("robustness", caption, columns, [row for pair in found for row in _rows(*pair)])


def _rows(one: RobustnessRecord, held: RobustnessRecord) -> Iterator[Row]:
    own = {"entrant": one.entrant, "against": held.entrant, "file": one.file, "trial": one.trial}
    partner = {change.change: change for change in held.result.changes}
    nominal = one.result.nominal

    def row(change: str, kind: str, mine: Sequence[Scored]) -> Row:
        pairs = [(scored, partner[scored.change]) for scored in mine if scored.change in partner]
        gains = [gain(*pair) for pair in pairs]
        each = [mean for mean, _ in gains if math.isfinite(mean)]
        rises = [scored.score - nominal.score for scored, _ in pairs if scored.scores]
        many = len(each) > 1
        return own | {
            "change": change,
            "kind": kind,
            "what": mine[0].what,
            "amount": mine[0].amount,
            "draws": len(pairs),
            "gain": _mean(each),
            "error": gains[0][1] if len(gains) == 1 else None,
            "low": min(each) if many else None,
            "high": max(each) if many else None,
            "rise": _mean(rises) if kind != "as built" else None,
            "spread": float(np.std(rises, ddof=1)) if many else None,
            "score": _mean([scored.score for scored, _ in pairs]),
            "reference": _mean([other.score for _, other in pairs]),
            "adapted": mine[0].compensation,
            "limits": _limits(pairs),
        }

    first = row("nothing", "as built", [nominal])
    yield first
    apart = [theirs - mine for theirs, mine in zip(held.result.nominal.scores, nominal.scores, strict=False)]
    if len(set(apart)) > 1:
        yield first | {"change": "nothing, one sample", "kind": "sample", "error": None,
                       "low": min(apart), "high": max(apart), "draws": len(apart)}  # fmt: skip
    (score, error), (reference, other) = (_ranked(seen.result) for seen in (one, held))
    yield first | {
        "change": "nothing, as ranked", "kind": "re-scored", "gain": reference - score,
        "error": math.hypot(other, error), "score": score, "reference": reference,
    }  # fmt: skip
    for change in one.result.of("budget"):
        yield row(f"budget {_signed(change)}", "budget", [change])
    for change in one.result.of("price"):
        yield row(f"{change.what} {_signed(change)}", "price", [change])
    if drawn_prices := one.result.of("ranges"):
        yield row("prices within their ranges", "ranges", drawn_prices)
    for change in one.result.of("assumed"):
        yield row(change.what, "assumed", [change])
    if made := one.result.of("construction"):
        yield row(f"sizes off by {100 * made[0].amount:g} %", "construction", made)


def _ranked(result: Examination) -> tuple[float, float]:
    """Score that the design was ranked by and its error; NaN for a design of no study."""
    known = (result.rescored, result.rescored_error)
    return tuple(math.nan if value is None else value for value in known)  # type: ignore[return-value]


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if len(values) else math.nan


def _signed(change: Scored) -> str:
    sign, size = ("+" if change.amount > 0 else "−"), abs(100 * change.amount)
    return f"{sign}{size:.0f} %"


def _limits(pairs: Sequence[tuple[Scored, Scored]]) -> str:
    over = [who for who, place in (("winner", 0), ("reference", 1)) if any(pair[place].excess > 0 for pair in pairs)]
    return f"{' and '.join(over)} over" if over else "kept"


def _range(row: Row) -> str:
    return MISSING if row["low"] is None else f"{number(row['low'], 3)}, {number(row['high'], 3)}"


def _rise(row: Row) -> str:
    return with_error(row["rise"], row["spread"])


def verdicts(table: Table) -> list[str]:
    """One sentence per winner: the gain as built, the least of it under any price, and the least with sizes off."""
    sentences = []
    for entrant in dict.fromkeys(row["entrant"] for row in table.rows):
        rows = [row for row in table.rows if row["entrant"] == entrant]
        first = next(row for row in rows if row["kind"] == "as built")
        parts = []
        for kind in ("price", "ranges", "assumed", "construction"):
            ends = [(row["gain"] if row["low"] is None else row["low"], row) for row in rows if row["kind"] == kind]
            ends = [(end, row) for end, row in ends if math.isfinite(end)]
            if ends:
                least, worst = min(ends, key=lambda pair: pair[0])
                over = "" if worst["limits"] == "kept" else f" ({worst['limits']} side limits)"
                parts.append(f"at least {number(least, 3)} with {worst['change']}{over}")
        gained = with_error(first["gain"], first["error"])
        sentences.append(
            f"{entrant} scores {gained} lower than {first['against']} on events that no search and no ranking saw; "
            f"{' and '.join(parts) or 'no change gave a number'}."
        )
    return sentences


def gains_figure(table: Table, palette: Palette) -> Figure:
    """One line per change, one colour per winner; hollow where a side limit is broken by the change."""
    names = list(dict.fromkeys(_line(row) for row in table.rows))
    entrants = list(dict.fromkeys(row["entrant"] for row in table.rows))
    step = 0.6 / len(entrants)
    with drawn(1.1 + len(names) * (0.2 + 0.1 * len(entrants))) as (figure, axes):
        for row in table.rows:
            place = entrants.index(row["entrant"])
            height = names.index(_line(row)) + (place - (len(entrants) - 1) / 2) * step
            colour = palette.colour(row["entrant"])
            if row["low"] is not None:
                axes.plot((row["low"], row["high"]), (height, height), color=colour, linewidth=1.2)
            marker = "o" if row["kind"] not in ("budget", "price") else "^" if row["amount"] > 0 else "v"
            axes.errorbar(
                row["gain"], height, xerr=row["error"], marker=marker, markersize=5, color=colour, elinewidth=0.8,
                markerfacecolor=colour if row["limits"] == "kept" else "white",
            )  # fmt: skip
            if row["kind"] == "as built":
                axes.axvline(row["gain"], color=colour, linewidth=0.7, linestyle=(0, (4, 2)), zorder=0)
        axes.axvline(0, color=INK, linewidth=0.8)
        named_rows(axes, names)
        axes.grid(axis="y", color=FAINT, linewidth=0.5)
        axes.set_xlabel("gain over the reference, in score")
        palette.legend(figure, axes, entrants)
    return figure


def _line(row: Row) -> str:
    return f"{row['what']} ± {abs(100 * row['amount']):.0f} %" if row["kind"] in ("budget", "price") else row["change"]
