"""Which variable still matters at the optimum, at constant cost, and the shadow price of money."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from designopt.records.designs.robustness import RobustnessRecord
from designopt.report.figures.entrants import ROW
from designopt.report.figures.palette import FAINT, INK, Palette, drawn, named_rows
from designopt.report.tables.table import ROUNDING, Column, Table, number, per_cent

MONEY = "budget"


def sensitivity_table(winners: Sequence[RobustnessRecord]) -> Table:
    """One row per winner and variable: slopes of the loss, and what moves of all its slots do to the score."""
    columns = [
        Column(("entrant",), "winner of"),
        Column(("variable",), "variable"),
        Column(("step",), "1 % of its range"),
        Column(("unpaid",), "slope, 1 %: nothing paid", lambda row: number(row["unpaid"], 2)),
        Column(("paid",), "at constant cost", lambda row: number(row["paid"], 2)),
        Column(("free",), "of it inside its bounds", lambda row: number(row["free"], 2)),
        Column(("mean",), "5 % moves: mean change", lambda row: number(row["mean"], 2)),
        Column(("least", "most"), "least to most", _range),
        Column(("best_kept",), "best that keeps limits", lambda row: number(row["best_kept"], 2)),
        Column(("moves", "file", "trial")),
    ]
    caption = (
        "Slope: first-order change of the loss if every slot moved by 1 % of the variable's range, each the better "
        "way; at constant cost: money and binding side limits paid at their shadow prices; inside its bounds: 0 at an "
        "optimum. Moves: change of the score as built, on fresh events, when every slot moves by 5 % of the range, up "
        "or down at random, and sizes pay for it; below 0 is better. Whole numbers and choices stay."
    )
    return Table("sensitivity", caption, columns, [row for one in winners for row in _rows(one)])


def _rows(one: RobustnessRecord) -> list[dict[str, Any]]:
    unmoved, slopes = one.result.of("rebuilt")[0], one.result.slopes
    first = {slope.variable: vars(slope) for slope in slopes.variables} if slopes else {}
    rows = []
    for variable in dict.fromkeys(move.what for move in one.result.of("size")):
        moves = [move for move in one.result.of("size") if move.what == variable and move.scores]
        changes = [_difference(move.score, unmoved.score) for move in moves]
        kept = [change for change, move in zip(changes, moves, strict=True) if move.excess == 0]
        rows.append(
            {"entrant": one.entrant, "variable": variable}
            | {key: first.get(variable, {}).get(key) for key in ("step", "unpaid", "paid", "free")}
            | {
                "mean": float(np.mean(changes)) if changes else None,
                "least": min(changes, default=None),
                "most": max(changes, default=None),
                "best_kept": min(kept, default=None),
                "moves": len(moves),
                "file": one.file,
                "trial": one.trial,
            }
        )
    return rows


def shadow_prices(winners: Sequence[RobustnessRecord]) -> Table:
    """One row per winner and what binds it: the budget, and side limits."""
    rows = []
    for one in winners:
        result, budget = one.result, float(one.problem["budget"])
        shadow = result.slopes.shadow if result.slopes else {}
        more, less = (next(c for c in result.of("budget") if (c.amount > 0) is up) for up in (True, False))
        nominal = result.nominal.score
        for name in dict.fromkeys([MONEY, *shadow]):
            money = name == MONEY
            rows.append(
                {
                    "entrant": one.entrant,
                    "what": name,
                    "shadow_price": shadow.get(name),
                    "per_kchf": 100 * shadow[name] / budget if money and name in shadow else None,
                    "more": (nominal - more.score) / (100 * more.amount) if money else None,
                    "less": (less.score - nominal) / (-100 * less.amount) if money else None,
                    "more_adapted": more.compensation if money else None,
                    "less_adapted": less.compensation if money else None,
                    "unexplained": result.slopes.unexplained if result.slopes else float("nan"),
                    "file": one.file,
                    "trial": one.trial,
                }
            )
    columns = [
        Column(("entrant",), "winner of"),
        Column(("what",), "1 % more of"),
        Column(("shadow_price",), "lowers the loss by", lambda row: number(row["shadow_price"], 3)),
        Column(("per_kchf",), "per kCHF", lambda row: number(row["per_kchf"], 3)),
        Column(("more",), "5 % more lowers the score by, per 1 %", lambda row: number(row["more"], 3)),
        Column(("less",), "5 % less raises it by, per 1 %", lambda row: number(row["less"], 3)),
        Column(("unexplained",), "gradient left over", lambda row: per_cent(row["unexplained"])),
        Column(("more_adapted", "less_adapted")),
        Column(("file", "trial")),
    ]
    caption = (
        "Shadow prices of the budget and of side limits that bind, from the slopes of the sizes (envelope theorem): "
        "true at an optimum, where no gradient is left over inside the bounds. Then measured, as built and on fresh "
        "events: the same design adapted to 5 % more and 5 % less money without a new search."
    )
    return Table("shadow-prices", caption, columns, rows)


def price_of_money(winners: Sequence[RobustnessRecord]) -> str:
    """The shadow price of 1 % more budget for each winner, in a sentence; empty where no slope is known."""
    priced = [(one.entrant, one.result.slopes.shadow) for one in winners if one.result.slopes]
    prices = [f"{number(shadow[MONEY], 2)} ({name})" for name, shadow in priced if MONEY in shadow]
    return f"1 % more budget lowers the loss by {', '.join(prices)}." if prices else ""


def moves_figure(table: Table, palette: Palette) -> Figure:
    """Bars by variable: mean change of the score for random moves of 5 %, with lines from the least to the most."""
    variables = list(dict.fromkeys(row["variable"] for row in table.rows))
    entrants = list(dict.fromkeys(row["entrant"] for row in table.rows))
    step = 0.75 / len(entrants)
    with drawn(1.1 + ROW * len(variables) * max(1.0, 0.6 * len(entrants))) as (figure, axes):
        for row in table.rows:
            if row["mean"] is None:
                continue
            place = entrants.index(row["entrant"])
            height = variables.index(row["variable"]) + (place - (len(entrants) - 1) / 2) * step
            colour = palette.colour(row["entrant"])
            axes.barh(height, row["mean"], height=0.8 * step, color=colour, alpha=0.75)
            axes.plot((row["least"], row["most"]), (height, height), color=INK, linewidth=0.8)
        axes.axvline(0, color=INK, linewidth=0.8)
        named_rows(axes, variables)
        axes.grid(axis="x", color=FAINT, linewidth=0.5)
        axes.set_axisbelow(True)
        axes.locator_params(axis="x", nbins=6)
        axes.set_xlabel("change of the score at constant cost (below 0 is better)")
        palette.legend(figure, axes, entrants)
    return figure


def _difference(score: float, unmoved: float) -> float:
    """Difference of two scores; 0 where it is rounding."""
    return 0.0 if math.isclose(score, unmoved, rel_tol=ROUNDING) else score - unmoved


def _range(row: dict[str, Any]) -> str:
    return f"{number(row['least'], 2)} to {number(row['most'], 2)}"
