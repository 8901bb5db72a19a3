"""What is neither plate nor sensor: the board and the cooling of every layer, and material in front of the first."""

import dataclasses

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, ArrayLike, Float

from designopt.detectors.calorimeter.cost import active_share
from designopt.detectors.calorimeter.description import DEFAULT_PITCH
from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.materials import NAMES, RADIATION_LENGTH, index_of
from designopt.units import mm

BOARD = 3.0 * mm
# Shares of the thickness. CLD's electromagnetic calorimeter has 2.65 mm between plate and plate besides its silicon:
# 0.9 mm G10, 1.3 mm of boards and cooling (5.05 g/cm3, 82 % copper by mass: 0.6 mm copper and 0.7 mm G10), 0.1 mm of
# high-voltage foil (as G10) and 0.35 mm air; key4hep/k4geo, CLD_o2_v07: ECalBarrel_o2_v01_03.xml, materials.xml. Here
# with air up to 3 mm.
MIX = {"Cu": 0.60 / 3, "G10": 1.70 / 3, "air": 0.70 / 3}
DEAD = "Al"

CLADDING = 0.2 * mm
LEAD, SKIN = "Pb", "Fe"
STEELS = ("Fe", "stainless steel")


def board_row(thickness: float | Array) -> Float[ArrayLike, " material"]:
    """Board and cooling of one layer in mm of each material.

    Args:
        thickness: of board and cooling together, mm.
    """
    row = np.zeros(len(NAMES))
    for name, share in MIX.items():
        row[index_of(name)] = share
    return row * thickness


def skins_row(thickness: float | Array) -> Float[ArrayLike, " material"]:
    """Steel on both sides of a plate in mm of each material.

    Args:
        thickness: of one side, mm.
    """
    row = np.zeros(len(NAMES))
    row[index_of(SKIN)] = 2.0
    return row * thickness


def bare_lead(layers: Layers) -> Float[Array, " layer"]:
    """Which layers of a stack as written have plates with lead in them and no steel: 1 and 0, times the gate.

    Args:
        layers: the stack without boards, lengths in mm.
    """
    lead, steel = (
        jnp.sum(layers.absorber[:, [index_of(name) for name in names]], axis=1) for names in ((LEAD,), STEELS)
    )
    return layers.present * (lead > 0) * (steel == 0)


def with_boards(
    layers: Layers,
    board: float | Float[Array, ""],
    share: Float[Array, "layer material"] | None = None,
    cladding: float | Float[Array, ""] = 0.0,
    lead: Float[Array, " layer"] | None = None,
) -> Layers:
    """The stack with a board of so many mm in every layer, behind the plate; absent layers have none.

    `share` says which sensor each layer holds (weights times the gate), if the active thickness does not. Lead has
    steel of so many mm, `cladding`, on both sides; `lead` says how much of each layer's plate is lead (weights times
    the gate), if it is not as written (`bare_lead`). Neither is a plate, whose thickness is weighed.
    """
    clad = bare_lead(layers) if lead is None else lead
    boards = jnp.asarray(layers.present[:, None] * board_row(board) + clad[:, None] * skins_row(cladding))
    share = active_share(layers) if share is None else share
    return dataclasses.replace(layers, absorber=layers.absorber + boards, board=boards, share=share)


def behind(layers: Layers, depth: float | Float[Array, ""]) -> Layers:
    """The stack behind dead aluminium that nobody reads: one more slot without a sensor.

    Args:
        layers: the stack, lengths in mm.
        depth: of the aluminium, radiation lengths.
    """
    none = np.zeros((1, len(NAMES)))
    row = jnp.asarray(none).at[0, index_of(DEAD)].set(depth * RADIATION_LENGTH[index_of(DEAD)])
    board = jnp.zeros_like(layers.absorber) if layers.board is None else layers.board
    share = active_share(layers) if layers.share is None else layers.share
    return Layers(
        absorber=jnp.concatenate([row, layers.absorber]),
        active=jnp.concatenate([none, layers.active]),
        pitch=jnp.concatenate([np.full(1, DEFAULT_PITCH), layers.pitch]),
        present=jnp.concatenate([np.ones(1), layers.present]),
        homogeneous=layers.homogeneous,
        board=jnp.concatenate([row, board]),
        share=jnp.concatenate([none, share]),
    )
