"""What options of our problems may be: ranges for the makers' annotations, beyond which nothing physical is left."""

from collections.abc import Sequence
from typing import Annotated

from designopt.design.declared import Most, Range
from designopt.design.numbers import shown

Slots = Annotated[int, Range(1, 1000)]
"""Layers, sensors, stations, disks, planes: a thousand times as many variables take minutes to compile."""
Steps = Annotated[int, Range(1, 1000)]
"""Steps of a transport, or cuts of an angle."""
Hits = Annotated[int, Range(1, 1000)]
"""Measurements in one station, or layers that a track has to cross."""
EventCount = Annotated[int, Range(1, 1_000_000)]
"""Simulated events of one evaluation: more do not fit into the memory of a computer."""
Seed = Annotated[int, Range(0, 2**31 - 1)]
"""Of a random generator."""
Workers = Annotated[int, Range(1, 1024)]
"""Processes side by side."""
Energy = Annotated[float, Range(1e-3, 1e6)]
"""Of a particle, or its momentum, in GeV."""
Energies = Annotated[Sequence[Energy], Most(100)]
"""Energies or momenta in GeV, each of them a simulation."""
Length = Annotated[float, Range(1e-3, 1e6, open=True)]
"""In mm: more than a micrometre, up to a kilometre."""
Depth = Annotated[float, Range(1.0, 1e6)]
"""Of a whole calorimeter or magnet, in mm: from a millimetre to a kilometre."""
ShieldLength = Annotated[float, Range(10.0, 1e6)]
"""Of a whole shield, in mm: from a centimetre, of which no muon takes notice, to a kilometre."""
HitError = Annotated[float, Range(1e-5, 1e3)]
"""Of a measured place, in mm: from ten nanometres to a metre."""
Place = Annotated[float, Range(-1e7, 1e7)]
"""A coordinate in mm, within 10 km."""
Field = Annotated[float, Range(1e-4, 100.0)]
"""In T."""
Bending = Annotated[float, Range(1e-4, 1000.0)]
"""Field integral in T m."""
Weight = Annotated[float, Range(0.0, 1000.0)]
"""Of one part of an objective beside the others."""
Thickness = Annotated[float, Range(1e-6, 100.0)]
"""In radiation lengths: the range of the scattering formula, and thin gas."""
Channels = Annotated[float, Range(10.0, 1e10)]
"""Read-out channels of a detector; fewer than ten are millions given as one."""
Price = Annotated[float, Range(0.0, 1e6)]
"""In EUR/cm3: gold costs a thousand."""
AlignmentUm = Annotated[float, Range(0.0, 1e4)]
"""Error of a layer's place in um; 0 for none."""
HitEfficiency = Annotated[float, Range(0.5, 1.0)]
"""Probability of a hit where a track crosses a layer or a station."""
Cosine = Annotated[float, Range(0.05, 0.9999)]
"""Largest |cos(theta)| of the tracks."""
BoardThickness = Annotated[float, Range(0.0, 1e3)]
"""Of boards, cassettes and air in every layer, mm; 0 for none."""
Relative = Annotated[float, Range(0.0, 1.0)]
"""A relative error; 0 for none."""
PriceFile = Annotated[str | None, "A TOML file whose prices override those of the project."]
Logarithm = Annotated[
    str | None, "Thickness in the logarithm of scattering: auto, layer, fixed, total, or a number, over the file's."
]

FAINT = 1e-6
"""A weight so small beside the largest decides nothing."""


def refuse_faint(weights: Sequence[float]) -> None:
    """Raise ValueError for weights of which one decides nothing and is not 0.

    Args:
        weights: of the parts of an objective.
    """
    if any(0 < weight < FAINT * max(weights) for weight in weights):
        raise ValueError(f"One of the weights {shown(list(weights))} decides nothing. Write 0 for it, or a larger one.")
