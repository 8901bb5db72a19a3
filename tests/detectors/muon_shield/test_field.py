"""Flux closes at every depth, steel saturates, and the blocks hold exactly the iron that is paid for."""

import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors.muon_shield.magnets.blocks import Slice, matter_at, slices
from designopt.detectors.muon_shield.magnets.field import SATURATION, leg_fields, peak_fields
from designopt.detectors.muon_shield.magnets.row import Magnets
from designopt.detectors.muon_shield.reference import challenge_baseline

DATA = Path(__file__).parents[2] / "data"
PUBLISHED = json.loads((DATA / "muon_shield_published.json").read_text())
BASELINE = Magnets.from_table(challenge_baseline())
DEPTHS = jnp.linspace(0.02, 0.98, 9)
SECTION = BASELINE.section(DEPTHS)


def published(design):
    """The table of one published design: thirty numbers in the baseline."""
    table = np.array(PUBLISHED["fixed_entries"]["baseline"])
    free = np.array(design["design"]).reshape(6, 5)
    table[1:, 1:4], table[1:, 6:8] = free[:, :3], free[:, 3:]
    return table


def one_slice(depth, magnet, saturation=True, magnets=BASELINE):
    section = magnets.section(DEPTHS)
    whole = slices(section, leg_fields(magnets, section, saturation))
    return Slice(*(part[depth, magnet] for part in whole))


@pytest.mark.parametrize("design", PUBLISHED["designs"], ids=lambda d: d["name"])
def test_flux_closes_at_every_depth_and_no_leg_exceeds_saturation(design):
    magnets = Magnets.from_table(published(design))
    section = magnets.section(DEPTHS)
    fields = leg_fields(magnets, section)
    assert fields.core * section.core == pytest.approx(np.asarray(-fields.side * section.yoke), rel=1e-6)
    assert fields.core * section.core == pytest.approx(np.asarray(fields.top * section.top), rel=1e-6)
    assert max(float(jnp.max(values)) for values in peak_fields(magnets).values()) <= SATURATION * (1 + 1e-12)


def test_saturation_leaves_the_baseline_alone():
    ours, challenge = (leg_fields(BASELINE, SECTION, saturation) for saturation in (True, False))
    for name in ("core", "side", "top"):
        assert getattr(ours, name) == pytest.approx(np.asarray(getattr(challenge, name)), rel=0.005)


def test_the_challenges_field_without_saturation():
    """B fills the leg of its coil; the largest field of each published design is the published one."""
    for design in PUBLISHED["designs"]:
        peaks = peak_fields(Magnets.from_table(published(design)), saturation=False)
        largest = max(float(jnp.max(values)) for values in peaks.values())
        assert largest == pytest.approx(design["computed"]["max_field_in_iron_T"], abs=0.06), design["name"]
    fields = leg_fields(BASELINE, SECTION, saturation=False)
    assert np.all(np.asarray(fields.core[:, 1]) == 1.9)  # B > 0: coil on the core
    assert np.allclose(fields.side[:, 4], 1.9)  # B < 0: coils on the side legs, which carry +|B|


@pytest.mark.parametrize("magnet", range(7))
@pytest.mark.parametrize("softness", [None, 5.0])
def test_the_blocks_hold_the_iron_that_is_paid_for(magnet, softness):
    """Integral of the membership over the cross-section = area in the cost; soft edges nearly keep it."""
    grid = (jnp.arange(1500) + 0.5) * 4.0  # mm, one quadrant
    x, y = (part.ravel() for part in jnp.meshgrid(grid, grid[:900]))
    for depth in (0, 8):
        matter = matter_at(x, y, one_slice(depth, magnet), softness)
        area = 4 * float(jnp.sum(matter.iron)) * 16.0
        assert area == pytest.approx(float(SECTION.area[depth, magnet]), rel=0.02 if softness else 0.01)
        assert float(matter.iron.max()) <= 1 + 1e-6


def test_the_flux_through_half_a_slice_is_zero():
    """Integral of B_y over x in mid-plane: what goes up in the core comes down in the yoke."""
    x = (jnp.arange(60_000) + 0.5) * 0.1
    for magnet in range(7):
        matter = matter_at(x, 0 * x + 1.0, one_slice(4, magnet))
        up = float(jnp.sum(jnp.maximum(matter.field_y, 0)))
        assert float(jnp.sum(matter.field_y)) == pytest.approx(0.0, abs=2e-3 * up)


def test_the_field_is_mirrored():
    """B_y is even in x and y, B_x has the sign of xy."""
    rng = np.random.default_rng(0)
    x, y = jnp.asarray(rng.uniform(0, 1500, (2, 2000)))
    here = one_slice(3, 2)
    first = matter_at(x, y, here)
    assert np.any(np.asarray(first.field_x) > 0)
    for across, up in ((-1, 1), (1, -1), (-1, -1)):
        image = matter_at(across * x, up * y, here)
        assert np.array_equal(image.iron, first.iron)
        assert np.array_equal(image.field_y, first.field_y)
        assert np.array_equal(image.field_x, across * up * first.field_x)


def test_soft_edges_become_hard_ones():
    rng = np.random.default_rng(0)
    x, y = jnp.asarray(rng.uniform(-1500, 1500, (2, 20_000)))
    hard = matter_at(x, y, one_slice(3, 5))
    off = [float(jnp.mean(jnp.abs(matter_at(x, y, one_slice(3, 5), d).iron - hard.iron))) for d in (20.0, 2.0, 0.2)]
    assert off[0] > 5 * off[1] > 25 * off[2] > 0


def test_cores_that_touch_leave_no_slit():
    matter = matter_at(jnp.array([-3.0, 0.0, 3.0]), jnp.zeros(3), one_slice(4, 1), 10.0)
    assert np.asarray(matter.iron) == pytest.approx(np.ones(3), abs=1e-6)


def test_the_field_can_be_differentiated_at_zero():
    def flux(field):
        magnets = Magnets.from_table(challenge_baseline())
        magnets = Magnets(**{**vars(magnets), "field": field * jnp.ones(7)})
        return jnp.sum(leg_fields(magnets, magnets.section(DEPTHS)).core)

    assert np.isfinite(float(jax.grad(flux)(0.0)))
