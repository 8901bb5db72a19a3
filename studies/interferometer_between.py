"""Are winners of `studies/interferometer.py` as quiet between the frequencies that searches were scored at?

    python studies/interferometer_between.py runs/interferometer

An optical spring may be a dip narrower than the steps between 34 frequencies, or a peak that none of them meets. Every
optimiser's best winner is scored at 1000 frequencies; its gain in noise, its numbers and its powers are printed.
"""

import sys

from designopt import prepare

prepare()

import jax
import jax.numpy as jnp

from designopt import load
from designopt.problem.registry import remade

POINTS = 1000


def main(folder: str) -> None:
    """Print a line for each optimiser."""
    record = load(folder)
    for card in record.problems:
        fine = remade({**card, "options": {**card["options"], "points": POINTS}})
        score = jax.jit(fine.score)
        asked = card["options"]
        print(f"at most {asked['most_squeezing']:g} dB, {asked['squeezing_loss']:g} of squeezed light lost:")
        runs = [run for run in record.runs if run.header["problem"] == card and run.winner is not None]
        for name in sorted({run.entrant for run in runs}):
            ends = sorted((run.winner for run in runs if run.entrant == name), key=lambda end: end["score"])
            design = {key: jnp.asarray(value) for key, value in ends[0]["design"].items()}
            between = float(score(design))
            scores = ", ".join(f"{end['score']:.4f}" for end in ends)
            print(f"  {name}: {scores}; best at {POINTS} frequencies {between:.4f}: noise x {10**between:.3f}")
            print("    " + ", ".join(f"{key} {value:.5g}" for key, value in ends[0]["design"].items()), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
