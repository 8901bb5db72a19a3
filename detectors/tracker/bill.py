"""Money, area, channels and power of the layers of a tracker that somebody wrote down, of silicon and of gas."""

import math
from collections.abc import Sequence

import jax
import numpy as np

from designopt.detectors.prices import PriceBook
from designopt.detectors.tracker.cost import CostModel, gas_items
from designopt.detectors.tracker.description import Surface
from designopt.detectors.tracker.layout.gas import Gas
from designopt.detectors.tracker.layout.technology import NAMES, Technology, channel_density, power_density
from designopt.units import m


def bill_of(surfaces: Sequence[Surface], book: PriceBook) -> tuple[dict[str, float], float, float, float]:
    """Money by item in kCHF, area in m2, channels and power in kW of everything that measures."""
    silicon = [(s, s.kind) for s in surfaces if isinstance(s.kind, Technology)]
    gas = [(s, s.kind) for s in surfaces if isinstance(s.kind, Gas)]
    area = np.array([s.area for s, _ in silicon])
    stands = np.array([s.stands for s, _ in silicon])
    share = np.eye(len(NAMES))[[NAMES.index(kind.name) for _, kind in silicon]].reshape(-1, len(NAMES))
    cells = [(kind, np.array(s.cell[:1]), np.array(s.cell[1:])) for s, kind in silicon]
    channels = share * (area * np.array([channel_density(*cell) for cell in cells]).ravel())[:, None]
    power = area * np.array([power_density(*cell) for cell in cells]).ravel()
    bought = (area / stands, share * stands[:, None], channels, power)
    items = CostModel.from_book(book).items(*map(jax.device_put, bought))
    counts = [_gas_channels(s, kind) for s, kind in gas]
    watts = float(np.sum(power)) + sum(n * kind.power for n, (_, kind) in zip(counts, gas, strict=True))
    more = gas_items([kind for _, kind in gas], [s.area for s, _ in gas], counts, [s.stands for s, _ in gas], book)
    money = {name: float(value) + more[name] for name, value in items.items()}
    whole = float(np.sum(area)) + sum(s.area for s, _ in gas)
    return money, whole / m**2, float(channels.sum()) + sum(counts), watts / 1e3


def _gas_channels(surface: Surface, kind: Gas) -> float:
    """Channels of a layer of gas, or of both of a pair of disks, whose wires stand across their mean circumference."""
    radius = (surface.inner + surface.outer) / 2 if surface.disk else surface.place
    layers = 2 * surface.stands if surface.disk else 1.0
    area = surface.area / layers
    return layers * kind.channels(2 * math.pi * radius, area, surface.cell[0])
