"""Does the tracker's covariance hold in a simulation that shares no formula with it? Two hundred random designs.

Each design is a random point of the cube (every second one half-way to a reference), led through the map to the budget
and built. One track of random pT (1-100 GeV, flat in the logarithm) and angle crosses it, 20,000 times in the toy Monte
Carlo: exact helices, scattering in space, a fit with kinks. Prints the ratios of simulated to predicted resolution,
and the pull widths. Tracks with fewer hits than the problem asks for, or within reach of an edge, are drawn again.
"""

from designopt import prepare

prepare()

import argparse

import jax
import jax.numpy as jnp
import numpy as np

from designopt import make
from designopt.detectors.tracker.resolution.crossing import Tracks
from designopt.detectors.tracker.resolution.scattering import FIXED
from designopt.detectors.tracker.resolution.track_parameters import resolution
from designopt.detectors.tracker.simulation.layouts import surfaces_of
from designopt.detectors.tracker.simulation.toy import PARAMETERS, simulate_tracks

NAMES = {"d0": "d0", "phi": "phi", "pt": "pt", "z0": "z0", "cot_theta": "cot"}


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--designs", type=int, default=200)
    parser.add_argument("--tracks", type=int, default=20_000)
    chosen = parser.parse_args()
    problem, random = make("tracker-layout-v1"), np.random.default_rng(1)
    field = problem.detector.site.field
    experts = [np.asarray(problem.space.encode(design)) for design in problem.references.values()]
    layout_of = jax.jit(lambda u: problem.detector.assembly(problem.build(u)).layout)
    predict = jax.jit(lambda layout, tracks: resolution(layout, tracks, field))
    ratios, pulls, again = [], [], 0
    while len(ratios) < chosen.designs:
        u = random.random(problem.size)
        if len(ratios) % 2:
            u = 0.5 * (u + experts[len(ratios) // 2 % len(experts)])
        pt, cosine = float(10 ** random.uniform(0, 2)), float(random.uniform(0, 0.95))
        layout = layout_of(u)
        tracks = Tracks(*(jnp.asarray([value]) for value in (pt, cosine / np.sqrt(1 - cosine**2), 0.0)))
        found = predict(layout, tracks)
        try:
            angle = float(np.arccos(cosine))
            toy = simulate_tracks(surfaces_of(layout), field, pt, angle, chosen.tracks, len(ratios), 0.0, FIXED)
        except ValueError:
            again += 1
            continue
        if toy.kept < 0.9 or toy.hits < problem.detector.least_hits:
            again += 1
            continue
        ratios.append([toy.resolution[name] / float(getattr(found, NAMES[name])[0]) for name in PARAMETERS])
        pulls.append([toy.pull[name] for name in PARAMETERS])
    print(f"{len(ratios)} designs, {again} drawn again; statistical error {100 / np.sqrt(2 * chosen.tracks):.1f} %")
    print("            simulated / predicted - 1 (%)            pull width")
    for name, ratio, pull in zip(PARAMETERS, np.transpose(ratios), np.transpose(pulls), strict=True):
        off, within = 100 * (ratio - 1), np.mean(np.abs(ratio - 1) < 0.03)
        print(f"{name:10s} mean {off.mean():+5.2f}, worst {off[np.argmax(abs(off))]:+6.2f}, within 3 %: {within:.1%}"
              f"   {pull.mean():.4f} ({pull.min():.3f} to {pull.max():.3f})")  # fmt: skip


if __name__ == "__main__":
    main()
