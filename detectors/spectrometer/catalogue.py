"""What a station may be made of: resolution, material and price, from a catalogue or in between."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.detectors.prices import PriceBook
from designopt.units import kCHF, um
from designopt.written import Entry, Form, Number, choice_of, listing_of


@dataclass(frozen=True)
class Technology:
    """One kind of station: resolution of a single hit in mm, material of the station in X0, its price in kCHF."""

    name: str
    resolution: float
    material: float
    price: float

    def __post_init__(self) -> None:
        if not all(np.isfinite(v) and v > 0 for v in (self.resolution, self.material, self.price)):
            raise ValueError(
                f"The technology '{self.name}' has a resolution of {self.resolution / um:g} um, {self.material:g} X0 "
                f"and costs {self.price:g} kCHF. All three have to be positive."
            )


UNIT = 500 * kCHF
"""Price of the cheapest station: assumed. Only the ratios 4 : 2 : 1 belong to the task."""

CATALOGUE = (
    Technology("250 um", 250 * um, 0.0090, 1 * UNIT),
    Technology("120 um", 120 * um, 0.0043, 2 * UNIT),  # eight layers of SHiP straws: 0.42 % X0
    Technology("60 um", 60 * um, 0.0020, 4 * UNIT),
)


def chosen(
    technologies: Sequence[str] | Mapping[str, Mapping[str, float]] | None, book: PriceBook | None = None
) -> tuple[Technology, ...]:
    """Technologies by name, or given as `{name: {"resolution_um", "x_over_x0", "price"}}`; all if None.

    Those of the catalogue have the prices of the `book`, section "layer" ("spectrometer 120 um"), if one is given.
    From the cheapest to the dearest, the worst resolution first. Raises ValueError where a dearer one is no finer.
    """
    rows = sorted(_named(technologies, priced(book)), key=lambda row: row.price)
    for cheap, dear in itertools.pairwise(rows):
        if not (cheap.price < dear.price and cheap.resolution > dear.resolution):
            raise ValueError(
                f"'{cheap.name}' costs {cheap.price:g} kCHF for {cheap.resolution / um:g} um, '{dear.name}' "
                f"{dear.price:g} for {dear.resolution / um:g}. A dearer technology has to be finer: leave one out."
            )
    return tuple(rows)


def priced(book: PriceBook | None = None) -> tuple[Technology, ...]:
    """The catalogue with the prices of a book; as it is without one."""
    if book is None:
        return CATALOGUE
    return tuple(replace(kind, price=book.price("layer", f"spectrometer {kind.name}")) for kind in CATALOGUE)


def _named(
    technologies: Sequence[str] | Mapping[str, Mapping[str, float]] | None, catalogue: Sequence[Technology]
) -> Sequence[Technology]:
    if technologies is None:
        return catalogue
    if isinstance(technologies, Mapping):
        if not technologies:
            raise ValueError("No technology is allowed. Give at least one, with its resolution_um and x_over_x0.")
        return [_read(name, entry) for name, entry in technologies.items()]
    known = {technology.name: technology for technology in catalogue}
    names = listing_of(technologies, "The list of technologies", f"names of {', '.join(known)}", 100)
    return [known[choice_of(name, "A technology", known)] for name in names]


OWN = Form(
    "A technology of one's own.",
    {
        "resolution_um": Number("Error of one hit.", 1e-3, 1e7, "um", required=True),
        "x_over_x0": Number("Material of a station.", 1e-9, 0.999, "radiation lengths", required=True),
        "price": Number("Price of a station.", 1e-6, 1e9, "kCHF", UNIT),
    },
)


def _read(name: str, entry: Any) -> Technology:
    row = Entry.read(entry, OWN, f"The technology '{name}'")
    return Technology(name, row.number("resolution_um") * um, row.number("x_over_x0"), row.number("price"))


STRAWS = 0.0043
"""Material in X0 of a station of SHiP: eight layers of straws, whatever their resolution (0.42 %, FairShip's tubes)."""


def as_straws(kinds: Sequence[Technology], material: float | None) -> tuple[Technology, ...]:
    """The same technologies with this `material` (X0) each, however fine; unchanged if None."""
    return tuple(kinds) if material is None else tuple(replace(kind, material=material) for kind in kinds)


def between(
    resolution: Float[Array, " slot"], technologies: Sequence[Technology]
) -> tuple[Float[Array, " slot"], Float[Array, " slot"]]:
    """Material and price of stations of any resolution: straight lines in the logarithms through the catalogue.

    60, 120 and 250 um lie close to a price of one over the resolution and a material proportional to it, so that
    the resolution is a continuous way to spend money.

    Args:
        resolution: of a hit, mm.
        technologies: the catalogue: resolution, X0 and kCHF of each.
    """
    rows = sorted(technologies, key=lambda technology: technology.resolution)
    at = jnp.log(resolution)
    knots = jnp.log(jnp.asarray([row.resolution for row in rows]))
    material, price = (
        jnp.exp(jnp.interp(at, knots, jnp.log(jnp.asarray([getattr(row, name) for row in rows]))))
        for name in ("material", "price")
    )
    return material, price
