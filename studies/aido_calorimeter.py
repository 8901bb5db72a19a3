"""Three pairs of absorber and sensor for pions and photons of 1-20 GeV: what does a global surrogate make of them?

The problem of arXiv 2502.02152: its prices and budget (200 000), length (2 m), loss (E' - E)^2 / (E + 1) and start,
which has iron everywhere, lead tungstate in the first sensor and polystyrene in the others. There 220 rounds of 20
designs with 400 events each; here 48 designs with 60 events each, reconstructed by the best weighted sum. The
published start and the winner are scored again on ten times the events.

    python studies/aido_calorimeter.py [--quick] [--out runs/aido-calorimeter]     half an hour; needs designopt[geant4]
"""

from designopt import prepare

prepare()

import argparse

import numpy as np

from designopt import Allowance, Study
from designopt.detectors.calorimeter.simulation.pairs import ABSORBERS, SENSORS, calorimeter_pairs
from designopt.optimisers.surrogate.global_surrogate import GlobalSurrogate
from designopt.records.study_record import load

EVENTS, DESIGNS = 60, 48
OUT = "runs/aido-calorimeter"


def study(quick: bool = False) -> Study:
    """One seed; `quick`: half the designs."""
    return Study(
        name="aido-calorimeter",
        problems=[calorimeter_pairs(events=EVENTS)],
        optimisers=[GlobalSurrogate()],
        seeds=range(1),
        allowance=Allowance(events=DESIGNS // (2 if quick else 1) * EVENTS),
    )


def main() -> None:
    """Run what is missing and print every winner, from the front."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--out", default=OUT)
    options = parser.parse_args()
    study(options.quick).run(options.out)
    for run in load(options.out).runs:
        assert run.winner is not None
        design = run.winner["design"]
        parts = [
            f"{size:.0f} mm {list(choices)[int(np.argmax(weights))]}"
            for pair in range(len(design["absorber"]))
            for kind, choices in (("absorber", ABSORBERS), ("sensor", SENSORS))
            for size, weights in [(design[f"{kind}_thickness"][pair], design[kind][pair])]
        ]
        score, error, cost = (run.winner[key] for key in ("score", "score_error", "cost"))
        print(
            f"{run.header['optimiser']['name']}: ln loss {score:.2f} +- {error:.2f}, cost {cost:.0f}", *parts, sep=", "
        )


if __name__ == "__main__":
    main()
