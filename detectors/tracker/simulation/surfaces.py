"""What a simulated track crosses: cylinders and disks around the beam, with material and perhaps a sensor."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from designopt.detectors.tracker.simulation.helix import Track, advanced, to_cylinder, to_plane


def _check(what: str, numbers: dict[str, float | None], positive: Sequence[str]) -> None:
    for name, value in numbers.items():
        if value is None and name.startswith("sigma"):
            continue
        if value is None or not np.isfinite(value) or value < 0 or (name in positive and value == 0):
            raise ValueError(
                f"A {what} has the {name.replace('_', ' ')} {value}. It has to be finite and "
                f"{'positive' if name in positive else 'not negative'} (lengths in mm)."
            )


@dataclass(frozen=True)
class Cylinder:
    """A barrel layer: lengths in mm, material in X0 at normal incidence; a resolution of None measures nothing."""

    radius: float
    half_length: float
    x_over_x0: float
    sigma_rphi: float | None = None
    sigma_z: float | None = None

    def __post_init__(self) -> None:
        _check("cylinder", self.__dict__, ("radius", "half_length", "sigma_rphi", "sigma_z"))

    @property
    def sigmas(self) -> tuple[float | None, float | None]:
        """Resolutions of the two coordinates."""
        return self.sigma_rphi, self.sigma_z

    def reached(self, track: Track) -> tuple[Track, Float[ndarray, " track"]]:
        """Tracks carried to the cylinder and the length they flew; NaN where it is out of reach.

        Args:
            track: places in mm.

        Returns the tracks, and the length in mm.
        """
        return advanced(track, length := to_cylinder(track, self.radius)), length

    def inside(self, track: Track) -> Bool[ndarray, " track"]:
        """Whether tracks that are on the cylinder are on the layer.

        Args:
            track: places in mm.
        """
        return np.abs(track.position[:, 2]) <= self.half_length

    def deviation(self, track: Track, reference: Float[ndarray, " 3"]) -> Float[ndarray, "track 2"]:
        """How far hits are from a reference point on the cylinder: along r phi and along z.

        Args:
            track: places in mm.

        Returns mm.
        """
        return np.stack([self.radius * turn(reference, track.position), track.position[:, 2] - reference[2]], axis=1)

    def slant(self, track: Track) -> Float[ndarray, " track"]:
        """Length in the layer over its thickness.

        Args:
            track: places in mm.

        Returns a ratio without unit.
        """
        normal = track.position[:, :2] / np.linalg.norm(track.position[:, :2], axis=1, keepdims=True)
        return 1.0 / np.abs(np.sum(normal * track.direction[:, :2], axis=1))


@dataclass(frozen=True)
class Disk:
    """A disk at +z and its mirror image at -z: lengths in mm, material in X0 at normal incidence."""

    z: float
    inner: float
    outer: float
    x_over_x0: float
    sigma_rphi: float | None = None
    sigma_r: float | None = None

    def __post_init__(self) -> None:
        _check("disk", self.__dict__, ("z", "outer", "sigma_rphi", "sigma_r"))

    @property
    def sigmas(self) -> tuple[float | None, float | None]:
        """Resolutions of the two coordinates."""
        return self.sigma_rphi, self.sigma_r

    def reached(self, track: Track) -> tuple[Track, Float[ndarray, " track"]]:
        """Tracks carried to the plane on their side and the length they flew; NaN where it is out of reach.

        Args:
            track: places in mm.

        Returns the tracks, and the length in mm.
        """
        side = np.where(track.direction[:, 2] < 0, -self.z, self.z)
        return advanced(track, length := to_plane(track, side)), length

    def inside(self, track: Track) -> Bool[ndarray, " track"]:
        """Whether tracks that are in the plane are on the disk.

        Args:
            track: places in mm.
        """
        radius = np.hypot(track.position[:, 0], track.position[:, 1])
        return (radius >= self.inner) & (radius <= self.outer)

    def deviation(self, track: Track, reference: Float[ndarray, " 3"]) -> Float[ndarray, "track 2"]:
        """How far hits are from a reference point in the plane: along r phi and along r.

        Args:
            track: places in mm.

        Returns mm.
        """
        radius = np.hypot(reference[0], reference[1])
        out = np.hypot(track.position[:, 0], track.position[:, 1]) - radius
        return np.stack([radius * turn(reference, track.position), out], axis=1)

    def slant(self, track: Track) -> Float[ndarray, " track"]:
        """Length in the disk over its thickness.

        Args:
            track: places in mm.

        Returns a ratio without unit.
        """
        return 1.0 / np.abs(track.direction[:, 2])


def turn(reference: Float[ndarray, " 3"], position: Float[ndarray, "track 3"]) -> Float[ndarray, " track"]:
    """Azimuth of positions, counted from that of the reference.

    Args:
        position: mm.

    Returns rad.
    """
    across = reference[0] * position[:, 1] - reference[1] * position[:, 0]
    return np.arctan2(across, reference[0] * position[:, 0] + reference[1] * position[:, 1])


Surface = Cylinder | Disk
