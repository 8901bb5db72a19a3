"""Learning curve of an agent: what its policy builds, the best stack so far, and what training episodes earn."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from designopt.report.figures.palette import GREY, INK, drawn

POLICY, EPISODES = "#0072b2", "#d55e00"


def learning_curve(evaluations: Sequence[Mapping[str, Any]], start: float | None, title: str) -> Figure:
    """Two panels over the steps of all agents: score (less is better) with that of the `start`; mean reward.

    `evaluations` hold `steps`, `score`, `best`, `reward` and `recent`, as a training writes them.
    """
    with drawn(4.6) as (figure, axes):
        axes.remove()
        above, below = figure.subplots(2, 1, sharex=True)
        steps = [one["steps"] for one in evaluations]
        above.plot(steps, [_number(one["score"]) for one in evaluations], color=POLICY, marker="o", markersize=3,
                   label="the policy's own stack")  # fmt: skip
        above.plot(steps, [_number(one["best"]) for one in evaluations], color=INK, linewidth=1,
                   label="best stack so far")  # fmt: skip
        if start is not None:
            above.axhline(start, color=GREY, linestyle="--", linewidth=1, label="the design to start from")
        above.set_ylabel("score (less is better)")
        above.set_title(title, loc="left", fontsize=9)
        above.legend(frameon=False, fontsize=8)
        below.plot(steps, [_number(one["reward"]) for one in evaluations], color=POLICY, marker="o", markersize=3,
                   label="the policy's own stack")  # fmt: skip
        below.plot(steps, [_number(one["recent"]) for one in evaluations], color=EPISODES, linewidth=1,
                   label="mean of the last 100 training episodes")  # fmt: skip
        below.axhline(0.0, color=GREY, linestyle="--", linewidth=1)
        below.set_ylabel("reward: gain over\nthe start (%)")
        below.set_xlabel("steps of all agents")
        below.legend(frameon=False, fontsize=8)
    return figure


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
