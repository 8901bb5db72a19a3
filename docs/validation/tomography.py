"""The tomograph's closed forms against a toy Monte Carlo of whole ladles, for five layouts made by hand."""

import equinox as eqx
import numpy as np
from jaxtyping import Array

import designopt as do
from designopt.detectors.tomography.detector import Tomograph
from designopt.detectors.tomography.simulation.toy import simulate
from designopt.detectors.tomography.verify import setup_of
from designopt.report.figures.palette import COLOURS, INK
from validation.drawing import PREDICTED, Claim, Validation, panels, worst

LADLES = 300
QUANTITIES = {
    "fill_height": "fill height",
    "slope": "slope of a line",
    "vertex": "vertex in z",
    "seen": "share of muons seen",
}


@eqx.filter_jit
def predicted(detector: Tomograph, design: do.Design) -> dict[str, Array]:
    """What the model says of a design, named as the toy names it."""
    found = detector.response(design)
    return {"fill_height": found["squared_error"] ** 0.5, "seen": found["efficiency"],
            "slope": found["slope"], "vertex": found["vertex"]}  # fmt: skip


def ratios(detector: Tomograph, design: do.Design, ladles: int) -> dict[str, tuple[float, float]]:
    """The toy over the model, and the statistical error of that.

    Args:
        detector: which measures.
        design: panels.
        ladles: how many the toy draws.
    """
    model, toy = predicted(detector, design), simulate(setup_of(detector, design), ladles)
    return {name: (toy[name][0] / float(model[name]), toy[name][1] / float(model[name])) for name in QUANTITIES}


def validation() -> Validation:
    """What the toy finds over what the model predicts."""
    problem = do.make("muon-tomography-v1")
    detector = problem.detector
    assert isinstance(detector, Tomograph)
    layouts = list(problem.references)
    every = [ratios(detector, problem.references[name], LADLES) for name in layouts]
    found = np.array([list(one.values()) for one in every])
    with panels(1, 4.0) as (figure, (axes,)):
        for k, (name, colour) in enumerate(zip(QUANTITIES.values(), COLOURS, strict=False)):
            rows = np.arange(len(layouts)) + 0.17 * (k - 1.5)
            axes.errorbar(found[:, k, 0], rows, xerr=found[:, k, 1], color=colour, label=name, **PREDICTED)
        axes.axvline(1.0, color=INK, linewidth=0.8, zorder=0)
        axes.set_yticks(range(len(layouts)), [name.replace(" the ", "\nthe ") for name in layouts])
        axes.set(ylim=(len(layouts) - 0.5, -0.6), xlabel="Toy Monte Carlo over the model")
        handles, labels = axes.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper left", ncols=2, frameon=False, fontsize=8.5)
    counts = (f"{len(layouts)} layouts", f"{LADLES} ladles each", "none was fitted")
    return Validation(figure, counts, (
        Claim("within {} % in the fill height", 4, 100 * worst(found[:, 0, 0] - 1)),
        Claim("{} % in the rest", 3, 100 * worst(found[:, 1:, 0] - 1)),
    ))  # fmt: skip
