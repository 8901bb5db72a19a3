"""Few kinds of layer: what is designed is a kind, and every slot says which kind it takes."""

from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.design.space import Design, DesignSpace
from designopt.design.variables import Categorical, Integer, Real
from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.review.boards import LEAD
from designopt.detectors.few_kinds import membership
from designopt.detectors.materials import MATERIALS, index_of
from designopt.units import mm

PITCH = (3 * mm, 60 * mm)
PLATE = (0.25 * mm, 15 * mm)
SENSORS = {"Si": (0.2 * mm, 0.75 * mm, 0.025 * mm), "scintillator": (1 * mm, 5 * mm, 0.1 * mm)}
THICKNESS_OF = {"Si": "silicon_thickness", "scintillator": "scintillator_thickness"}
"""Lower and upper bound and step of each sensor's thickness, and the variable that holds it."""


def space_of_kinds(slots: int, kinds: int | None, absorbers: Sequence[str], actives: Sequence[str]) -> DesignSpace:
    """The variables of a calorimeter of at most so many `kinds` of layer in so many `slots`.

    A kind has a plate, its material, a sensor, its thickness and a pitch; a slot has a kind and is there or not. With
    `kinds` None every slot is a kind of its own.
    """
    count = slots if kinds is None else kinds

    def series(name: str, bounds: tuple[float, float], step: float, log: bool = False) -> Real:
        return Real(name, *bounds, unit=mm, label="mm", count=count, scale="log" if log else "linear", step=step)

    variables: list[Real | Integer | Categorical] = [
        series("absorber_thickness", PLATE, 0.1 * mm, log=True),
        *(series(THICKNESS_OF[name], SENSORS[name][:2], SENSORS[name][2]) for name in actives),
        series("pitch", PITCH, 0.5 * mm, log=True),
        Integer("present", 0, 1, count=slots),
    ]
    for name, choices in (("absorber", absorbers), ("active", actives)):
        if len(choices) > 1:
            variables.append(Categorical(name, tuple(choices), count=count))
    if kinds is not None and kinds > 1:
        variables.append(Categorical("kind", tuple(str(k + 1) for k in range(kinds)), count=slots))
    return DesignSpace(variables)


def sensors_of(design: Design, actives: Sequence[str]) -> Float[Array, "kind sensor"]:
    """Weight of each sensor in each kind.

    Args:
        design: values by name of variable, in internal units (mm, GeV, kCHF).
        actives: names of the sensors, in the order of the choice.

    Returns weights without unit, 0 to 1.
    """
    return design.get("active", jnp.ones((design["pitch"].shape[0], len(actives))))


def lead_of(design: Design, absorbers: Sequence[str]) -> Float[Array, " slot"]:
    """How much of the plate of each slot is lead: weights times the gate.

    Args:
        design: values by name of variable, in internal units (mm, GeV, kCHF).
        absorbers: names of the plates, in the order of the choice.
    """
    member = membership(design, "pitch")
    absorber = design.get("absorber", jnp.ones((member.shape[1], len(absorbers))))
    return design["present"] * (member @ absorber @ np.array([float(name == LEAD) for name in absorbers]))


def stack_of(
    design: Design, absorbers: Sequence[str], actives: Sequence[str]
) -> tuple[Layers, Float[Array, "slot material"]]:
    """Plates and sensors of a design without boards, and which sensor each slot holds (weights times the gate).

    A mixture of kinds is the sum of their materials by weight; its cells are as many a square as the mean of theirs.

    Args:
        design: values by name of variable, in internal units (mm, GeV, kCHF).
        absorbers: names of the plates, in the order of the choice.
        actives: names of the sensors, in the order of the choice.
    """
    member = membership(design, "pitch")
    gated = design["present"][:, None] * member
    sensors = sensors_of(design, actives)
    absorber = design.get("absorber", jnp.ones((member.shape[1], len(absorbers))))
    plates = absorber * design["absorber_thickness"][:, None] @ rows(absorbers)
    thickness = jnp.stack([design[THICKNESS_OF[name]] for name in actives], axis=-1)
    stack = Layers(
        absorber=gated @ plates,
        active=gated @ (sensors * thickness @ rows(actives)),
        pitch=(member @ design["pitch"] ** -2.0) ** -0.5,
        present=design["present"],
    )
    return stack, gated @ sensors @ rows(actives)


def rows(names: Sequence[str]) -> Float[np.ndarray, "choice material"]:
    """One row a chosen material, with a one at its place in the table.

    Args:
        names: materials, as the table calls them.

    Returns ones and zeros, without unit.
    """
    return np.eye(len(MATERIALS))[[index_of(name) for name in names]]


def count_kinds(layers: Layers) -> int:
    """Distinct kinds among the layers that are there: plates, sensor and pitch, to a micrometre."""
    there = np.asarray(layers.present) > 0
    table = np.column_stack([np.asarray(x, float)[there] for x in (layers.plate, layers.active, layers.pitch)])
    return len({tuple(row) for row in np.round(table, 3).tolist()})


def count_systems(layers: Layers) -> int:
    """Distinct media that are read among the layers that are there: each has its own read-out."""
    there = np.asarray(layers.present) > 0
    return int(np.any(np.asarray(layers.active)[there] > 0, axis=0).sum())
