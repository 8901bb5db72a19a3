"""Showers go where they are needed: the worst known energies get them, none loses what it has."""

import numpy as np
import pytest

from designopt.detectors.geant4 import sharing
from designopt.detectors.geant4.job import stack_job
from designopt.detectors.geant4.session import Events
from designopt.detectors.geant4.sharing import alike, topped_up

JOBS = [stack_job([("G4_Pb", 10.0)], energy, "e-", 1, 0.7) for energy in (1.0, 100.0)]
TAILS = np.array([0.5, 0.53, 0.86, 8.2])
"""Variance of ln(sigma) a shower at 1, 5, 20 and 100 GeV: errors of 2.1, 3.2, 5.8 and 27 % with 1130, 505, 252, 113."""


def test_the_worst_known_energy_gets_the_rest():
    seen = np.full(4, 150)
    numbers = topped_up(seen, TAILS, 1200)
    assert numbers.sum() == 1200
    assert list(numbers[:3]) == [150] * 3
    errors = np.sqrt(TAILS / numbers)
    assert errors.max() < 0.4 * np.sqrt(8.2 / 113)


def test_with_enough_showers_all_errors_are_equal():
    numbers = topped_up(np.full(4, 10), TAILS, 100_000)
    assert np.sqrt(TAILS / numbers) == pytest.approx(np.sqrt(TAILS.sum() / 100_000), rel=1e-2)
    assert list(topped_up(np.full(4, 10), TAILS, 40)) == [10] * 4


@pytest.mark.parametrize("minutes", [None, 30.0])
def test_the_second_half_goes_where_the_first_was_worst(monkeypatch, minutes):
    asked = []

    def simulated(jobs, labels, left, cache):
        asked.append([number for _, number in jobs])
        return [Events(np.zeros(number), np.zeros((number, 1)), "toy") for _, number in jobs]

    monkeypatch.setattr(sharing, "showers", simulated)
    found = alike(
        JOBS, 400, lambda i, events: float(np.sqrt((1.0, 9.0)[i] / len(events.energy))), ["", ""], minutes, None
    )
    assert asked == [[100, 100], [100, 300]]
    assert [len(events.energy) for events in found] == [100, 300]
