"""Do the legs of a shield's magnets carry the field that the model fills them with? A field solver in two dimensions.

The model of the muon shield fills core, side yoke and top yoke of a slice with one flux each, evenly. Here the section
at half the length of every magnet, a quadrant on a grid, with the ampere-turns that the model pays for and the
magnetisation curve of the steel, is solved for the vector potential. Printed for each leg: the model's field, the mean
of the solution, and that in the third of the leg next to the window and in the third farthest from it.

    python studies/magnet_section.py DESIGN.json [--step 10]     # {"magnets": [...]}, as `designopt evaluate` reads it
"""

from designopt import prepare

prepare()

import argparse
import json
import sys
from pathlib import Path
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import spsolve

from designopt.detectors.muon_shield.evaluate import read_shield
from designopt.detectors.muon_shield.magnets.excitation import VACUUM, ampere_turns, strength
from designopt.detectors.muon_shield.magnets.field import SATURATION, leg_fields
from designopt.units import mm

AIR = 300 * mm  # around the magnet, then A = 0
ROUNDS, PART = 250, 0.15
"""At most so many solutions, and how far the reluctivity goes towards what the last one asks for; more oscillates."""
TOLERANCE = 0.02


class Quadrant(NamedTuple):
    """The section x, y > 0: which cells of the grid are steel, and where the current runs (of 1 A in the window)."""

    steel: np.ndarray
    current: np.ndarray
    step: float


def quadrant(
    core: float, window: float, yoke: float, height: float, top: float, positive: bool, step: float
) -> Quadrant:
    """A magnet's quadrant on cells of `step`, lengths in mm; the coil is round the core, or round the side yoke."""
    x = np.arange(step / 2, core + window + yoke + AIR, step)[:, None]
    y = np.arange(step / 2, height + top + AIR, step)[None, :]
    inside = (x > core) & (x < core + window) & (y < height)
    outer = core + window + yoke
    steel = (x < outer) & (y < height + top) & ~inside
    current = inside / inside.sum()
    if not positive:
        back = (x > outer) & (x < outer + window) & (y < height)
        current = current - back / back.sum()
    return Quadrant(steel, current, step)


def solved(magnet: Quadrant, ampere: float) -> tuple[np.ndarray, np.ndarray]:
    r"""B_x and B_y in T in every cell, of $\nabla\cdot(\nu\nabla A) = -J$ with A = 0 on x = 0 and far away.

    `ampere` flow in the quadrant's window. The reluctivity follows from |B|, a part of a step at a time. Where it does
    not settle in `ROUNDS` solutions, that is said on standard error.
    """
    columns, rows = magnet.steel.shape
    nodes = np.arange((columns + 1) * (rows + 1)).reshape(columns + 1, rows + 1)
    free = np.ones_like(nodes, bool)
    free[0], free[-1], free[:, -1] = False, False, False
    source = np.zeros(nodes.shape)
    for i, j in ((0, 0), (0, 1), (1, 0), (1, 1)):
        source[i : columns + i, j : rows + j] += ampere * magnet.current / 4
    reluctivity = np.where(magnet.steel, 1 / (1000 * VACUUM), 1 / VACUUM)
    meters = magnet.step / 1000
    one = np.concatenate([nodes[:-1].ravel(), nodes[:, :-1].ravel()])  # edges in x, then in y
    other = np.concatenate([nodes[1:].ravel(), nodes[:, 1:].ravel()])
    keep = nodes[free]
    for _ in range(ROUNDS):
        padded = np.pad(reluctivity, 1)
        along_x = (padded[1:-1, :-1] + padded[1:-1, 1:]) / 2  # of the edges between neighbours in x, by row of nodes
        along_y = (padded[:-1, 1:-1] + padded[1:, 1:-1]) / 2
        weight = np.concatenate([along_x.ravel(), along_y.ravel()])
        matrix = sparse.coo_matrix((-weight, (one, other)), (nodes.size, nodes.size)).tocsr()
        matrix = matrix + matrix.T
        matrix = matrix - sparse.diags(np.asarray(matrix.sum(axis=1)).ravel())
        potential = np.zeros(nodes.size)
        potential[keep] = spsolve(matrix[keep][:, keep].tocsc(), source.ravel()[keep])
        field = potential.reshape(nodes.shape)
        b_x = (field[:-1, 1:] - field[:-1, :-1] + field[1:, 1:] - field[1:, :-1]) / 2 / meters
        b_y = -(field[1:, :-1] - field[:-1, :-1] + field[1:, 1:] - field[:-1, 1:]) / 2 / meters
        size = np.maximum(np.hypot(b_x, b_y), 1e-6)
        wanted = np.where(magnet.steel, np.asarray(strength(jnp.asarray(size))) / size, 1 / VACUUM)
        filled = magnet.steel & (size > 0.5)
        change = np.abs(np.log(wanted / reluctivity))[filled].sum() / max(1, filled.sum())
        reluctivity = reluctivity * (wanted / reluctivity) ** PART
        if change < TOLERANCE:
            break
    else:
        print(f"Not settled: the reluctivity still changes by {change:.2g} in its logarithm.", file=sys.stderr)
    return b_x, b_y


def thirds(values: np.ndarray) -> tuple[float, float, float]:
    """Mean of a leg from its inner edge out, and of its inner and outer third."""
    part = max(1, values.size // 3)
    return float(values.mean()), float(values[:part].mean()), float(values[-part:].mean())


def main(design: Path, step: float) -> None:
    """Print one row per leg of every driven magnet behind the absorber."""
    magnets = read_shield(json.loads(design.read_text()), saturation=True)
    half = magnets.section(0.5)
    model = leg_fields(magnets, half)
    driven = ampere_turns(magnets, SATURATION)
    print("magnet  leg    model    mean   inner   outer third (T)")
    for number in np.flatnonzero(np.asarray(driven) > 0)[1:].tolist():
        sizes = {name: float(getattr(half, name)[number]) for name in ("core", "window", "yoke", "height", "top")}
        magnet = quadrant(**sizes, positive=bool(magnets.field[number] >= 0), step=step)
        b_x, b_y = solved(magnet, float(driven[number]) / 2)
        core, window, height = (round(sizes[name] / step) for name in ("core", "window", "height"))
        outer, top = core + window + round(sizes["yoke"] / step), height + round(sizes["top"] / step)
        legs = {
            "core": (model.core, b_y[:core, 0][::-1]),
            "side": (model.side, b_y[core + window : outer, 0]),
            "top": (model.top, b_x[core + window // 2, height:top]),
        }
        for name, (fields, found) in legs.items():
            mean, inner, far = thirds(np.abs(found))
            print(f"{number:6d}  {name:5s} {abs(float(fields[number])):6.2f}  {mean:6.2f}  {inner:6.2f}  {far:6.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("design", type=Path)
    parser.add_argument("--step", type=float, default=10 * mm, help="of the grid, mm")
    given = parser.parse_args()
    main(given.design, given.step)
