"""Layers that stand near to each other move together: what the fit is told, what the toy finds, what it closes."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors.tracker.evaluate_v2 import evaluate_design, example
from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.problem_v2 import tracker_layout_v2
from designopt.detectors.tracker.resolution.crossing import Tracks
from designopt.detectors.tracker.resolution.scattering import FIXED
from designopt.detectors.tracker.resolution.track_parameters import resolution
from designopt.detectors.tracker.review.conditions import PLAIN
from designopt.detectors.tracker.simulation.layouts import surfaces_of
from designopt.detectors.tracker.simulation.noise import hit_noise
from designopt.detectors.tracker.simulation.toy import simulate_tracks
from designopt.units import mm, um

MOVES = replace(PLAIN, alignment=50 * um, softening=1e-6 * mm, frame=30 * mm)
FIELD = 3.0


def barrel(places, half_lengths=None, seen=None, disks=()) -> Layout:
    """Layers of a micrometre each, without material; `disks` are (z, inner, outer)."""
    size = len(places) + len(disks)
    known = jnp.ones(size) if seen is None else jnp.asarray(seen, dtype=float)
    columns = zip(*disks, strict=True) if disks else ([], [], [])
    z, inner, outer = (jnp.asarray(column, dtype=float) for column in columns)
    halves = [1000.0] * len(places) if half_lengths is None else half_lengths
    return Layout(
        radius=jnp.asarray(places, dtype=float),
        half_length=jnp.asarray(halves, dtype=float),
        z=z,
        inner=inner,
        outer=outer,
        material=jnp.zeros(size),
        measures_rphi=known,
        measures_along=known,
        sigma_rphi=jnp.full(size, 1 * um),
        sigma_along=jnp.full(size, 1 * um),
    )


def variances(layout, conditions=MOVES) -> np.ndarray:
    return np.asarray(conditions.place_variance(layout)) / (50 * um) ** 2


def test_layers_in_one_place_know_it_no_better_than_one():
    """The mean of n hits of variance n a2 has the variance a2."""
    assert variances(barrel([500, 500.001, 500.002])) == pytest.approx([3, 3, 3], rel=1e-6)
    assert variances(barrel([100, 500, 1000])) == pytest.approx([1, 1, 1], rel=1e-6)
    near = variances(barrel([500, 530]))
    assert near == pytest.approx(1 + np.exp(-0.5), rel=1e-6)
    alone = replace(MOVES, frame=None)
    assert variances(barrel([500, 500.001]), alone) == pytest.approx([1, 1], rel=1e-6)
    assert np.all(np.asarray(PLAIN.place_variance(barrel([500, 500.001]))) == 0)


def test_only_what_measures_and_stands_beside_counts():
    assert variances(barrel([500, 500.001], seen=[1, 0])) == pytest.approx([1, 2], rel=1e-6)
    # A short layer has its neighbour everywhere, the long one over a quarter of it.
    assert variances(barrel([500, 500.001], [250, 1000])) == pytest.approx([2, 1.25], rel=1e-6)
    # CLD's last disks: one inside the other, nearly in one plane; and a disk never moves with a barrel layer.
    apart = variances(barrel([2195], disks=[(2190, 330, 647), (2200, 718, 2080)]))
    assert apart == pytest.approx([1, 1, 1], rel=1e-6)


@pytest.mark.parametrize(("momentum", "cosine"), [(100.0, 0.1), (10.0, 0.9)])
def test_the_toy_with_layers_that_move_together_finds_what_the_model_says(momentum, cosine):
    """Doubled layers and triple disks: 3 % is promised, 0.5 % is the statistical error."""
    places, disks = [30, 60, 300, 305, 800, 805, 810], [(z, 60, 1200) for z in (1500, 1505, 1510, 2200)]
    whole = barrel(places, disks=disks)
    whole = replace(whole, material=jnp.full(whole.material.size, 0.005))
    told, alone = MOVES.moved(whole), replace(MOVES, frame=None).moved(whole)
    tracks = Tracks(*(jnp.asarray([value]) for value in (momentum, cosine / np.sqrt(1 - cosine**2), 0.0)))
    found = resolution(told, tracks, FIELD)
    theta, noise = float(np.arccos(cosine)), hit_noise(MOVES, surfaces_of(alone))
    toy = simulate_tracks(surfaces_of(told), FIELD, momentum, theta, 20_000, 3, 0.0, FIXED, noise=noise)
    for name in ("pt", "d0", "z0"):
        assert toy.resolution[name] == pytest.approx(float(getattr(found, name)[0]), rel=0.03), name
    # If each moved by itself the error would be smaller than it is.
    fooled = resolution(alone, tracks, FIELD)
    assert toy.resolution["pt"] > 1.1 * float(fooled.pt[0])


def test_more_disks_at_the_end_do_not_replace_a_stable_one():
    """A winner had stood four disks within 30 mm: four places that move by themselves average to half of one's move."""
    points = {"pt_gev": [100.0], "theta_deg": [13.0]}

    def error(count: int, frame: float) -> float:
        whole = example() | points | {"alignment_frame_mm": frame}
        last = max((disk for disk in whole["disks"] if disk["outer_mm"] < 700), key=lambda disk: disk["z_mm"])
        more = [{**last, "z_mm": last["z_mm"] - 30 - 6 * k} for k in range(count)]
        return evaluate_design(whole | {"disks": [*whole["disks"], *more]})["points"][0]["sigma_pt_over_pt"]

    alone, together = (1 - error(3, frame) / error(0, frame) for frame in (0.0, 30.0))
    assert alone > 0.1
    assert together < 0.6 * alone


def test_no_disk_goes_through_the_support_tube():
    """Winners had five, and one; CLD has none, and neither has a layout whose disks are switched off."""
    problem = tracker_layout_v2()
    through = jax.jit(lambda design: problem.constraints(design)["tube"])
    cld, barrels = problem.references["CLD"], problem.detector.tracker.barrels
    assert float(through(cld)) < 0
    inner = int(np.flatnonzero((np.asarray(cld["opening"]) < 600) & (np.asarray(cld["installed"]) > 0.5))[-1])
    assert inner >= barrels
    wider = cld | {"extent": cld["extent"].at[inner].set(800.0)}
    assert float(through(wider)) == pytest.approx((800 - 676) / 686)
    barrel_alone = wider | {"installed": cld["installed"].at[barrels:].set(0.0)}
    assert float(through(barrel_alone)) == pytest.approx((670 - 676) / 686)  # the layer next to the tube
    spec = example()
    assert not any("runs through" in note for note in evaluate_design(spec)["warnings"])
    spec["disks"][5] |= {"outer_mm": 800.0}
    assert any("Barrel layer 10 runs through Disk 6" in note for note in evaluate_design(spec)["warnings"])
