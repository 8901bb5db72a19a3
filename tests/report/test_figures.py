"""Figures stay legible: a hopeless entrant does not squeeze the others into a line."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from designopt.report.data.progress import Gain
from designopt.report.figures.entrants import physics_gains
from designopt.report.figures.palette import Palette


@pytest.mark.parametrize("worst", [20.0, 7000.0])
def test_small_changes_are_told_apart_beside_a_hopeless_one(worst):
    changes = [
        Gain("resolution", "Adam", -20.0, (-25.0, -15.0), 3),
        Gain("resolution", "RandomSearch", worst, (worst, worst), 3),
    ]
    figure = physics_gains(changes, "uniform", Palette(["Adam", "RandomSearch"]))
    axes = figure.axes[0]
    figure.canvas.draw()
    low, high = axes.transAxes.inverted().transform(axes.transData.transform([(-25.0, 0.0), (-15.0, 0.0)]))[:, 0]
    assert high - low > 0.03
    assert np.isfinite(axes.get_xlim()).all()
    plt.close(figure)
