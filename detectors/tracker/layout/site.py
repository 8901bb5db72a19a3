"""Where a tracker stands: field, room, beam pipe and the density of tracks it has to cope with."""

from dataclasses import dataclass

from designopt.suggestion import suggestion
from designopt.units import T, mm


@dataclass(frozen=True)
class Site:
    """The surroundings of a tracker; lengths in mm, field in T.

    Attributes:
        field: solenoid. radius, half_length: room inside the calorimeters.
        pipe, pipe_material: radius of the beam pipe and its x/X0.
        spread: standard deviation of the vertex along the beam. vertices: how many places stand for it, by momentum:
            where layers are hardly longer than the luminous region, its tails decide what they miss.
        density: charged particles per unit of pseudorapidity in one read-out frame.
        power: what cooling can take, W.
    """

    name: str
    field: float
    radius: float
    half_length: float
    pipe: float
    pipe_material: float
    spread: float
    vertices: int
    density: float
    power: float


# CLD: tkLayout description of the CLD tracker; Z decays have 20 charged particles over some four units, and background.
# CMS phase 0: its tracker volume and pipe; 25 collisions of about six charged particles per unit of pseudorapidity.
CLD = Site("CLD", 2.0 * T, 2150 * mm, 2250 * mm, 15.6 * mm, 0.0034, 5 * mm, 1, 10.0, 60e3)
CMS = Site("CMS", 3.8 * T, 1100 * mm, 2800 * mm, 30.0 * mm, 0.0024, 50 * mm, 4, 150.0, 60e3)
SITES = (CLD, CMS)


def site(name: str) -> Site:
    """The site of a name. Raises ValueError for an unknown one."""
    known = {place.name: place for place in SITES}
    if name not in known:
        raise ValueError(f"No site is called '{name}'.{suggestion(name, known)}")
    return known[name]
