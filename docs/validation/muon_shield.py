"""Muons through iron against Geant4: the rows that one factor of the scattering comes from, and rows never fitted."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from designopt.detectors.muon_shield.command import transport_muons
from designopt.report.figures.palette import COLOURS
from validation.drawing import DATA, FITTED, PREDICTED, Claim, Validation, key, level, panels, plain, worst

Row = dict[str, Any]
REFERENCE: list[Row] = json.loads((DATA / "geant4_muons_iron.json").read_text())["rows"]
HELD_OUT: list[Row] = json.loads((DATA / "geant4_muons_holdout.json").read_text())["rows"]
MEDIAN = 3
"""Of the seven quantile levels."""
NEARLY_ALL = 0.95
"""Of the muons leave; where fewer do, what is left of the momentum is a small difference of large numbers."""
MUONS = 8000


class Ratios(NamedTuple):
    """The model over Geant4; the error of the bend is the statistical one of both."""

    momentum: float
    bend: float
    angle: float
    displacement: float
    stopped: float
    bend_error: float


def leaving(rows: Sequence[Row], share: float) -> list[Row]:
    """Rows, simulated with photonuclear reactions, where more than a share of the muons leave the iron."""
    return [row for row in rows if row["n_leave"] > share * row["n_events"] and row["photonuclear"]]


def half_width(row: Row, key: str) -> float:
    """Half of the interval between the 16 and 84 % quantiles."""
    return (row[key]["quantiles"][4] - row[key]["quantiles"][2]) / 2


def compare(row: Row, muons: int) -> Ratios:
    """Median momentum, median bend, cores of angle and displacement; stopped muons as a difference of shares.

    Args:
        row: of Geant4.
        muons: how many are followed.
    """
    out = transport_muons(row["iron_m"], row["B_tesla"], row["p_gev"], muons, seed=1)
    core = {key: (out[key]["q84"] - out[key]["q16"]) / 2 for key in ("angle_mrad", "displacement_mm")}
    bend, noise = 1.0, 0.0
    if row["B_tesla"]:
        middle = row["theta_bend_mrad"]["quantiles"][MEDIAN]
        bend = out["bend_mrad"]["median"] / middle
        noise = 1.25 * half_width(row, "theta_bend_mrad") / middle * np.hypot(muons**-0.5, row["n_leave"] ** -0.5)
    return Ratios(
        out["momentum_gev"]["median"] / row["p_out_gev"]["quantiles"][MEDIAN],
        bend,
        core["angle_mrad"] / half_width(row, "theta_y_mrad"),
        core["displacement_mm"] / half_width(row, "y_mm"),
        out["stopped_fraction"] - (1 - row["n_leave"] / row["n_events"]),
        float(noise),
    )


def validation() -> Validation:
    """Median momentum, bend and core of the scattering angle over the momentum that Geant4's muons lose."""
    rows = [leaving(some, 0.5) for some in (REFERENCE, HELD_OUT)]
    found = [[compare(row, MUONS) for row in some] for some in rows]
    lost = [[100 * (1 - row["p_out_gev"]["quantiles"][MEDIAN] / row["p_gev"]) for row in some] for some in rows]
    looks = ((COLOURS[0], FITTED, f"{len(rows[0])} rows, compared first"),
             (COLOURS[1], PREDICTED, f"{len(rows[1])} rows, never fitted"))  # fmt: skip
    with panels(3, 5.4) as (figure, axes):
        for some, ratios, at, (colour, look, label) in zip(rows, found, lost, looks, strict=True):
            bent = np.array([row["B_tesla"] > 0 for row in some])
            moved = np.array([ratio[:3] for ratio in ratios]) - 1
            noise = np.array([ratio.bend_error for ratio in ratios])
            width = (2 * MUONS) ** -0.5 + np.array([(2 * row["n_leave"]) ** -0.5 for row in some])
            place = np.array(at)
            axes[0].errorbar(place, 100 * moved[:, 0], color=colour, label=label, **look)
            axes[1].errorbar(place[bent], 100 * moved[bent, 1], 100 * noise[bent], color=colour, **look)
            axes[2].errorbar(place, 100 * moved[:, 2], 100 * width, color=colour, **look)
        for one, label in zip(axes, ("Median momentum", "Median bend", "Core of the scattering angle"), strict=True):
            level(one)
            one.set_title(label, loc="left", pad=3)
        axes[1].set_ylabel("Model over Geant4, less 1 (%)")
        axes[2].set(xscale="log", xlabel="Momentum lost in the iron, Geant4 (%)")
        plain(axes[2], (0.5, 1, 2, 5, 10, 20, 50, 100))
        key(figure, axes[0])
    whole = [ratio for some, ratios in zip(rows, found, strict=True) for row, ratio in zip(some, ratios, strict=True)
             if row["n_leave"] > NEARLY_ALL * row["n_events"]]  # fmt: skip
    every = [ratio for ratios in found for ratio in ratios]
    counts = (f"{len(rows[0])} rows", f"{len(rows[1])} rows", f"{MUONS:,} muons a row")
    return Validation(figure, counts, (
        Claim("momentum within {} %", 0.8, 100 * worst([ratio.momentum - 1 for ratio in whole])),
        Claim("{} % where over 5 % of the muons stop", 2.5, 100 * worst([ratio.momentum - 1 for ratio in every])),
        Claim("the bend within {} %", 2.3, 100 * worst([ratio.bend - 1 for ratio in every])),
        Claim("the angle within {} %", 6, 100 * worst([ratio.angle - 1 for ratio in every])),
    ))  # fmt: skip
