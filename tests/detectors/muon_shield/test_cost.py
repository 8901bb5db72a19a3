"""Iron, coils and side limits against numbers worked out elsewhere."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors.muon_shield.cost import CostModel, masses
from designopt.detectors.muon_shield.limits import LimitModel
from designopt.detectors.muon_shield.magnets.excitation import SHORTER_PATH, ampere_turns, strength, turn_length
from designopt.detectors.muon_shield.magnets.row import Magnets
from designopt.detectors.muon_shield.reference import DESIGNS, challenge_baseline
from designopt.units import CHF, MCHF, T, cm, m

BASELINE = Magnets.from_table(challenge_baseline())
IRON = jax.jit(lambda rows: CostModel().items(Magnets.from_rows(rows))["iron"])
LIMITS = jax.jit(LimitModel(buildable=True, saturation=2.0 * T).of)

# length in m and iron in t, computed with the sources' own formulas
PUBLISHED = {
    "challenge-baseline": (29.03, 921.3),
    "TRY_2025": (29.45, 1459),
    "TRY_2026": (29.89, 1165),
    "supernut_v2": (23.10, 957),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_lengths_and_masses_of_published_shields(name):
    magnets = Magnets.from_table(DESIGNS[name]())
    length, mass = PUBLISHED[name]
    assert float(magnets.length / m) == pytest.approx(length, abs=0.006)
    assert float(jnp.sum(masses(magnets))) == pytest.approx(mass, rel=5e-4)


def test_the_baseline_magnet_by_magnet():
    published = [128.97, 200.20, 199.62, 44.36, 21.36, 57.22, 269.59]
    assert np.asarray(masses(BASELINE)) == pytest.approx(published, abs=0.006)
    assert float(CostModel().items(BASELINE)["iron"]) == pytest.approx(7.371 * MCHF, rel=1e-4)


def test_a_slab_is_priced_by_hand():
    """Straight yokes 1 m long: core and side 20 x 60 cm, top 70 x 20 cm and its mitres, four times, 7.87 t/m3."""
    slab = Magnets.from_table([[0, 50, 20, 20, 30, 30, 30, 30, 20, 20, 20, 20, 0, 0, 1.0]])
    area = 4 * (40 * 30 + 20 * 70)
    assert float(masses(slab)[0]) == pytest.approx(area * 100 * 7.87e-6, rel=1e-12)


def test_prices_of_a_centimetre_at_the_baseline():
    """kCHF per cm of half-length, of core and of window at the entrance, magnets 1-6, from the same closed form."""
    slope = np.asarray(jax.grad(IRON)(jnp.asarray(challenge_baseline())))
    assert slope[1:, 1] == pytest.approx([6.41, 6.39, 1.42, 1.14, 3.05, 8.59], abs=0.006)
    assert slope[1:, 6] == pytest.approx([4.09, 3.06, 1.07, 0.53, 0.96, 3.01], abs=0.006)
    assert np.all(slope[:, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]] > 0), "more iron, more money"
    assert np.all(slope[:, [0, 12, 13, 14]] == 0), "air and field are free in the Challenge"


def test_splitting_a_magnet_changes_neither_iron_nor_length():
    row = challenge_baseline()[2]
    first, second = row.copy(), row.copy()
    first[1] = second[1] = row[1] / 2
    first[[3, 5, 7, 9, 11, 13]] = (row[[2, 4, 6, 8, 10, 12]] + row[[3, 5, 7, 9, 11, 13]]) / 2
    second[[2, 4, 6, 8, 10, 12]] = first[[3, 5, 7, 9, 11, 13]]
    second[0] = 0
    whole, halves = Magnets.from_table([row]), Magnets.from_table([first, second])
    assert float(jnp.sum(masses(halves))) == pytest.approx(float(jnp.sum(masses(whole))), rel=1e-12)
    assert float(halves.length) == pytest.approx(float(whole.length), rel=1e-12)


def test_absent_magnets_cost_nothing_and_break_no_limit():
    padded = Magnets.from_table(challenge_baseline(), slots=9)
    for prices in (CostModel(), CostModel(coils=True)):
        for item, money in prices.items(padded).items():
            assert float(money) == pytest.approx(float(prices.items(BASELINE)[item]), rel=1e-12)
    plain, longer = LIMITS(BASELINE), LIMITS(padded)
    assert {k: float(v) for k, v in longer.items()} == pytest.approx({k: float(v) for k, v in plain.items()}, abs=1e-12)


def test_the_steel_curve_goes_through_its_points_and_rises():
    fields = jnp.linspace(0.0, 4.0, 401)
    curve = np.asarray(strength(fields))
    assert curve[0] == 0
    assert np.all(np.diff(curve) > 0)
    assert np.asarray(strength(jnp.array([0.2, 1.0, 1.9, 2.5]))) == pytest.approx([75.2, 456, 15083, 3.4e5])
    # Beyond full saturation every further tesla takes 1/mu0.
    assert curve[400] - curve[300] == pytest.approx(795775, rel=1e-5)


def test_ampere_turns_against_finite_elements():
    """Three magnets of an optimised shield at 1.9 T: 59.1, 38.6 and 38.3 kA (lfpc/BlackBoxOptimization)."""
    turns = np.asarray(ampere_turns(Magnets.from_table(DESIGNS["TRY_2025"]()[:3])))
    assert turns / 1000 / SHORTER_PATH == pytest.approx([102.6, 51.4, 49.9], rel=0.003), "the mean path as it is"
    assert turns / 1000 == pytest.approx([59.1, 38.6, 38.3], rel=0.25)


def test_coils_and_power_cost_the_same_at_the_best_current_density():
    bill = CostModel(coils=True).items(BASELINE)
    ampere_metres = float(jnp.sum(ampere_turns(BASELINE) * turn_length(BASELINE))) / m
    assert float(bill["coils"] + bill["electricity"]) == pytest.approx(0.9254 * CHF * ampere_metres, rel=1e-4)
    assert float(bill["coils"]) == pytest.approx(float(bill["electricity"]))
    assert float(bill["superconductor"]) == 0
    # Any other current density is dearer: c(J) = kappa rho_m / J + power rho J.
    density = np.linspace(2e6, 10e6, 801)
    other = 270 * 8960 / density + 5 * 1.77e-8 * density
    assert 0.9254 == pytest.approx(other.min(), rel=1e-3)


def test_turns_go_round_the_leg_that_carries_the_coil():
    along = 4 * 150
    row = np.array([10, 150, 20, 30, 54, 24, 8, 8, 6, 31, 7, 30, 0, 0, 1.9])
    split, negative = row.copy(), row.copy()
    split[12:14], negative[14] = 5, -1.9
    lengths = turn_length(Magnets.from_table([row, split, negative])) / cm
    assert np.asarray(lengths) == pytest.approx([along + 100, 2 * along + 100, 2 * along + 74])


def test_a_superconducting_coil_is_not_free():
    bill = CostModel(coils=True).items(Magnets.from_table(DESIGNS["supernut_v2"]()))
    assert float(bill["superconductor"]) > 500


def test_the_cavern_changes_where_the_hall_widens():
    """A magnet of 3.3 m height fits behind z = 18.378 m and not before it; both faces count."""
    row = [10, 100, 20, 20, 300, 300, 8, 8, 20, 20, 30, 30, 0, 0, 1.9]
    before, across, behind = ([*row], [*row], [*row])
    across[0], behind[0] = 1700, 1838
    heights = [float(LIMITS(Magnets.from_table([r]))["cavern height"]) for r in (before, across, behind)]
    assert heights == pytest.approx([330 / 169 - 1, 330 / 169 - 1, 330 / 335 - 1])
    wide = [float(LIMITS(Magnets.from_table([[*row[:6], 360, 360, *row[8:]]]))["cavern width"])]
    assert wide == pytest.approx([400 / 356 - 1])


def test_the_baseline_just_fits_the_cavern():
    limits = {name: float(g) for name, g in LIMITS(BASELINE).items()}
    assert limits["length"] == pytest.approx(29.03 / 30 - 1)
    assert limits["cavern height"] == pytest.approx(0, abs=1e-12), "the absorber touches it"
    assert all(g <= 1e-12 for g in limits.values())


def test_a_window_without_room_for_its_coil_is_noticed():
    row = challenge_baseline()[1]
    row[[6, 7]] = 0.1
    assert float(LIMITS(Magnets.from_table([row]))["coil window"]) > 0
    row[14] = 0
    assert float(LIMITS(Magnets.from_table([row]))["coil window"]) == pytest.approx(-1), "no field, no coil"
