"""The table of speeds: peers compute what ours does, and every kind of work around a simulation is measured."""

import numpy as np
import pytest

from designopt.benchmarks.speed.growth import growth
from designopt.benchmarks.speed.peers import by_c, by_numpy
from designopt.detectors.muon_shield.transport.energy_loss import BETHE, DENSITY_EFFECT, EXCITATION, ionisation

CONSTANTS = {"bethe": BETHE, "excitation": EXCITATION, **DENSITY_EFFECT}


@pytest.mark.parametrize("peer", ["NumPy", "C"])
def test_a_peer_loses_the_energy_that_ours_does(tmp_path, peer):
    loss = by_numpy(CONSTANTS) if peer == "NumPy" else by_c(CONSTANTS, tmp_path)
    if loss is None:
        pytest.skip("no compiler here")
    energy = np.geomspace(0.12, 400.0, 500)
    np.testing.assert_allclose(loss(energy), ionisation(energy), rtol=1e-10)
    assert np.float64("5e-324") * 1.0 > 0.0  # a peer leaves the processor as it was


def test_without_a_compiler_there_is_no_peer(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert by_c(CONSTANTS, tmp_path) is None


def test_every_kind_of_work_around_a_simulation_is_measured():
    found = growth(128)
    assert set(found) == {"ranking", "evaluator and ledger", "has it ended", "watching", "reading"}
    assert min(found[what] for what in ("ranking", "has it ended", "watching", "reading")) > 0
