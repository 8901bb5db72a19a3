"""A muon shield as a row of magnets: fifteen numbers each, and the cross-section at any depth."""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.units import T, cm
from designopt.written import LARGEST, listing_of, number_of

COLUMNS = (
    "gap",
    "half_length",
    "core_in",
    "core_out",
    "height_in",
    "height_out",
    "window_in",
    "window_out",
    "yoke_in",
    "yoke_out",
    "top_in",
    "top_out",
    "middle_in",
    "middle_out",
    "field",
)
"""The fifteen numbers of a magnet, in the order of the public Muon Shield Challenge."""

MOST = 1000
"""Magnets that a shield may have; the largest that were proposed have fifteen."""

CHALLENGE_NAMES = (
    "z_gap", "dZ", "dXIn", "dXOut", "dYIn", "dYOut", "gapIn", "gapOut", "dX_yokeIn", "dX_yokeOut", "dY_yokeIn",
    "dY_yokeOut", "midGapIn", "midGapOut", "B",
)  # fmt: skip
"""What the Challenge calls them."""

UNITS = np.array([cm] * 14 + [T])


class Section(eqx.Module):
    r"""Cross-section of magnets at one depth, one quadrant; the other three are its mirror images. Lengths in mm.

    With $u = |x| - middle$ and $a = |y|$: the core is $0 \le u \le core$, $a \le height + top\,(1 - u/core)$; behind
    it stand the coil window of width `window` and height 2 `height`, and the side yoke of width `yoke`, mitred the
    other way round; `top` closes the flux above the window. Public Muon Shield Challenge, README.
    """

    core: Float[Array, "*depth magnet"]
    height: Float[Array, "*depth magnet"]
    window: Float[Array, "*depth magnet"]
    yoke: Float[Array, "*depth magnet"]
    top: Float[Array, "*depth magnet"]
    middle: Float[Array, "*depth magnet"]

    @property
    def half_width(self) -> Float[Array, "*depth magnet"]:
        """Largest |x| of the iron.

        Returns mm.
        """
        return self.middle + self.core + self.window + self.yoke

    @property
    def half_height(self) -> Float[Array, "*depth magnet"]:
        """Largest |y| of the iron.

        Returns mm.
        """
        return self.height + self.top

    @property
    def area(self) -> Float[Array, "*depth magnet"]:
        """Iron of all four quadrants, mm2: $4[(core + yoke)\\,height + top\\,(core + window + yoke)]$."""
        return 4 * ((self.core + self.yoke) * self.height + self.top * (self.core + self.window + self.yoke))


class Magnets(eqx.Module):
    """A shield: magnets along the beam, z = 0 at the front face of the first. Lengths in mm, fields in T.

    Attributes:
        gap: air in front of a magnet.
        half_length: half of its length.
        core_in, core_out: half-width of the core, one side, at the entrance and at the exit face.
        height_in, height_out: half-height of core and coil window.
        window_in, window_out: width of the coil window between core and side yoke.
        yoke_in, yoke_out: width of the side yoke.
        top_in, top_out: height of the top yoke.
        middle_in, middle_out: half of the gap between the two cores.
        field: wanted field in the leg that carries the coil, the core if positive, the side yoke if negative.
        present: gate; it multiplies gap and length, so an absent magnet takes no room, has no iron and bends nothing.

    Every transverse number runs linearly from the entrance to the exit face.
    """

    gap: Float[Array, " magnet"]
    half_length: Float[Array, " magnet"]
    core_in: Float[Array, " magnet"]
    core_out: Float[Array, " magnet"]
    height_in: Float[Array, " magnet"]
    height_out: Float[Array, " magnet"]
    window_in: Float[Array, " magnet"]
    window_out: Float[Array, " magnet"]
    yoke_in: Float[Array, " magnet"]
    yoke_out: Float[Array, " magnet"]
    top_in: Float[Array, " magnet"]
    top_out: Float[Array, " magnet"]
    middle_in: Float[Array, " magnet"]
    middle_out: Float[Array, " magnet"]
    field: Float[Array, " magnet"]
    present: Float[Array, " magnet"]

    @classmethod
    def from_rows(
        cls, rows: Float[Array, "magnet number"], present: Float[Array, " magnet"] | None = None
    ) -> "Magnets":
        """Magnets from a table in cm and T in the order of `COLUMNS`, without checks: for use in compiled code.

        Args:
            rows: fifteen numbers a magnet, cm and T.
            present: how much of each magnet is there, 0 to 1; None: all of it.
        """
        columns = (jnp.asarray(rows, dtype=float) * UNITS).T
        gate = jnp.ones(columns.shape[1]) if present is None else jnp.asarray(present, dtype=float)
        return cls(**dict(zip(COLUMNS, columns, strict=True)), present=gate)

    @classmethod
    def from_table(cls, table: Any, slots: int | None = None) -> "Magnets":
        """Magnets as the Challenge writes them: a row of fifteen numbers each (`CHALLENGE_NAMES`), cm and T.

        `slots` appends absent magnets, so that shields of different length share one compiled program.
        Raises ValueError with a sentence for anything that is no table of finite, non-negative sizes.
        """
        rows = checked_table(table)
        size = len(rows) if slots is None else slots
        if size < len(rows):
            raise ValueError(f"The shield has {len(rows)} magnets but room for {size}. Raise the number of slots.")
        padded = np.concatenate([rows, np.repeat(rows[-1:], size - len(rows), axis=0)])
        return cls.from_rows(jnp.asarray(padded), jnp.asarray(np.arange(size) < len(rows), dtype=float))

    def table(self) -> Float[np.ndarray, "magnet number"]:
        """The inverse of `from_table`: the magnets that are there, in cm and T."""
        columns = np.stack([np.asarray(getattr(self, name)) for name in COLUMNS], axis=1) / UNITS
        return columns[np.asarray(self.present) >= 0.5]

    @property
    def lengths(self) -> Float[Array, " magnet"]:
        """Length of every magnet along the beam, mm; 0 for an absent one."""
        return 2 * self.half_length * self.present

    @property
    def z_out(self) -> Float[Array, " magnet"]:
        """Exit faces, mm."""
        return jnp.cumsum(self.present * self.gap + self.lengths)

    @property
    def z_in(self) -> Float[Array, " magnet"]:
        """Entrance faces, mm."""
        return self.z_out - self.lengths

    @property
    def length(self) -> Float[Array, ""]:
        """Length of the whole shield, mm."""
        return self.z_out[-1]

    def section(self, fraction: Float[Array, "*depth"] | float) -> Section:
        """Cross-section of every magnet at a fraction of its length, 0 at the entrance and 1 at the exit face.

        Shape (*depth, magnet) for fractions of shape (*depth).
        """
        f = jnp.asarray(fraction, dtype=self.core_in.dtype)[..., None]

        def between(name: str) -> Float[Array, "*depth magnet"]:
            first, last = getattr(self, f"{name}_in"), getattr(self, f"{name}_out")
            return first + (last - first) * f

        return Section(*(between(name) for name in ("core", "height", "window", "yoke", "top", "middle")))


def checked_table(table: Any) -> Float[np.ndarray, "magnet number"]:
    """A table of magnets as an array, or a ValueError that says what is wrong with it.

    Returns shape (magnet, number), cm and T.
    """
    wanted = f"{len(COLUMNS)} numbers each ({', '.join(CHALLENGE_NAMES)}; cm and T)"
    magnets = listing_of(table, "A shield", f"magnets with {wanted}", MOST)
    rows = [listing_of(row, f"Magnet {i}", "numbers", len(COLUMNS), len(COLUMNS)) for i, row in enumerate(magnets)]
    return np.array([[_size(name, i, value) for name, value in zip(CHALLENGE_NAMES, row, strict=True)]
                     for i, row in enumerate(rows)])  # fmt: skip


def _size(name: str, magnet: int, value: Any) -> float:
    """One number of a magnet in cm or T. Raises ValueError for what is no number, and for a negative size."""
    least, sign = (-LARGEST, "") if name == "B" else (0.0, "A size is not negative; only B has a sign.")
    unit = "T" if name == "B" else "cm"
    return number_of(value, f"Magnet {magnet}: {name}", least, LARGEST, unit, small=sign)
