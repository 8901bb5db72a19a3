"""What a stack has, as a user wrote it down, that the reviewed problem does not offer: limits and sentences."""

import numpy as np

from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.response.readout import Readout
from designopt.detectors.calorimeter.response.settings import settings_of
from designopt.detectors.calorimeter.review.kinds import SENSORS
from designopt.detectors.materials import index_of
from designopt.problem.written.result import Requirements, below_zero

OTHER = "layers of other sensors"
PARTIAL = "layers there in part"
MORE_IS_BETTER = ("light",)
"""Of the settings of a read-out; of the others less is."""


def limits_of(bought: Layers) -> Requirements:
    """Layers that nothing is asked of: those of other sensors than silicon and tiles, and those there in part.

    No signal over noise, light of a large cell or read-out is known of other sensors, and a layer that is there by half
    for the gradients of a relaxed design has half of the plate between twice as many samples.

    Args:
        bought: the stack as written, without boards; thicknesses in mm.
    """
    there = np.asarray(bought.present, float)
    offered = [index_of(name) for name in SENSORS]
    others = np.delete(np.asarray(bought.active, float), offered, axis=1).sum(axis=1) > 0
    return below_zero({OTHER: others.sum(), PARTIAL: ((there > 0) & (there < 1)).sum()})


def better_than_asked(readout: Readout) -> list[str]:
    """A sentence that names the settings of a read-out, as written, that are better than what the problem asks.

    Args:
        readout: relative errors, and factors on the tables of noise and of light.
    """
    has, asked = settings_of(readout), settings_of(Readout())
    better = [
        f"{name} {has[name]:g} for {asked[name]:g}"
        for name in has
        if (has[name] > asked[name] if name in MORE_IS_BETTER else has[name] < asked[name])
    ]
    if not better:
        return []
    return [
        f"The read-out is better than what calorimeter-segmentation-v2 asks: {', '.join(better)}. Its references and "
        "winners have none of that, so this result is beside none of them."
    ]
