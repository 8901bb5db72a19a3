"""The mean loss against tables nobody here wrote, and the cross-sections against the mean loss."""

import numpy as np
import pytest

from designopt.detectors.muon_shield.transport import energy_loss, radiation
from designopt.detectors.muon_shield.transport.energy_loss import GRAMMAGE, MUON
from designopt.units import m

# Kinetic energy in GeV, ionisation in MeV cm2/g, CSDA range in g/cm2: PUMAS 1.1, iron.
TABLE = np.array(
    [[1, 1.576, 642.3], [2, 1.691, 1252], [5, 1.841, 2933], [10, 1.941, 5537], [30, 2.079, 15040], [50, 2.135, 23730],
     [100, 2.206, 43100], [300, 2.312, 100400], [400, 2.339, 121700]]
)  # fmt: skip


@pytest.mark.parametrize(("kinetic", "metres", "left"), [
    (10, 1, 8.457), (20, 5, 11.88), (50, 5, 40.75), (100, 5, 89.20), (100, 29, 41.84), (350, 29, 251.6),
])  # fmt: skip
def test_energy_left_behind_iron(kinetic, metres, left):
    assert energy_loss.energy_after(kinetic, metres * m) == pytest.approx(left, rel=0.005)


def test_ionisation_and_ranges_follow_the_table():
    for kinetic, loss, length in TABLE:
        assert float(energy_loss.ionisation(kinetic + MUON)) / GRAMMAGE * 1e3 == pytest.approx(loss, rel=0.004)
        assert energy_loss.csda_range(kinetic) * GRAMMAGE == pytest.approx(length, rel=0.01)


def test_what_stops_in_so_much_iron():
    for kinetic, metres in ((6.89, 5), (14.70, 10), (31.57, 20), (47.87, 29)):
        assert energy_loss.csda_range(kinetic) == pytest.approx(metres * m, rel=0.005)
        assert energy_loss.energy_after(kinetic, 1.02 * metres * m) == 0.0


def test_the_cross_sections_give_the_tabulated_loss_of_each_process():
    """b in 1e-6 cm2/g at 10, 100 and 400 GeV; nothing in the cross-sections is fitted."""
    expected = {"bremsstrahlung": (1.37, 2.25, 2.69), "pairs": (1.47, 3.13, 3.84), "photonuclear": (0.44, 0.36, 0.35)}
    v = radiation.fractions()
    energy, fraction = np.meshgrid(np.array([10.0, 100.0, 400.0]) + MUON, v, indexing="ij")
    for name, process in radiation.PROCESSES.items():
        b = radiation.above(v, process(energy, fraction) * fraction)[:, 0] / GRAMMAGE * 1e6
        assert b == pytest.approx(expected[name], rel=0.045), name


def test_all_processes_together_agree_with_the_closed_form():
    energies, v = np.geomspace(5, 400, 7), radiation.fractions()
    summed = radiation.above(v, radiation.rates(energies, v) * v)[:, 0] * energies
    assert summed == pytest.approx(np.asarray(energy_loss.radiation(energies)), rel=0.015)
