"""Three solids that every detector here is made of: boxes, tubes, and blocks with two faces of four corners."""

import abc
import math
from dataclasses import dataclass
from itertools import pairwise
from xml.etree.ElementTree import Element

Corner = tuple[float, float]


class AbstractSolid(abc.ABC):
    """A shape around its own origin, lengths in mm, axis along z."""

    @property
    @abc.abstractmethod
    def volume(self) -> float:
        """Volume in mm3."""

    @property
    @abc.abstractmethod
    def reach(self) -> tuple[float, float, float]:
        """Largest |x|, |y| and |z|, mm."""

    @abc.abstractmethod
    def element(self, name: str) -> Element:
        """The solid in GDML, lengths in mm."""


@dataclass(frozen=True)
class Box(AbstractSolid):
    """A box with full lengths `x`, `y`, `z` in mm. Raises ValueError unless all are positive."""

    x: float
    y: float
    z: float

    def __post_init__(self) -> None:
        _positive(self, self.x, self.y, self.z)

    @property
    def volume(self) -> float:
        """Product of the lengths."""
        return self.x * self.y * self.z

    @property
    def reach(self) -> tuple[float, float, float]:
        """Half of each length."""
        return self.x / 2, self.y / 2, self.z / 2

    def element(self, name: str) -> Element:
        """`<box>`."""
        return _element("box", name, x=self.x, y=self.y, z=self.z)


@dataclass(frozen=True)
class Tube(AbstractSolid):
    """A tube or a disk around z: inner and outer radius, full `length`, mm. Raises ValueError without volume."""

    inner: float
    outer: float
    length: float

    def __post_init__(self) -> None:
        _positive(self, self.outer - self.inner, self.length, self.inner + 1.0)

    @property
    def volume(self) -> float:
        r"""$\pi (r_o^2 - r_i^2) l$."""
        return math.pi * (self.outer - self.inner) * (self.outer + self.inner) * self.length

    @property
    def reach(self) -> tuple[float, float, float]:
        """Outer radius, twice, and half of the length."""
        return self.outer, self.outer, self.length / 2

    def element(self, name: str) -> Element:
        """`<tube>`, all around."""
        found = _element("tube", name, rmin=self.inner, rmax=self.outer, z=self.length)
        found.attrib |= {"startphi": "0", "deltaphi": "360", "aunit": "deg"}
        return found


@dataclass(frozen=True)
class Block(AbstractSolid):
    """Two faces of four corners [x, y], at z = -length/2 and +length/2, joined by straight lines; mm.

    Corners go round clockwise as seen from +z, as Geant4's generic trapezoid wants them. Two corners of a face may be
    one. Raises ValueError for faces that are not four corners each, and for a length that is not positive.
    """

    front: tuple[Corner, ...]
    back: tuple[Corner, ...]
    length: float

    def __post_init__(self) -> None:
        if not len(self.front) == len(self.back) == 4:
            raise ValueError(f"A block has faces of {len(self.front)} and {len(self.back)} corners. Give four each.")
        _positive(self, self.length)

    @property
    def volume(self) -> float:
        """Simpson's rule over front, middle and back, exact where corners run linearly along z."""
        middle = tuple(((a + u) / 2, (b + v) / 2) for (a, b), (u, v) in zip(self.front, self.back, strict=True))
        return self.length * (_area(self.front) + 4 * _area(middle) + _area(self.back)) / 6

    @property
    def reach(self) -> tuple[float, float, float]:
        """Of the farthest corners, and half of the length."""
        corners = (*self.front, *self.back)
        return max(abs(x) for x, _ in corners), max(abs(y) for _, y in corners), self.length / 2

    def element(self, name: str) -> Element:
        """`<arb8>`."""
        corners = enumerate((*self.front, *self.back), start=1)
        places = {f"v{i}{axis}": value for i, corner in corners for axis, value in zip("xy", corner, strict=True)}
        return _element("arb8", name, **places, dz=self.length / 2)


def _area(corners: tuple[Corner, ...]) -> float:
    return abs(sum(x * v - u * y for (x, y), (u, v) in pairwise((*corners, corners[0])))) / 2


def _element(tag: str, name: str, **lengths: float) -> Element:
    return Element(tag, {"name": name, **{key: repr(float(value)) for key, value in lengths.items()}, "lunit": "mm"})


def _positive(solid: AbstractSolid, *lengths: float) -> None:
    if not all(math.isfinite(length) and length > 0 for length in lengths):
        raise ValueError(f"{solid!r} has no volume. Give finite, positive lengths in mm.")
