"""A muon shield as iron blocks with uniform fields, from a plain table of magnets: fifteen numbers each, cm and tesla.

Columns: z_gap, dZ, dXIn, dXOut, dYIn, dYOut, gapIn, gapOut, dX_yokeIn, dX_yokeOut, dY_yokeIn, dY_yokeOut, midGapIn,
midGapOut, B (the table of the MuonShieldChallenge; yokes in absolute cm). Every transverse number is linear in z.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from designopt.units import cm

COLUMNS = 15
THIN = 1e-6  # cm: a block narrower than this is left out
SHARPNESS = 64  # of the smooth minimum of fluxes: lowers 1.9 T by 0.2 % where the iron saturates at 2.0 T


def shield_blocks(
    magnets: Sequence[Sequence[float]], saturation: float | None = 2.0, slices: int = 12
) -> list[dict[str, Any]]:
    r"""Blocks of all magnets: `corners` at both faces (four [x, y] each) and `z` of the faces in mm, `field` in T.

    z = 0 is the front of the first magnet's gap. With `saturation` (T) one flux runs through core, top and side of
    each of the `slices` of a magnet, $\Phi = (\sum_i \Phi_i^{-64})^{-1/64}$ over the wanted flux |B| w and what each
    leg can carry; None gives the uniform fields of the challenge, which do not saturate, in whole magnets. $B_x$ has
    the sign of x y. Raises ValueError for a table with the wrong shape or impossible numbers.
    """
    table = np.asarray(magnets, float)
    if table.ndim != 2 or table.shape[1] != COLUMNS or not np.all(np.isfinite(table)):
        raise ValueError(
            f"A shield is a table of finite numbers with {COLUMNS} columns, but its shape is {table.shape}."
        )
    if np.any(table[:, :14] < 0):
        row, column = np.argwhere(table[:, :14] < 0)[0]
        raise ValueError(f"Magnet {row} has {table[row, column]:g} cm in column {column}. Lengths cannot be negative.")
    blocks: list[dict[str, Any]] = []
    start = 0.0
    for magnet in table:
        start += magnet[0]
        count = 1 if saturation is None else slices
        for part in range(count):
            faces = [_face(magnet, (part + end) / count) for end in (0, 1)]
            middle = _face(magnet, (part + 0.5) / count)
            fields = _uniform(magnet) if saturation is None else _saturated(middle, magnet[14], saturation)
            z = [(start + 2 * magnet[1] * (part + end) / count) * cm for end in (0, 1)]
            blocks += list(_blocks(faces, fields, z))
        start += 2 * magnet[1]
    return blocks


def _face(magnet: np.ndarray, f: float) -> dict[str, float]:
    """Sizes of a magnet at the part f of its length, cm."""
    names = ("core", "height", "gap", "side", "top", "middle")
    pairs = magnet[2:14].reshape(6, 2)
    return dict(zip(names, (pairs[:, 0] + (pairs[:, 1] - pairs[:, 0]) * f).tolist(), strict=True))


def _uniform(magnet: np.ndarray) -> dict[str, float]:
    """Fields of core (y), side (y) and top (x, where x y > 0) of the challenge: B is the field of the coiled leg."""
    field, core = magnet[14], magnet[2] + magnet[3]
    side, top = (magnet[8] + magnet[9]) / core, (magnet[10] + magnet[11]) / core
    if field >= 0:
        return {"core": field, "side": -field / side, "top": field / top}
    return {"core": field * side, "side": -field, "top": field * side / top}


def _saturated(face: dict[str, float], field: float, limit: float) -> dict[str, float]:
    if field == 0:
        return dict.fromkeys(("core", "side", "top"), 0.0)
    legs = {"core": face["core"], "side": face["side"], "top": face["top"]}
    wanted = abs(field) * (legs["core"] if field > 0 else legs["side"])
    fluxes = np.maximum([wanted, *(limit * width for width in legs.values())], 1e-9)
    flux = np.sign(field) * fluxes.min() * np.sum((fluxes.min() / fluxes) ** SHARPNESS) ** (-1 / SHARPNESS)
    widths = {name: max(width, 1e-9) for name, width in legs.items()}
    return {"core": flux / widths["core"], "side": -flux / widths["side"], "top": flux / widths["top"]}


def _blocks(faces: list[dict[str, float]], fields: dict[str, float], z: list[float]) -> Iterator[dict[str, Any]]:
    """The eight blocks of a slice: two cores, two sides, four tops, with mitred corners."""
    for x_sign in (1, -1):
        for kind in ("core", "side"):
            yield from _block([_corners(kind, face) for face in faces], (x_sign, 1), z, [0.0, fields[kind], 0.0])
        for y_sign in (1, -1):
            corners = [_corners("top", face) for face in faces]
            yield from _block(corners, (x_sign, y_sign), z, [x_sign * y_sign * fields["top"], 0.0, 0.0])


def _corners(kind: str, face: dict[str, float]) -> np.ndarray:
    """Corners in the quadrant x, y > 0 (core and side: both signs of y), cm."""
    inner, low = face["middle"], face["height"]
    core, high = inner + face["core"], low + face["top"]
    window = core + face["gap"]
    outer = window + face["side"]
    return np.array(
        {
            "core": [(inner, -high), (inner, high), (core, low), (core, -low)],
            "side": [(window, -low), (window, low), (outer, high), (outer, -high)],
            "top": [(core, low), (inner, high), (outer, high), (window, low)],
        }[kind]
    )


def _block(
    corners: list[np.ndarray], signs: tuple[int, int], z: list[float], field: list[float]
) -> Iterator[dict[str, Any]]:
    if max(area(face) for face in corners) < THIN**2 or z[1] - z[0] < THIN:
        return
    turned = [(face * signs * cm).tolist() for face in corners]
    if signs[0] * signs[1] < 0:
        turned = [face[::-1] for face in turned]  # still clockwise, as Geant4 wants it
    yield {"corners": turned, "z": z, "field": field}


def area(corners: Any) -> float:
    """Area of a polygon."""
    x, y = np.asarray(corners, float).T
    return float(abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) / 2)
