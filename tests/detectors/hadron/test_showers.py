"""The stored showers: what they are, what they must conserve, and measured pions of a real calorimeter."""

import numpy as np
import pytest
from validation.hadron import OWN, measured_shares, showers_near, simulated_shares

from designopt.detectors.hadron.simulation.showers import FILE, MANTISSA, Sample, read_showers, write_showers

STORED = read_showers()
PION = 0.14  # GeV, mass


def test_the_file_is_small_and_says_where_it_comes_from():
    assert FILE.stat().st_size < 3e6
    for sample in STORED.values():
        assert "Geant4 11.4.1" in sample.simulation
        assert sample.deposit.shape == (len(sample.energy), 400)
    calibration = [STORED[f"calibration {kind}"] for kind in ("pions", "photons")]
    for sample in calibration:
        assert 9 <= sample.energy.min() < 15
        assert 190 < sample.energy.max() <= 200


def test_no_shower_makes_energy_and_photons_are_contained():
    for name, sample in STORED.items():
        total = sample.deposit.sum(axis=1)
        share = total / sample.energy
        assert np.all(total < sample.energy * 1.001 + PION), name  # beam energies are kinetic
        if sample.particle == "gamma":
            assert share.min() > 0.98


@pytest.mark.parametrize(("energy", "visible", "spread"), [(50, 0.855, 0.068), (100, 0.865, 0.06)])
def test_pions_leave_a_seventh_of_their_energy_in_nuclei(energy, visible, spread):
    """0.84 and 0.86 of the energy visible, spread 7 and 6 % (20 showers of the reference program)."""
    for kind in ("training", "final"):
        share = STORED[f"{kind} pions {energy}"].deposit.sum(axis=1) / energy
        assert share.mean() == pytest.approx(visible, abs=0.02)
        assert share.std() / share.mean() == pytest.approx(spread, rel=0.3)


def test_training_and_final_showers_are_different_showers_of_one_kind():
    for energy in (50, 100):
        training, final = (STORED[f"{kind} pions {energy}"].deposit for kind in ("training", "final"))
        assert not np.array_equal(training[0], final[0])
        error = np.hypot(*(np.std(d.sum(axis=1)) / len(d) ** 0.5 for d in (training, final)))
        assert abs(training.sum(axis=1).mean() - final.sum(axis=1).mean()) < 4 * error


def test_sections_of_a_real_calorimeter_hold_the_measured_shares():
    """ATLAS hadronic end-cap, pions of 50 and 100 GeV: shares of its four sections, scaled by interaction lengths."""
    for energy in OWN:
        assert simulated_shares(showers_near(energy)) == pytest.approx(measured_shares()[energy], abs=0.03)


def test_writing_keeps_every_deposit_to_a_tenth_of_a_per_cent(tmp_path):
    random = np.random.default_rng(0)
    deposit = np.minimum(np.exp(random.normal(0, 4, (30, 400))), 6e4) * (random.random((30, 400)) > 0.3)
    write_showers(tmp_path / "s.npz", {"some": Sample("pi-", np.full(30, 9.5), deposit, "none")})
    again = read_showers(tmp_path / "s.npz")["some"]
    assert again.deposit * 1000 == pytest.approx(deposit, rel=2.0**-MANTISSA, abs=1e-6)
    assert np.all(again.deposit[deposit == 0] == 0)
    with pytest.raises(ValueError, match="outside 0-65000 MeV"):
        write_showers(tmp_path / "s.npz", {"some": Sample("pi-", np.ones(1), np.full((1, 400), 1e5), "none")})
