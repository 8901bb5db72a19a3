"""A shield as it is installed: slits between the halves of its cores, and no field where another detector stands."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.muon_shield.magnets.blocks import Slice, slices
from designopt.detectors.muon_shield.magnets.field import LegFields, leg_fields
from designopt.detectors.muon_shield.magnets.row import Magnets, Section
from designopt.units import cm


def with_slit(section: Section, slit: float) -> Section:
    """Cores whose halves are at least `slit` (mm) apart at x = 0, along the whole shield.

    Slits of successive magnets that are staggered in x let fewer muons through than these, which lie in one line.
    """
    if not slit:
        return section
    return eqx.tree_at(lambda s: s.middle, section, jnp.maximum(section.middle, slit / 2))


def without_field(
    fields: LegFields,
    z: Float[Array, "depth magnet"],
    depth: Float[Array, "depth magnet"],
    length: Float[Array, ""],
    free: float,
) -> LegFields:
    """Fields that end `free` mm before the end of a shield of this `length`; the iron stays.

    A step that begins at `z`, `depth` long, keeps the share of its field that lies before. Lengths in mm.

    Args:
        fields: T.
        z: mm.
        depth: mm.
        length: mm.
        free: mm.
    """
    if not free:
        return fields
    kept = jnp.clip((length - free - z) / jnp.maximum(depth, 1e-6), 0.0, 1.0)
    return LegFields(fields.core * kept, fields.side * kept, fields.top * kept)


def installed_slices(
    magnets: Magnets,
    fractions: Float[Array, " depth"],
    z: Float[Array, "depth magnet"],
    saturation: bool,
    slit: float,
    free: float,
) -> Slice:
    """What `matter_at` needs, at some fractions of the length of every magnet; `z`: where these steps begin, mm.

    Args:
        magnets: the shield, mm and T.
        fractions: 0 to 1.
        z: shape (depth, magnet).
        saturation: whether the steel saturates.
        slit: between the halves of a core, mm.
        free: mm without field at the end of the shield.
    """
    section = with_slit(magnets.section(fractions), slit)
    depth = jnp.broadcast_to(magnets.lengths / len(fractions), z.shape)
    fields = leg_fields(magnets, section, saturation)
    return slices(section, without_field(fields, z, depth, magnets.length, free))


def installed_table(
    table: Float[np.ndarray, "magnet number"], slit: float, free: float
) -> Float[np.ndarray, "part number"]:
    """The same in a table (cm, T): middle gaps of at least `slit`, magnets cut `free` before the end, lengths in mm.

    What stands behind the cut has no field. For a simulation that knows tables alone.
    """
    rows, end = table.copy(), float(np.sum(table[:, 0] + 2 * table[:, 1]))
    rows[:, 12:14] = np.maximum(rows[:, 12:14], slit / 2 / cm)
    if not free:
        return rows
    cut, z, parts = end - free / cm, 0.0, []
    for row in rows:
        begin = z + row[0]
        z = begin + 2 * row[1]
        share = float(np.clip((cut - begin) / max(z - begin, 1e-9), 0.0, 1.0))
        if 0 < share < 1:
            parts.append(_part(row, 0.0, share))
        last = row if share == 1 else _part(row, share, 1.0)
        parts.append(np.concatenate([last[:14], [row[14] if share == 1 else 0.0]]))
    return np.array(parts)


def _part(row: Float[np.ndarray, " number"], first: float, last: float) -> Float[np.ndarray, " number"]:
    """A magnet between two fractions of its length; the gap belongs to its first part."""
    part = row.copy()
    part[0], part[1] = (row[0] if not first else 0.0), row[1] * (last - first)
    for i in range(2, 14, 2):
        part[i], part[i + 1] = (row[i] + (row[i + 1] - row[i]) * end for end in (first, last))
    return part
